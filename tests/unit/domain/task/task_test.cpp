// The state machine of a task: every step from every state, by the right and by the wrong person.
#include "firmware/domain/task/task.hpp"

#include <catch2/catch.hpp>

using namespace tally;

namespace {

Task task_in(TaskState state) {
    Task task;
    task.id = "back:1:7";
    task.kind = TaskKind::replenish;
    task.state = state;
    task.who = state == TaskState::open ? "" : "user:mei";
    task.qty_milli = 5'000;
    return task;
}

}  // namespace

TEST_CASE("a task goes from open over taken to done, and nowhere else") {
    struct Case {
        TaskState from;
        TaskAct act;
        std::optional<TaskState> to;
    };
    using S = TaskState;
    using A = TaskAct;
    const std::vector<Case> cases = {
        {S::open, A::take, S::taken},        {S::open, A::put_back, std::nullopt},
        {S::open, A::move_on, std::nullopt}, {S::open, A::finish, std::nullopt},
        {S::open, A::drop, S::dropped},      {S::taken, A::take, std::nullopt},
        {S::taken, A::put_back, S::open},    {S::taken, A::move_on, S::taken},
        {S::taken, A::finish, S::done},      {S::taken, A::drop, S::dropped},
        {S::done, A::take, std::nullopt},    {S::done, A::finish, std::nullopt},
        {S::dropped, A::take, std::nullopt}, {S::dropped, A::drop, std::nullopt},
    };
    for (const Case& one : cases) {
        INFO(to_string(one.from) << " " << to_string(one.act));
        const auto next = step(task_in(one.from), {one.act, "user:mei", 0});
        CHECK(next.has_value() == one.to.has_value());
        if (next && one.to) {
            CHECK(next->state == *one.to);
        } else if (!next) {
            CHECK(next.error().kind == ErrorKind::conflict);
            CHECK(next.error().text.find("; ") != std::string::npos);
        }
    }
}

TEST_CASE("what one person has taken no other person moves") {
    for (const TaskAct act :
         {TaskAct::take, TaskAct::put_back, TaskAct::move_on, TaskAct::finish, TaskAct::drop}) {
        const auto next = step(task_in(TaskState::taken), {act, "user:rui", 0});
        REQUIRE_FALSE(next);
        CHECK(next.error().kind == ErrorKind::refused);
        CHECK(next.error().text.find("user:mei") != std::string::npos);
    }
}

TEST_CASE("what was done adds up, and put back is nobody's") {
    Task task = *step(task_in(TaskState::open), {TaskAct::take, "user:mei", 0});
    CHECK(task.who == "user:mei");
    task = *step(task, {TaskAct::move_on, "user:mei", 2'000});
    task = *step(task, {TaskAct::put_back, "user:mei", 0});
    CHECK(task.who.empty());
    CHECK(task.done_milli == 2'000);
    task = *step(task, {TaskAct::take, "user:rui", 0});
    task = *step(task, {TaskAct::finish, "user:rui", 3'000});
    CHECK(task.done_milli == 5'000);
    CHECK(task.who == "user:rui");
    CHECK_FALSE(step(task_in(TaskState::taken), {TaskAct::move_on, "user:mei", -1}));
    CHECK_FALSE(step(task_in(TaskState::open), {TaskAct::take, "", 0}));
}

TEST_CASE("names of kinds and acts come back") {
    for (int i = 0; i < 6; ++i) {
        const auto kind = static_cast<TaskKind>(i);
        CHECK(task_kind_from(to_string(kind)) == kind);
    }
    for (int i = 0; i < 5; ++i) {
        const auto act = static_cast<TaskAct>(i);
        CHECK(task_act_from(to_string(act)) == act);
    }
    CHECK_FALSE(task_kind_from("lunch"));
    CHECK_FALSE(task_act_from("open"));
}

#include "firmware/domain/task/task.hpp"

#include <algorithm>
#include <array>

namespace tally {

namespace {

constexpr std::array<std::string_view, 7> kKinds = {"receive", "put_away", "replenish", "pick",
                                                    "count",   "return",   "transfer"};
constexpr std::array<std::string_view, 4> kStates = {"open", "taken", "done", "dropped"};
constexpr std::array<std::string_view, 5> kActs = {"take", "put_back", "move_on", "finish", "drop"};

template <typename Enum, std::size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names.at(i) == name) {
            return static_cast<Enum>(i);
        }
    }
    return std::nullopt;
}

tl::unexpected<Error> not_now(const Task& task, const std::string& why, const std::string& next) {
    return fail(ErrorKind::conflict, "task " + task.id + " " + why + "; " + next);
}

/// What devices and the book tell of what somebody has in hand.
bool is_evidence(const Task& task, const TaskStep& step) {
    const bool moves = step.act == TaskAct::move_on || step.act == TaskAct::finish;
    const bool is_told = task.kind == TaskKind::pick
                             ? step.by.starts_with("device:")
                             : task.kind == TaskKind::transfer && step.by.starts_with("rule:");
    return moves && is_told;
}

Result<void> is_mine(const Task& task, const TaskStep& step) {
    if (is_evidence(task, step)) {
        return {};
    }
    if (task.state == TaskState::taken && task.who != step.by) {
        return fail(ErrorKind::refused, "task " + task.id + " is in the hands of " + task.who +
                                            "; ask them to finish it or to put it back");
    }
    return {};
}

}  // namespace

std::string_view to_string(TaskKind kind) noexcept {
    return kKinds[static_cast<std::size_t>(kind)];
}

std::string_view to_string(TaskState state) noexcept {
    return kStates[static_cast<std::size_t>(state)];
}

std::string_view to_string(TaskAct act) noexcept {
    return kActs[static_cast<std::size_t>(act)];
}

std::optional<TaskKind> task_kind_from(std::string_view name) noexcept {
    return find_name<TaskKind>(kKinds, name);
}

std::optional<TaskAct> task_act_from(std::string_view name) noexcept {
    return find_name<TaskAct>(kActs, name);
}

Result<Task> step(const Task& task, const TaskStep& step) {
    if (step.by.empty()) {
        return fail(ErrorKind::malformed, "a step of task " + task.id + " names nobody");
    }
    if (task.finished()) {
        return not_now(task, "is " + std::string(to_string(task.state)) + " already",
                       "take another one: tally task ls");
    }
    if (step.qty_milli < 0) {
        return fail(ErrorKind::malformed, "a step of task " + task.id + " goes backwards");
    }
    TALLY_TRY(is_mine(task, step));
    Task next = task;
    switch (step.act) {
        case TaskAct::take:
            if (task.state == TaskState::taken) {
                return not_now(task, "is in your hands already", "scan what it asks for");
            }
            next.state = TaskState::taken;
            next.who = step.by;
            return next;
        case TaskAct::put_back:
            if (task.state != TaskState::taken) {
                return not_now(task, "is in nobody's hands", "take it first");
            }
            next.state = TaskState::open;
            next.who.clear();
            return next;
        case TaskAct::move_on:
        case TaskAct::finish:
            if (task.state != TaskState::taken) {
                return not_now(task, "is in nobody's hands", "take it first");
            }
            if (!step.via.empty()) {
                if (step.act == TaskAct::finish || !is_transport(task.kind)) {
                    return not_now(task, "has nothing on its way", "scan it where it is to go");
                }
                next.via_milli = (next.via == step.via ? next.via_milli : 0) + step.qty_milli;
                next.via = step.via;
                return next;
            }
            next.done_milli += step.qty_milli;
            next.via_milli = std::max<std::int64_t>(0, next.via_milli - step.qty_milli);
            next.state = step.act == TaskAct::finish ? TaskState::done : TaskState::taken;
            return next;
        case TaskAct::drop:
            next.state = TaskState::dropped;
            next.who = step.by;
            return next;
    }
    return next;
}

}  // namespace tally

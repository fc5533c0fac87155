// Counting while goods move, recounts, and writing off with two people.
#include "tests/support/goods_rig.hpp"

using namespace tally;
using namespace tally::test;
using Verdict = CountOutcome::Verdict;

namespace {

Task begin(GoodsRig& rig, const std::string& place, const std::string& sku) {
    REQUIRE(rig.counting.start(PlaceId(place), sku, rig.user));
    auto task = rig.counting.next(place, rig.user);
    REQUIRE(task);
    return *task;
}

}  // namespace

TEST_CASE("a count compares with the book as of its beginning, so movements meanwhile stay right") {
    GoodsRig rig;
    rig.put("aisle", "rice", 100'000);
    const Task task = begin(rig, "aisle", "rice");
    CHECK(task.qty_milli == 100'000);
    rig.put("aisle", "rice", 7'000);  // Comes while somebody counts the 99 that were there.
    const auto outcome = rig.counting.post({task.id, 99'000, "cycle", {}}, rig.user);
    INFO(refusal(outcome));
    REQUIRE(outcome);
    CHECK(outcome->verdict == Verdict::booked);  // Class A: 1 of 100 is within 1 %.
    CHECK(outcome->difference_milli == -1'000);
    CHECK(rig.stock("aisle", "rice") == 106'000);
    CHECK(rig.stock("LOST", "rice") == 1'000);
    const Event counted = rig.events(EventType::counted).at(0);
    CHECK(counted.by == "user:li.wei");
    CHECK(counted.data.find("\"reason\":\"cycle\"") != std::string::npos);
    CHECK(counted.data.find("\"base_seq\":" + std::to_string(task.base_seq)) != std::string::npos);
}

TEST_CASE("above tolerance is counted again, and then waits for a second person") {
    GoodsRig rig;
    rig.put("aisle", "rice", 100'000);
    Task task = begin(rig, "aisle", "rice");
    auto outcome = rig.counting.post({task.id, 90'000, "cycle", {}}, rig.user);
    REQUIRE(outcome);
    CHECK(outcome->verdict == Verdict::recount);
    CHECK(rig.stock("aisle", "rice") == 100'000);
    task = *rig.counting.next("aisle", rig.other);
    CHECK(task.round == 2);
    outcome = rig.counting.post({task.id, 90'000, "theft", {}}, rig.other);
    REQUIRE(outcome);
    CHECK(outcome->verdict == Verdict::to_approve);
    CHECK(rig.stock("aisle", "rice") == 100'000);
    CHECK(rig.all_open() == std::vector<std::string>{"count_differs"});
    CHECK(refusal(rig.counting.approve(outcome->next_task, rig.other)).find("two people") !=
          std::string::npos);
    REQUIRE(rig.counting.approve(outcome->next_task, rig.user));
    CHECK(rig.stock("aisle", "rice") == 90'000);
    CHECK(rig.all_open().empty());
    const Event booked = rig.events(EventType::corrected).at(0);
    CHECK(booked.by == "user:li.wei");
    CHECK(booked.data.find("\"second\":\"user:mei\"") != std::string::npos);
    CHECK_FALSE(rig.counting.approve(outcome->next_task, rig.user));
}

TEST_CASE("a write-off in somebody else's hands is not agreed to, and nothing of it is booked") {
    GoodsRig rig;
    rig.put("aisle", "rice", 100'000);
    const auto proposed =
        rig.counting.propose({PlaceId("aisle"), "rice", "", -10'000, "damage"}, rig.user);
    REQUIRE(proposed);
    const std::string id = event_ref(rig.ledger.edge(), rig.ledger.line().epoch(), *proposed);
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, Actor{"user:zhou", {}}));
    for (int again = 0; again < 2; ++again) {
        CHECK(refusal(rig.counting.approve(id, rig.other)).find("user:zhou") != std::string::npos);
        CHECK(rig.stock("aisle", "rice") == 100'000);
    }
    REQUIRE(rig.tasks.step({id, TaskAct::put_back, 0, {}}, Actor{"user:zhou", {}}));
    REQUIRE(rig.counting.approve(id, rig.other));
    CHECK(rig.stock("aisle", "rice") == 90'000);
}

TEST_CASE("nothing is confirmed as nothing, and a surplus is booked out of FOUND") {
    GoodsRig rig;
    rig.take({PlanRecord{"attic", "oil", 0, 5'000}});
    Task task = begin(rig, "attic", "");
    CHECK(task.sku == "oil");
    auto outcome = rig.counting.post({task.id, 0, "zero_check", {}}, rig.user);
    REQUIRE(outcome);
    CHECK(outcome->verdict == Verdict::agrees);
    CHECK(rig.events(EventType::counted).size() == 1);
    task = begin(rig, "attic", "oil");
    REQUIRE(rig.counting.post({task.id, 2'000, "mislaid", {}}, rig.user));
    task = *rig.counting.next("attic", rig.user);
    outcome = rig.counting.post({task.id, 2'000, "mislaid", {}}, rig.user);
    REQUIRE(outcome);
    REQUIRE(rig.counting.approve(outcome->next_task, rig.other));
    CHECK(rig.stock("attic", "oil") == 2'000);
    CHECK(rig.stock("FOUND", "oil") == -2'000);
}

TEST_CASE("units are counted by their tags: found ones move here, missing ones go one by one") {
    GoodsRig rig;
    for (int serial : {1, 2, 3}) {
        rig.in("dock-door", tea(serial));
        rig.in("aisle-door", tea(serial));
    }
    rig.in("dock-door", tea(4));
    Task task = begin(rig, "aisle", "tea");
    CHECK(refusal(rig.counting.post({task.id, 3'000, "cycle", {}}, rig.user)).find("EPC") !=
          std::string::npos);
    auto outcome = rig.counting.post({task.id, 3'000, "cycle", {tea(1), tea(2), tea(4)}}, rig.user);
    INFO(refusal(outcome));
    REQUIRE(outcome);
    CHECK(rig.place_of(tea(4)) == "aisle");
    CHECK(outcome->verdict == Verdict::recount);
    task = *rig.counting.next("aisle", rig.user);
    outcome = rig.counting.post({task.id, 3'000, "theft", {tea(1), tea(2), tea(4)}}, rig.user);
    REQUIRE(outcome);
    REQUIRE(outcome->verdict == Verdict::to_approve);
    CHECK(rig.place_of(tea(3)) == "aisle");
    REQUIRE(rig.counting.approve(outcome->next_task, rig.other));
    CHECK(rig.place_of(tea(3)) == "LOST");
}

TEST_CASE(
    "a unit seen again is not written off: refused with the reason, then dropped by the rule") {
    GoodsRig rig;
    for (int serial : {1, 2, 3}) {
        rig.in("dock-door", tea(serial));
    }
    const auto propose = [&](int serial, const std::string& reason) {
        const auto seq =
            rig.counting.propose({PlaceId("dock"), "", tea(serial), -1'000, reason}, rig.user);
        REQUIRE(seq);
        return event_ref(rig.ledger.edge(), rig.ledger.line().epoch(), *seq);
    };
    const std::string gone = propose(1, "theft");
    const std::string held = propose(2, "theft");
    const std::string spoilt = propose(3, "damage");
    REQUIRE(rig.tasks.step({held, TaskAct::take, 0, {}}, rig.other));
    for (int serial : {1, 2, 3}) {
        rig.sight("aisle-door", tea(serial));  // In the doorway: it goes nowhere, but it is there.
    }
    const std::string answer = refusal(rig.counting.approve(gone, rig.other));
    CHECK(answer.find("was seen after it was missed") != std::string::npos);
    CHECK(answer.find("tally item trace " + tea(1)) != std::string::npos);
    CHECK_FALSE(rig.counting.approve(held, rig.other));
    CHECK(rig.place_of(tea(1)) == "dock");
    rig.tasks.sweep();
    CHECK(rig.tasks.find(gone)->state == TaskState::dropped);
    CHECK(rig.tasks.find(held)->state == TaskState::taken);  // It is in somebody's hands.
    const Event dropped = rig.events(EventType::task_changed).back();
    CHECK(dropped.by == "rule:tasks");
    CHECK(dropped.data.find("was seen after it was missed: event ") != std::string::npos);
    REQUIRE(rig.counting.approve(spoilt, rig.other));  // To be seen is no news of what is spoilt.
    CHECK(rig.place_of(tea(3)) == "LOST");
    REQUIRE(rig.rig.verify());
}

TEST_CASE("the anomaly of a count ends when what was missed is seen") {
    GoodsRig rig;
    rig.in("dock-door", tea(1));
    for (int round : {1, 2}) {
        const Task task =
            round == 1 ? begin(rig, "dock", "tea") : *rig.counting.next("dock", rig.user);
        REQUIRE(rig.counting.post({task.id, 0, "theft", {}}, rig.user));
    }
    REQUIRE(rig.all_open() == std::vector<std::string>{"count_differs"});
    rig.sight("aisle-door", tea(1));
    rig.tasks.sweep();
    CHECK(rig.all_open().empty());
    CHECK(rig.todo().empty());
}

TEST_CASE("of several missing units each is agreed to, or found, for itself") {
    GoodsRig rig;
    for (int serial : {1, 2}) {
        rig.in("dock-door", tea(serial));
    }
    CountOutcome outcome;
    for (int round : {1, 2}) {
        const Task task =
            round == 1 ? begin(rig, "dock", "tea") : *rig.counting.next("dock", rig.user);
        outcome = *rig.counting.post({task.id, 0, "theft", {}}, rig.user);
    }
    CHECK(rig.all_open() == std::vector<std::string>{"count_differs", "count_differs"});
    CHECK(rig.open(tea(1)) == std::vector<std::string>{"count_differs"});
    CHECK(outcome.next_task == rig.task_id("approve:" + tea(2)));
    REQUIRE(rig.counting.approve(outcome.next_task, rig.other));
    CHECK(rig.open(tea(1)) == std::vector<std::string>{"count_differs"});
    CHECK(rig.open(tea(2)).empty());
    // The other one is missed again: it waits already.
    Task task = begin(rig, "dock", "tea");
    REQUIRE(rig.counting.post({task.id, 0, "theft", {}}, rig.user));
    task = *rig.counting.next("dock", rig.user);
    CHECK(rig.counting.post({task.id, 0, "theft", {}}, rig.user)->next_task ==
          rig.task_id("approve:" + tea(1)));
    CHECK(rig.all_open().size() == 1);
}

TEST_CASE("who has not the count in hand posts nothing, and reasons are a closed list") {
    GoodsRig rig;
    rig.put("aisle", "rice", 1'000);
    const Task task = begin(rig, "aisle", "rice");
    CHECK_FALSE(rig.counting.post({task.id, 1'000, "cycle", {}}, rig.other));
    CHECK(refusal(rig.counting.post({task.id, 1'000, "moon", {}}, rig.user)).find("zero_check") !=
          std::string::npos);
    const auto events = rig.events(EventType::counted).size();
    CHECK(refusal(rig.counting.post({task.id, -1'000, "cycle", {}}, rig.user))
              .find("-1 cannot lie there") != std::string::npos);
    CHECK(rig.events(EventType::counted).size() == events);
    CHECK_FALSE(rig.counting.start(PlaceId("till"), "", rig.user));
    CHECK_FALSE(rig.counting.start(PlaceId("aisle"), "", rig.user));  // It is being counted.
    CHECK(rig.counting.next("attic", rig.user)->id.empty());
    CHECK_FALSE(rig.counting.propose({PlaceId("aisle"), "rice", "", 0, "theft"}, rig.user));
    CHECK_FALSE(rig.counting.propose({PlaceId("aisle"), "tea", "", -1'000, "theft"}, rig.user));
}

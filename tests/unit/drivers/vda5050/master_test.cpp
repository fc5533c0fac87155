// The master of one vehicle: orders from their first message to their end.
#include <nlohmann/json.hpp>

#include "tests/unit/drivers/vda5050/master_bench.hpp"

using namespace tally;
using namespace tally::test;
using std::chrono::seconds;
using Phase = OrderPhase;

namespace {

using Json = nlohmann::json;
using MasterBench = MasterBenchOf<Json>;

Json paper_state() {
    return paper_state_of<Json>();
}

}  // namespace

TEST_CASE(
    "an order is released as base and planned as horizon, and continued at the last base node") {
    MasterBench bench;
    bench.accepted(way("o1", {"n1", "n2", "n3"}, 1));
    CHECK(bench.order().phase == Phase::driving);
    const Json first = bench.sent_on("order").at(0);
    CHECK(first.at("orderUpdateId") == 0);
    REQUIRE(first.at("nodes").size() == 4);
    CHECK(first.at("nodes")[1].at("released") == true);
    CHECK(first.at("nodes")[2].at("released") == false);
    CHECK(first.at("edges")[2].at("sequenceId") == 5);
    CHECK(first.at("edges")[0].at("startNodeId") == "a");

    // The horizon changes its way: n2 and n3 were a plan, no promise.
    REQUIRE(bench.master.update(bench.now, {leg("n2"), leg("n4")}, 1));
    const Json second = bench.sent_on("order").back();
    CHECK(second.at("orderId") == "o1");
    CHECK(second.at("orderUpdateId") == 1);
    REQUIRE(second.at("nodes").size() == 3);
    CHECK(second.at("nodes")[0].at("nodeId") == "n1");
    CHECK(second.at("nodes")[0].at("sequenceId") == 2);
    CHECK(second.at("nodes")[0].at("released") == true);
    CHECK(second.at("nodes")[2].at("nodeId") == "n4");
    CHECK(second.at("nodes")[2].at("sequenceId") == 6);
    CHECK(second.at("edges")[0].at("sequenceId") == 3);
}

TEST_CASE("an action at the stitching node is not told twice") {
    MasterBench bench;
    DriveOrder order = way("o1", {"n1", "n2"}, 1);
    order.legs[0].node.actions = {{"pick-1", "pick", Blocking::hard, {{"stationType", "floor-1"}}}};
    bench.accepted(order);
    CHECK(bench.sent_on("order")[0].at("nodes")[1].at("actions").size() == 1);
    REQUIRE(bench.master.update(bench.now, {leg("n2")}, 1));
    CHECK(bench.sent_on("order").back().at("nodes")[0].at("actions").empty());
}

TEST_CASE("an order is repeated, the same, until the state shows it") {
    MasterBench bench;
    bench.say(paper_state());
    REQUIRE(bench.master.order(bench.now, way("o1", {"n1"}, 1)));
    bench.wait(seconds(7));
    const auto sent = bench.sent_on("order");
    REQUIRE(sent.size() == 3);  // At once, after 2 s, after 4 s more.
    CHECK(sent[0].at("nodes") == sent[2].at("nodes"));
    CHECK(sent[2].at("orderUpdateId") == 0);
    CHECK(sent[2].at("headerId") == 3);
    bench.say(MasterBench::showing("o1", 0, 0, 1, 1));
    bench.wait(seconds(30));
    CHECK(bench.sent_on("order").size() == 3);
}

TEST_CASE("no update before the vehicle has acknowledged the last one") {
    MasterBench bench;
    bench.say(paper_state());
    REQUIRE(bench.master.order(bench.now, way("o1", {"n1", "n2"}, 1)));
    CHECK_FALSE(bench.master.update(bench.now, {leg("n2")}, 1));
    bench.say(MasterBench::showing("o1", 0, 0, 1, 2));
    REQUIRE(bench.master.update(bench.now, {leg("n2")}, 1));
    const auto again = bench.master.update(bench.now, {leg("n3")}, 1);
    REQUIRE_FALSE(again);
    CHECK(again.error().kind == ErrorKind::conflict);
    CHECK(again.error().text.find("not acknowledged") != std::string::npos);
}

TEST_CASE(
    "an order is finished when its last update is acknowledged, all passed, all actions ended") {
    MasterBench bench;
    DriveOrder order = way("o1", {"n1"}, 1);
    order.legs[0].node.actions = {{"p", "pick", Blocking::hard, {}}};
    bench.accepted(order);
    Json state = MasterBench::showing("o1", 0, 1, 1, 1);
    state["actionStates"] = {MasterBench::action("p", "RUNNING")};
    bench.say(state);
    CHECK(bench.order().phase == Phase::driving);
    CHECK(bench.order().passed == 1);
    state["actionStates"] = {MasterBench::action("p", "FINISHED")};
    bench.say(state);
    CHECK(bench.order().phase == Phase::finished);
    REQUIRE(bench.actions.size() == 2);
    CHECK(bench.actions[1].phase == ActionPhase::finished);
    CHECK_FALSE(bench.master.update(bench.now, {leg("n2")}, 1));
    CHECK_FALSE(bench.master.order(bench.now, way("o1", {"n1"}, 1)));  // Ids are never used twice.
    CHECK(bench.master.order(bench.now, way("o2", {"n1"}, 1)));
}

TEST_CASE("at the end of its base with a horizon before it, an order waits and is not finished") {
    MasterBench bench;
    bench.accepted(way("o1", {"n1", "n2"}, 1));
    bench.say(MasterBench::showing("o1", 0, 1, 1, 2));
    CHECK(bench.order().phase == Phase::driving);
    CHECK(bench.order().passed == 1);
}

TEST_CASE("a rejection counts only for the very order and update it names") {
    MasterBench bench;
    bench.say(paper_state());
    REQUIRE(bench.master.order(bench.now, way("o1", {"n1"}, 1)));
    Json state = paper_state();
    state["errors"] = {
        MasterBench::error("orderError", {{"orderId", "o0"}, {"orderUpdateId", "0"}}),
        MasterBench::error("batteryLowError", Json::object())};
    bench.say(state);
    CHECK(bench.order().phase == Phase::sent);
    state["errors"] = {
        MasterBench::error("noRouteError", {{"orderId", "o1"}, {"orderUpdateId", "0"}})};
    bench.say(state);
    CHECK(bench.order().phase == Phase::refused);
    CHECK(bench.order().text.find("drive it by hand") != std::string::npos);
    bench.wait(seconds(20));
    CHECK(bench.sent_on("order").size() == 1);
}

TEST_CASE(
    "an update that is refused leaves the order as it was, and the next one has a new number") {
    MasterBench bench;
    bench.accepted(way("o1", {"n1", "n2"}, 1));
    REQUIRE(bench.master.update(bench.now, {leg("n2")}, 1));
    CHECK(bench.order().base_end == 2);
    Json state = MasterBench::showing("o1", 0, 0, 1, 2);
    state["errors"] = {
        MasterBench::error("orderUpdateError", {{"orderId", "o1"}, {"orderUpdateId", "1"}})};
    bench.say(state);
    CHECK(bench.order().phase == Phase::driving);
    CHECK(bench.order().base_end == 1);
    CHECK(bench.order().text.find("update 1 was refused") != std::string::npos);
    REQUIRE(bench.master.update(bench.now, {leg("n2")}, 1));
    CHECK(bench.sent_on("order").back().at("orderUpdateId") == 2);
}

TEST_CASE("an error of a repetition does not end what the vehicle has taken") {
    MasterBench bench;
    Json state = bench.accepted(way("o1", {"n1"}, 1));
    state["errors"] = {
        MasterBench::error("orderUpdateError", {{"orderId", "o1"}, {"orderUpdateId", "0"}})};
    bench.say(state);
    CHECK(bench.order().phase == Phase::driving);
}

TEST_CASE("a cancelled order is over when the vehicle shows nothing of it, and never continued") {
    MasterBench bench;
    bench.accepted(way("o1", {"n1", "n2"}, 1));
    REQUIRE(bench.master.cancel(bench.now));
    REQUIRE(bench.told("cancelOrder").size() == 1);
    const std::string id = bench.told("cancelOrder")[0].at("actionId");
    CHECK_FALSE(bench.master.update(bench.now, {leg("n2")}, 1));
    bench.wait(seconds(4));
    CHECK(bench.told("cancelOrder").size() == 2);  // Unanswered: the same once more.
    CHECK(bench.told("cancelOrder")[1].at("actionId") == id);
    Json state = MasterBench::showing("o1", 0, 0, 1, 2);
    state["actionStates"] = {MasterBench::action(id, "RUNNING")};
    bench.say(state);
    CHECK(bench.order().phase == Phase::cancelling);
    state = MasterBench::showing("o1", 0, 1, 1, 1);
    state["actionStates"] = {MasterBench::action(id, "FINISHED")};
    bench.say(state);
    CHECK(bench.order().phase == Phase::cancelled);
    bench.wait(seconds(60));
    CHECK(bench.told("cancelOrder").size() == 2);
    CHECK(bench.sent_on("order").size() == 1);
}

TEST_CASE("cancelling an order that never arrived ends with the word that there is none") {
    MasterBench bench;
    bench.say(paper_state());
    REQUIRE(bench.master.order(bench.now, way("o1", {"n1"}, 1)));
    REQUIRE(bench.master.cancel(bench.now));
    bench.say(paper_state());  // Says nothing of it: it may still be on its way.
    CHECK(bench.order().phase == Phase::cancelling);
    const std::string id = bench.told("cancelOrder")[0].at("actionId");
    Json state = paper_state();
    state["errors"] = {MasterBench::error("noOrderToCancel", {{"actionId", id}})};
    bench.say(state);
    CHECK(bench.order().phase == Phase::cancelled);
    bench.wait(seconds(20));
    CHECK(bench.sent_on("order").size() == 1);

    SECTION("and if it arrives after all, it is cancelled again, and a person hears of it") {
        bench.say(MasterBench::showing("o1", 0, 0, 1, 1));
        CHECK(bench.troubled("cancelled_order"));
        REQUIRE(bench.told("cancelOrder").size() == 2);
        CHECK(bench.told("cancelOrder")[1].at("actionId") != id);
    }
}

TEST_CASE("a second cancellation refused as pending does not end the order") {
    MasterBench bench;
    bench.accepted(way("o1", {"n1"}, 1));
    REQUIRE(bench.master.cancel(bench.now));
    const std::string id = bench.told("cancelOrder")[0].at("actionId");
    Json state = MasterBench::showing("o1", 0, 0, 1, 1);
    state["errors"] = {MasterBench::error("noOrderToCancel", {{"actionId", id}})};
    bench.say(state);
    CHECK(bench.order().phase == Phase::cancelling);
}

TEST_CASE("a vehicle that was started anew has lost its order, and says so once") {
    MasterBench bench;
    bench.accepted(way("o1", {"n1", "n2"}, 2));
    bench.vehicle_header = 0;
    bench.say(paper_state());
    CHECK(bench.master.counts().restarts == 1);
    CHECK(bench.order().phase == Phase::lost);
    CHECK(bench.order().text.find("send it again") != std::string::npos);
}

TEST_CASE("an order that the vehicle ended by itself before its end is lost, after a second look") {
    MasterBench bench;
    bench.accepted(way("o1", {"n1", "n2"}, 2));
    bench.say(MasterBench::showing("o1", 0, 1, 1, 1));
    CHECK(bench.order().phase == Phase::driving);
    bench.say(MasterBench::showing("o1", 0, 1, 1, 1));
    CHECK(bench.order().phase == Phase::lost);
}

TEST_CASE("who is where it may not be is told, and its order goes on") {
    MasterBench bench;
    bench.accepted(way("o1", {"n1", "n2"}, 1));
    Json state = MasterBench::showing("o1", 0, 2, 1, 2);
    bench.say(state);
    CHECK(bench.troubled("contradiction"));
    CHECK(bench.order().passed == 0);
    state = MasterBench::showing("o1", 0, 1, 1, 2);
    state["lastNodeId"] = "elsewhere";
    bench.say(state);
    CHECK(bench.troubled("contradiction"));
    state = MasterBench::showing("o1", 0, 0, 2, 2);  // Takes its horizon for released.
    bench.say(state);
    CHECK(bench.troubled("contradiction"));
    CHECK(bench.order().phase == Phase::driving);
}

TEST_CASE("an order is refused here before a vehicle that cannot drive hears of it") {
    struct Row {
        const char* path;
        Json value;
        ErrorKind kind;
    };
    const std::vector<Row> rows{
        {"/operatingMode", "MANUAL", ErrorKind::refused},
        {"/safetyState/eStop", "MANUAL", ErrorKind::refused},
        {"/nodeStates", Json::array({{{"nodeId", "x"}, {"sequenceId", 2}, {"released", true}}}),
         ErrorKind::conflict}};
    for (const Row& row : rows) {
        INFO(row.path);
        MasterBench bench;
        Json state = paper_state();
        state[Json::json_pointer(row.path)] = row.value;
        bench.say(state);
        const auto outcome = bench.master.order(bench.now, way("o1", {"n1"}, 1));
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().kind == row.kind);
        CHECK(bench.sent_on("order").empty());
    }
    MasterBench unheard;
    const auto outcome = unheard.master.order(unheard.now, way("o1", {"n1"}, 1));
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == ErrorKind::offline);
}

TEST_CASE("an order of another master is named, blocks ours, and can be cancelled") {
    MasterBench bench;
    bench.say(MasterBench::showing("theirs", 0, 0, 1, 1));
    CHECK(bench.troubled("foreign_order"));
    CHECK_FALSE(bench.master.order(bench.now, way("o1", {"n1"}, 1)));
    REQUIRE(bench.master.cancel(bench.now));
    CHECK(bench.told("cancelOrder").size() == 1);
    bench.say(paper_state());
    CHECK_FALSE(bench.troubled("foreign_order"));
    bench.wait(seconds(10));  // The cancellation may still be on its way.
    CHECK(bench.master.order(bench.now, way("o1", {"n1"}, 1)));
}

TEST_CASE("what is told at once is repeated until it is spoken of, and followed to its end") {
    MasterBench bench;
    bench.say(paper_state());
    const auto id = bench.master.act(bench.now, "startPause");
    REQUIRE(id);
    bench.wait(seconds(4));
    CHECK(bench.told("startPause").size() == 2);
    Json state = paper_state();
    state["paused"] = true;
    state["actionStates"] = {MasterBench::action(*id, "FINISHED")};
    bench.say(state);
    CHECK(bench.master.status().paused);
    REQUIRE(bench.actions.size() == 1);
    CHECK(bench.actions[0].phase == ActionPhase::finished);
    bench.wait(seconds(20));
    CHECK(bench.told("startPause").size() == 2);

    const auto refused = bench.master.act(bench.now, "startCharging");
    REQUIRE(refused);
    state = paper_state();
    state["errors"] = {MasterBench::error("instantActionError", {{"actionId", *refused}})};
    bench.say(state);
    REQUIRE(bench.actions.size() == 2);
    CHECK(bench.actions[1].phase == ActionPhase::failed);

    const auto seen = bench.master.act(bench.now, "stopPause");
    REQUIRE(seen);
    state = paper_state();
    state["actionStates"] = {MasterBench::action(*seen, "RUNNING")};
    bench.say(state);
    bench.say(paper_state());  // Its end was in a state that got lost.
    CHECK(bench.actions.back().phase == ActionPhase::unknown);
}

TEST_CASE("an action that is never spoken of fails after a minute") {
    MasterBench bench;
    bench.say(paper_state());
    REQUIRE(bench.master.act(bench.now, "dance"));
    for (int i = 0; i < 70; ++i) {
        bench.wait(seconds(1));
        bench.say(paper_state());
    }
    REQUIRE(bench.actions.size() == 1);
    CHECK(bench.actions[0].phase == ActionPhase::failed);
}

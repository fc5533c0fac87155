// From one order to the next: nothing of the old one, and nothing told long ago, may touch the new.
#include <nlohmann/json.hpp>

#include "tests/unit/drivers/vda5050/master_bench.hpp"

using namespace tally;
using namespace tally::test;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

using Json = nlohmann::json;
using MasterBench = MasterBenchOf<Json>;

/// An owner that gives the next order as soon as it hears that the vehicle is idle.
struct Eager final : vda5050::MasterOutlet, VehicleFeed {
    void publish(std::string, std::string) override {}
    void on_vehicle(const DeviceId&, const VehicleStatus& status) override {
        heard.push_back("vehicle");
        if (!given && status.order.phase == OrderPhase::finished) {
            given = true;
            REQUIRE(master.order(now, way("o2", {"n1"}, 1)));
        }
    }
    void on_order(const DeviceId&, const OrderStatus& order) override {
        heard.push_back(order.id + " " + std::string(to_string(order.phase)));
    }
    void on_action(const DeviceId&, const ActionReport& action) override {
        heard.push_back(action.id + " " + std::string(to_string(action.phase)));
    }
    void say(Json state) {
        now.mono = now.mono + seconds(1);
        now.wall.us += 1'000'000;
        state["headerId"] = ++header;
        state["timestamp"] = vda5050::write_time(now.wall);
        master.on_message(now, vda5050::Topic::state, state.dump(), vda5050::Master::Kept::no);
    }

    std::vector<std::string> heard;
    bool given = false;
    std::uint32_t header = 0;
    vda5050::Moment now{MonoTime{1'000'000'000}, WallTime{1'767'225'600'000'000}};
    vda5050::Master master{
        {.vehicle = DeviceId("cart"), .address = {"uagv", "acme", "v1"}, .run = "run"},
        *this,
        *this};
};

}  // namespace

TEST_CASE("the last node of the order before is not taken for a node of the new one") {
    MasterBench bench;
    bench.say(paper_state_of<Json>());
    // a - n1 - a: it stands at a, and says so with the number that its order before had there.
    REQUIRE(bench.master.order(bench.now, way("o2", {"n1", "a"}, 2)));
    Json state = MasterBench::showing("o2", 0, 0, 2, 2);
    state["nodeStates"][1]["nodeId"] = "a";
    state["lastNodeSequenceId"] = 4;
    bench.say(state);
    CHECK(bench.order().phase == OrderPhase::driving);
    CHECK(bench.order().passed == 0);
    CHECK(bench.order().contradiction.empty());
}

TEST_CASE("a cancellation that found nothing to cancel does not end the next order") {
    MasterBench bench;
    bench.say(MasterBench::showing("theirs", 0, 0, 1, 1));
    REQUIRE(bench.master.cancel(bench.now));
    bench.say(paper_state_of<Json>());  // Idle, without a word of the cancellation.
    const std::size_t told = bench.told("cancelOrder").size();
    // It may still be on its way, and would end what comes next.
    const Result<void> early = bench.master.order(bench.now, way("o1", {"n1"}, 1));
    REQUIRE_FALSE(early);
    CHECK(early.error().text.find("a cancellation is still on its way") != std::string::npos);
    bench.wait(seconds(10));
    REQUIRE(bench.master.order(bench.now, way("o1", {"n1"}, 1)));
    bench.wait(seconds(20));
    CHECK(bench.told("cancelOrder").size() == told);
}

TEST_CASE("what is told at once grows old while nobody hears it, and is not sent afterwards") {
    MasterBench bench;
    bench.say(paper_state_of<Json>());
    REQUIRE(bench.master.act(bench.now, "stopPause"));
    bench.master.on_line_lost(bench.now);
    bench.wait(minutes(2));
    REQUIRE(bench.actions.size() == 1);
    CHECK(bench.actions[0].phase == ActionPhase::failed);
    const std::size_t told = bench.told("stopPause").size();
    bench.master.on_line(bench.now);
    bench.say(paper_state_of<Json>());
    bench.wait(seconds(10));
    CHECK(bench.told("stopPause").size() == told);
}

TEST_CASE("an order is not continued by a vehicle that stands by emergency stop") {
    MasterBench bench;
    Json state = bench.accepted(way("o1", {"n1", "n2"}, 1));
    state["safetyState"]["eStop"] = "MANUAL";
    bench.say(state);
    const Result<void> outcome = bench.master.update(bench.now, {leg("n2")}, 1);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == ErrorKind::refused);
    CHECK(bench.order().base_end == 1);
}

TEST_CASE("what an update was refused for is forgotten when the next one is taken") {
    MasterBench bench;
    Json state = bench.accepted(way("o1", {"n1", "n2"}, 1));
    REQUIRE(bench.master.update(bench.now, {leg("n2")}, 1));
    state["errors"] = {
        MasterBench::error("orderUpdateError", {{"orderId", "o1"}, {"orderUpdateId", "1"}})};
    bench.say(state);
    CHECK_FALSE(bench.order().text.empty());
    REQUIRE(bench.master.update(bench.now, {leg("n2")}, 1));
    bench.say(MasterBench::showing("o1", 2, 0, 2, 2));
    CHECK(bench.order().text.empty());
}

TEST_CASE("an owner that gives the next order from within hears the end of the last one first") {
    Eager owner;
    owner.master.on_line(owner.now);
    owner.say(paper_state_of<Json>());
    DriveOrder order = way("o1", {"n1"}, 1);
    order.legs[0].node.actions = {{"p", "pick", Blocking::hard, {}}};
    REQUIRE(owner.master.order(owner.now, order));
    Json state = MasterBench::showing("o1", 0, 1, 1, 1);
    state["actionStates"] = {MasterBench::action("p", "FINISHED")};
    owner.heard.clear();
    owner.say(state);
    CHECK(owner.heard ==
          std::vector<std::string>{"o1 finished", "p finished", "vehicle", "o2 sent"});
}

TEST_CASE("a contradiction stands in the order, and goes when the vehicle is where it may be") {
    MasterBench bench;
    bench.accepted(way("o1", {"n1", "n2"}, 1));
    bench.say(MasterBench::showing("o1", 0, 2, 1, 2));
    REQUIRE_FALSE(bench.orders.empty());
    CHECK(bench.orders.back().contradiction.find("beyond") != std::string::npos);
    bench.say(MasterBench::showing("o1", 0, 1, 1, 2));
    CHECK(bench.orders.back().contradiction.empty());
}

TEST_CASE("two vehicles of one line never share an action id") {
    MasterBench bench;
    bench.say(paper_state_of<Json>());
    const auto id = bench.master.act(bench.now, "startPause");
    REQUIRE(id);
    CHECK(id->find("cart") != std::string::npos);
}

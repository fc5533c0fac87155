// The vehicles of the example site as its config wires them, in virtual time: driver, fleet and
// desk over the broker model, on a real ledger whose disk the test holds in its hand.
#include "firmware/site/fleet_wiring.hpp"

#include <catch2/catch.hpp>

#include "firmware/services/api/fleet_findings.hpp"
#include "sim/devices/vda5050_agv/agv.hpp"
#include "sim/kernel/broker.hpp"
#include "sim/kernel/streams.hpp"
#include "tests/support/goods_rig.hpp"
#include "tests/support/places.hpp"

using namespace tally;
using namespace std::chrono_literals;

namespace {

EdgeConfig example() {
    return load_edge(test::source_dir() + "/deploy/example/back.toml").value().value;
}

/// Of the three vehicles the first two are there; the second was then pushed on to a crossing where
/// nobody planned it.
struct Yard {
    Yard() {
        broker.set_rights("fleet", sim::BrokerRights::everything());
        broker.set_rights("agv", sim::BrokerRights::everything());
        add("agv1", "a0c0", 0, 0);
        add("agv2", "a1c0", 4, 0);
        auto made = FleetWiring::make(config, *bus, ports(), services());
        REQUIRE(made);
        wiring = std::move(*made);
        wiring->start();
        run(2s);
        REQUIRE(wiring->fleet().take_off(DeviceId("agv3")));
        run(8s);
        buses.back()->disconnect();  // it must not know the vehicle any more
        agvs.pop_back();
        add("agv2", "a1c1", 4, 12);
        run(10s);
    }
    FleetWiring::Services services() {
        return {no_buses, base.inventory, base.ledger, base.tasks,
                [](const DeviceId&) { return true; }};
    }
    DriverPorts ports() { return {streams.of(box), box, box, box, box}; }
    void add(const std::string& serial, const std::string& node, double x, double y) {
        sim::Node& at = base.rig.kernel.add_node(
            {.name = serial + "-" + std::to_string(agvs.size() + buses.size())});
        buses.push_back(broker.client(at, "agv"));
        sim::agv::Setup setup;
        setup.serial = serial;
        setup.node = node;
        setup.x = x;
        setup.y = y;
        agvs.push_back(
            std::make_unique<sim::agv::Agv>(sim::agv::Agv::Ports{*buses.back(), at, at}, setup));
        agvs.back()->power_on();
    }
    void run(Duration span) { base.rig.run(span); }
    FleetRow row(std::size_t i) { return wiring->desk().rows().at(i); }
    Result<Seq> order(HandAct act, const std::string& agv, const std::string& place = {},
                      const std::string& reason = {}) {
        HandWish wish;
        wish.act = act;
        wish.vehicle = DeviceId(agv);
        wish.place = place;
        wish.reason = reason;
        return wiring->desk().order(wish, base.user);
    }

    test::GoodsRig base;
    EdgeConfig config = example();
    Buses no_buses{EdgeConfig(), {}};  // It has no doors.
    sim::Node& box = base.rig.node;
    sim::Node& host = base.rig.kernel.add_node({.name = "broker"});
    sim::Network network{base.rig.kernel, {}};
    sim::Streams streams{base.rig.kernel, network};
    sim::SimBroker broker{base.rig.kernel, network, host, {}};
    std::unique_ptr<MessageBus> bus = broker.client(box, "fleet");
    std::vector<std::unique_ptr<MessageBus>> buses;
    std::vector<std::unique_ptr<sim::agv::Agv>> agvs;
    std::unique_ptr<FleetWiring> wiring;
};

bool has(const Result<Seq>& refused, const std::string& part) {
    return !refused && refused.error().text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a vehicle of the config drives where a person sends it, and the ledger says who did") {
    Yard yard;
    REQUIRE(yard.wiring->connected());
    REQUIRE(yard.row(1).phase == FleetPhase::held);
    REQUIRE(yard.order(HandAct::release, "agv2", "a1c1", "pushed there, seen"));
    yard.run(5s);
    REQUIRE(yard.row(1).phase == FleetPhase::idle);
    REQUIRE(yard.order(HandAct::send, "agv1", "a0c2"));
    yard.run(90s);
    CHECK(yard.agvs[0]->truth().last_node == "a0c2");
    REQUIRE(yard.order(HandAct::send, "agv1", "packing"));  // A place with a stop, at a0c0.
    yard.run(90s);
    CHECK(yard.agvs[0]->truth().last_node == "a0c0");
    const std::vector<Event> told = yard.base.events(EventType::fleet_ordered);
    REQUIRE(told.size() == 3);
    CHECK(told[0].by == "user:li.wei");
    const HandOrder freed = *decode_hand_order(told[0].data);
    CHECK(freed.act == HandAct::release);
    CHECK(freed.phase == "held");
    CHECK(freed.node == "a1c0");
    CHECK(freed.why.find("it says that it stands at a1c1") != std::string::npos);
    CHECK(yard.wiring->desk().last_order(DeviceId("agv1"))->what.place == "packing");
    CHECK(yard.base.rig.verify());
}

TEST_CASE("a finding says who stands, since when, where, why, and what to do") {
    Yard yard;
    const FleetView view{yard.wiring->desk(), yard.wiring->doors(), yard.config.fleet, "broker",
                         [] { return true; }};
    yard.agvs[0]->set_emergency_stop(true);
    yard.run(40s);
    const Finding stopped = fleet_findings(view).at(1);
    CHECK(stopped.level == Finding::Level::error);
    CHECK(stopped.subject == "agv1");
    CHECK(stopped.text.find("has stood at a0c0 for 3") == 0);
    CHECK(stopped.text.find("stands by emergency stop") != std::string::npos);
    CHECK(stopped.next.find("tally agv release agv1") != std::string::npos);
    yard.agvs[0]->set_emergency_stop(false);
    yard.run(10s);
    CHECK(fleet_findings(view).at(1).level == Finding::Level::ok);
}

TEST_CASE(
    "a factsheet that contradicts the config is told in the row and a finding, and stops nobody") {
    const auto all_of = [](Yard& yard) {
        return fleet_findings({yard.wiring->desk(), yard.wiring->doors(), yard.config.fleet,
                               "broker", [] { return true; }});
    };
    Yard yard;
    CHECK(all_of(yard).size() == 1 + yard.config.fleet.vehicles.size());  // It agrees.
    sim::agv::Setup setup;
    setup.serial = "agv1";
    setup.node = "a0c0";
    setup.length = 1.2;
    yard.agvs[0]->power_off();
    sim::Node& at = yard.base.rig.kernel.add_node({.name = "longer"});
    yard.buses.push_back(yard.broker.client(at, "agv"));
    yard.agvs[0] =
        std::make_unique<sim::agv::Agv>(sim::agv::Agv::Ports{*yard.buses.back(), at, at}, setup);
    yard.agvs[0]->power_on();
    yard.run(10s);
    REQUIRE(yard.row(0).status.troubles.size() == 1);
    CHECK(yard.row(0).status.troubles[0].kind == "factsheet");
    const std::vector<Finding> found = all_of(yard);
    CHECK(found.at(1).level == Finding::Level::ok);
    CHECK(found.at(2).level == Finding::Level::warning);
    CHECK(found.at(2).check == "factsheet");
    CHECK(found.at(2).subject == "agv1");
    CHECK(found.at(2).text.find("clearance_mm in [fleet] keeps centres only 900 mm apart") !=
          std::string::npos);
    REQUIRE(yard.order(HandAct::release, "agv2", "a1c1", "pushed there, seen"));
    REQUIRE(yard.order(HandAct::send, "agv1", "a0c2"));
    yard.run(90s);
    CHECK(yard.agvs[0]->truth().last_node == "a0c2");
}

TEST_CASE("nothing is done before the ledger says so durably") {
    Yard yard;
    yard.base.rig.journal->deaf = true;
    REQUIRE(yard.order(HandAct::release, "agv2", "a1c1", "seen"));
    yard.run(30s);
    CHECK(yard.row(1).phase == FleetPhase::held);
}

TEST_CASE("what cannot be done is refused with its reason and leaves no event") {
    Yard yard;
    const Seq before = yard.base.ledger.line().seq();
    CHECK(has(yard.order(HandAct::pause, "agv3"), "see that it is switched on"));
    CHECK(has(yard.order(HandAct::pause, "agv9"), "there is no vehicle 'agv9'"));
    CHECK(has(yard.order(HandAct::send, "agv1", "nowhere"), "there is no node 'nowhere'"));
    CHECK(has(yard.order(HandAct::send, "agv2", "a0c1"), "is held"));
    CHECK(has(yard.order(HandAct::resume, "agv2"), "once it is released"));
    CHECK(has(yard.order(HandAct::release, "agv1", "a0c0", "seen"),
              "only one that is lost, held or standing"));
    CHECK(has(yard.order(HandAct::release, "agv2", "a1c1"), "who saw the vehicle"));
    CHECK(has(yard.order(HandAct::release, "agv2", "a0c0", "seen"), "track"));
    CHECK(has(yard.order(HandAct::take_off, "agv2"), "who saw that the vehicle is off"));
    CHECK(has(yard.order(HandAct::take_off, "agv1", {}, "seen"),
              "only one that is lost, held or standing"));
    CHECK(has(yard.order(HandAct::drop, "", {}, "why"), "there is no mission"));
    CHECK(has(yard.order(HandAct::block, "", "a0c0", "why"), "no lane leads"));
    const HandWish open{HandAct::unblock, {}, "a0c0", {}, "a0c1", {}, false, {}, false};
    CHECK(has(yard.wiring->desk().order(open, yard.base.user), "is not closed"));
    CHECK(yard.base.ledger.line().seq() == before);
}

TEST_CASE("what could not be done after all is a second event that says so") {
    Yard yard;
    HandWish wish{HandAct::block, {}, "a0c0", "glass on the floor", "a0c1", 2min, false, {}, false};
    REQUIRE(yard.wiring->desk().order(wish, yard.base.user));
    yard.run(1s);
    wish.act = HandAct::unblock;
    REQUIRE(yard.wiring->desk().order(wish, yard.base.user));
    REQUIRE(yard.wiring->desk().order(wish, yard.base.user));  // Before the first is durable.
    yard.run(5s);
    const std::vector<Event> told = yard.base.events(EventType::fleet_ordered);
    REQUIRE(told.size() == 4);
    CHECK(decode_hand_order(told[1].data)->refused.empty());
    CHECK(decode_hand_order(told[2].data)->refused.empty());
    const HandOrder last = *decode_hand_order(told[3].data);
    CHECK(last.act == HandAct::unblock);
    CHECK(last.refused.find("is not closed") != std::string::npos);
}

TEST_CASE("a road that a person closes is closed, and open again after its time") {
    Yard yard;
    REQUIRE(yard.order(HandAct::release, "agv2", "a1c1", "seen"));
    HandWish wish{HandAct::block, {}, "a0c0", "glass on the floor", "a0c1", 2min, false, {}, false};
    REQUIRE(yard.wiring->desk().order(wish, yard.base.user));
    yard.run(1s);
    REQUIRE(yard.wiring->desk().blocks().size() == 1);
    CHECK(yard.wiring->desk().blocks()[0].reason == "glass on the floor");
    REQUIRE(yard.order(HandAct::send, "agv1", "a0c1"));
    yard.run(20s);
    CHECK(yard.row(0).node.substr(0, 3) != "a0c0~a0c1");  // It takes another way.
    yard.run(2min);
    CHECK(yard.wiring->desk().blocks().empty());
    const HandOrder told = *decode_hand_order(yard.base.events(EventType::fleet_ordered)[1].data);
    CHECK(told.act == HandAct::block);
    CHECK(told.place == "a0c0");
    CHECK(told.to == "a0c1");
}

TEST_CASE("a road that a person closed stays closed over a restart, until its time or his word") {
    Yard yard;
    const auto close = [&](const std::string& from, const std::string& to, Duration span) {
        HandWish wish{HandAct::block, {}, from, "glass on the floor", to, span, true, {}, false};
        REQUIRE(yard.wiring->desk().order(wish, yard.base.user));
        yard.run(1s);
    };
    close("a0c0", "a0c1", 10min);
    close("a1c1", "a1c0", 1min);
    close("a2c0", "a2c1", 10min);
    HandWish open{HandAct::unblock, {}, "a2c1", {}, "a2c0", {}, false, {}, false};
    REQUIRE(yard.wiring->desk().order(open, yard.base.user));
    yard.run(2min);
    yard.wiring->stop();
    auto again = FleetWiring::make(yard.config, *yard.bus, yard.ports(), yard.services());
    REQUIRE(again);
    yard.wiring = std::move(*again);
    yard.wiring->start();
    const std::vector<RoadBlock> blocks = yard.wiring->desk().blocks();
    REQUIRE(blocks.size() == 1);
    CHECK(blocks[0].from == "a0c0");
    CHECK(blocks[0].reason == "glass on the floor");
    CHECK(blocks[0].inside == RoadBlock::Inside::stands);
    CHECK(blocks[0].span < 8min);
    CHECK(blocks[0].span > 7min);
    // The rows alone say the same.
    std::vector<StateRow> rows;
    yard.base.ledger.registers().fleet().add_rows("back", rows);
    FleetBook loaded;
    for (const StateRow& row : rows) {
        REQUIRE(FleetBook::owns(row.kind));
        REQUIRE(loaded.load(row));
    }
    CHECK(loaded.roads() == yard.base.ledger.registers().fleet().roads());
    yard.run(8min);
    CHECK(yard.wiring->desk().blocks().empty());
}

TEST_CASE("who was taken off the floor is off it after a restart, until it has been heard once") {
    Yard yard;
    const auto restart = [&yard] {
        yard.wiring->stop();
        auto again = FleetWiring::make(yard.config, *yard.bus, yard.ports(), yard.services());
        REQUIRE(again);
        yard.wiring = std::move(*again);
        yard.wiring->start();
        yard.run(10s);
    };
    const auto book = [&yard]() -> const FleetBook& {
        return yard.base.ledger.registers().fleet();
    };
    REQUIRE(yard.order(HandAct::release, "agv2", "a1c1", "pushed there, seen"));
    REQUIRE(yard.order(HandAct::take_off, "agv3", {}, "in the workshop"));
    yard.run(5s);
    restart();
    CHECK(yard.row(2).is_off_floor);
    CHECK_FALSE(yard.row(2).is_unknown);
    REQUIRE(yard.order(HandAct::send, "agv1", "a0c1"));
    yard.run(60s);
    CHECK(yard.agvs[0]->truth().last_node == "a0c1");
    // The rows alone say the same.
    std::vector<StateRow> rows;
    book().add_rows("back", rows);
    FleetBook loaded;
    for (const StateRow& row : rows) {
        REQUIRE(FleetBook::owns(row.kind));
        REQUIRE(loaded.load(row));
    }
    CHECK(loaded.off_floor() == book().off_floor());
    REQUIRE(loaded.off_floor().size() == 1);

    // Back from the workshop for a moment; nobody knows where it lies now.
    yard.add("agv3", "a3c1", 12, 12);
    yard.run(10s);
    CHECK(yard.row(2).node == "a3c1");
    const HandOrder back =
        *decode_hand_order(yard.base.events(EventType::fleet_ordered).back().data);
    CHECK(back.act == HandAct::back);
    CHECK(back.place == "a3c1");
    CHECK(yard.base.events(EventType::fleet_ordered).back().by == "device:agv3");
    CHECK(book().off_floor().empty());
    yard.agvs.back()->power_off();
    restart();
    CHECK_FALSE(yard.row(2).is_off_floor);
    CHECK(yard.row(2).is_unknown);
    REQUIRE(yard.order(HandAct::take_off, "agv3", {}, "in the workshop again"));
    REQUIRE(yard.order(HandAct::release, "agv3", "a3c1", "no, there it stands"));
    yard.run(1s);
    CHECK(book().off_floor().empty());
    CHECK_FALSE(yard.row(2).is_off_floor);
}

TEST_CASE("while it is not durable that one is back on the floor, it has not agreed to anything") {
    Yard yard;
    REQUIRE(yard.order(HandAct::release, "agv2", "a1c1", "pushed there, seen"));
    yard.run(10s);
    yard.base.rig.journal->deaf = true;
    yard.add("agv3", "a3c1", 12, 12);
    yard.run(30s);
    CHECK_FALSE(yard.row(2).is_placed);
    CHECK(yard.row(2).text.find("once that is written down") != std::string::npos);
}

TEST_CASE("vehicles that cannot be driven as the config says are refused at the start") {
    Yard yard;
    EdgeConfig config = example();
    config.fleet.vehicles[0].maker = "a/b";
    CHECK_FALSE(FleetWiring::make(config, *yard.bus, yard.ports(), yard.services()));
    config = example();
    config.fleet.vehicles[0].start = "z9";
    const auto made = FleetWiring::make(config, *yard.bus, yard.ports(), yard.services());
    REQUIRE_FALSE(made);
    CHECK(made.error().text.find("agv1") != std::string::npos);
}

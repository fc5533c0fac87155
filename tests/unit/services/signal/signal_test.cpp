// What a gate's lamps and barrier do, from the ledger to the coils of an emulated module; and what
// they do not do before it is durable.
#include "tests/support/signal_rig.hpp"

namespace tally {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::SignalRig;
using test::tea;

const GateId kGate("dock-door");
/// Numbered as ours, of a GTIN that no product has.
std::string forged() {
    const auto fields =
        sgtin_from_gtin({.gtin = "80614141999992", .company_digits = 7, .filter = 1, .serial = 1});
    REQUIRE(fields);
    return encode_gs1(*fields)->str();
}

std::string only_alarm(SignalRig& rig) {
    const auto& open = rig.base.ledger.registers().anomalies();
    REQUIRE(open.size() == 1);
    return open.begin()->first;
}

TEST_CASE("a gate that sees is green and its barrier at rest; one that does not flashes red") {
    SignalRig rig;
    rig.sees = false;
    rig.start();
    CHECK(rig.red_flashes());
    CHECK(rig.health().read->light == Light::red_flashing);
    rig.sees = true;
    rig.run(seconds(6));
    CHECK(rig.relays().state() == "coils 0 3, barrier open");
    CHECK(rig.health().read->light == Light::green);
    CHECK(rig.health().read->barrier == BarrierPosition::opened);
    CHECK(rig.orders() == 1);
    rig.sees = false;
    CHECK(rig.red_flashes());
    CHECK_FALSE(rig.relays().coil(0));
}

TEST_CASE("a tag of ours that nobody commissioned: red, barrier shut, until a person says so") {
    SignalRig rig;
    rig.start();
    rig.run(seconds(6));
    rig.base.sight("dock-door", forged());
    rig.run(seconds(4));
    CHECK(rig.relays().state() == "coils 2, barrier closed");
    const auto orders = rig.base.events(EventType::barrier_ordered);
    REQUIRE(orders.size() == 2);
    CHECK(orders[1].by == "rule:signal");
    CHECK(decode_barrier_data(orders[1].data)->order == BarrierOrder::closed);
    REQUIRE(
        rig.base.inventory.resolve_anomaly(only_alarm(rig), "a sample of ours", rig.base.user, {}));
    rig.run(seconds(4));
    CHECK(rig.relays().state() == "coils 0 3, barrier open");
}

TEST_CASE("an undecided passage is yellow at its own gate and the barrier stays") {
    SignalRig rig;
    rig.start();
    rig.run(seconds(6));
    rig.base.pass("aisle-door", PassageOutcome::undecided, tea(1));
    rig.run(seconds(1));
    CHECK(rig.relays().coil(0));  // Of another gate.
    rig.base.pass("dock-door", PassageOutcome::undecided, tea(2));
    rig.run(seconds(1));
    CHECK(rig.relays().state() == "coils 1 3, barrier open");
    CHECK(rig.orders() == 1);
}

TEST_CASE("no lamp turns and no barrier moves before the ledger holds why") {
    SignalRig rig;
    rig.start();
    rig.run(seconds(6));
    rig.base.rig.journal->deaf = true;
    rig.base.sight("dock-door", forged());
    rig.run(seconds(2));
    CHECK(rig.base.ledger.registers().signals().barrier("dock-door")->what.order ==
          BarrierOrder::closed);
    CHECK(rig.relays().coil(3));
    CHECK_FALSE(rig.relays().coil(2));
}

TEST_CASE("a person's order stands against the rules until it is taken back, over a restart too") {
    SignalRig rig;
    rig.start();
    rig.run(seconds(6));
    REQUIRE(rig.service->order(kGate, BarrierOrder::closed, "truck is searched", rig.base.user));
    rig.run(seconds(4));
    CHECK(rig.relays().state() == "coils 0, barrier closed");
    const auto again = rig.service->order(kGate, BarrierOrder::closed, "once more", rig.base.user);
    REQUIRE_FALSE(again);
    CHECK(again.error().text.find("held closed already, by user:li.wei") != std::string::npos);

    rig.stop();
    rig.relays().faults().blink = 1;  // The module lost power with the box.
    rig.start();
    rig.run(seconds(8));
    CHECK_FALSE(rig.relays().coil(3));
    const std::size_t before = rig.orders();
    REQUIRE(rig.service->order(kGate, std::nullopt, "search is over", rig.base.user));
    rig.run(seconds(4));
    CHECK(rig.relays().coil(3));
    CHECK(rig.orders() == before + 1);
    const auto nothing = rig.service->order(kGate, std::nullopt, "again", rig.base.user);
    REQUIRE_FALSE(nothing);
    CHECK(nothing.error().kind == ErrorKind::conflict);
    CHECK_FALSE(rig.service->order(GateId("exit"), BarrierOrder::open, "no", rig.base.user));
}

TEST_CASE("a reader that is away for a moment moves no barrier; the books do not flap") {
    SignalRig rig;
    rig.start();
    rig.run(seconds(6));
    rig.base.sight("dock-door", forged());
    rig.run(seconds(1));
    const std::size_t before = rig.orders();
    for (int i = 0; i < 10; ++i) {
        rig.sees = !rig.sees;
        rig.run(seconds(3));
    }
    CHECK(rig.orders() == before);
}

TEST_CASE("a silent module is blind and its state unknown; it is set right when it comes back") {
    SignalRig rig;
    rig.start();
    rig.run(seconds(6));
    rig.rack.gateway().faults(SignalRig::kUnit).dead = 1;
    rig.run(seconds(10));
    CHECK_FALSE(rig.health().read->light);
    CHECK(rig.health().read->barrier == BarrierPosition::unknown);
    const auto blind = rig.base.events(EventType::blind_began);
    REQUIRE(blind.size() == 1);
    CHECK(decode_blind_data(blind[0].data)->device == "dock-signal");
    CHECK(decode_blind_data(blind[0].data)->cause == "silent");
    rig.relays().faults().blink = 1;
    rig.rack.gateway().faults(SignalRig::kUnit).dead = 0;
    rig.run(seconds(40));
    CHECK(rig.base.events(EventType::blind_ended).size() == 1);
    CHECK(rig.relays().state() == "coils 0 3, barrier open");
    CHECK(rig.orders() == 1);
}

TEST_CASE("a coil that does not follow and a barrier that is stuck are anomalies that end") {
    const bool coil = GENERATE(true, false);
    INFO((coil ? "welded coil" : "stuck barrier"));
    SignalRig rig;
    rig.start();
    rig.run(seconds(6));
    if (coil) {
        rig.relays().faults().welded = 3;  // Coil 2, the red lamp.
    } else {
        rig.relays().faults().stuck = 1;
    }
    rig.base.sight("dock-door", forged());
    rig.run(seconds(10));
    std::vector<std::string> kinds;
    for (const auto& [id, open] : rig.base.ledger.registers().anomalies()) {
        kinds.push_back(open.what.kind);
    }
    CHECK(kinds == std::vector<std::string>{"unknown_tag", "signal_fault"});
    CHECK(rig.health().read->fault == SignalFault::disobeys);
    CHECK(rig.health().read->light == (coil ? Light::dark : Light::red));
    rig.relays().faults() = {};
    rig.run(seconds(10));
    CHECK(rig.base.ledger.registers().anomalies().size() == 1);
    CHECK(rig.health().read->fault == SignalFault::none);
}

TEST_CASE("a module that lost its coils is set again, and coils of others are left alone") {
    SignalRig rig;
    rig.start();
    rig.run(seconds(6));
    const std::uint64_t before = rig.relays().writes();
    rig.run(seconds(30));
    CHECK(rig.relays().writes() == before);  // What is right is not written again.
    REQUIRE(rig.relays().put(sim::ModbusTable::coils, 6, 1));
    rig.relays().faults().blink = 1;
    rig.run(seconds(1));
    CHECK(rig.relays().coil(0));
    CHECK(rig.relays().coil(3));
    CHECK_FALSE(rig.relays().coil(6));
    CHECK(rig.base.ledger.registers().anomalies().empty());
}

TEST_CASE("the lamp test shows each light, says what was read back, and ends as it began") {
    SignalRig rig;
    rig.start();
    rig.run(seconds(6));
    if (GENERATE(false, true)) {
        rig.relays().faults().welded = 2;  // Yellow.
    }
    std::optional<std::vector<LampTestStep>> steps;
    rig.service->test(kGate, [&](auto result) { steps = *result; });
    bool refused = false;
    rig.service->test(kGate, [&](auto result) { refused = !result; });
    CHECK(refused);
    rig.run(seconds(10));
    REQUIRE(steps);
    REQUIRE(steps->size() == 4);
    const bool welded = rig.relays().faults().welded != 0;
    for (const LampTestStep& step : *steps) {
        INFO(to_string(step.told));
        CHECK((step.shown == step.told) != (welded && step.told == Light::yellow));
    }
    CHECK(rig.relays().coil(0));
    CHECK(rig.relays().coil(3));
    CHECK(rig.orders() == 1);
}

TEST_CASE("an orderly stop leaves dark lamps and the barrier where it is") {
    SignalRig rig;
    rig.start();
    rig.run(seconds(6));
    bool done = false;
    rig.service->stop();
    rig.driver->stop([&] { done = true; });
    rig.run(seconds(2));
    CHECK(done);
    CHECK(rig.relays().state() == "coils 3, barrier open");
}

}  // namespace
}  // namespace tally

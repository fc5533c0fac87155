#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "sim/kernel/fault_injector.hpp"

using namespace tally;
using namespace tally::sim;
using namespace std::chrono_literals;

namespace {

const FaultBounds kBounds{.nodes = {"a", "b"}, .broker = "broker", .until = 60s};

struct World {
    Kernel kernel{{}};
    Node& a = kernel.add_node({.name = "a"});
    Node& b = kernel.add_node({.name = "b"});
    Node& host = kernel.add_node({.name = "broker"});
    Network network{kernel, {}};
    Streams streams{kernel, network};
    SimBroker broker{kernel, network, host, {}};
    std::string lives;

    void inject_one(const Fault& fault) {
        FaultPlan plan;
        plan.faults = {fault};
        inject(plan, {.kernel = kernel,
                      .network = network,
                      .streams = streams,
                      .broker = broker,
                      .on_down = [this](Node& node) { lives += "-" + node.name(); },
                      .on_up = [this](Node& node) { lives += "+" + node.name(); }});
    }
};

}  // namespace

TEST_CASE("a plan is a function of its seed, and every fault ends in time") {
    CHECK(describe(draw_faults(Prng(7), kBounds)) == describe(draw_faults(Prng(7), kBounds)));
    CHECK(describe(draw_faults(Prng(7), kBounds)) != describe(draw_faults(Prng(8), kBounds)));
    std::size_t faults = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const FaultPlan plan = draw_faults(Prng(seed), kBounds);
        faults += plan.faults.size();
        CHECK(plan.faults.size() <= kBounds.faults_max);
        CHECK(plan.link.latency_min <= plan.link.latency_max);
        for (const Fault& fault : plan.faults) {
            CHECK(fault.at >= 0s);
            CHECK(fault.at + fault.lasts <= kBounds.until);
            CHECK(fault.node != fault.other);
        }
        CHECK(std::is_sorted(plan.faults.begin(), plan.faults.end(),
                             [](const Fault& x, const Fault& y) { return x.at < y.at; }));
    }
    CHECK(faults > 800);
}

TEST_CASE("a plan describes itself in full: options by name, faults with time, kind and nodes") {
    FaultPlan plan;
    plan.drift_ppm["a"] = -12;
    plan.faults = {
        {.kind = FaultKind::partition, .at = 1500ms, .node = "a", .other = "b", .lasts = 2s},
        {.kind = FaultKind::step_wall, .at = 3s, .node = "a", .step = -1h}};
    const auto lines = describe(plan);
    REQUIRE(lines.size() == 14 + 11 + 1 + 2);
    CHECK(lines[0] == "link.latency_min_us=100");
    CHECK(lines[14] == "broker.retained_on_restart=kept");
    CHECK(lines[25] == "node.a.drift_ppm=-12");
    CHECK(lines[26] == "fault at_ms=1500 kind=partition node=a other=b lasts_ms=2000");
    CHECK(lines[27] == "fault at_ms=3000 kind=step_wall node=a step_ms=-3600000");
}

TEST_CASE("faults happen at their time and are taken back after it") {
    World world;
    SECTION("a killed process and a power cut come back") {
        for (const FaultKind kind : {FaultKind::kill_process, FaultKind::cut_power}) {
            world.lives.clear();
            const std::uint64_t life = world.a.life();
            world.inject_one({.kind = kind,
                              .at = world.kernel.now() + 1s - MonoTime{},
                              .node = "a",
                              .lasts = 5s});
            world.kernel.run_for(999ms);
            CHECK(world.a.alive());
            world.kernel.run_for(1s);
            CHECK_FALSE(world.a.alive());
            CHECK(world.a.powered() == (kind == FaultKind::kill_process));
            CHECK(world.lives == "-a");
            world.kernel.run_for(5s);
            CHECK(world.a.alive());
            CHECK(world.a.life() == life + 1);
            CHECK(world.lives == "-a+a");
        }
    }
    SECTION("a partition heals") {
        world.inject_one(
            {.kind = FaultKind::partition, .at = 1s, .node = "a", .other = "b", .lasts = 5s});
        world.kernel.run_for(2s);
        CHECK_FALSE(world.network.reachable(world.b, world.a));
        CHECK(world.network.reachable(world.a, world.host));
        world.kernel.run_for(5s);
        CHECK(world.network.reachable(world.b, world.a));
    }
    SECTION("the wall clock moves") {
        const WallTime before = world.a.wall_now();
        world.inject_one({.kind = FaultKind::step_wall, .at = 1s, .node = "a", .step = -1h});
        world.kernel.run_for(1s);
        CHECK(world.a.wall_now() == WallTime{before.us + 1'000'000 - 3'600'000'000});
    }
}

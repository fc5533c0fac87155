#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "sim/kernel/kernel.hpp"

using namespace tally;
using namespace tally::sim;
using namespace std::chrono_literals;

TEST_CASE("a node's monotonic clock has its own start and runs with its drift") {
    struct Row {
        std::int32_t drift_ppm;
        std::int64_t elapsed_ns;
    };
    for (const Row& row :
         {Row{0, 10'000'000'000}, Row{100, 10'001'000'000}, Row{-100, 9'999'000'000}}) {
        Kernel kernel({});
        Node& node =
            kernel.add_node({.name = "n", .mono_start = MonoTime{77}, .drift_ppm = row.drift_ppm});
        CHECK(node.mono_now() == MonoTime{77});
        kernel.run_for(10s);
        CHECK(node.mono_now() == MonoTime{77 + row.elapsed_ns});
    }
}

TEST_CASE("a timer never fires before the node's own clock says so, nor a tick later") {
    for (const std::int32_t drift_ppm : {0, 1, -1, 317, -317, 10'000, -10'000}) {
        Kernel kernel({});
        Node& node = kernel.add_node({.name = "n", .drift_ppm = drift_ppm});
        kernel.run_for(1234567ns);
        for (const Duration delay :
             {Duration(0), Duration(1), Duration(999'999), Duration(3s), Duration(25h)}) {
            const MonoTime due = node.mono_now() + delay;
            bool fired = false;
            node.after(delay, [&] {
                fired = true;
                CHECK(node.mono_now() >= due);
                CHECK(node.mono_now() - due <= Duration(1));
            });
            kernel.run_for(30h);
            CHECK(fired);
        }
    }
}

TEST_CASE("the wall clock steps and jumps back while the monotonic clock runs on") {
    Kernel kernel({});
    Node& node = kernel.add_node({.name = "n", .wall_start = WallTime{5'000'000}});
    kernel.run_for(1s);
    CHECK(node.wall_now() == WallTime{6'000'000});
    const MonoTime before = node.mono_now();
    node.step_wall(-4s);
    CHECK(node.wall_now() == WallTime{2'000'000});
    node.step_wall(1h);
    CHECK(node.wall_now() == WallTime{3'602'000'000});
    CHECK(node.mono_now() == before);
}

TEST_CASE("tasks of a killed node never run, also not in its next life") {
    Kernel kernel({});
    Node& node = kernel.add_node({.name = "n"});
    int runs = 0;
    node.after(1s, [&] { ++runs; });
    node.kill(Death::process);
    CHECK(node.after(1ms, [&] { ++runs; }) != 0);
    node.restart();
    kernel.run_for(10s);
    CHECK(runs == 0);
    node.after(1s, [&] { ++runs; });
    kernel.run_for(10s);
    CHECK(runs == 1);
}

TEST_CASE("a node that kills itself has no further effect in that task") {
    Kernel kernel({});
    Node& node = kernel.add_node({.name = "n"});
    int runs = 0;
    node.after(1ms, [&] {
        node.kill(Death::process);
        node.report(Severity::error, "gate g1", "from beyond");
        node.after(1ms, [&] { ++runs; });
    });
    kernel.run_for(1s);
    CHECK(runs == 0);
    CHECK(node.reported(Severity::error) == 0);
}

TEST_CASE("a process restart keeps the monotonic clock, a power cut starts it over") {
    Kernel kernel({});
    Node& node = kernel.add_node({.name = "n", .mono_start = MonoTime{500}});
    kernel.run_for(10s);
    node.kill(Death::process);
    CHECK(node.powered());
    kernel.run_for(1s);
    node.restart();
    CHECK(node.mono_now() == MonoTime{500 + 11'000'000'000});
    const WallTime wall = node.wall_now();
    node.kill(Death::power);
    CHECK_FALSE(node.powered());
    kernel.run_for(1s);
    node.restart();
    CHECK(node.mono_now() == MonoTime{500});
    CHECK(node.wall_now() == WallTime{wall.us + 1'000'000});
    CHECK(node.life() == 3);
}

TEST_CASE("draws of a node depend on seed, name and life, not on other nodes") {
    const auto draws = [](std::uint64_t seed, bool with_other, bool second_life) {
        Kernel kernel({.seed = seed});
        if (with_other) {
            kernel.add_node({.name = "other"}).next_u64();
        }
        Node& node = kernel.add_node({.name = "n"});
        if (second_life) {
            node.kill(Death::process);
            node.restart();
        }
        const std::uint64_t first = node.next_u64();
        const std::uint64_t second = node.next_u64();
        return std::pair{first, second};
    };
    CHECK(draws(1, false, false) == draws(1, true, false));
    CHECK(draws(1, false, false) != draws(2, false, false));
    CHECK(draws(1, false, false) != draws(1, false, true));
}

TEST_CASE("events are counted by severity, and all but debug stand in the trace") {
    Kernel kernel({});
    Node& node = kernel.add_node({.name = "edge-a"});
    node.report(Severity::debug, "sync", "nothing new");
    CHECK(kernel.trace().entries() == 0);
    node.report(Severity::info, "sync", "connected");
    node.report(Severity::error, "gate g1", "broken");
    CHECK(node.reported(Severity::debug) == 1);
    CHECK(node.reported(Severity::info) == 1);
    CHECK(node.reported(Severity::error) == 1);
    CHECK(kernel.trace().last() ==
          std::vector<std::string>{"0.000000000 edge-a event info sync connected",
                                   "0.000000000 edge-a event error gate g1 broken"});
}

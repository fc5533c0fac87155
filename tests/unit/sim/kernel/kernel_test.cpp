#include "sim/kernel/kernel.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace tally;
using namespace tally::sim;
using namespace std::chrono_literals;

TEST_CASE("events run in order of time, and of insertion where times are equal") {
    Kernel kernel({});
    std::string order;
    kernel.after(2ms, [&] { order += 'c'; });
    kernel.after(1ms, [&] { order += 'a'; });
    kernel.after(1ms, [&] {
        order += 'b';
        kernel.after(1ms, [&] { order += 'd'; });
        kernel.after(-5ms, [&] { order += '!'; });
    });
    kernel.run_for(10ms);
    CHECK(order == "ab!cd");
    CHECK(kernel.now() == MonoTime{10'000'000});
    CHECK(kernel.events_run() == 5);
}

TEST_CASE("a cancelled event never runs, and cancelling it again does no harm") {
    Kernel kernel({});
    int runs = 0;
    const Kernel::EventId id = kernel.after(1ms, [&] { ++runs; });
    kernel.cancel(id);
    kernel.cancel(id);
    kernel.run_for(1s);
    CHECK(runs == 0);
}

TEST_CASE("a timer armed again a million times does not fill the queue") {
    Kernel kernel({});
    int runs = 0;
    Kernel::EventId pending = 0;
    for (int i = 0; i < 1'000'000; ++i) {
        kernel.cancel(pending);
        pending = kernel.after(1h, [&] { ++runs; });
    }
    kernel.run_for(2h);
    CHECK(runs == 1);
    CHECK(kernel.events_run() == 1);
}

TEST_CASE("run_until stands at the event that made it true, or at the deadline") {
    Kernel kernel({});
    int count = 0;
    for (int i = 1; i <= 5; ++i) {
        kernel.after(std::chrono::milliseconds(i), [&] { ++count; });
    }
    CHECK(kernel.run_until([&] { return count == 3; }, MonoTime{1'000'000'000}));
    CHECK(kernel.now() == MonoTime{3'000'000});
    CHECK_FALSE(kernel.run_until([&] { return count == 9; }, MonoTime{20'000'000}));
    CHECK(kernel.now() == MonoTime{20'000'000});
    CHECK(count == 5);
}

TEST_CASE("each purpose has draws of its own, and the seed moves them all") {
    Kernel one({.seed = 1});
    Kernel same({.seed = 1});
    Kernel other({.seed = 2});
    CHECK(one.prng("a").next() == same.prng("a").next());
    CHECK(one.prng("a").next() != one.prng("b").next());
    CHECK(one.prng("a").next() != other.prng("a").next());
}

TEST_CASE("the trace hash sees time, node, kind, bytes and their borders") {
    const auto hash_of = [](std::int64_t ns, const char* node, const char* kind, const char* first,
                            const char* second) {
        Trace trace(0);
        trace.record(MonoTime{ns}, node, kind, {as_bytes(first), as_bytes(second)});
        return trace.hash();
    };
    const Digest base = hash_of(1, "n", "k", "ab", "c");
    CHECK(base == hash_of(1, "n", "k", "ab", "c"));
    CHECK(base != hash_of(2, "n", "k", "ab", "c"));
    CHECK(base != hash_of(1, "m", "k", "ab", "c"));
    CHECK(base != hash_of(1, "n", "l", "ab", "c"));
    CHECK(base != hash_of(1, "n", "k", "a", "bc"));
    CHECK(base != hash_of(1, "n", "k", "ab", "d"));
}

TEST_CASE("the trace hash depends on order across its blocks, and the ring keeps only the last") {
    const auto run = [](bool swapped) {
        Trace trace(3);
        for (int i = 0; i < 1000; ++i) {
            const int shown = swapped && (i == 500 || i == 501) ? 1001 - i : i;
            trace.record(MonoTime{7}, "n", "count", {as_bytes(std::to_string(shown))});
        }
        return trace;
    };
    CHECK(run(false).hash() == run(false).hash());
    CHECK(run(false).hash() != run(true).hash());
    CHECK(run(false).entries() == 1000);
    CHECK(run(false).last() == std::vector<std::string>{"0.000000007 n count 997",
                                                        "0.000000007 n count 998",
                                                        "0.000000007 n count 999"});
}

TEST_CASE("a line of the ring shows binary as hex and cuts what is long") {
    Trace trace(1);
    const Bytes binary(200, 0xab);
    trace.record(MonoTime{1'500'000'000}, "n", "k", {binary});
    const std::string line = trace.last().at(0);
    CHECK(line.substr(0, 22) == "1.500000000 n k ababab");
    CHECK(line.find("... (200 bytes)") != std::string::npos);
}

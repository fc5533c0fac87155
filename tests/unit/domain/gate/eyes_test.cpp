#include "firmware/domain/gate/eyes.hpp"

#include <catch2/catch.hpp>

#include "tests/support/gate_record.hpp"

using namespace tally;
using test::at_ms;

namespace {

struct Step {
    std::int64_t ms;
    int port;  ///< 1 outer, 2 inner
    bool broken;
};

/// Plays the steps, then lets 5 s pass.
std::vector<EyePass> play(const std::vector<Step>& steps) {
    EyeWatch watch(test::gate_with_eyes().photo_eyes, {});
    std::int64_t now = 0;
    for (const Step& step : steps) {
        now = step.ms;
        watch.on_input({static_cast<std::uint16_t>(step.port),
                        step.broken ? InputChange::Level::high : InputChange::Level::low,
                        at_ms(step.ms)});
    }
    watch.advance(at_ms(now + 5000));
    return {watch.passes().begin(), watch.passes().end()};
}

}  // namespace

TEST_CASE("the first beam broken and the last one freed tell the direction of a pass") {
    struct Row {
        const char* name;
        std::vector<Step> steps;
        std::vector<EyeVerdict> expected;
    };
    using V = EyeVerdict;
    const Row rows[] = {
        {"long object in", {{0, 1, 1}, {200, 2, 1}, {600, 1, 0}, {800, 2, 0}}, {V::inward}},
        {"short object in", {{0, 1, 1}, {100, 1, 0}, {400, 2, 1}, {500, 2, 0}}, {V::inward}},
        {"long object out", {{0, 2, 1}, {200, 1, 1}, {600, 2, 0}, {800, 1, 0}}, {V::outward}},
        {"turned around", {{0, 1, 1}, {200, 2, 1}, {500, 2, 0}, {900, 1, 0}}, {V::crossed_back}},
        {"only the first beam", {{0, 1, 1}, {500, 1, 0}}, {}},
        {"first beam, long pause, second beam",
         {{0, 1, 1}, {100, 1, 0}, {2000, 2, 1}, {2100, 2, 0}},
         {}},
        {"two in a row",
         {{0, 1, 1},
          {200, 2, 1},
          {400, 1, 0},
          {600, 2, 0},
          {700, 1, 1},
          {900, 2, 1},
          {1100, 1, 0},
          {1300, 2, 0}},
         {V::inward, V::inward}},
        {"a train without a gap",
         {{0, 1, 1},
          {200, 2, 1},
          {400, 1, 0},
          {450, 1, 1},
          {600, 2, 0},
          {650, 2, 1},
          {800, 1, 0},
          {1000, 2, 0}},
         {V::inward}},
        {"in, then out",
         {{0, 1, 1},
          {200, 2, 1},
          {400, 1, 0},
          {600, 2, 0},
          {3000, 2, 1},
          {3200, 1, 1},
          {3400, 2, 0},
          {3600, 1, 0}},
         {V::inward, V::outward}},
        {"through, and at once in the first beam again: who?",
         {{0, 1, 1}, {100, 1, 0}, {400, 2, 1}, {500, 2, 0}, {900, 1, 1}, {1000, 1, 0}},
         {V::unclear}},
        {"both beams with one stamp",
         {{0, 1, 1}, {0, 2, 1}, {600, 1, 0}, {800, 2, 0}},
         {V::unclear}},
        {"bouncing contacts",
         {{0, 1, 1},
          {3, 1, 0},
          {7, 1, 1},
          {200, 2, 1},
          {204, 2, 0},
          {205, 2, 1},
          {600, 1, 0},
          {605, 1, 1},
          {611, 1, 0},
          {800, 2, 0},
          {801, 2, 1},
          {802, 2, 0}},
         {V::inward}},
        {"a flicker shorter than the debounce time",
         {{0, 1, 1}, {10, 1, 0}, {50, 2, 1}, {60, 2, 0}},
         {}},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        std::vector<EyeVerdict> verdicts;
        for (const EyePass& pass : play(row.steps)) {
            verdicts.push_back(pass.verdict);
            CHECK(pass.is_settled);
        }
        CHECK(verdicts == row.expected);
    }
}

TEST_CASE("a pass is stamped from the first break to the last release") {
    const auto passes = play({{10, 1, true}, {200, 2, true}, {600, 1, false}, {805, 2, false}});
    REQUIRE(passes.size() == 1);
    CHECK(passes[0].opened == at_ms(10));
    CHECK(passes[0].closed == at_ms(805));
    CHECK(passes[0].first_side == GateSide::outer);
}

TEST_CASE("only the latest passes are kept, and one still within its gap is not settled") {
    EyeWatch watch(test::gate_with_eyes().photo_eyes, {});
    for (std::int64_t i = 0; i < 20; ++i) {
        const std::int64_t ms = i * 3000;
        watch.on_input({1, InputChange::Level::high, at_ms(ms)});
        watch.on_input({2, InputChange::Level::high, at_ms(ms + 200)});
        watch.on_input({1, InputChange::Level::low, at_ms(ms + 400)});
        watch.on_input({2, InputChange::Level::low, at_ms(ms + 600)});
    }
    watch.advance(at_ms(57'700));
    REQUIRE(watch.passes().size() == EyeWatch::kPassesMax);
    CHECK(watch.passes().back().opened == at_ms(57'000));
    CHECK_FALSE(watch.passes().back().is_settled);
    CHECK(watch.passes().front().is_settled);
    watch.advance(at_ms(58'400));
    CHECK(watch.passes().back().is_settled);
}

TEST_CASE("a pass is even if the beams were freed in the step in which they broke") {
    struct Row {
        const char* name;
        std::vector<Step> steps;
        bool is_even;
    };
    const Row rows[] = {
        {"one body", {{0, 1, 1}, {300, 2, 1}, {500, 1, 0}, {800, 2, 0}}, true},
        {"one short body", {{0, 1, 1}, {100, 1, 0}, {400, 2, 1}, {500, 2, 0}}, true},
        {"one that slows down a little", {{0, 1, 1}, {250, 2, 1}, {500, 1, 0}, {1000, 2, 0}}, true},
        {"one fast body", {{0, 1, 1}, {40, 2, 1}, {100, 1, 0}, {150, 2, 0}}, true},
        {"one that stops within", {{0, 1, 1}, {300, 2, 1}, {500, 1, 0}, {3000, 2, 0}}, false},
        {"two that meet", {{0, 1, 1}, {100, 2, 1}, {700, 1, 0}, {1500, 2, 0}}, false},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        const std::vector<EyePass> passes = play(row.steps);
        REQUIRE(passes.size() == 1);
        CHECK(passes[0].verdict == EyeVerdict::inward);
        CHECK(passes[0].is_even == row.is_even);
    }
}

TEST_CASE("while somebody stands in the beams, a pass that broke both is shown as open") {
    EyeWatch watch(test::gate_with_eyes().photo_eyes, {});
    watch.on_input({1, InputChange::Level::high, at_ms(0)});
    watch.advance(at_ms(100));
    CHECK(watch.passes().empty());
    watch.on_input({2, InputChange::Level::high, at_ms(300)});
    watch.advance(at_ms(9'000));
    REQUIRE(watch.passes().size() == 1);
    CHECK(watch.passes()[0].is_open);
    CHECK(watch.passes()[0].verdict == EyeVerdict::unclear);
    CHECK(watch.passes()[0].opened == at_ms(0));
    CHECK(watch.passes()[0].closed > at_ms(1'000'000'000));
    watch.on_input({1, InputChange::Level::low, at_ms(9'100)});
    watch.on_input({2, InputChange::Level::low, at_ms(9'300)});
    watch.advance(at_ms(9'400));
    REQUIRE(watch.passes().size() == 1);
    CHECK_FALSE(watch.passes()[0].is_open);
    CHECK(watch.passes()[0].verdict == EyeVerdict::inward);
    CHECK(watch.passes()[0].closed == at_ms(9'300));
}

TEST_CASE("inputs of other ports change nothing, and a gate with one eye cannot tell") {
    EyeWatch watch(test::gate_with_eyes().photo_eyes, {});
    watch.on_input({3, InputChange::Level::high, at_ms(0)});
    watch.advance(at_ms(100));
    CHECK_FALSE(watch.is_open());
    CHECK(watch.can_tell());
    CHECK_FALSE(EyeWatch({{1, GateSide::outer}}, {}).can_tell());
}

TEST_CASE("what stood in the beams before the inputs were lost is no pass afterwards") {
    EyeWatch watch(test::gate_with_eyes().photo_eyes, {});
    watch.on_input({1, InputChange::Level::high, at_ms(0)});
    watch.advance(at_ms(100));
    CHECK(watch.is_open());
    watch.forget_open();
    watch.on_input({2, InputChange::Level::high, at_ms(300)});
    watch.on_input({2, InputChange::Level::low, at_ms(500)});
    watch.advance(at_ms(5000));
    CHECK(watch.passes().empty());
}

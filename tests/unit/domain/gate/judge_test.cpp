// Every rule of docs/gates.md as a case: how a tag moved, what the eyes saw, what must come out. A
// tag moves along the axis (negative outside, the doorway at 0) between antennas at +-0.5 m, heard
// by each every 50 ms at -50 dBm less 8 dB a metre, up to 3 m.
#include "firmware/domain/gate/judge.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "tests/support/gate_record.hpp"

using namespace tally;
using test::at_ms;

namespace {

constexpr PassageOptions kOptions;
constexpr GateSide kOuter = GateSide::outer;
constexpr GateSide kInner = GateSide::inner;

/// Straight between two of these.
struct Step {
    std::int64_t ms;
    double m;
};

enum class Ears {
    both,
    blurred,  ///< both hear it equally loud: the geometry tells nothing
    outer,
    inner,
};

EyePass pass(std::int64_t opened_ms, std::int64_t closed_ms, EyeVerdict verdict) {
    const bool from_inner = verdict == EyeVerdict::outward;
    EyePass made;
    made.opened = at_ms(opened_ms);
    made.closed = at_ms(closed_ms);
    made.first_side = from_inner ? kInner : kOuter;
    made.verdict = verdict;
    made.is_even = made.is_settled = true;
    return made;
}

struct Row {
    const char* name;
    std::vector<Step> walk;
    std::vector<EyePass> passes;
    std::optional<PassageOutcome> outcome;  ///< nothing: no passage
    PassageRule rule = PassageRule::none;
    const char* why_has = "";
    Ears ears = Ears::both;
    Sight sight = Sight::clear;
    JudgeMoment moment = JudgeMoment::ended;
};

TagTrack track_of(const Row& row) {
    TagTrack track(at_ms(row.walk.front().ms));
    for (std::size_t i = 1; i < row.walk.size(); ++i) {
        const Step& from = row.walk[i - 1];
        const Step& to = row.walk[i];
        for (std::int64_t ms = from.ms; ms < to.ms; ms += 50) {
            const double part =
                static_cast<double>(ms - from.ms) / static_cast<double>(to.ms - from.ms);
            const double m = from.m + part * (to.m - from.m);
            track.begin_look(at_ms(ms));
            for (const GateSide side : {kOuter, kInner}) {
                const bool deaf = (row.ears == Ears::outer && side == kInner) ||
                                  (row.ears == Ears::inner && side == kOuter);
                const double antenna_m = row.ears == Ears::blurred ? 0
                                         : side == kOuter          ? -0.5
                                                                   : 0.5;
                const double away_m = std::abs(m - antenna_m);
                if (!deaf && away_m <= 3) {
                    const auto cdbm = static_cast<std::int32_t>(-5000 - 800 * away_m);
                    track.hear({side, 1, CentiDbm{cdbm}});
                }
            }
        }
    }
    return track;
}

void check(const Row& row, bool has_eyes) {
    INFO(row.name);
    const TagTrack track = track_of(row);
    const PassageCase question{track,
                               track.start(),
                               row.passes,
                               has_eyes,
                               row.ears == Ears::both || row.ears == Ears::blurred,
                               row.sight,
                               row.moment};
    const std::optional<PassageVerdict> verdict = judge_passage(question, kOptions).passage;
    INFO((verdict ? verdict->why : std::string("no passage")));
    REQUIRE(verdict.has_value() == row.outcome.has_value());
    if (verdict) {
        CHECK(verdict->outcome == *row.outcome);
        CHECK(verdict->rule == row.rule);
        CHECK(verdict->why.find(row.why_has) != std::string::npos);
        CHECK_FALSE(verdict->why.empty());
    }
}

const std::vector<Step> kIn = {{0, -3}, {4000, 3}};
const std::vector<Step> kOut = {{0, 3}, {4000, -3}};
const std::vector<Step> kInAndBack = {{0, -3}, {3000, 1.5}, {6000, -3}};
const std::vector<Step> kCameNear = {{0, -3}, {1000, -1.5}, {2000, -1.5}, {3000, -3}};
const EyePass kPassIn = pass(1700, 2300, EyeVerdict::inward);
const EyePass kPassOut = pass(1700, 2300, EyeVerdict::outward);

}  // namespace

TEST_CASE("with photo-eyes, a pass decides, antennas confirm or contradict") {
    using V = EyeVerdict;
    using O = PassageOutcome;
    using R = PassageRule;
    const EyePass turned = pass(1700, 2300, V::crossed_back);
    const EyePass unclear = pass(1700, 2300, V::unclear);
    const Row rows[] = {
        {"both agree inward", kIn, {kPassIn}, O::in, R::eyes, "outer broke first"},
        {"both agree outward", kOut, {kPassOut}, O::out, R::eyes, "inner broke first"},
        {"they contradict", kIn, {kPassOut}, O::undecided, R::none, "contradict"},
        {"the antennas fail to lead, the eyes decide",
         kIn,
         {kPassIn},
         O::in,
         R::eyes,
         "both as loud",
         Ears::blurred},
        {"the eyes saw it turn, so did the antennas",
         {{0, -3}, {2000, -0.2}, {4000, -3}},
         {turned},
         std::nullopt},
        {"the eyes saw it turn, the antennas saw it through: two people met",
         kIn,
         {turned},
         O::in,
         R::antennas,
         "freed last"},
        {"the eyes saw it turn, the antennas tell nothing: it is where it was",
         kIn,
         {turned},
         std::nullopt,
         R::none,
         "",
         Ears::blurred},
        {"the eyes are unclear, the antennas decide", kIn, {unclear}, O::in, R::antennas, "order"},
        {"somebody stands in the beams, the antennas decide",
         kIn,
         {[] {
             EyePass open = pass(500, 100'000, V::unclear);
             open.is_open = true;
             open.is_settled = false;
             return open;
         }()},
         O::in,
         R::antennas,
         "stands in the beams"},
        {"its own pass among two, by when it was loudest",
         kIn,
         {kPassIn, pass(3400, 3900, V::outward)},
         O::in,
         R::eyes,
         "outer broke first"},
        {"through by the antennas, but no beam broke", kIn, {}, O::undecided, R::none, "no pass"},
        {"its pass was long ago",
         kIn,
         {pass(-9000, -8000, V::inward)},
         O::undecided,
         R::none,
         "no pass"},
        {"it came near, nobody passed", kCameNear, {}, std::nullopt},
        {"it came near while somebody passed", kCameNear, {kPassIn}, std::nullopt},
        {"it vanished with the pass", {{0, -3}, {2000, 0}}, {kPassIn}, O::in, R::eyes, "outer"},
        {"it appeared with the pass", {{2000, 0}, {4000, 3}}, {kPassIn}, O::in, R::eyes, "inner"},
        {"it lies outside while others pass",
         {{-9000, -1.5}, {9000, -1.5}},
         {kPassIn, pass(5000, 5600, V::outward)},
         std::nullopt},
        {"there and back, the eyes saw both",
         kInAndBack,
         {pass(1700, 2300, V::inward), pass(3700, 4300, V::outward)},
         O::crossed_back,
         R::eyes,
         "inner broke first"},
        {"an antenna was blind, the eyes decide",
         kIn,
         {kPassIn},
         O::in,
         R::eyes,
         "blind",
         Ears::both,
         Sight::antenna_blind},
        {"the gate has one antenna, the eyes decide",
         kIn,
         {kPassIn},
         O::in,
         R::eyes,
         "",
         Ears::inner},
        {"the reader was blind",
         kIn,
         {kPassIn},
         O::undecided,
         R::none,
         "blind",
         Ears::both,
         Sight::reader_blind},
    };
    for (const Row& row : rows) {
        check(row, true);
    }
}

TEST_CASE("an uneven order of the beams decides only what the antennas do not deny") {
    using O = PassageOutcome;
    using R = PassageRule;
    EyePass uneven = kPassIn;
    uneven.is_even = false;
    const Row rows[] = {
        {"they agree", kIn, {uneven}, O::in, R::eyes, "outer broke first"},
        {"they contradict", kOut, {uneven}, O::undecided, R::none, "contradict"},
    };
    for (const Row& row : rows) {
        check(row, true);
    }
}

TEST_CASE("without photo-eyes, the order of the two sides decides, and one side cannot") {
    using O = PassageOutcome;
    using R = PassageRule;
    const Row rows[] = {
        {"outer, then inner", kIn, {}, O::in, R::antennas, "then inner louder"},
        {"inner, then outer", kOut, {}, O::out, R::antennas, "then outer louder"},
        {"there and back", kInAndBack, {}, O::crossed_back, R::antennas, "louder"},
        {"both as loud", kIn, {}, O::undecided, R::none, "both as loud", Ears::blurred},
        {"one side, briefly", kCameNear, {}, O::undecided, R::none, "all the time"},
        {"one side, for long", {{0, -1.5}, {60'000, -1.5}}, {}, std::nullopt},
        {"an antenna was blind",
         kIn,
         {},
         O::undecided,
         R::none,
         "blind",
         Ears::outer,
         Sight::antenna_blind},
    };
    for (const Row& row : rows) {
        check(row, false);
    }
}

TEST_CASE("while a tag is still seen, only what later reads cannot change is decided") {
    using O = PassageOutcome;
    using R = PassageRule;
    constexpr auto kSeen = JudgeMoment::still_seen;
    EyePass unsettled = kPassIn;
    unsettled.is_settled = false;
    const Row with_eyes[] = {
        {"both agree", kIn, {kPassIn}, O::in, R::eyes, "", Ears::both, Sight::clear, kSeen},
        {"the pass may still change",
         kIn,
         {unsettled},
         std::nullopt,
         R::none,
         "",
         Ears::both,
         Sight::clear,
         kSeen},
        {"they contradict: wait",
         kIn,
         {kPassOut},
         std::nullopt,
         R::none,
         "",
         Ears::both,
         Sight::clear,
         kSeen},
        {"the antennas tell nothing: wait",
         kIn,
         {kPassIn},
         std::nullopt,
         R::none,
         "",
         Ears::blurred,
         Sight::clear,
         kSeen},
        {"the reader was blind: wait",
         kIn,
         {kPassIn},
         std::nullopt,
         R::none,
         "",
         Ears::both,
         Sight::reader_blind,
         kSeen},
    };
    for (const Row& row : with_eyes) {
        check(row, true);
    }
    const Row without_eyes[] = {
        {"arrived two seconds ago and stays",
         {{0, -3.4}, {4400, 1}, {6500, 1}},
         {},
         O::in,
         R::antennas,
         "",
         Ears::both,
         Sight::clear,
         kSeen},
        {"arrived just now: wait",
         {{0, -3.4}, {4400, 1}, {4900, 1}},
         {},
         std::nullopt,
         R::none,
         "",
         Ears::both,
         Sight::clear,
         kSeen},
    };
    for (const Row& row : without_eyes) {
        check(row, false);
    }
}

TEST_CASE("a tag rests on a side that was louder all the while, and only then") {
    const auto side_of = [](std::vector<Step> walk, Ears ears) {
        Row row{"", std::move(walk), {}, std::nullopt};
        row.ears = ears;
        const TagTrack track = track_of(row);
        return rests_on({track, track.start(), {}, true, true}, kOptions);
    };
    CHECK(side_of({{0, -1.5}, {6000, -1.5}}, Ears::both) == kOuter);
    CHECK(side_of({{0, 1.5}, {6000, 1.5}}, Ears::both) == kInner);
    CHECK_FALSE(side_of({{0, 1.5}, {4000, 1.5}}, Ears::both));
    CHECK_FALSE(side_of({{0, 1.5}, {6000, 1.5}}, Ears::blurred));
    CHECK_FALSE(side_of({{0, -1.5}, {6000, 1.5}}, Ears::both));
}

TEST_CASE("a judgement says where the tag is, and nothing where that is not clear") {
    const auto now_on = [](const Row& row) {
        const TagTrack track = track_of(row);
        return judge_passage({track, track.start(), row.passes, true, true}, kOptions).now_on;
    };
    CHECK(now_on({"in", kIn, {kPassIn}, {}}) == kInner);
    CHECK(now_on({"out", kOut, {kPassOut}, {}}) == kOuter);
    CHECK(now_on({"came near", kCameNear, {}, {}}) == kOuter);
    CHECK_FALSE(now_on({"they contradict", kIn, {kPassOut}, {}}));
}

TEST_CASE("in and out are the two directions, seen from the gate") {
    CHECK(direction_of(PassageOutcome::in) == Direction::inward);
    CHECK(direction_of(PassageOutcome::out) == Direction::outward);
    CHECK_FALSE(direction_of(PassageOutcome::crossed_back));
    CHECK_FALSE(direction_of(PassageOutcome::undecided));
}

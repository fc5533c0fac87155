// Every rule of docs/gates.md as a case: what was heard, what the eyes saw, what must come out.
#include "firmware/domain/gate/passage.hpp"

#include <catch2/catch.hpp>

#include "tests/support/gate_record.hpp"

using namespace tally;
using test::at_ms;

namespace {

constexpr PassageOptions kOptions;
constexpr GateSide kOuter = GateSide::outer;
constexpr GateSide kInner = GateSide::inner;

/// One antenna hears the tag every 50 ms over a span.
struct Heard {
    std::int64_t from_ms, to_ms;
    GateSide side;
};

EyePass pass(std::int64_t opened_ms, std::int64_t closed_ms, EyeVerdict verdict) {
    const bool from_inner = verdict == EyeVerdict::outward;
    return {at_ms(opened_ms), at_ms(closed_ms), from_inner ? kInner : kOuter, verdict, true};
}

struct Row {
    const char* name;
    std::vector<Heard> heard;
    std::vector<EyePass> passes;
    std::optional<PassageOutcome> outcome;  ///< nothing: no passage
    PassageRule rule = PassageRule::none;
    const char* why_has = "";
    Sight sight = Sight::clear;
    JudgeMoment moment = JudgeMoment::ended;
    bool both_antennas = false;
};

std::optional<PassageVerdict> judge(const Row& row, bool has_eyes) {
    const MonoTime start = at_ms(row.heard.front().from_ms);
    TagTrack track(start);
    for (const Heard& heard : row.heard) {
        for (std::int64_t ms = heard.from_ms; ms <= heard.to_ms; ms += 50) {
            track.begin_look(at_ms(ms), kOptions);
            track.hear({heard.side, 1, CentiDbm{-5000}});
        }
    }
    track.settle(kOptions);
    return judge_passage(
        {track, start, row.passes, has_eyes, row.both_antennas, row.sight, row.moment}, kOptions);
}

void check(const Row& row, bool has_eyes) {
    INFO(row.name);
    const auto verdict = judge(row, has_eyes);
    REQUIRE(verdict.has_value() == row.outcome.has_value());
    if (verdict) {
        INFO(verdict->why);
        CHECK(verdict->outcome == *row.outcome);
        CHECK(verdict->rule == row.rule);
        CHECK(verdict->why.find(row.why_has) != std::string::npos);
        CHECK_FALSE(verdict->why.empty());
    }
}

const std::vector<Heard> kInwardReads = {{0, 1000, kOuter}, {1050, 2000, kInner}};
const std::vector<Heard> kOutwardReads = {{0, 1000, kInner}, {1050, 2000, kOuter}};
const std::vector<Heard> kThereAndBack = {
    {0, 1000, kOuter}, {1050, 2000, kInner}, {2050, 3000, kOuter}};

}  // namespace

TEST_CASE("with photo-eyes, a pass decides, antennas confirm or contradict") {
    using V = EyeVerdict;
    using O = PassageOutcome;
    using R = PassageRule;
    const Row rows[] = {
        {"eyes and antennas agree inward",
         kInwardReads,
         {pass(800, 1400, V::inward)},
         O::in,
         R::eyes,
         "outer broke first"},
        {"eyes and antennas agree outward",
         kOutwardReads,
         {pass(800, 1400, V::outward)},
         O::out,
         R::eyes,
         "inner broke first"},
        {"they contradict each other",
         kInwardReads,
         {pass(800, 1400, V::outward)},
         O::undecided,
         R::none,
         "contradict"},
        {"antennas heard it at the same time, eyes decide",
         {{0, 500, kOuter}, {100, 100, kInner}},
         {pass(100, 600, V::inward)},
         O::in,
         R::eyes,
         "photo-eyes"},
        {"the eyes saw it turn around",
         {{0, 1000, kOuter}},
         {pass(300, 900, V::crossed_back)},
         O::crossed_back,
         R::eyes,
         "freed last"},
        {"the eyes saw it turn around, antennas say through",
         kInwardReads,
         {pass(800, 1400, V::crossed_back)},
         O::undecided,
         R::none,
         "contradict"},
        {"eyes unclear, antennas decide",
         kInwardReads,
         {pass(800, 1400, V::unclear)},
         O::in,
         R::antennas,
         "no clear order"},
        {"eyes unclear, one antenna only",
         {{0, 1000, kOuter}},
         {pass(300, 900, V::unclear)},
         O::undecided,
         R::none,
         "no clear order"},
        {"two passes near, antennas decide",
         kInwardReads,
         {pass(400, 900, V::inward), pass(1100, 1600, V::outward)},
         O::in,
         R::antennas,
         "2 passes"},
        {"two passes near, one antenna only",
         {{0, 2000, kOuter}},
         {pass(400, 900, V::inward), pass(1100, 1600, V::outward)},
         O::undecided,
         R::none,
         "2 passes"},
        {"a pass long after is somebody else's",
         kInwardReads,
         {pass(4000, 4500, V::inward)},
         O::undecided,
         R::none,
         "no pass broke"},
        {"antennas say through, no pass broke the eyes",
         kInwardReads,
         {},
         O::undecided,
         R::none,
         "no pass broke"},
        {"one antenna, no pass: it came near", {{0, 1000, kOuter}}, {}, std::nullopt},
        {"one antenna, around the pass only",
         {{0, 1500, kOuter}},
         {pass(1000, 1800, V::inward)},
         O::in,
         R::eyes,
         "vanished with this pass"},
        {"vanished from outside with the pass",
         {{-9000, 1000, kOuter}},
         {pass(800, 1400, V::inward)},
         O::in,
         R::eyes,
         "vanished with this pass"},
        {"put down outside by one who went in",
         {{0, 9000, kOuter}},
         {pass(800, 1400, V::inward)},
         std::nullopt},
        {"taken away inside when one came in",
         {{-9000, 1000, kInner}},
         {pass(800, 1400, V::inward)},
         std::nullopt},
        {"lies outside while others pass",
         {{-9000, 9000, kOuter}},
         {pass(-800, -200, V::inward)},
         std::nullopt},
        {"lies outside while many pass",
         {{-9000, 9000, kOuter}},
         {pass(6000, 6500, V::inward), pass(8000, 8500, V::outward)},
         std::nullopt},
        {"there and back, eyes saw both",
         kThereAndBack,
         {pass(800, 1300, V::inward), pass(1900, 2300, V::outward)},
         O::crossed_back,
         R::antennas,
         "again"},
        {"an antenna was blind, eyes decide",
         kInwardReads,
         {pass(800, 1400, V::inward)},
         O::in,
         R::eyes,
         "blind",
         Sight::antenna_blind},
        {"the reader was blind",
         kInwardReads,
         {pass(800, 1400, V::inward)},
         O::undecided,
         R::none,
         "blind",
         Sight::reader_blind},
    };
    for (const Row& row : rows) {
        check(row, true);
    }
}

TEST_CASE(
    "heard well on one side only, although both could hear, a tag is not said to have crossed") {
    using V = EyeVerdict;
    using O = PassageOutcome;
    using R = PassageRule;
    const std::vector<Heard> well = {{0, 1500, kOuter}};
    const std::vector<Heard> faintly = {{0, 300, kOuter}};
    const std::vector<EyePass> in = {pass(1000, 1800, V::inward)};
    const Row rows[] = {
        {"well heard", well, in, O::undecided, R::none, "should have been heard", Sight::clear,
         JudgeMoment::ended, true},
        {"hardly heard at all", faintly, in, O::in, R::eyes, "vanished", Sight::clear,
         JudgeMoment::ended, true},
        {"well heard, the other antenna was blind", well, in, O::in, R::eyes, "blind",
         Sight::antenna_blind, JudgeMoment::ended, true},
    };
    for (const Row& row : rows) {
        check(row, true);
    }
}

TEST_CASE("without photo-eyes, the order of the two sides decides, and one side cannot") {
    using O = PassageOutcome;
    using R = PassageRule;
    const Row rows[] = {
        {"outer, then inner", kInwardReads, {}, O::in, R::antennas, "inner 1.0"},
        {"inner, then outer", kOutwardReads, {}, O::out, R::antennas, "outer 1.0"},
        {"there and back", kThereAndBack, {}, O::crossed_back, R::antennas, "again"},
        {"both at once",
         {{0, 100, kOuter}, {110, 160, kOuter}, {165, 165, kInner}, {170, 180, kInner}},
         {},
         O::undecided,
         R::none,
         ""},
        {"one side, briefly", {{0, 1000, kOuter}}, {}, O::undecided, R::none, "no photo-eyes"},
        {"one side, for long", {{0, 60'000, kOuter}}, {}, std::nullopt},
        {"an antenna was blind",
         kInwardReads,
         {},
         O::undecided,
         R::none,
         "blind",
         Sight::antenna_blind},
        {"rested outside, then went in",
         {{-60'000, 1000, kOuter}, {1050, 2000, kInner}},
         {},
         O::in,
         R::antennas,
         "inner"},
    };
    for (const Row& row : rows) {
        check(row, false);
    }
}

TEST_CASE("while a tag is still seen, only what later reads cannot change is decided") {
    using V = EyeVerdict;
    using O = PassageOutcome;
    using R = PassageRule;
    constexpr auto kSeen = JudgeMoment::still_seen;
    EyePass unsettled = pass(800, 1400, V::inward);
    unsettled.is_settled = false;
    const Row with_eyes[] = {
        {"both sources agree",
         kInwardReads,
         {pass(800, 1400, V::inward)},
         O::in,
         R::eyes,
         "",
         Sight::clear,
         kSeen},
        {"the pass may still change",
         kInwardReads,
         {unsettled},
         std::nullopt,
         R::none,
         "",
         Sight::clear,
         kSeen},
        {"they contradict: wait",
         kInwardReads,
         {pass(800, 1400, V::outward)},
         std::nullopt,
         R::none,
         "",
         Sight::clear,
         kSeen},
        {"one side only: wait",
         {{0, 1500, kOuter}},
         {pass(1000, 1800, V::inward)},
         std::nullopt,
         R::none,
         "",
         Sight::clear,
         kSeen},
        {"the reader was blind: wait",
         kInwardReads,
         {pass(800, 1400, V::inward)},
         std::nullopt,
         R::none,
         "",
         Sight::reader_blind,
         kSeen},
    };
    for (const Row& row : with_eyes) {
        check(row, true);
    }
    const Row without_eyes[] = {
        {"arrived two seconds ago and stays",
         {{0, 1000, kOuter}, {1050, 4000, kInner}},
         {},
         O::in,
         R::antennas,
         "stayed",
         Sight::clear,
         kSeen},
        {"arrived just now: wait",
         kInwardReads,
         {},
         std::nullopt,
         R::none,
         "",
         Sight::clear,
         kSeen},
    };
    for (const Row& row : without_eyes) {
        check(row, false);
    }
}

TEST_CASE("a tag that comes to rest on one side is asked once how it came there") {
    using V = EyeVerdict;
    using O = PassageOutcome;
    using R = PassageRule;
    constexpr auto kResting = JudgeMoment::resting;
    const std::vector<Heard> inside = {{900, 5850, kInner}};
    const std::vector<Heard> outside = {{900, 5850, kOuter}};
    const EyePass in = pass(800, 1400, V::inward);
    const EyePass out = pass(1600, 2100, V::outward);
    const Row with_eyes[] = {
        {"appeared inside with a pass inward",
         inside,
         {in},
         O::in,
         R::eyes,
         "appeared with this pass",
         Sight::clear,
         kResting},
        {"appeared inside with two passes inward",
         inside,
         {in, pass(1500, 1900, V::inward)},
         O::in,
         R::eyes,
         "appeared with this pass",
         Sight::clear,
         kResting},
        {"appeared inside, passes both ways",
         inside,
         {in, out},
         O::undecided,
         R::none,
         "2 passes",
         Sight::clear,
         kResting},
        {"put down outside by one who went in",
         outside,
         {in},
         std::nullopt,
         R::none,
         "",
         Sight::clear,
         kResting},
        {"no pass: brought near from its own side",
         inside,
         {},
         std::nullopt,
         R::none,
         "",
         Sight::clear,
         kResting},
        {"a pass long after it came",
         inside,
         {pass(4500, 5000, V::inward)},
         std::nullopt,
         R::none,
         "",
         Sight::clear,
         kResting},
    };
    for (const Row& row : with_eyes) {
        check(row, true);
    }
    check({"without eyes it lies there",
           inside,
           {},
           std::nullopt,
           R::none,
           "",
           Sight::clear,
           kResting},
          false);
}

TEST_CASE("in and out are the two directions, seen from the gate") {
    CHECK(direction_of(PassageOutcome::in) == Direction::inward);
    CHECK(direction_of(PassageOutcome::out) == Direction::outward);
    CHECK_FALSE(direction_of(PassageOutcome::crossed_back));
    CHECK_FALSE(direction_of(PassageOutcome::undecided));
}

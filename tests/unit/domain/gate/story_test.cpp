// The stories told of a strip of loudness: which fits best, and what each cue is worth.
#include "firmware/domain/gate/story.hpp"

#include <catch2/catch.hpp>

#include "firmware/domain/gate/options.hpp"
#include "tests/support/gate_record.hpp"

using namespace tally;
using test::at_ms;

namespace {

constexpr PassageOptions kOptions;
constexpr GateSide kOuter = GateSide::outer;
constexpr GateSide kInner = GateSide::inner;
constexpr std::int64_t kFrameNs = 1000 << LoudnessStrip::kShortestFrameBits;

/// One frame: how loud each side heard the tag, in dBm; 0 for not at all.
struct Frame {
    std::int32_t outer, inner;
};

LoudnessStrip strip_of(const std::vector<Frame>& frames) {
    LoudnessStrip strip;
    std::uint32_t at_us = 0;
    for (const Frame& frame : frames) {
        if (frame.outer != 0) {
            strip.hear(kOuter, CentiDbm{frame.outer * 100}, at_us);
        }
        if (frame.inner != 0) {
            strip.hear(kInner, CentiDbm{frame.inner * 100}, at_us);
        }
        at_us += 1U << LoudnessStrip::kShortestFrameBits;
    }
    return strip;
}

MonoTime at_frame(double frame) {
    return MonoTime{static_cast<std::int64_t>(frame * static_cast<double>(kFrameNs))};
}

EyePass pass(double from_frame, double to_frame, EyeVerdict verdict) {
    EyePass made;
    made.opened = at_frame(from_frame);
    made.closed = at_frame(to_frame);
    made.first_side = verdict == EyeVerdict::outward ? kInner : kOuter;
    made.verdict = verdict;
    made.is_even = made.is_settled = true;
    return made;
}

/// Outer louder, as loud, inner louder, and loudest between: somebody went in.
const std::vector<Frame> kWentIn = {{-62, -70}, {-60, -68}, {-57, -62}, {-52, -52},
                                    {-62, -57}, {-68, -60}, {-70, -62}};
const std::vector<Frame> kEqual = {{-70, -70}, {-66, -66}, {-60, -60}, {-52, -52},
                                   {-60, -60}, {-66, -66}, {-70, -70}};
const std::vector<Frame> kLies = {{-62, -70}, {-61, -70}, {-63, -70}, {-62, -69},
                                  {-62, -70}, {-61, -70}, {-63, -70}};

struct Asked {
    std::vector<Frame> frames;
    std::vector<EyePass> passes;
    bool has_eyes = true;
    std::optional<GateSide> known_side = {};
    bool has_ended = true;
    std::int32_t louder_before_db = 0;
};

Stories stories_of(const Asked& asked) {
    const LoudnessStrip strip = strip_of(asked.frames);
    StoryCase question{strip, at_frame(0), at_frame(double(asked.frames.size())), asked.passes};
    question.approach = std::chrono::milliseconds(kOptions.approach_ms);
    question.has_eyes = asked.has_eyes;
    question.known_side = asked.known_side;
    question.was_here_before = asked.known_side.has_value();
    question.has_ended = asked.has_ended;
    for (std::size_t frame = 0; frame < strip.size(); ++frame) {
        question.loudest_db = std::max(question.loudest_db, strip.level_db(frame));
    }
    question.loudest_db += asked.louder_before_db;
    return best_stories(question);
}

std::int32_t lead(const Stories& stories, GateSide began, GateSide ended, GateSide other_began,
                  GateSide other_ended) {
    return stories.of(began, ended).fit_db - stories.of(other_began, other_ended).fit_db;
}

}  // namespace

TEST_CASE("the change of side is placed in the pass and where the louder side changes") {
    const Stories stories = stories_of({kWentIn, {pass(2.5, 4.5, EyeVerdict::inward)}});
    const Story& in = stories.of(kOuter, kInner);
    CHECK(in.changes == 1);
    CHECK(in.pass == 0);
    CHECK(in.change_frame >= 3);
    CHECK(in.change_frame <= 4);
    CHECK_FALSE(in.is_against_eyes);
    CHECK_FALSE(in.is_past_eyes);
    CHECK(lead(stories, kOuter, kInner, kInner, kOuter) > 2 * kOptions.clear_db);
    CHECK(lead(stories, kOuter, kInner, kOuter, kOuter) > kOptions.clear_db);
}

TEST_CASE("a story against the beams or past them says so, and costs more") {
    const Stories against = stories_of({kWentIn, {pass(2.5, 4.5, EyeVerdict::outward)}});
    CHECK(against.of(kOuter, kInner).is_against_eyes);
    const Stories past = stories_of({kWentIn, {}});
    CHECK(past.of(kOuter, kInner).is_past_eyes);
    const Stories along = stories_of({kWentIn, {pass(2.5, 4.5, EyeVerdict::inward)}});
    CHECK(along.of(kOuter, kInner).fit_db > against.of(kOuter, kInner).fit_db);
    CHECK(against.of(kOuter, kInner).fit_db > past.of(kOuter, kInner).fit_db);
}

TEST_CASE("where both sides are as loud, the beams decide between the two ways") {
    const Stories stories = stories_of({kEqual, {pass(2.5, 4.5, EyeVerdict::inward)}});
    CHECK(lead(stories, kOuter, kInner, kInner, kOuter) >= kOptions.clear_db);
    CHECK(lead(stories, kOuter, kInner, kOuter, kOuter) > 0);
}

TEST_CASE("a tag no louder in the pass than ever did not go with it") {
    const EyePass in = pass(2.5, 4.5, EyeVerdict::inward);
    const Stories lies = stories_of({kLies, {in}});
    CHECK(lead(lies, kOuter, kOuter, kOuter, kInner) >= kOptions.clear_db);
    // It peaks in the pass, but was much louder before: it walks away while somebody else passes.
    const Stories heard = stories_of({kEqual, {in}});
    const Stories away = stories_of({kEqual, {in}, true, {}, true, 20});
    CHECK(away.of(kOuter, kInner).fit_db < heard.of(kOuter, kInner).fit_db);
}

TEST_CASE("a tag that stood on a side began there") {
    const Stories free = stories_of({kEqual, {pass(2.5, 4.5, EyeVerdict::unclear)}});
    const Stories known = stories_of({kEqual, {pass(2.5, 4.5, EyeVerdict::unclear)}, true, kOuter});
    CHECK(free.of(kOuter, kInner).fit_db == free.of(kInner, kOuter).fit_db);
    CHECK(lead(known, kOuter, kInner, kInner, kOuter) == kStoryWeights.known_side_db);
}

TEST_CASE("there and back through two passes is a story of two changes") {
    std::vector<Frame> frames = kWentIn;
    for (auto frame = kWentIn.rbegin(); frame != kWentIn.rend(); ++frame) {
        frames.push_back(*frame);
    }
    const Stories stories = stories_of(
        {frames, {pass(2.5, 4.5, EyeVerdict::inward), pass(9.5, 11.5, EyeVerdict::outward)}});
    const Story& back = stories.of(kOuter, kOuter);
    CHECK(back.changes == 2);
    CHECK(back.pass == 1);
    CHECK(lead(stories, kOuter, kOuter, kOuter, kInner) > kOptions.clear_db);
    CHECK(lead(stories, kOuter, kOuter, kInner, kInner) > kOptions.clear_db);
}

TEST_CASE("the silence of a deaf antenna says nothing") {
    const std::vector<Frame> one_sided = {{-60, 0}, {-60, 0}, {-60, 0}};
    const LoudnessStrip strip = strip_of(one_sided);
    StoryCase question{strip, at_frame(0), at_frame(3), {}};
    const Stories heard = best_stories(question);
    CHECK(heard.of(kOuter, kOuter).fit_db > heard.of(kInner, kInner).fit_db);
    question.silence_is_mute = true;
    const Stories mute = best_stories(question);
    CHECK(mute.of(kOuter, kOuter).fit_db == mute.of(kInner, kInner).fit_db);
}

// Most questions about a tag that is still seen are answered without telling a single story. That
// shortcut may lose no passage: here all stories are told for every question, and whatever is so
// clear, settled and in order that it must be told at once is compared with what the rules tell.
#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "firmware/domain/gate/judge.hpp"
#include "firmware/domain/gate/story.hpp"
#include "tests/support/gate_record.hpp"

using namespace tally;
using test::at_ms;

namespace {

constexpr PassageOptions kOptions;

struct Drawn {
    TagTrack track;
    std::vector<EyePass> passes;
    bool has_eyes = false;
    Sight sight = Sight::clear;
};

GateSide draw_side(Prng& prng) {
    return prng.chance_ppm(500'000) ? GateSide::inner : GateSide::outer;
}

std::vector<EyePass> draw_passes(Prng& prng, std::int64_t until_ms) {
    constexpr EyeVerdict kVerdicts[] = {EyeVerdict::inward, EyeVerdict::outward,
                                        EyeVerdict::crossed_back, EyeVerdict::unclear};
    std::vector<EyePass> passes;
    std::int64_t at = prng.between(-20'000, until_ms);
    for (std::int64_t left = prng.between(0, 3); left > 0; --left) {
        EyePass pass;
        pass.opened = at_ms(at);
        at += prng.between(100, 1'500);
        pass.closed = at_ms(at);
        pass.verdict = kVerdicts[prng.below(4)];
        pass.first_side = draw_side(prng);
        pass.is_even = prng.chance_ppm(700'000);
        pass.is_settled = prng.chance_ppm(800'000);
        passes.push_back(pass);
        at += prng.between(100, 6'000);
    }
    return passes;
}

/// A tag that stays on a side, changes it now and then, and is heard by one antenna or both.
Drawn draw(Prng& prng) {
    Drawn drawn{TagTrack(at_ms(0)), {}, prng.chance_ppm(500'000), Sight::clear};
    if (prng.chance_ppm(300'000)) {
        const bool knows = prng.chance_ppm(600'000);
        const GateSide side = draw_side(prng);
        drawn.track.restart(at_ms(0), knows ? std::optional(side) : std::nullopt);
    }
    if (prng.chance_ppm(100'000)) {
        drawn.sight = Sight::antenna_blind;
    }
    const std::int64_t until_ms = prng.between(100, prng.chance_ppm(200'000) ? 90'000 : 9'000);
    const auto crosstalk_ppm = static_cast<std::uint32_t>(prng.between(0, 2) * 150'000);
    GateSide side = draw_side(prng);
    for (std::int64_t ms = 0; ms < until_ms; ms += prng.between(50, 400)) {
        if (prng.chance_ppm(60'000)) {
            side = side == GateSide::outer ? GateSide::inner : GateSide::outer;
        }
        drawn.track.begin_look(at_ms(ms));
        const bool is_other = prng.chance_ppm(crosstalk_ppm);
        const GateSide heard =
            is_other == (side == GateSide::outer) ? GateSide::inner : GateSide::outer;
        const auto cdbm = static_cast<std::int32_t>(prng.between(-7'500, -4'000));
        drawn.track.hear({heard, 1, CentiDbm{cdbm}});
    }
    drawn.passes = draw_passes(prng, until_ms);
    return drawn;
}

PassageCase question_of(const Drawn& drawn) {
    return {drawn.track, drawn.track.start(), drawn.passes,           drawn.has_eyes,
            true,        drawn.sight,         JudgeMoment::still_seen};
}

/// Where the tag has come to, if the stories say that it went through and nothing can change it.
std::optional<GateSide> through_for_good(const Drawn& drawn) {
    const TagTrack& track = drawn.track;
    StoryCase asked{track.strip(), track.start(), track.last_look(), drawn.passes, drawn.has_eyes};
    asked.approach = std::chrono::milliseconds(kOptions.approach_ms);
    asked.loudest_db = track.loudest_db();
    asked.silence_is_mute = drawn.sight != Sight::clear;
    asked.was_here_before = track.was_here_before();
    asked.known_side = track.known_side();
    const Stories stories = best_stories(asked);
    constexpr GateSide kOuter = GateSide::outer;
    constexpr GateSide kInner = GateSide::inner;
    const auto stayed = std::max(stories.of(kOuter, kOuter).fit_db,  //
                                 stories.of(kInner, kInner).fit_db);
    for (const GateSide began : {kOuter, kInner}) {
        const GateSide ended = began == kOuter ? kInner : kOuter;
        const Story& story = stories.of(began, ended);
        const std::int32_t lead = story.fit_db - std::max(stayed, stories.of(ended, began).fit_db);
        const MonoTime changed =
            track.start() +
            std::chrono::microseconds(std::uint64_t{track.strip().frame_us()} * story.change_frame);
        const bool is_settled =
            drawn.has_eyes
                ? story.pass != Story::kNoPass &&
                      drawn.passes[static_cast<std::size_t>(story.pass)].is_settled
                : track.last_look() - changed >= std::chrono::milliseconds(kOptions.settle_ms);
        const bool is_in_order =
            story.changes == 1 && !story.is_against_eyes && !story.is_past_eyes;
        if (lead >= (drawn.has_eyes ? kOptions.early_db : kOptions.clear_db) && is_settled &&
            is_in_order) {
            return ended;
        }
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("a tag that is still seen is told of exactly when all stories together say so") {
    constexpr std::uint64_t kSeed = 20'261'129;
    INFO("seed " << kSeed);
    Prng prng(kSeed);
    int told[2] = {0, 0};
    int not_told[2] = {0, 0};
    for (int round = 0; round < 20'000; ++round) {
        INFO("round " << round);
        const Drawn drawn = draw(prng);
        const std::optional<GateSide> expected = through_for_good(drawn);
        const auto passage = judge_passage(question_of(drawn), kOptions).passage;
        REQUIRE(passage.has_value() == expected.has_value());
        if (passage) {
            CHECK(passage->outcome == (*expected == GateSide::inner ? PassageOutcome::in  //
                                                                    : PassageOutcome::out));
        }
        ++(passage ? told : not_told)[drawn.has_eyes ? 1 : 0];
    }
    for (const int eyes : {0, 1}) {
        CHECK(told[eyes] > 50);
        CHECK(not_told[eyes] > 2'000);
    }
}

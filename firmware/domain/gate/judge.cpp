#include "firmware/domain/gate/judge.hpp"

#include <algorithm>
#include <array>

#include "firmware/domain/gate/story.hpp"
#include "firmware/domain/gate/words.hpp"

namespace tally {

namespace {

Duration milliseconds(std::int64_t ms) {
    return std::chrono::milliseconds(ms);
}

Stories stories_of(const PassageCase& question, const PassageOptions& options) {
    const TagTrack& track = question.track;
    StoryCase asked{track.strip(), track.start(), track.last_look(), question.passes,
                    question.has_eyes};
    asked.approach = milliseconds(options.approach_ms);
    asked.loudest_db = track.loudest_db();
    asked.silence_is_mute = !question.hears_both_sides || question.sight != Sight::clear;
    asked.was_here_before = track.was_here_before();
    asked.known_side = track.known_side();
    asked.has_ended = question.moment == JudgeMoment::ended;
    return best_stories(asked);
}

/// The stories by what they mean, the best first.
struct Ranking {
    Story best;
    GateSide began = GateSide::outer, ended = GateSide::outer;
    std::int32_t lead_db = 0;  ///< over the best story with another meaning

    [[nodiscard]] bool is_through() const noexcept { return began != ended; }
};

Ranking rank(const Stories& stories) {
    constexpr GateSide kSides[] = {GateSide::outer, GateSide::inner};
    Ranking ranking;
    ranking.best.fit_db = -10'000'000;
    for (const GateSide began : kSides) {
        for (const GateSide ended : kSides) {
            if (stories.of(began, ended).fit_db > ranking.best.fit_db) {
                ranking.best = stories.of(began, ended);
                ranking.began = began;
                ranking.ended = ended;
            }
        }
    }
    std::int32_t next = -10'000'000;
    for (const GateSide began : kSides) {
        for (const GateSide ended : kSides) {
            const bool means_the_same = began == ranking.began
                                            ? ended == ranking.ended
                                            : !ranking.is_through() && began == ended;
            if (!means_the_same) {
                next = std::max(next, stories.of(began, ended).fit_db);
            }
        }
    }
    ranking.lead_db = ranking.best.fit_db - next;
    return ranking;
}

PassageOutcome outcome_of(const Ranking& ranking) {
    if (!ranking.is_through()) {
        return PassageOutcome::crossed_back;
    }
    return ranking.ended == GateSide::inner ? PassageOutcome::in : PassageOutcome::out;
}

MonoTime last_change(const PassageCase& question, const Story& story) {
    return question.track.start() +
           std::chrono::microseconds(std::uint64_t{question.track.strip().frame_us()} *
                                     story.change_frame);
}

std::optional<EyePass> pass_of(const PassageCase& question, const Story& story) {
    return story.pass == Story::kNoPass
               ? std::nullopt
               : std::optional(question.passes[static_cast<std::size_t>(story.pass)]);
}

PassageVerdict undecided(std::string why, std::optional<EyePass> eyes) {
    return {PassageOutcome::undecided, PassageRule::none, std::move(why), std::move(eyes)};
}

PassageRule rule_of(const std::optional<EyePass>& pass) {
    const bool beams_say =
        pass && (pass->verdict == EyeVerdict::inward || pass->verdict == EyeVerdict::outward);
    return beams_say ? PassageRule::eyes : PassageRule::antennas;
}

std::optional<PassageVerdict> judge_now(const PassageCase& question, const Ranking& ranking,
                                        const PassageOptions& options) {
    const std::optional<EyePass> pass = pass_of(question, ranking.best);
    const bool is_clear = ranking.lead_db >= options.clear_db;
    const bool moved = ranking.best.changes > 0;
    if (!moved && is_clear && (question.has_eyes || question.moment == JudgeMoment::resting)) {
        return std::nullopt;  // it lay there, or came near
    }
    if (!moved && !question.has_eyes &&
        (question.track.was_here_before() || question.moment == JudgeMoment::resting ||
         question.track.last_look() - question.present_since >= milliseconds(options.rest_ms))) {
        return std::nullopt;  // it lay there
    }
    const std::string words = words_of(question, ranking.best, pass);
    if (question.has_eyes && question.passes.empty() && !moved) {
        return std::nullopt;
    }
    if (ranking.is_through() && ranking.best.is_past_eyes) {
        return undecided("contradiction: " + words + ", but no pass broke the eyes", pass);
    }
    if (ranking.best.is_against_eyes) {
        return undecided("eyes and antennas contradict each other: " + words, pass);
    }
    if (!is_clear || !moved) {
        return undecided("not clear: " + words, pass);
    }
    return PassageVerdict{outcome_of(ranking), rule_of(pass), words, pass};
}

/// Whether judge_early() could say anything, without telling a story: it is asked for every tag
/// several times a second, and most answers are no. Exact: no passage is lost by it.
bool could_be_early(const PassageCase& question, const PassageOptions& options) {
    const TagTrack& track = question.track;
    if (question.has_eyes) {
        const Duration around =
            milliseconds(options.approach_ms) + std::chrono::microseconds(track.strip().frame_us());
        return std::any_of(
            question.passes.begin(), question.passes.end(), [&](const EyePass& pass) {
                const bool is_past = track.was_here_before() && pass.closed <= track.start();
                return pass.is_settled && !is_past && pass.opened <= track.last_look() + around &&
                       pass.closed >= track.start() - around;
            });
    }
    if (track.last_look() - track.start() < milliseconds(options.settle_ms)) {
        return false;
    }
    // Where one side alone spoke, every frame is for staying there, or against nothing.
    const bool heard_outer = track.evidence(GateSide::outer).n > 0;
    const bool heard_inner = track.evidence(GateSide::inner).n > 0;
    const GateSide only = heard_inner ? GateSide::inner : GateSide::outer;
    return (heard_outer && heard_inner) ||
           ((heard_outer || heard_inner) && track.known_side().value_or(only) != only);
}

std::optional<PassageVerdict> judge_early(const PassageCase& question, const Ranking& ranking,
                                          const PassageOptions& options) {
    const std::optional<EyePass> pass = pass_of(question, ranking.best);
    const Story& best = ranking.best;
    const bool has_settled = question.has_eyes
                                 ? pass && pass->is_settled
                                 : question.track.last_look() - last_change(question, best) >=
                                       milliseconds(options.settle_ms);
    // Without eyes it could always just be turning back; that it stays says more than any dB.
    const std::int32_t needed = question.has_eyes ? options.early_db : options.clear_db;
    if (!ranking.is_through() || ranking.lead_db < needed || !has_settled || best.is_against_eyes ||
        best.is_past_eyes || best.changes != 1) {
        return std::nullopt;
    }
    return PassageVerdict{outcome_of(ranking), rule_of(pass), words_of(question, best, pass), pass};
}

}  // namespace

Judgement judge_passage(const PassageCase& question, const PassageOptions& options) {
    if (question.sight == Sight::reader_blind) {
        if (question.moment == JudgeMoment::still_seen) {
            return {};
        }
        return {undecided("the reader was blind while it held this tag; count the places on both "
                          "sides",
                          std::nullopt),
                std::nullopt};
    }
    if (question.moment == JudgeMoment::still_seen && !could_be_early(question, options)) {
        return {};
    }
    const Ranking ranking = rank(stories_of(question, options));
    Judgement judgement;
    judgement.passage = question.moment == JudgeMoment::still_seen
                            ? judge_early(question, ranking, options)
                            : judge_now(question, ranking, options);
    // What was told is known; what was not, only where it is clearer than a passage need be.
    const bool is_known = judgement.passage ? direction_of(judgement.passage->outcome).has_value()
                                            : ranking.lead_db >= options.early_db;
    if (is_known) {
        judgement.now_on = ranking.ended;
    }
    return judgement;
}

std::optional<GateSide> rests_on(const PassageCase& question, const PassageOptions& options) {
    const TagTrack& track = question.track;
    if (track.last_look() - track.start() < milliseconds(options.rest_ms)) {
        return std::nullopt;
    }
    const auto frame_ns = Duration(std::int64_t{track.strip().frame_us()} * 1000);
    const std::size_t frames = track.strip().size();
    const auto recent =
        std::min(frames, static_cast<std::size_t>(milliseconds(options.rest_ms) / frame_ns));
    std::int32_t by = 0;
    std::int32_t said = 0;
    for (std::size_t frame = frames - recent; frame < frames; ++frame) {
        const std::int32_t frame_by = track.strip().inner_by_db(
            frame, {kStoryWeights.frame_db_max, kStoryWeights.one_side_db_max});
        by += frame_by;
        said += frame_by < 0 ? -frame_by : frame_by;
    }
    const bool is_clear = (by < 0 ? -by : by) * 10 >= said * 8 && said >= options.early_db;
    return is_clear ? std::optional(by > 0 ? GateSide::inner : GateSide::outer) : std::nullopt;
}

}  // namespace tally

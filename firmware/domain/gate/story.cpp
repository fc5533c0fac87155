#include "firmware/domain/gate/story.hpp"

#include <algorithm>
#include <array>

namespace tally {

namespace {

bool is_directed(const EyePass& pass) {
    return pass.verdict == EyeVerdict::inward || pass.verdict == EyeVerdict::outward;
}

bool is_against(const EyePass& pass, GateSide left) {
    return is_directed(pass) && (pass.verdict == EyeVerdict::inward) != (left == GateSide::outer);
}

/// Both ends are included.
struct Span {
    MonoTime from, to;
};

MonoTime frame_start(const StoryCase& question, std::size_t frame) {
    return question.start + std::chrono::microseconds(std::uint64_t{question.strip.frame_us()} *
                                                      static_cast<std::uint64_t>(frame));
}

bool overlaps(const EyePass& pass, const Span& span) {
    return pass.opened <= span.to && span.from <= pass.closed;
}

/// A pass from before a tag was last known to stand still has been judged, or moved nothing.
bool is_past(const StoryCase& question, const EyePass& pass) {
    return question.was_here_before && pass.closed <= question.start;
}

/// Whoever goes through a doorway is loudest in it: what it costs that the tag was not.
std::int32_t not_loudest_db(const StoryCase& question, const EyePass& pass,
                            const StoryWeights& weights) {
    std::int32_t loudest = 0;
    std::int32_t elsewhere = 0;
    std::int32_t frames_elsewhere = 0;
    for (std::size_t frame = 0; frame < question.strip.size(); ++frame) {
        const std::int32_t level = question.strip.level_db(frame);
        if (overlaps(pass, {frame_start(question, frame), frame_start(question, frame + 1)})) {
            loudest = std::max(loudest, level);
        } else if (level > 0) {
            elsewhere += level;
            ++frames_elsewhere;
        }
    }
    const std::int32_t below = question.loudest_db - loudest - weights.quiet_db;
    const std::int32_t quiet = std::max(below * weights.quiet_factor, 0);
    std::int32_t flat = 0;
    if (frames_elsewhere > 0) {
        const std::int32_t peak = loudest - elsewhere / frames_elsewhere;
        flat = std::max((weights.peak_db - peak) * weights.flat_factor, 0);
    }
    return std::min(quiet + flat, weights.not_loudest_db_max);
}

/// By pass.
using NotLoudest = std::array<std::int32_t, EyeWatch::kPassesMax + 1>;

/// What a change of side costs at one moment, in one direction.
struct Toll {
    std::int32_t db = 0;
    std::int8_t pass = Story::kNoPass;
    bool is_against_eyes = false;
    bool is_past_eyes = false;
};

std::int32_t price(const EyePass& pass, GateSide left, const StoryWeights& weights) {
    if (!is_directed(pass)) {
        return pass.verdict == EyeVerdict::crossed_back ? weights.turned_db : weights.unclear_db;
    }
    if (is_against(pass, left)) {
        return pass.is_even ? weights.against_db : weights.against_uneven_db;
    }
    return pass.is_even ? weights.along_db : weights.uneven_db;
}

/// The tolls of all changes that a strip allows: at its beginning, between frames, at its end.
class Tolls {
 public:
    Tolls(const StoryCase& question, const NotLoudest& not_loudest, const StoryWeights& weights) {
        if (!question.has_eyes) {
            is_flat_ = true;
            at_[0].fill({weights.eyeless_db, Story::kNoPass, false, false});
            return;
        }
        for (std::size_t boundary = 0; boundary <= question.strip.size(); ++boundary) {
            const Span moment = moment_of(question, boundary);
            for (const GateSide left : {GateSide::outer, GateSide::inner}) {
                at_[boundary][left == GateSide::inner] =
                    toll(question, not_loudest, moment, left, weights);
            }
        }
    }

    [[nodiscard]] const Toll& leaving(GateSide side, std::size_t boundary) const noexcept {
        return at_[is_flat_ ? 0 : boundary][side == GateSide::inner];
    }

 private:
    /// The time that a boundary stands for. Before its first and after its last read a tag may have
    /// been near for a while, unheard.
    static Span moment_of(const StoryCase& question, std::size_t boundary) {
        const Duration half = std::chrono::microseconds(question.strip.frame_us() / 2);
        const MonoTime at = frame_start(question, boundary);
        const bool is_last = boundary == question.strip.size();
        return {boundary == 0 ? question.start - question.approach : at - half,
                is_last ? question.last_look + question.approach : at + half};
    }

    static Toll toll(const StoryCase& question, const NotLoudest& not_loudest, const Span& moment,
                     GateSide left, const StoryWeights& weights) {
        Toll toll{weights.unbroken_db, Story::kNoPass, false, true};
        for (std::size_t i = 0; i < question.passes.size(); ++i) {
            const EyePass& pass = question.passes[i];
            if (!overlaps(pass, moment) || is_past(question, pass)) {
                continue;
            }
            const std::int32_t db = price(pass, left, weights) + not_loudest[i];
            if (db < toll.db) {
                toll = {db, static_cast<std::int8_t>(i), is_against(pass, left), false};
            }
        }
        return toll;
    }

    bool is_flat_ = false;  ///< without eyes all moments cost the same: at_[0]
    std::array<std::array<Toll, 2>, LoudnessStrip::kFrames + 1> at_{};
};

Story changed(Story story, const Toll& toll, std::size_t boundary) {
    story.fit_db -= toll.db;
    ++story.changes;
    story.pass = toll.pass;
    story.change_frame = static_cast<std::uint8_t>(boundary);
    story.is_against_eyes = story.is_against_eyes || toll.is_against_eyes;
    story.is_past_eyes = story.is_past_eyes || toll.is_past_eyes;
    return story;
}

/// What it costs a story without change that something passed while the tag was there: little, or
/// much where the tag was there only then, and all that passed went the same way.
std::int32_t idle_db(const StoryCase& question, const NotLoudest& not_loudest,
                     const StoryWeights& weights) {
    const Duration approach = question.approach;
    const Span near{question.start - approach, question.last_look + approach};
    std::int32_t idle = 0;
    const EyePass* first = nullptr;
    bool is_clear = true;
    for (std::size_t i = 0; i < question.passes.size(); ++i) {
        const EyePass& pass = question.passes[i];
        if (is_past(question, pass) || !overlaps(pass, near)) {
            continue;
        }
        first = first == nullptr ? &pass : first;
        is_clear = is_clear && is_directed(pass) && pass.is_even && pass.verdict == first->verdict;
        const bool appeared = !question.was_here_before && question.start + approach >= pass.opened;
        const bool vanished = question.has_ended && question.last_look - approach <= pass.closed;
        const bool only_then =
            question.silence_is_mute ? appeared || vanished : appeared && vanished;
        const std::int32_t db = only_then ? weights.idle_db : weights.idle_unclear_db;
        idle = std::max(idle, is_directed(pass) ? db - not_loudest[i] : 0);
    }
    return is_clear ? idle : std::min(idle, weights.idle_unclear_db);
}

/// Viterbi's algorithm over the frames, for stories that begin on one side.
void tell_from(GateSide began, const StoryCase& question, const Tolls& tolls,
               const StoryWeights& weights, Story (&by_end)[2]) {
    constexpr std::int32_t kImpossibleDb = -1'000'000;
    auto& [outer, inner] = by_end;
    (began == GateSide::outer ? inner : outer).fit_db = kImpossibleDb;
    if (question.known_side && question.known_side != began) {
        (began == GateSide::outer ? outer : inner).fit_db = -weights.known_side_db;
    }
    const LoudnessStrip::FrameLimits limits{weights.frame_db_max,
                                            question.silence_is_mute ? 0 : weights.one_side_db_max};
    const std::size_t frames = question.strip.size();
    for (std::size_t boundary = 0; boundary <= frames; ++boundary) {
        // A tag that was here before, or still is, cannot have changed sides unheard.
        const bool may_change = (boundary > 0 || !question.was_here_before) &&
                                (boundary < frames || question.has_ended);
        if (may_change) {
            const Toll& in = tolls.leaving(GateSide::outer, boundary);
            const Toll& out = tolls.leaving(GateSide::inner, boundary);
            const Story was_outer = outer;
            if (inner.fit_db - out.db > outer.fit_db) {
                outer = changed(inner, out, boundary);
            }
            if (was_outer.fit_db - in.db > inner.fit_db) {
                inner = changed(was_outer, in, boundary);
            }
        }
        if (boundary < frames) {
            const std::int32_t by = question.strip.inner_by_db(boundary, limits);
            inner.fit_db += by;
            outer.fit_db -= by;
        }
    }
}

}  // namespace

Stories best_stories(const StoryCase& question, const StoryWeights& weights) noexcept {
    NotLoudest not_loudest{};
    for (std::size_t i = 0; i < question.passes.size(); ++i) {
        not_loudest[i] = not_loudest_db(question, question.passes[i], weights);
    }
    const Tolls tolls(question, not_loudest, weights);
    Stories stories;
    for (const GateSide began : {GateSide::outer, GateSide::inner}) {
        const std::size_t side = began == GateSide::inner;
        tell_from(began, question, tolls, weights, stories.by_sides[side]);
        Story& stayed = stories.by_sides[side][side];
        if (stayed.changes == 0 && question.has_eyes) {
            stayed.fit_db -= idle_db(question, not_loudest, weights);
        }
    }
    return stories;
}

}  // namespace tally

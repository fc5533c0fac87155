#include "firmware/domain/gate/passage.hpp"

#include <algorithm>

namespace tally {

namespace {

/// What the antennas alone say.
enum class AntennaView : std::uint8_t {
    inward,
    outward,
    crossed_back,
    one_side,  ///< one side led all the time
    unclear,
};

/// Words are made only for a verdict: most reads need none, and must not allocate.
struct AntennaOpinion {
    AntennaView view = AntennaView::unclear;
    const TagTrack& track;
    Sight sight = Sight::clear;
    Duration gap{};  ///< between the two centres, where through

    [[nodiscard]] std::string words() const;
};

Duration milliseconds(std::int64_t ms) {
    return std::chrono::milliseconds(ms);
}

/// "0.42 s"
std::string seconds(Duration span) {
    const std::int64_t centis = (span.count() < 0 ? -span.count() : span.count()) / 10'000'000;
    const std::string rest = std::to_string(centis % 100);
    return std::to_string(centis / 100) + '.' + (rest.size() < 2 ? "0" : "") + rest + " s";
}

GateSide other(GateSide side) noexcept {
    return side == GateSide::outer ? GateSide::inner : GateSide::outer;
}

std::string name(GateSide side) {
    return std::string(to_string(side));
}

/// When a side was heard at its middle. A tag that rested on a side and was not heard there since
/// it moved was there at the start.
std::optional<MonoTime> centre_of(const TagTrack& track, GateSide side) {
    const SideEvidence evidence = track.evidence(side);
    if (evidence.n > 0) {
        return evidence.centre;
    }
    if (track.was_here_before() && track.first_lead() == side) {
        return track.start();
    }
    return std::nullopt;
}

AntennaOpinion antenna_opinion(const PassageCase& question, const PassageOptions& options) {
    const TagTrack& track = question.track;
    AntennaOpinion opinion{AntennaView::unclear, track, question.sight, {}};
    if (question.sight != Sight::clear || !track.has_lead()) {
        return opinion;
    }
    if (track.lead_changes() == 0) {
        opinion.view = AntennaView::one_side;
        return opinion;
    }
    if (track.lead_changes() % 2 == 0) {
        opinion.view = AntennaView::crossed_back;
        return opinion;
    }
    const std::optional<MonoTime> from = centre_of(track, track.first_lead());
    const std::optional<MonoTime> to = centre_of(track, track.lead());
    if (from && to && *to - *from >= milliseconds(options.centre_gap_min_ms)) {
        opinion.view = track.lead() == GateSide::inner ? AntennaView::inward : AntennaView::outward;
        opinion.gap = *to - *from;
    }
    return opinion;
}

std::string AntennaOpinion::words() const {
    if (sight != Sight::clear) {
        return "an antenna was blind meanwhile";
    }
    if (!track.has_lead()) {
        return "no antenna is known for these reads";
    }
    const std::string first = name(track.first_lead());
    switch (view) {
        case AntennaView::one_side:
            return "only the " + first + " antenna led";
        case AntennaView::crossed_back:
            return "antennas: " + first + ", then " + name(other(track.first_lead())) + ", then " +
                   first + " again";
        case AntennaView::inward:
        case AntennaView::outward:
            return "antennas: " + name(track.lead()) + ' ' + seconds(gap) + " after " + first;
        case AntennaView::unclear:
            return "both antennas heard it at about the same time";
    }
    return {};
}

PassageOutcome outcome_of(EyeVerdict verdict) {
    switch (verdict) {
        case EyeVerdict::inward:
            return PassageOutcome::in;
        case EyeVerdict::outward:
            return PassageOutcome::out;
        case EyeVerdict::crossed_back:
            return PassageOutcome::crossed_back;
        case EyeVerdict::unclear:
            return PassageOutcome::undecided;
    }
    return PassageOutcome::undecided;
}

std::optional<PassageOutcome> outcome_of(AntennaView view) {
    switch (view) {
        case AntennaView::inward:
            return PassageOutcome::in;
        case AntennaView::outward:
            return PassageOutcome::out;
        case AntennaView::crossed_back:
            return PassageOutcome::crossed_back;
        case AntennaView::one_side:
        case AntennaView::unclear:
            return std::nullopt;
    }
    return std::nullopt;
}

PassageVerdict undecided(std::string why, std::optional<EyePass> eyes = std::nullopt) {
    return {PassageOutcome::undecided, PassageRule::none, std::move(why), std::move(eyes)};
}

bool overlaps(const EyePass& pass, MonoTime from, MonoTime to) {
    return pass.opened <= to && from <= pass.closed;
}

/// The passes that may have carried the tag. `only` is set if there is one, or if all say the same:
/// then it does not matter which of them it was.
struct Matched {
    std::size_t count = 0;
    std::optional<EyePass> only;
    bool may_change = false;     ///< a matched pass is not settled yet
    bool leads_to_lead = false;  ///< one of them went to the side that now leads
};

/// The span in which the tag must have crossed, if it did.
struct CrossingSpan {
    MonoTime from, to;
};

CrossingSpan crossing_span(const PassageCase& question, AntennaView view,
                           const PassageOptions& options) {
    const TagTrack& track = question.track;
    const std::optional<MonoTime> outer = centre_of(track, GateSide::outer);
    const std::optional<MonoTime> inner = centre_of(track, GateSide::inner);
    const bool is_two_sided = view == AntennaView::inward || view == AntennaView::outward ||
                              (view == AntennaView::unclear && outer && inner);
    if (is_two_sided && outer && inner) {
        const MonoTime middle = *outer + (*inner - *outer) / 2;
        // Standing before the gate draws the middle back in time; the lead changes after the
        // crossing.
        const MonoTime led_since = track.lead_changes() > 0 ? track.last_lead_change() : middle;
        return {middle - milliseconds(options.eye_slack_ms),
                std::max(middle + milliseconds(options.eye_slack_ms), led_since)};
    }
    // Of a tag that came to rest, only how it appeared is in question.
    const MonoTime seen_to =
        question.moment == JudgeMoment::resting ? track.start() : track.last_look();
    return {track.start() - milliseconds(options.approach_ms),
            seen_to + milliseconds(options.approach_ms)};
}

Matched match_passes(const PassageCase& question, const CrossingSpan& span) {
    Matched matched;
    bool say_the_same = true;
    for (const EyePass& pass : question.passes) {
        // A pass from before a restart has been judged, or moved nothing.
        const bool is_past =
            question.track.was_here_before() && pass.closed <= question.track.start();
        if (!is_past && overlaps(pass, span.from, span.to)) {
            ++matched.count;
            say_the_same = say_the_same && (!matched.only || matched.only->verdict == pass.verdict);
            matched.only = pass;
            matched.may_change = matched.may_change || !pass.is_settled;
            matched.leads_to_lead =
                matched.leads_to_lead || (direction_of(outcome_of(pass.verdict)) &&
                                          question.track.lead() == other(pass.first_side));
        }
    }
    if (!say_the_same) {
        matched.only.reset();
    }
    return matched;
}

std::string eye_words(const EyePass& pass) {
    const std::string first = name(pass.first_side);
    const std::string second = name(other(pass.first_side));
    const std::string span = " (" + seconds(pass.closed - pass.opened) + ')';
    switch (pass.verdict) {
        case EyeVerdict::inward:
        case EyeVerdict::outward:
            return "photo-eyes: " + first + " broke first, " + second + " was freed last" + span;
        case EyeVerdict::crossed_back:
            return "photo-eyes: " + first + " broke first and was freed last" + span;
        case EyeVerdict::unclear:
            return "photo-eyes: both broke, in no clear order" + span;
    }
    return {};
}

/// One side led all the time and one pass is near: the tag went with it only if it appeared on the
/// side the pass led to, or vanished from the side the pass came from.
std::optional<PassageVerdict> judge_one_sided(const PassageCase& question, const EyePass& pass,
                                              const AntennaOpinion& antennas,
                                              const PassageOptions& options) {
    const PassageOutcome outcome = outcome_of(pass.verdict);
    const Duration approach = milliseconds(options.approach_ms);
    const bool appeared =
        !question.track.was_here_before() && question.present_since >= pass.opened - approach;
    const bool vanished = question.moment == JudgeMoment::ended &&
                          question.track.last_look() <= pass.closed + approach;
    if (!appeared && !vanished) {
        return std::nullopt;  // here before and after: it lies there, somebody else passed
    }
    const auto words = [&] { return eye_words(pass) + "; " + antennas.words(); };
    if (!direction_of(outcome)) {
        if (!appeared || !vanished) {
            return std::nullopt;
        }
        return outcome == PassageOutcome::undecided
                   ? undecided(words(), pass)
                   : PassageVerdict{outcome, PassageRule::eyes, words(), pass};
    }
    const bool was_at_origin = question.track.lead() == pass.first_side;
    if (!(appeared && vanished) && appeared == was_at_origin) {
        return std::nullopt;  // brought near or taken away on its own side
    }
    const std::uint32_t looks = question.track.evidence(question.track.lead()).n;
    if (question.hears_both_sides && question.sight == Sight::clear &&
        looks > options.one_sided_looks_max) {
        return undecided(words() + ", in " + std::to_string(looks) +
                             " looks: well heard here, it should have been heard there",
                         pass);
    }
    return PassageVerdict{outcome, PassageRule::eyes,
                          words() + (vanished ? ", and it vanished with this pass"
                                              : ", where it appeared with this pass"),
                          pass};
}

PassageVerdict judge_by_eyes(const EyePass& pass, const AntennaOpinion& antennas) {
    const PassageOutcome outcome = outcome_of(pass.verdict);
    const std::optional<PassageOutcome> heard = outcome_of(antennas.view);
    const std::string words = eye_words(pass) + "; " + antennas.words();
    if (pass.verdict == EyeVerdict::unclear) {
        if (heard) {
            return {*heard, PassageRule::antennas, words, pass};
        }
        return undecided(words, pass);
    }
    if (heard && *heard != outcome) {
        return undecided("eyes and antennas contradict each other: " + words, pass);
    }
    return {outcome, PassageRule::eyes, words, pass};
}

std::optional<PassageVerdict> judge_with_eyes(const PassageCase& question,
                                              const AntennaOpinion& antennas,
                                              const PassageOptions& options) {
    const Matched matched = match_passes(question, crossing_span(question, antennas.view, options));
    const std::optional<PassageOutcome> heard = outcome_of(antennas.view);
    const bool is_through = heard && direction_of(*heard);
    if (question.moment == JudgeMoment::still_seen) {
        // Safe before the end: a settled pass and both antennas say the same, and it is across.
        if (is_through && matched.only && !matched.may_change &&
            outcome_of(matched.only->verdict) == *heard) {
            return judge_by_eyes(*matched.only, antennas);
        }
        return std::nullopt;
    }
    if (matched.count == 0) {
        if (is_through) {
            return undecided("contradiction: " + antennas.words() + ", but no pass broke the eyes");
        }
        return std::nullopt;  // nothing went through: it came near, or lies there
    }
    if (matched.only) {
        return antennas.view == AntennaView::one_side
                   ? judge_one_sided(question, *matched.only, antennas, options)
                   : judge_by_eyes(*matched.only, antennas);
    }
    const bool lay_here = question.moment == JudgeMoment::resting
                              ? !matched.leads_to_lead
                              : question.track.was_here_before();
    if (antennas.view == AntennaView::one_side && lay_here) {
        return std::nullopt;  // others pass by a tag that lies here
    }
    const std::string words = std::to_string(matched.count) +
                              " passes through the eyes could be this tag's; " + antennas.words();
    if (heard) {
        return PassageVerdict{*heard, PassageRule::antennas, words, std::nullopt};
    }
    return undecided(words);
}

std::optional<PassageVerdict> judge_without_eyes(const PassageCase& question,
                                                 const AntennaOpinion& antennas,
                                                 const PassageOptions& options) {
    const TagTrack& track = question.track;
    const std::optional<PassageOutcome> heard = outcome_of(antennas.view);
    if (question.moment == JudgeMoment::still_seen) {
        const bool has_settled =
            track.last_look() - track.last_lead_change() >= milliseconds(options.settle_ms);
        if (heard && has_settled) {
            return PassageVerdict{*heard, PassageRule::antennas,
                                  antennas.words() + ", and it stayed there", std::nullopt};
        }
        return std::nullopt;
    }
    if (question.moment == JudgeMoment::resting) {
        return std::nullopt;  // it lies there
    }
    if (heard) {
        return PassageVerdict{*heard, PassageRule::antennas, antennas.words(), std::nullopt};
    }
    if (antennas.view == AntennaView::one_side &&
        (track.was_here_before() ||
         track.last_look() - question.present_since >= milliseconds(options.rest_ms))) {
        return std::nullopt;  // it lay there
    }
    return undecided(antennas.words() + ", and no photo-eyes tell whether it went through");
}

}  // namespace

std::optional<PassageVerdict> judge_passage(const PassageCase& question,
                                            const PassageOptions& options) {
    const AntennaOpinion antennas = antenna_opinion(question, options);
    if (question.sight == Sight::reader_blind) {
        if (question.moment == JudgeMoment::still_seen) {
            return std::nullopt;
        }
        return undecided(
            "the reader was blind while it held this tag; count the places on both "
            "sides");
    }
    return question.has_eyes ? judge_with_eyes(question, antennas, options)
                             : judge_without_eyes(question, antennas, options);
}

std::optional<Direction> direction_of(PassageOutcome outcome) noexcept {
    switch (outcome) {
        case PassageOutcome::in:
            return Direction::inward;
        case PassageOutcome::out:
            return Direction::outward;
        case PassageOutcome::crossed_back:
        case PassageOutcome::undecided:
            return std::nullopt;
    }
    return std::nullopt;
}

std::string_view to_string(Direction direction) noexcept {
    switch (direction) {
        case Direction::inward:
            return "inward";
        case Direction::outward:
            return "outward";
    }
    return "";
}

std::string_view to_string(PassageOutcome outcome) noexcept {
    switch (outcome) {
        case PassageOutcome::in:
            return "in";
        case PassageOutcome::out:
            return "out";
        case PassageOutcome::crossed_back:
            return "crossed_back";
        case PassageOutcome::undecided:
            return "undecided";
    }
    return "";
}

std::string_view to_string(PassageRule rule) noexcept {
    switch (rule) {
        case PassageRule::eyes:
            return "eyes";
        case PassageRule::antennas:
            return "antennas";
        case PassageRule::none:
            return "none";
    }
    return "";
}

}  // namespace tally

#include "firmware/domain/gate/tracker.hpp"

#include <algorithm>

namespace tally {

namespace {

GateOptions with_absence(GateOptions options, Duration absence) {
    options.presence.absence_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(absence).count();
    return options;
}

}  // namespace

GateTracker::GateTracker(const GateLayout& layout, GateOptions options, GateListener& listener)
    : layout_(layout),
      options_(with_absence(options, layout.absence)),
      listener_(listener),
      presence_(options_.presence),
      eyes_(layout.photo_eyes, options_.eyes) {
    const auto looks_at = [&layout](GateSide side) {
        return std::any_of(layout.antennas.begin(), layout.antennas.end(),
                           [side](const GatePort& antenna) { return antenna.side == side; });
    };
    hears_both_sides_ = looks_at(GateSide::outer) && looks_at(GateSide::inner);
    blind_.push_back({});
    for (const GatePort& antenna : layout_.antennas) {
        blind_.push_back({antenna.port, false, false, {}, {}});
    }
}

void GateTracker::on_reads(std::span<const TagRead> reads) {
    for (const TagRead& read : reads) {
        on_read(read);
    }
}

void GateTracker::on_read(const TagRead& read) {
    const bool antenna_known = (read.has & TagRead::antenna_known) != 0;
    const GatePort* antenna = antenna_known ? find_antenna(read.antenna) : nullptr;
    if (antenna_known && antenna == nullptr) {
        ++other_antenna_reads_;
        return;
    }
    // That this read came shows that the reader saw until now.
    if (read.at > expired_until_) {
        eyes_.advance(read.at);
        expire(read.at);
    }
    const bool count_known = (read.has & TagRead::count_known) != 0;
    const PresenceTable::Observed seen =
        presence_.observe(read.epc, read.at, count_known ? read.count : 1);
    if (seen.held == nullptr) {
        return;
    }
    Held& held = *seen.held;
    if (seen.is_new_look) {
        const std::uint32_t frame = held.track.frame_number();
        held.track.begin_look(held.last);
        if (seen.change == PresenceChange::continued && held.track.frame_number() != frame) {
            judge_still_seen(held);
        }
    }
    if (antenna != nullptr) {
        TrackRead heard{antenna->side, antenna->port, std::nullopt};
        if ((read.has & TagRead::rssi_known) != 0) {
            heard.rssi = read.peak_rssi;
        }
        held.track.hear(heard);
    }
    if (seen.change == PresenceChange::began) {
        listener_.on_presence_began(held);
    }
}

void GateTracker::on_input(const InputChange& change) {
    eyes_.on_input(change);
}

void GateTracker::advance(MonoTime until) {
    eyes_.advance(until);
    expire(until);
}

void GateTracker::expire(MonoTime until) {
    expired_until_ = std::max(expired_until_, until);
    presence_.expire(until, [this](Held& held) {
        judge(held, JudgeMoment::ended);
        listener_.on_presence_ended(held);
    });
}

void GateTracker::judge_still_seen(Held& held) {
    // Nothing is decided while somebody stands in the beams.
    if (eyes_.is_open() || judge(held, JudgeMoment::still_seen) || passed_just_now(held.last)) {
        return;
    }
    const std::optional<GateSide> side =
        rests_on(case_of(held, JudgeMoment::resting), options_.passage);
    if (side) {
        if (!held.track.was_here_before()) {
            judge(held, JudgeMoment::resting);
        }
        held.track.restart(held.last, side);
    }
}

/// For a while after a pass nobody is taken for resting: whoever stood here may just be leaving.
bool GateTracker::passed_just_now(MonoTime at) const {
    const std::span<const EyePass> passes = eyes_.passes();
    return !passes.empty() && at - passes.back().closed <
                                  Duration(std::chrono::milliseconds(options_.passage.settle_ms));
}

PassageCase GateTracker::case_of(const Held& held, JudgeMoment moment) const {
    return {held.track,        held.first,           eyes_.passes(), eyes_.can_tell(),
            hears_both_sides_, sight_of(held.track), moment};
}

bool GateTracker::judge(Held& held, JudgeMoment moment) {
    Judgement judgement = judge_passage(case_of(held, moment), options_.passage);
    if (judgement.passage) {
        tell(held, std::move(*judgement.passage));
    }
    if (judgement.passage || moment == JudgeMoment::ended) {
        held.track.restart(held.track.last_look(), judgement.now_on);
    }
    return judgement.passage.has_value();
}

void GateTracker::tell(const Held& held, PassageVerdict verdict) {
    Passage passage;
    passage.epc = held.epc.value();
    passage.gate = layout_.id;
    passage.device = layout_.reader;
    passage.outcome = verdict.outcome;
    passage.rule = verdict.rule;
    passage.why = std::move(verdict.why);
    passage.first = held.track.start();
    passage.last = held.track.last_look();
    passage.outer = held.track.evidence(GateSide::outer);
    passage.inner = held.track.evidence(GateSide::inner);
    passage.eyes = std::move(verdict.eyes);
    listener_.on_passage(passage);
}

const GatePort* GateTracker::find_antenna(std::uint16_t port) const {
    for (const GatePort& antenna : layout_.antennas) {
        if (antenna.port == port) {
            return &antenna;
        }
    }
    return nullptr;
}

bool GateTracker::is_wholly_blind() const {
    return blind_[0].is_blind || std::all_of(blind_.begin() + 1, blind_.end(),
                                             [](const BlindSpan& span) { return span.is_blind; });
}

Sight GateTracker::sight_of(const TagTrack& track) const {
    Sight sight = Sight::clear;
    for (const BlindSpan& span : blind_) {
        const bool overlaps = (span.is_blind || (span.was_blind && span.until >= track.start()));
        if (overlaps) {
            sight = std::max(sight, span.antenna == 0 ? Sight::reader_blind : Sight::antenna_blind);
        }
    }
    return sight;
}

void GateTracker::on_blind(std::uint16_t antenna, MonoTime since) {
    for (BlindSpan& span : blind_) {
        if (span.antenna == antenna && !span.is_blind) {
            span.is_blind = span.was_blind = true;
            span.since = since;
        }
    }
    if (antenna == 0) {
        eyes_.forget_open();
    }
    if (is_wholly_blind()) {
        presence_.blind_began(since);
    }
}

void GateTracker::on_sighted(std::uint16_t antenna, MonoTime at) {
    const bool was_wholly_blind = is_wholly_blind();
    for (BlindSpan& span : blind_) {
        if (span.antenna == antenna && span.is_blind) {
            span.is_blind = false;
            span.until = at;
        }
    }
    if (was_wholly_blind && !is_wholly_blind()) {
        presence_.blind_ended(at);
    }
}

}  // namespace tally

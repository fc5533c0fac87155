#include "firmware/domain/gate/track.hpp"

#include <algorithm>
#include <limits>

namespace tally {

namespace {

constexpr std::int32_t kFloorDbm = -90;
constexpr std::int32_t kCeilingDbm = -20;
constexpr std::int32_t kUnknownDbm = -60;

/// Received amplitude, doubling every 6 dB, in units in which -90 dBm is 8.
constexpr auto kAmplitude = [] {
    std::array<std::uint16_t, kCeilingDbm - kFloorDbm + 1> table{};
    double amplitude = 8;
    for (std::uint16_t& entry : table) {
        entry = static_cast<std::uint16_t>(amplitude);
        amplitude *= 1.1224620483093730;  // 2^(1/6)
    }
    return table;
}();

std::uint16_t amplitude_of(const TrackRead& read) noexcept {
    const std::int32_t dbm = read.rssi ? read.rssi->value / 100 : kUnknownDbm;
    return kAmplitude[static_cast<std::size_t>(std::clamp(dbm, kFloorDbm, kCeilingDbm) -
                                               kFloorDbm)];
}

constexpr std::size_t index(GateSide side) noexcept {
    return side == GateSide::inner ? 1 : 0;
}

/// Below every level that to_cdbm() gives.
constexpr std::int16_t kRssiUnknown = std::numeric_limits<std::int16_t>::min();

std::int16_t to_cdbm(std::int32_t value) noexcept {
    return static_cast<std::int16_t>(std::clamp<std::int32_t>(value, -32'000, 32'000));
}

}  // namespace

void TagTrack::hear(const TrackRead& read) noexcept {
    Side& side = sides_[index(read.side)];
    const std::int16_t rssi = read.rssi ? to_cdbm(read.rssi->value) : kRssiUnknown;
    if (side.n == 0 || rssi > side.best_cdbm ||
        (rssi == side.best_cdbm && read.antenna < side.antenna)) {
        side.best_cdbm = rssi;
        side.antenna = read.antenna;
    }
    std::uint16_t& weight = look_weight_[index(read.side)];
    if (weight == 0) {
        side.first_us = side.n == 0 ? look_us_ : side.first_us;
        side.last_us = look_us_;
        ++side.n;
    }
    weight = std::max(weight, amplitude_of(read));
}

bool TagTrack::lies_still(MonoTime at, const PassageOptions& options) const noexcept {
    return has_lead_ && lead_changes_ == 0 && at.ns - start_.ns >= options.rest_ms * 1'000'000;
}

void TagTrack::begin_look(MonoTime at, const PassageOptions& options, Rest rest) noexcept {
    settle(options);
    // Fading by fade/(fade+dt) needs no exp() and is the same in every build.
    const float fade_ns = static_cast<float>(options.loudness_fade_ms) * 1e6F;
    const float fade = fade_ns / (fade_ns + static_cast<float>((at - last_look()).count()));
    for (float& loudness : loudness_) {
        loudness *= fade;
    }
    // Relative times have 32 bits of microseconds; a tag that wavers for an hour starts anew.
    const bool too_long = at.ns - start_.ns >= std::int64_t{3'600} * 1'000'000'000;
    if ((rest == Rest::allowed && lies_still(at, options)) || too_long) {
        restart(at);
    }
    look_us_ = static_cast<std::uint32_t>((at.ns - start_.ns) / 1000);
}

void TagTrack::settle(const PassageOptions& options) noexcept {
    if (look_weight_[0] == 0 && look_weight_[1] == 0) {
        return;
    }
    for (std::size_t i = 0; i < 2; ++i) {
        const float weight = look_weight_[i];
        loudness_[i] += weight;
        look_weight_[i] = 0;
        if (weight > 0) {
            Side& side = sides_[i];
            side.weight += weight;
            const float at_s = static_cast<float>(look_us_) * 1e-6F;
            side.centre_s += (weight / side.weight) * (at_s - side.centre_s);
        }
    }
    follow_lead(options);
}

void TagTrack::follow_lead(const PassageOptions& options) noexcept {
    const GateSide louder = loudness_[1] > loudness_[0] ? GateSide::inner : GateSide::outer;
    if (!has_lead_) {
        has_lead_ = true;
        first_lead_ = lead_ = louder;
        return;
    }
    const float needed = static_cast<float>(options.lead_change_percent) / 100.0F;
    if (louder != lead_ && loudness_[index(louder)] > needed * loudness_[index(lead_)]) {
        lead_ = louder;
        if (lead_changes_ == 0 && !was_here_before_ && sides_[index(first_lead_)].n < 2) {
            first_lead_ = lead_;  // one look does not make a lead: it may be a cross read
            return;
        }
        lead_changed_us_ = look_us_;
        lead_changes_ = static_cast<std::uint8_t>(lead_changes_ == 254 ? 253 : lead_changes_ + 1);
    }
}

void TagTrack::restart(MonoTime at) noexcept {
    const std::array<float, 2> loudness = loudness_;
    const GateSide lead = lead_;
    const bool has_lead = has_lead_;
    *this = TagTrack(at);
    loudness_ = loudness;
    first_lead_ = lead_ = lead;
    has_lead_ = has_lead;
    was_here_before_ = true;
}

SideEvidence TagTrack::evidence(GateSide which) const noexcept {
    const Side& side = sides_[index(which)];
    SideEvidence evidence;
    if (side.n > 0) {
        evidence.n = side.n;
        evidence.antenna = side.antenna;
        if (side.best_cdbm != kRssiUnknown) {
            evidence.best_rssi = CentiDbm{side.best_cdbm};
        }
        evidence.first = at_us(side.first_us);
        evidence.last = at_us(side.last_us);
        evidence.centre = at_us(static_cast<std::uint32_t>(side.centre_s * 1e6F));
    }
    return evidence;
}

}  // namespace tally

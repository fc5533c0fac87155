#include "firmware/domain/gate/track.hpp"

#include <algorithm>
#include <limits>

namespace tally {

namespace {

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
    if (side.n == 0 || side.last_us != look_us_) {
        side.first_us = side.n == 0 ? look_us_ : side.first_us;
        side.last_us = look_us_;
        ++side.n;
    }
    loudest_db_ = std::max(loudest_db_, strip_.hear(read.side, read.rssi, look_us_));
}

void TagTrack::begin_look(MonoTime at) noexcept {
    // Relative times have 32 bits of microseconds; a tag that wavers for an hour starts anew.
    if (at.ns - start_.ns >= std::int64_t{3'600} * 1'000'000'000) {
        restart(at, std::nullopt);
    }
    look_us_ = static_cast<std::uint32_t>((at.ns - start_.ns) / 1000);
}

void TagTrack::restart(MonoTime at, std::optional<GateSide> side) noexcept {
    const std::uint8_t loudest_db = loudest_db_;
    *this = TagTrack(at);
    loudest_db_ = loudest_db;
    known_side_ = side.value_or(GateSide::outer);
    knows_side_ = side.has_value();
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
    }
    return evidence;
}

}  // namespace tally

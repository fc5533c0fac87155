#include "firmware/domain/gate/strip.hpp"

#include <algorithm>

namespace tally {

namespace {

/// Below what readers hear; a silent side counts as this loud.
constexpr std::int32_t kHearingDbm = -82;
constexpr std::int32_t kMiddlingDbm = -60;
constexpr std::int32_t kLoudestDb = 80;

constexpr std::size_t index(GateSide side) noexcept {
    return side == GateSide::inner ? 1 : 0;
}

}  // namespace

std::uint8_t LoudnessStrip::hear(GateSide side, std::optional<CentiDbm> rssi,
                                 std::uint32_t at_us) noexcept {
    while ((at_us >> bits_) >= kFrames) {
        join_frames();
    }
    const std::size_t frame = at_us >> bits_;
    const std::int32_t dbm = rssi ? rssi->value / 100 : kMiddlingDbm;
    const auto level = static_cast<std::uint8_t>(std::clamp(dbm - kHearingDbm, 1, kLoudestDb));
    std::uint8_t& loudest = level_[frame][index(side)];
    loudest = std::max(loudest, level);
    size_ = std::max(size_, static_cast<std::uint8_t>(frame + 1));
    return level;
}

void LoudnessStrip::join_frames() noexcept {
    for (std::size_t frame = 0; frame < kFrames / 2; ++frame) {
        for (std::size_t side = 0; side < 2; ++side) {
            level_[frame][side] = std::max(level_[2 * frame][side], level_[2 * frame + 1][side]);
        }
    }
    std::fill(level_.begin() + kFrames / 2, level_.end(), std::array<std::uint8_t, 2>{});
    size_ = static_cast<std::uint8_t>((size_ + 1) / 2);
    ++bits_;
}

std::int32_t LoudnessStrip::inner_by_db(std::size_t frame,
                                        const FrameLimits& limits) const noexcept {
    const bool heard_both = level_[frame][0] != 0 && level_[frame][1] != 0;
    const std::int32_t limit = heard_both ? limits.both_db : limits.one_db;
    const std::int32_t by = std::int32_t{level_[frame][1]} - std::int32_t{level_[frame][0]};
    return std::clamp(by, -limit, limit);
}

std::int32_t LoudnessStrip::level_db(std::size_t frame) const noexcept {
    return std::max(level_[frame][0], level_[frame][1]);
}

}  // namespace tally

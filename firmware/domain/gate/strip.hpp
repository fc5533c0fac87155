// How loud a tag was on each side of a gate, frame by frame: a short film of its movement, of fixed
// size. When the film is full, neighbouring frames are joined and each lasts twice as long, so that
// it always holds the whole movement in 16 to 32 pictures, whether that took 2 s or a minute.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "firmware/base/units.hpp"
#include "firmware/domain/layout/site.hpp"

namespace tally {

/// Plain value of 66 bytes. A frame keeps the loudest read of a side: the order, repetition and
/// splitting of reads change nothing. Times are microseconds since the film began.
class LoudnessStrip {
 public:
    static constexpr std::size_t kFrames = 32;
    static constexpr unsigned kShortestFrameBits = 17;  ///< 2^17 us, 0.13 s

    /// A read at `at_us`; a level that the reader left out counts as a middling one. Returns
    /// it, in dB above hearing. O(1) over time.
    std::uint8_t hear(GateSide side, std::optional<CentiDbm> rssi, std::uint32_t at_us) noexcept;

    [[nodiscard]] std::uint32_t frame_us() const noexcept { return std::uint32_t{1} << bits_; }
    /// One past the last frame in which anything was heard; 0 if nothing was.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// How much one frame may say at most.
    struct FrameLimits {
        std::int32_t both_db = 0;  ///< where both sides heard the tag
        std::int32_t one_db = 0;   ///< where one did; the other counts as just below hearing
    };

    /// By how many dB the inner side was louder in a frame, negative where the outer was, within
    /// the limits. 0 where nothing was heard.
    [[nodiscard]] std::int32_t inner_by_db(std::size_t frame,
                                           const FrameLimits& limits) const noexcept;

    /// Loudest read of a frame on either side, in dB above hearing; 0 if there was none.
    [[nodiscard]] std::int32_t level_db(std::size_t frame) const noexcept;

 private:
    void join_frames() noexcept;

    std::array<std::array<std::uint8_t, 2>, kFrames> level_{};  ///< dB above hearing; 0: silent
    std::uint8_t bits_ = kShortestFrameBits;
    std::uint8_t size_ = 0;
};
static_assert(sizeof(LoudnessStrip) == 66);

}  // namespace tally

// What a gate remembers of one tag's movement: two sides, a few figures each, and a short film of
// how loud it was, whatever the number of reads. A look is everything that came with one receive
// stamp: within it, order, splitting and repetition of reads change nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "firmware/base/time.hpp"
#include "firmware/base/units.hpp"
#include "firmware/domain/gate/strip.hpp"
#include "firmware/domain/layout/site.hpp"

namespace tally {

/// What one side of a gate heard of a tag. `n` = 0 means nothing; the other fields are then void.
struct SideEvidence {
    std::uint32_t n = 0;        ///< looks
    std::uint16_t antenna = 0;  ///< the one with the best RSSI
    std::optional<CentiDbm> best_rssi;
    MonoTime first, last;

    bool operator==(const SideEvidence&) const = default;
};

/// One read as a track takes it.
struct TrackRead {
    GateSide side = GateSide::outer;
    std::uint16_t antenna = 0;
    std::optional<CentiDbm> rssi;  ///< nothing where the reader left it out
};

/// Fixed size, trivially copyable. Times inside are relative to start().
class TagTrack {
 public:
    TagTrack() = default;
    explicit TagTrack(MonoTime start) : start_(start) {}

    /// Adds a read of the current look. Call begin_look() first where the stamp is new.
    void hear(const TrackRead& read) noexcept;

    /// Opens a look at `at`, not before the current one.
    void begin_look(MonoTime at) noexcept;

    /// Forgets the movement so far, at a moment when the tag is known to be on `side`.
    void restart(MonoTime at, std::optional<GateSide> side) noexcept;

    [[nodiscard]] MonoTime start() const noexcept { return start_; }
    /// True after restart(): the tag was here before start().
    [[nodiscard]] bool was_here_before() const noexcept { return was_here_before_; }
    /// Where it was at start(), if that is known.
    [[nodiscard]] std::optional<GateSide> known_side() const noexcept {
        return knows_side_ ? std::optional(known_side_) : std::nullopt;
    }
    [[nodiscard]] MonoTime last_look() const noexcept { return at_us(look_us_); }
    /// Counts frames of the strip: by it one sees that time went on noticeably.
    [[nodiscard]] std::uint32_t frame_number() const noexcept {
        return look_us_ >> LoudnessStrip::kShortestFrameBits;
    }
    /// The loudest read of the whole presence, in dB above hearing.
    [[nodiscard]] std::int32_t loudest_db() const noexcept { return loudest_db_; }
    [[nodiscard]] const LoudnessStrip& strip() const noexcept { return strip_; }
    [[nodiscard]] SideEvidence evidence(GateSide side) const noexcept;

 private:
    struct Side {
        std::uint32_t n = 0;
        std::uint32_t first_us = 0, last_us = 0;
        std::int16_t best_cdbm = 0;
        std::uint16_t antenna = 0;
    };

    [[nodiscard]] MonoTime at_us(std::uint32_t us) const noexcept {
        return MonoTime{start_.ns + std::int64_t{us} * 1000};
    }

    MonoTime start_;
    std::array<Side, 2> sides_;
    std::uint32_t look_us_ = 0;
    LoudnessStrip strip_;
    std::uint8_t loudest_db_ = 0;
    GateSide known_side_ = GateSide::outer;
    bool knows_side_ : 1 = false;
    bool was_here_before_ : 1 = false;
};
static_assert(sizeof(TagTrack) <= 128);

}  // namespace tally

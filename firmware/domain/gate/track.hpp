// What a gate remembers of one tag's movement: two sides, a few sums each, whatever the number of
// reads. A look is everything that came with one receive stamp: within it, order, splitting and
// repetition of reads change nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "firmware/base/time.hpp"
#include "firmware/base/units.hpp"
#include "firmware/domain/gate/options.hpp"
#include "firmware/domain/layout/site.hpp"

namespace tally {

/// What one side of a gate heard of a tag. `n` = 0 means nothing; the other fields are then void.
struct SideEvidence {
    std::uint32_t n = 0;        ///< looks
    std::uint16_t antenna = 0;  ///< the one with the best RSSI
    std::optional<CentiDbm> best_rssi;
    MonoTime first, last;
    MonoTime centre;  ///< mean of the look times, weighted by amplitude

    bool operator==(const SideEvidence&) const = default;
};

/// One read as a track takes it.
struct TrackRead {
    GateSide side = GateSide::outer;
    std::uint16_t antenna = 0;
    std::optional<CentiDbm> rssi;  ///< where the reader left it out, a middling weight is taken
};

/// Fixed size, trivially copyable, about 80 bytes. Times inside are relative to start().
class TagTrack {
 public:
    TagTrack() = default;
    explicit TagTrack(MonoTime start) : start_(start) {}

    /// Adds a read of the current look. Call begin_look() first where the stamp is new.
    void hear(const TrackRead& read) noexcept;

    /// Whether leading for long may be taken for lying there: not while something passes, for the
    /// lead follows a walk late.
    enum class Rest : std::uint8_t { allowed, withheld };

    /// Closes the current look and opens one at `at`, not before the current one.
    void begin_look(MonoTime at, const PassageOptions& options, Rest rest = Rest::allowed) noexcept;

    /// Closes the current look. Idempotent; nothing may be heard afterwards before begin_look().
    void settle(const PassageOptions& options) noexcept;

    /// Forgets the movement so far, at a moment when the tag is known to be on the leading side.
    void restart(MonoTime at) noexcept;

    /// True if one side led for rest_ms: the next begin_look() that allows it restarts the track.
    [[nodiscard]] bool lies_still(MonoTime at, const PassageOptions& options) const noexcept;

    [[nodiscard]] MonoTime start() const noexcept { return start_; }
    /// True after restart(): the tag was here, on first_lead(), before start().
    [[nodiscard]] bool was_here_before() const noexcept { return was_here_before_; }
    /// False while no side has been heard.
    [[nodiscard]] bool has_lead() const noexcept { return has_lead_; }
    [[nodiscard]] GateSide first_lead() const noexcept { return first_lead_; }
    [[nodiscard]] GateSide lead() const noexcept { return lead_; }
    [[nodiscard]] unsigned lead_changes() const noexcept { return lead_changes_; }
    [[nodiscard]] MonoTime last_lead_change() const noexcept { return at_us(lead_changed_us_); }
    [[nodiscard]] MonoTime last_look() const noexcept { return at_us(look_us_); }
    [[nodiscard]] SideEvidence evidence(GateSide side) const noexcept;

 private:
    struct Side {
        std::uint32_t n = 0;
        std::uint32_t first_us = 0, last_us = 0;
        float weight = 0;
        float centre_s = 0;
        std::int16_t best_cdbm = 0;
        std::uint16_t antenna = 0;
    };

    [[nodiscard]] MonoTime at_us(std::uint32_t us) const noexcept {
        return MonoTime{start_.ns + std::int64_t{us} * 1000};
    }
    void follow_lead(const PassageOptions& options) noexcept;

    MonoTime start_;
    std::array<Side, 2> sides_;
    std::array<float, 2> loudness_{};             ///< leaky sums of amplitude, as of the open look
    std::array<std::uint16_t, 2> look_weight_{};  ///< best of the open look
    std::uint32_t look_us_ = 0;
    std::uint32_t lead_changed_us_ = 0;
    std::uint8_t lead_changes_ = 0;  ///< stops at 254, which keeps odd and even apart
    GateSide first_lead_ = GateSide::outer;
    GateSide lead_ = GateSide::outer;
    bool has_lead_ : 1 = false;
    bool was_here_before_ : 1 = false;
};
static_assert(sizeof(TagTrack) <= 80);

}  // namespace tally

// Photo-eyes of a gate: from bouncing input levels to passes. A pass is the span in which something
// stood in the beams; the beam that broke first and the beam that was freed last give its
// direction.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "firmware/base/time.hpp"
#include "firmware/domain/gate/options.hpp"
#include "firmware/domain/layout/site.hpp"

namespace tally {

/// What the beams say about one pass.
enum class EyeVerdict : std::uint8_t {
    inward,        ///< outer beam first, inner beam last
    outward,       ///< inner beam first, outer beam last
    crossed_back,  ///< both beams, and the first one again last: turned around
    unclear,       ///< both beams, but in an order that could mean several things
};

std::string_view to_string(EyeVerdict verdict) noexcept;

/// One pass through both beams.
struct EyePass {
    MonoTime opened;  ///< first beam broke
    MonoTime closed;  ///< last beam was freed
    GateSide first_side = GateSide::outer;
    EyeVerdict verdict = EyeVerdict::unclear;
    /// One body at an even pace: the beams were freed in the same step in which they broke. Two
    /// people who meet in the doorway, and one who stops there, are uneven.
    bool is_even = false;
    bool is_settled = false;  ///< false: what follows within the gap may still change the verdict
    bool is_open = false;     ///< somebody stands in the beams yet: no end, and no verdict

    bool operator==(const EyePass&) const = default;
};

/// Debounces the inputs of one gate and keeps its latest passes. O(1) a change; no allocation after
/// construction. A beam that only one thing touched (one side, no crossing) leaves no pass.
class EyeWatch {
 public:
    static constexpr std::size_t kPassesMax = 8;

    EyeWatch(const std::vector<GatePort>& photo_eyes, const EyeOptions& options);

    /// True if both sides have an eye: only then direction can be told.
    [[nodiscard]] bool can_tell() const noexcept { return has_eye_[0] && has_eye_[1]; }

    /// A level change, stamped at or after the newest. Other ports are ignored.
    void on_input(const InputChange& change);

    /// Time went on to `until` without another change.
    void advance(MonoTime until);

    /// The inputs were unknown for a while: an open pass is dropped, levels are taken as free.
    void forget_open();

    /// The latest passes, oldest first; at the end the one that goes on, once it broke both beams.
    [[nodiscard]] std::span<const EyePass> passes() const noexcept {
        return {passes_.data(), pass_count_ + (goes_on_ ? 1 : 0)};
    }
    /// True while something stands in a beam, or did less than the gap ago.
    [[nodiscard]] bool is_open() const noexcept { return is_open_; }

 private:
    struct Eye {
        GatePort port;
        bool level_broken = false;   ///< as last reported
        bool stable_broken = false;  ///< as it held for the debounce time
        MonoTime since;              ///< of level_broken
    };

    Eye* next_stable(MonoTime until) noexcept;
    void apply(Eye& eye);
    void beam_broke(GateSide side, MonoTime at);
    void beams_freed(GateSide side, MonoTime at);
    void close_if_quiet(MonoTime until);
    void add_pass(const EyePass& pass);
    void show_open();
    [[nodiscard]] bool is_even() const;

    EyeOptions options_;
    std::vector<Eye> eyes_;
    std::array<bool, 2> has_eye_{};
    std::array<int, 2> broken_count_{};
    std::array<EyePass, kPassesMax + 1> passes_{};
    std::size_t pass_count_ = 0;
    bool goes_on_ = false;  ///< passes_[pass_count_] is the open one

    bool is_open_ = false;
    GateSide first_side_ = GateSide::outer;
    GateSide last_side_ = GateSide::outer;
    std::array<bool, 2> visited_{};
    bool is_tied_ = false;  ///< the order of the beams was within one stamp
    MonoTime opened_;
    MonoTime both_broken_;                ///< when the second beam broke first
    std::array<MonoTime, 2> freed_at_{};  ///< when each beam was freed last
    MonoTime freed_;  ///< when the last beam was freed; void while one is broken
};

}  // namespace tally

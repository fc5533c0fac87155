// What a gate tells of a tag that moved: a passage, always with what it rests on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/base/time.hpp"
#include "firmware/domain/epc/epc.hpp"
#include "firmware/domain/gate/eyes.hpp"
#include "firmware/domain/gate/track.hpp"
#include "firmware/domain/ids.hpp"

namespace tally {

/// Relative to the gate: inward is from its outer to its inner side.
enum class Direction : std::uint8_t { inward, outward };

/// What became of a tag that moved at a gate.
enum class PassageOutcome : std::uint8_t {
    in,            ///< through, inward
    out,           ///< through, outward
    crossed_back,  ///< through and back again: no change
    undecided,     ///< it may have gone through; the evidence does not say which way
};

/// Which source decided.
enum class PassageRule : std::uint8_t {
    eyes,      ///< the order of the photo-eyes; antennas agree or cannot tell
    antennas,  ///< the order of the two sides' reads; eyes cannot tell
    none,      ///< undecided
};

std::string_view to_string(Direction direction) noexcept;
std::string_view to_string(PassageOutcome outcome) noexcept;
std::string_view to_string(PassageRule rule) noexcept;

/// The direction of `in` and `out`, nothing for the other two.
std::optional<Direction> direction_of(PassageOutcome outcome) noexcept;

/// One tag's passage, always with what it rests on. Evidence reaches back to the last time the tag
/// was known to stand still; evidence of a side that heard nothing has n = 0.
struct Passage {
    Epc epc;
    GateId gate;
    DeviceId device;
    PassageOutcome outcome = PassageOutcome::undecided;
    PassageRule rule = PassageRule::none;
    std::string why;  ///< one sentence for a person, with the figures
    MonoTime first;   ///< of this movement
    MonoTime last;
    SideEvidence outer, inner;
    std::optional<EyePass> eyes;  ///< the pass that was matched, whether or not it decided
};

}  // namespace tally

// From evidence to a passage: which way did this tag go through the gate? Plain rules, each one
// explained with its reasons in docs/gates.md; what they cannot tell they call undecided.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "firmware/base/time.hpp"
#include "firmware/domain/epc/epc.hpp"
#include "firmware/domain/gate/eyes.hpp"
#include "firmware/domain/gate/options.hpp"
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

/// How well the gate could see during a track.
enum class Sight : std::uint8_t {
    clear,
    antenna_blind,  ///< some antenna could not hear: its silence says nothing
    reader_blind,   ///< nor can the eyes tell, for they are inputs of the reader
};

/// When the question is asked.
enum class JudgeMoment : std::uint8_t {
    still_seen,  ///< answer only what later reads cannot change
    resting,     ///< one side led for rest_ms: from now on the tag counts as lying there
    ended,       ///< presence ended: the last chance
};

/// What the rules look at. `track` is settled.
struct PassageCase {
    const TagTrack& track;
    MonoTime present_since;
    std::span<const EyePass> passes;
    bool has_eyes = false;          ///< both sides have one
    bool hears_both_sides = false;  ///< both sides have an antenna
    Sight sight = Sight::clear;
    JudgeMoment moment = JudgeMoment::ended;
};

struct PassageVerdict {
    PassageOutcome outcome = PassageOutcome::undecided;
    PassageRule rule = PassageRule::none;
    std::string why;
    std::optional<EyePass> eyes;
};

/// Nothing means: no passage (the tag lay or came near), or not decidable yet. Pure; O(1).
std::optional<PassageVerdict> judge_passage(const PassageCase& question,
                                            const PassageOptions& options);

}  // namespace tally

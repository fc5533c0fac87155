// From evidence to a verdict: which way did this tag go through the gate? The stories that fit what
// was heard (story.hpp), and plain rules for what follows from the best of them; docs/gates.md
// gives the reasons. What they cannot tell they call undecided.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "firmware/domain/gate/eyes.hpp"
#include "firmware/domain/gate/options.hpp"
#include "firmware/domain/gate/passage.hpp"
#include "firmware/domain/gate/track.hpp"

namespace tally {

/// How well the gate could see during a track.
enum class Sight : std::uint8_t {
    clear,
    antenna_blind,  ///< some antenna could not hear: its silence says nothing
    reader_blind,   ///< nor can the eyes tell, for they are inputs of the reader
};

/// When the question is asked.
enum class JudgeMoment : std::uint8_t {
    still_seen,  ///< answer only what later reads cannot change
    resting,     ///< on one side for rest_ms: from now on the tag counts as lying there
    ended,       ///< presence ended: the last chance
};

/// What the rules look at.
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

struct Judgement {
    /// Nothing means: no passage (the tag lay or came near), or not decidable yet.
    std::optional<PassageVerdict> passage;
    std::optional<GateSide> now_on;  ///< where the tag is by this judgement, if that is clear
};

/// Pure; O(1).
Judgement judge_passage(const PassageCase& question, const PassageOptions& options);

/// The side on which the tag has been for rest_ms by now, if it clearly has.
std::optional<GateSide> rests_on(const PassageCase& question, const PassageOptions& options);

}  // namespace tally

// The stories that could be told of a tag at a gate - stayed outside, went in, went out and came
// back, ... - and how well each fits what was heard: a chain of two states (outer side, inner side)
// over the frames of a LoudnessStrip, solved by Viterbi's algorithm (IEEE Trans. IT-13, 1967). The
// weights are dB: each frame speaks by how much one side was louder, each change of side costs
// what the photo-eyes make of it. docs/gates.md explains the weights.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "firmware/base/time.hpp"
#include "firmware/domain/gate/eyes.hpp"
#include "firmware/domain/gate/story_weights.hpp"
#include "firmware/domain/gate/strip.hpp"

namespace tally {

/// What a story rests on.
struct StoryCase {
    const LoudnessStrip& strip;
    MonoTime start;      ///< of the strip
    MonoTime last_look;  ///< of the tag
    std::span<const EyePass> passes;
    bool has_eyes = false;
    Duration approach{};  ///< it may change sides unheard so long before and after its reads
    /// One antenna is deaf, or there is but one: that a side is silent says nothing.
    bool silence_is_mute = false;
    bool was_here_before = false;             ///< it did not appear at the start
    std::optional<GateSide> known_side = {};  ///< where it stood at the start, if known
    std::int32_t loudest_db = 0;              ///< of its whole presence, above hearing
    bool has_ended = false;  ///< it vanished: it may have changed sides unheard at last
};

/// The best story that begins and ends on given sides.
struct Story {
    static constexpr std::int8_t kNoPass = -1;

    std::int32_t fit_db = 0;
    std::uint8_t changes = 0;
    std::int8_t pass = kNoPass;     ///< the pass of the last change, as an index
    std::uint8_t change_frame = 0;  ///< the first frame after the last change
    bool is_against_eyes = false;   ///< some change goes against the order of the beams
    bool is_past_eyes = false;      ///< some change broke no beam
};

/// All four, by the side they begin on and the one they end on.
struct Stories {
    Story by_sides[2][2];

    [[nodiscard]] const Story& of(GateSide began, GateSide ended) const noexcept {
        return by_sides[began == GateSide::inner][ended == GateSide::inner];
    }
};

/// Pure; time and memory are bounded by the strip's size and the passes kept.
Stories best_stories(const StoryCase& question,
                     const StoryWeights& weights = kStoryWeights) noexcept;

}  // namespace tally

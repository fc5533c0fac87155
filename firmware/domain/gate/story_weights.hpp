// The weights of stories (story.hpp). Apart from options.hpp because no site sets them.
#pragma once

#include <cstdint>

namespace tally {

/// What each cue is worth when stories are compared (story.hpp), in dB of loudness. Found on
/// simulated walks (docs/gates.md).
struct StoryWeights {
    std::int32_t frame_db_max = 8;     ///< what a frame says at most in which both sides heard it
    std::int32_t one_side_db_max = 8;  ///< in which one side did
    // Prices of a change of side.
    std::int32_t along_db = 2;            ///< as the beams say
    std::int32_t uneven_db = 5;           ///< as they say, but in no even step
    std::int32_t unclear_db = 34;         ///< they do not say
    std::int32_t eyeless_db = 40;         ///< there are no beams
    std::int32_t turned_db = 50;          ///< they say that it turned back
    std::int32_t against_uneven_db = 51;  ///< against what they say in no even step
    std::int32_t against_db = 40;         ///< against what they say
    std::int32_t unbroken_db = 96;        ///< no beam was broken
    // Price of no change.
    std::int32_t idle_db = 45;         ///< all that passed went one way, and it was there only then
    std::int32_t idle_unclear_db = 5;  ///< something passed while it was there
    std::int32_t known_side_db = 150;  ///< it begins elsewhere than it stood
    // Who goes through a doorway is loudest in it.
    std::int32_t quiet_db = 8;             ///< so far below its loudest it may stay in the pass
    std::int32_t quiet_factor = 12;        ///< price of each dB more
    std::int32_t peak_db = 6;              ///< so far above its usual it is in the pass
    std::int32_t flat_factor = 7;          ///< price of each dB less
    std::int32_t not_loudest_db_max = 22;  ///< price of both together, at most
};

inline constexpr StoryWeights kStoryWeights;

}  // namespace tally

// The face that an emulated reader turns to the scene around it: what its antennas could hear and
// what its inputs sense. The world (sim/world) and the tests act on this, never on the protocol.
#pragma once

#include "sim/devices/llrp_reader/tag.hpp"

namespace tally::sim {

enum class Level : std::uint8_t { low, high };

/// Single-threaded; call from the loop.
class ReaderScene {
 public:
    virtual ~ReaderScene() = default;

    /// A tag answers an antenna. The reader decides whether it was listening.
    virtual Heard tag_seen(const TagSight& sight) = 0;

    /// The level of input `port` (1-based GPI) is now `level`; equal levels in a row are no event.
    virtual void input(std::uint16_t port, Level level) = 0;
};

}  // namespace tally::sim

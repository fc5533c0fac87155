// Every number in the rules of a gate, with its unit in its name. What each rule does with its
// number, and why the default is what it is: docs/gates.md.
#pragma once

#include <cstddef>
#include <cstdint>

#include "firmware/domain/read.hpp"

namespace tally {

/// When a tag counts as being at a gate.
struct PresenceOptions {
    std::uint32_t min_reads = 2;            ///< observations before a tag is believed; at least 1
    std::int64_t confirm_window_ms = 1000;  ///< between two of them at most this long
    std::int64_t absence_ms = 1500;         ///< silence that ends presence, while the reader sees
    std::size_t held_max = 200'000;         ///< tags held at once; more are refused and counted
    std::int64_t memory_ms = 60'000;        ///< a tag that left is remembered so long

    bool operator==(const PresenceOptions&) const = default;
};

/// How photo-eye changes become passes.
struct EyeOptions {
    InputChange::Level broken_level = InputChange::Level::high;  ///< level while a beam is broken
    std::int64_t debounce_ms = 20;  ///< a level counts once it held this long
    std::int64_t gap_ms = 800;      ///< both beams free this long ends a pass

    bool operator==(const EyeOptions&) const = default;
};

/// How reads and passes become a direction.
struct PassageOptions {
    std::int64_t approach_ms = 3000;  ///< it may change sides unheard so long from its reads
    std::int64_t rest_ms = 5000;      ///< on one side so long: lying there, not passing
    std::int64_t settle_ms = 2000;    ///< no eyes: arrived so long ago is decided early
    std::int32_t clear_db = 24;       ///< the best story must fit better than others by this
    std::int32_t early_db = 50;       ///< the same, while the tag is still seen

    bool operator==(const PassageOptions&) const = default;
};

struct GateOptions {
    PresenceOptions presence;
    EyeOptions eyes;
    PassageOptions passage;

    bool operator==(const GateOptions&) const = default;
};

}  // namespace tally

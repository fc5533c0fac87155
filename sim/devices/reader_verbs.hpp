// The verbs of a reader's scene as text, for control connections and scene files.
#pragma once

#include <span>
#include <string>

#include "sim/devices/llrp_reader.hpp"
#include "sim/devices/verb.hpp"

namespace tally::sim {

struct VerbInfo {
    std::string_view name;
    std::string_view args;  ///< "epc antenna=1 rssi_dbm=-60": what has a default may be left out
    std::string_view meaning;
};

/// Every verb of a reader.
std::span<const VerbInfo> reader_verbs();

/// Carries it out. The answer is one word for the log ("counted", "ok"). Malformed: unknown verb or
/// argument, missing argument, a value out of bounds; nothing has happened then.
Result<std::string> apply_verb(LlrpReader& reader, const Verb& verb);

}  // namespace tally::sim

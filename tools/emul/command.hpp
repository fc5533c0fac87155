// The text form of what a stage is told: one JSON object a line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "firmware/base/result.hpp"
#include "sim/devices/verb.hpp"

namespace tally::emul {

/// {"at_ms":1500,"reader":"g1","verb":"input","port":1,"level":"high"}: whatever is not at_ms,
/// reader, id or verb is an argument of the verb. Numbers and texts are equal; arrays are lists.
struct Command {
    std::int64_t at_ms = 0;  ///< since the start of the scene; control connections leave it out
    std::string reader;      ///< empty: the world, or the stage itself
    std::string id;          ///< comes back in the answer; may be empty
    sim::Verb verb;
};

/// Reads one line. Malformed with what is wrong, in one sentence.
Result<Command> read_command(const std::string& line);

/// Reads a scene file: commands in any order, blank lines and lines that begin with # left out;
/// sorted by at_ms, equal times in file order.
Result<std::vector<Command>> read_scene(const std::filesystem::path& path);

}  // namespace tally::emul

// The house rules of design 3 that CMake cannot see: who may include whom, down to the single
// third-party header, and which calls have no place below host. The table of rooms itself is read
// from cmake/layers.cmake, so that there is only one.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "tools/lint/source_file.hpp"

namespace tally::lint {

/// Room -> the rooms it may include, besides itself.
using RoomTable = std::map<std::string, std::set<std::string>>;

/// Reads the `set(TALLY_MAY_<room> ...)` lines of cmake/layers.cmake. Fails if the table is empty
/// or lacks a room that another one names: an empty table would allow nothing and check nothing.
Result<RoomTable> read_room_table(const SourceFile& layers_cmake);

/// "firmware/host/net/tcp.hpp" -> "host"; empty for what stands in no room.
std::string room_of(std::string_view path);

/// Everything in one .hpp or .cpp file that breaks a rule. Other files give nothing.
std::vector<Finding> check_layers(const SourceFile& file, const RoomTable& rooms);

}  // namespace tally::lint

// `tally config check`: works without a box.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally::cli {

struct CheckedConfig {
    std::string effective;              ///< the values in force with their origin
    std::vector<std::string> warnings;  ///< of an edge's floor (floor_findings); it can be used
};

/// Reads a site, edge, bridge or tokens file, told apart by what stands in it, with the same reader
/// as the daemons; of a tokens file only the names and roles.
Result<CheckedConfig> check_config(const std::filesystem::path& file);

}  // namespace tally::cli

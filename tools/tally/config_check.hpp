// `tally config check`: works without a box.
#pragma once

#include <filesystem>
#include <string>

#include "firmware/base/result.hpp"

namespace tally::cli {

/// Reads a site, edge, bridge or tokens file, told apart by what stands in it, with the same reader
/// as the daemons. Gives the values in force with their origin; of a tokens file only the names and
/// roles.
Result<std::string> check_config(const std::filesystem::path& file);

}  // namespace tally::cli

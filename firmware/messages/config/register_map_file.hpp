// A register map file: where one kind of weighing instrument keeps what. Data, so that an
// instrument of another make needs no code (docs/devices/README.md, examples in deploy/registers).
#pragma once

#include <filesystem>
#include <string_view>

#include "firmware/base/config_reader.hpp"
#include "firmware/base/result.hpp"
#include "firmware/domain/shelf/register_map.hpp"

namespace tally {

/// Reads and checks a file; the error holds one line a problem.
Result<RegisterMap> load_register_map(const std::filesystem::path& path);
Result<RegisterMap> parse_register_map(std::string_view text, const std::filesystem::path& name);

/// Asks `root` for every key.
RegisterMap read_register_map(ConfigTable root);

}  // namespace tally

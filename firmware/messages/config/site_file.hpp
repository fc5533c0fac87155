// site.toml: what edges, bridge and simulation share (docs/adr/0007, keys in docs/config.md).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "firmware/base/config_reader.hpp"
#include "firmware/base/result.hpp"
#include "firmware/domain/layout/site.hpp"

namespace tally {

/// A config that was read without a problem, and its values in force as TOML with their origin.
template <typename T>
struct Loaded {
    T value;
    std::string effective;
};

/// Reads and checks a site file. The error holds one line a problem, all problems at once.
/// `floor_file` receives the path of the floor plan; empty if there is none.
Result<Loaded<SiteLayout>> load_site(const std::filesystem::path& path);
Result<Loaded<SiteLayout>> load_site(const std::filesystem::path& path,
                                     std::filesystem::path& floor_file);

/// The same for text that is already here; `name` stands in messages.
Result<Loaded<SiteLayout>> parse_site(std::string_view text, const std::filesystem::path& name);

/// Asks `root` for every key of a site file and checks the layout. The one reader behind both
/// functions above and the reference of all keys.
SiteLayout read_site(ConfigTable root, std::filesystem::path& floor_file);

}  // namespace tally

// The state behind a ConfigFile: what stands in the file, what was asked for, what was wrong.
// Internal to base/config_*.cpp.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/config_value.hpp"

namespace tally {

/// A key that was asked for: its contract for the reference, and the value it came to.
struct AskedKey {
    std::string name;
    std::string meaning;
    std::string type;
    std::string bounds;         ///< may be empty
    std::string fallback;       ///< as TOML; empty: required
    std::string value;          ///< as TOML; empty: not set
    ConfigPosition position{};  ///< line 0: the default
};

/// One table that was asked for.
struct ConfigNode {
    std::string path;     ///< "gate.antennas", as in a TOML header; empty at the root
    std::string label;    ///< "[[gate]] 'dock'", as in messages
    std::string meaning;  ///< for the reference
    enum class Form : std::uint8_t { root, single, listed } form = Form::root;
    const ConfigValue* source = nullptr;  ///< null: not in the file
    ConfigPosition position;
    std::vector<AskedKey> keys;
    std::vector<std::unique_ptr<ConfigNode>> children;
    std::vector<std::string> child_keys;  ///< names of tables and lists of tables asked for
};

struct ConfigProblem {
    ConfigPosition position;
    std::string text;
};

struct ConfigDocument {
    std::filesystem::path name;
    enum class Purpose : std::uint8_t { reading, describing } purpose = Purpose::reading;
    ConfigValue content;
    ConfigNode root;
    std::vector<ConfigProblem> problems;

    void report(ConfigPosition at, std::string text) { problems.push_back({at, std::move(text)}); }

    /// "site.toml:31", as it stands in the comments of the effective values.
    [[nodiscard]] std::string origin(ConfigPosition at) const;
};

}  // namespace tally

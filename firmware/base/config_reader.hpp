// Strict reading of one TOML file. A reader asks for each key once, with its default, its bounds
// and its meaning in the asking call; what nobody asked for is an error that names the near key.
// All problems of a file are collected and told together.
//
//     TALLY_TRY_ASSIGN(auto file, ConfigFile::read("edge.toml"));
//     ConfigTable broker = file.root().table({"broker", "the site's MQTT broker"});
//     const auto port = broker.integer({.name = "port", .meaning = "TCP port", .min = 1,
//                                       .max = 65535, .fallback = 1883});
//     TALLY_TRY(file.finish());
//
// The same reading function, run on ConfigFile::describe(), records what it asks for:
// docs/config.md is made of that. Every getter returns a harmless value where the file is wrong, so
// that a reader runs to its end; finish() then fails. Not thread-safe. Nothing here throws.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally {

/// A key without fallback is required. Units stand in the name: "absence_ms".
struct IntegerKey {
    std::string_view name;
    std::string_view meaning;
    std::int64_t min = 0;
    std::int64_t max = 0;
    std::optional<std::int64_t> fallback = std::nullopt;
};

/// An empty fallback means "not set"; without one an empty text is an error. With `choices`, any
/// other text is an error.
struct TextKey {
    std::string_view name;
    std::string_view meaning;
    std::optional<std::string> fallback = std::nullopt;
    std::vector<std::string> choices = {};
};

struct FlagKey {
    std::string_view name;
    std::string_view meaning;
    std::optional<bool> fallback = std::nullopt;
};

/// A file or folder; relative ones are taken from the folder of the config file.
struct PathKey {
    std::string_view name;
    std::string_view meaning;
    std::optional<std::string> fallback = std::nullopt;
};

/// A list of texts; the fallback is the empty list.
struct TextListKey {
    std::string_view name;
    std::string_view meaning;
    std::size_t count_max = 64;
};

/// One [name]. A table that is not in the file reads as empty: its keys give their defaults, and
/// its required keys are missing.
struct TableKey {
    std::string_view name;
    std::string_view meaning;
};

/// A list of tables: [[name]] or name = [{...}]. `id` names the key that tells them apart.
struct TableListKey {
    std::string_view name;
    std::string_view meaning;
    std::string_view id = "id";
    std::size_t count_min = 0;
    std::size_t count_max = 1000;
};

struct ConfigDocument;
struct ConfigNode;

/// One table of a file being read: a light handle, valid as long as its ConfigFile.
class ConfigTable {
 public:
    ConfigTable(ConfigDocument& document, ConfigNode& node) : document_(&document), node_(&node) {}

    std::int64_t integer(const IntegerKey& key);
    std::string text(const TextKey& key);
    bool flag(const FlagKey& key);
    std::filesystem::path path(const PathKey& key);
    std::vector<std::string> texts(const TextListKey& key);
    ConfigTable table(const TableKey& key);
    std::vector<ConfigTable> tables(const TableListKey& key);

    /// Reports a rule of the caller's own that `key` of this table breaks, at the line of the key.
    void report(std::string_view key, std::string_view text);

 private:
    ConfigDocument* document_;
    ConfigNode* node_;
};

/// One file: read it, ask for every key, finish it.
class ConfigFile {
 public:
    /// Opens and parses. Errors name the file and the next step; all are `malformed`, also of
    /// a file that cannot be read or is above 1 MiB.
    static Result<ConfigFile> read(const std::filesystem::path& path);

    /// The same for text that is already here; `name` stands in messages.
    static Result<ConfigFile> parse(std::string_view text, const std::filesystem::path& name);

    /// A file of no keys whose reading is recorded: each table and list of tables exists once.
    static ConfigFile describe(const std::filesystem::path& name);

    ConfigFile(ConfigFile&&) noexcept;
    ConfigFile& operator=(ConfigFile&&) noexcept;
    ~ConfigFile();

    ConfigTable root();

    /// Once all keys were asked for: reports the keys nobody asked for. The error holds one line a
    /// problem, in the order of the file: "site.toml:31:1: unknown key 'antena' in [[gate]] 'dock';
    /// did you mean 'antennas'?"
    Result<void> finish();

    /// The values in force as a TOML file, each with its origin as a comment. Meaningful after
    /// finish().
    [[nodiscard]] std::string effective() const;

    /// What was asked for, as Markdown tables: key, type, default, bounds, meaning.
    [[nodiscard]] std::string reference() const;

 private:
    explicit ConfigFile(std::unique_ptr<ConfigDocument> document);

    std::unique_ptr<ConfigDocument> document_;
};

}  // namespace tally

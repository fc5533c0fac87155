// A whole config file: opening, the unknown keys, and the two reports made of what was asked for.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "firmware/base/config_document.hpp"
#include "firmware/base/config_reader.hpp"
#include "firmware/base/near_name.hpp"

namespace tally {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> known_keys(const ConfigNode& node) {
    std::vector<std::string> names;
    for (const AskedKey& key : node.keys) {
        names.push_back(key.name);
    }
    names.insert(names.end(), node.child_keys.begin(), node.child_keys.end());
    return names;
}

/// What to write instead of an unknown key: the near one, or all there are.
std::string advice(const std::string& key, const std::vector<std::string>& known) {
    if (const std::string near = near_name(key, known); !near.empty()) {
        return "; did you mean '" + near + "'?";
    }
    std::string list;
    for (const std::string& name : known) {
        list += (list.empty() ? "" : ", ") + name;
    }
    return "; known here: " + list;
}

void report_unknown_keys(ConfigDocument& document, const ConfigNode& node) {
    if (node.source != nullptr) {
        const std::vector<std::string> known = known_keys(node);
        for (const ConfigEntry& entry : node.source->entries) {
            if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
                document.report(entry.position,
                                "unknown key '" + entry.key + "'" +
                                    (node.label.empty() ? "" : " in " + node.label) +
                                    advice(entry.key, known));
            }
        }
    }
    for (const auto& child : node.children) {
        report_unknown_keys(document, *child);
    }
}

void print_node(const ConfigDocument& document, const ConfigNode& node, std::string& out) {
    if (node.form == ConfigNode::Form::single) {
        out += "\n[" + node.path + "]\n";
    } else if (node.form == ConfigNode::Form::listed) {
        out += "\n[[" + node.path + "]]\n";
    }
    static constexpr std::size_t kCommentColumn = 40;
    for (const AskedKey& key : node.keys) {
        std::string line =
            key.value.empty() ? "# " + key.name + " is not set" : key.name + " = " + key.value;
        if (!key.value.empty()) {
            line.resize(std::max(line.size() + 1, kCommentColumn), ' ');
            line += "# " + document.origin(key.position);
        }
        out += line + "\n";
    }
    for (const auto& child : node.children) {
        print_node(document, *child, out);
    }
}

std::string table_cell(std::string text) {
    for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
        text.insert(at, "\\");
    }
    return text;
}

void print_reference(const ConfigNode& node, std::string& out) {
    if (node.form == ConfigNode::Form::single) {
        out += "\n### `[" + node.path + "]`\n\n" + node.meaning + "\n";
    } else if (node.form == ConfigNode::Form::listed) {
        out += "\n### `[[" + node.path + "]]`\n\n" + node.meaning + "\n";
    }
    if (!node.keys.empty()) {
        out += "\n| key | type | default | allowed | meaning |\n|---|---|---|---|---|\n";
    }
    for (const AskedKey& key : node.keys) {
        const std::string fallback = key.fallback.empty()     ? "required"
                                     : key.fallback == "\"\"" ? "not set"
                                                              : "`" + key.fallback + "`";
        out += "| `" + key.name + "` | " + key.type + " | " + table_cell(fallback) + " | " +
               table_cell(key.bounds) + " | " + table_cell(key.meaning) + " |\n";
    }
    for (const auto& child : node.children) {
        print_reference(*child, out);
    }
}

}  // namespace

std::string ConfigDocument::origin(ConfigPosition at) const {
    return at.line == 0 ? "default" : name.filename().string() + ":" + std::to_string(at.line);
}

ConfigFile::ConfigFile(std::unique_ptr<ConfigDocument> document) : document_(std::move(document)) {}
ConfigFile::ConfigFile(ConfigFile&&) noexcept = default;
ConfigFile& ConfigFile::operator=(ConfigFile&&) noexcept = default;
ConfigFile::~ConfigFile() = default;

Result<ConfigFile> ConfigFile::read(const fs::path& path) {
    static constexpr std::size_t kSizeMax = 1024UL * 1024UL;
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
        return fail(ErrorKind::malformed, "there is no config file " + path.string() +
                                              "; give its path, or start from deploy/example");
    }
    if (!error && status.type() != fs::file_type::regular) {
        return fail(ErrorKind::malformed, path.string() + " is not a file; name a .toml file");
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(ErrorKind::malformed, "cannot read the config file " + path.string() +
                                              "; let this user read it ('ls -l' shows its rights)");
    }
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (text.size() > kSizeMax) {
        return fail(ErrorKind::malformed,
                    path.string() +
                        " is above 1 MiB, and no config file of ours is that large; name another");
    }
    return parse(text, path);
}

Result<ConfigFile> ConfigFile::parse(std::string_view text, const fs::path& name) {
    auto document = std::make_unique<ConfigDocument>();
    document->name = name;
    TALLY_TRY_ASSIGN(document->content, parse_toml(text, name.string()));
    document->root.source = &document->content;
    document->root.position = {1, 1};
    return ConfigFile(std::move(document));
}

ConfigFile ConfigFile::describe(const fs::path& name) {
    auto document = std::make_unique<ConfigDocument>();
    document->name = name;
    document->purpose = ConfigDocument::Purpose::describing;
    return ConfigFile(std::move(document));
}

ConfigTable ConfigFile::root() {
    return {*document_, document_->root};
}

Result<void> ConfigFile::finish() {
    report_unknown_keys(*document_, document_->root);
    auto& problems = document_->problems;
    std::stable_sort(problems.begin(), problems.end(),
                     [](const ConfigProblem& a, const ConfigProblem& b) {
                         return std::pair(a.position.line, a.position.column) <
                                std::pair(b.position.line, b.position.column);
                     });
    if (problems.empty()) {
        return {};
    }
    std::string text;
    for (const ConfigProblem& problem : problems) {
        text += (text.empty() ? "" : "\n") + document_->name.string() + ":" +
                std::to_string(problem.position.line) + ":" +
                std::to_string(problem.position.column) + ": " + problem.text;
    }
    return fail(ErrorKind::malformed, std::move(text));
}

std::string ConfigFile::effective() const {
    std::string out = "# effective values of " + document_->name.string() + "\n";
    print_node(*document_, document_->root, out);
    return out;
}

std::string ConfigFile::reference() const {
    std::string out = "## " + document_->name.string() + "\n";
    print_reference(document_->root, out);
    return out;
}

}  // namespace tally

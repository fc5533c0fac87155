#include "tools/emul/command.hpp"

#include <algorithm>
#include <fstream>

#include <nlohmann/json.hpp>

namespace tally::emul {
namespace {

using Json = nlohmann::json;

/// Text of a scalar; lists become words with spaces between.
std::string text_of(const Json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (!value.is_array()) {
        return value.dump();
    }
    std::string words;
    for (const Json& item : value) {
        words += (words.empty() ? "" : " ") + text_of(item);
    }
    return words;
}

}  // namespace

Result<Command> read_command(const std::string& line) {
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("verb") || !json["verb"].is_string()) {
        return fail(ErrorKind::malformed,
                    "a command is one JSON object a line with a \"verb\", e.g. "
                    "{\"reader\":\"g1\",\"verb\":\"reboot\",\"down_ms\":2000}");
    }
    Command command;
    for (const auto& [key, value] : json.items()) {
        if (key == "verb") {
            command.verb.name = value.get<std::string>();
        } else if (key == "reader") {
            command.reader = text_of(value);
        } else if (key == "id") {
            command.id = text_of(value);
        } else if (key == "at_ms") {
            if (!value.is_number_integer() || value.get<std::int64_t>() < 0) {
                return fail(ErrorKind::malformed, "at_ms is a whole number of milliseconds");
            }
            command.at_ms = value.get<std::int64_t>();
        } else {
            command.verb.args[key] = text_of(value);
        }
    }
    return command;
}

Result<std::vector<Command>> read_scene(const std::filesystem::path& path) {
    std::ifstream file(path);
    if (!file) {
        return fail(ErrorKind::refused, path.string() + " cannot be read");
    }
    std::vector<Command> scene;
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        const std::size_t first = line.find_first_not_of(" \t\r");
        if (first == std::string::npos || line[first] == '#') {
            continue;
        }
        Result<Command> command = read_command(line);
        if (!command) {
            return fail(path.string() + ":" + std::to_string(number), command.error());
        }
        scene.push_back(std::move(*command));
    }
    std::stable_sort(scene.begin(), scene.end(),
                     [](const Command& a, const Command& b) { return a.at_ms < b.at_ms; });
    return scene;
}

}  // namespace tally::emul

#include "tools/layer_check/layer_rules.hpp"

#include <algorithm>
#include <optional>
#include <sstream>

#include "tools/layer_check/house_rules.hpp"

namespace tally::lint {
namespace {

/// What an #include line names.
struct Include {
    std::string header;
    enum class Form { quoted, angled } form = Form::quoted;
};

std::optional<Include> include_of(std::string_view line) {
    const std::size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos || line[start] != '#') {
        return std::nullopt;
    }
    const std::size_t word = line.find("include", start);
    const std::size_t open = line.find_first_of("\"<", start);
    if (word == std::string_view::npos || open == std::string_view::npos) {
        return std::nullopt;
    }
    const std::size_t close = line.find_first_of("\">", open + 1);
    if (close == std::string_view::npos) {
        return std::nullopt;
    }
    return Include{std::string(line.substr(open + 1, close - open - 1)),
                   line[open] == '"' ? Include::Form::quoted : Include::Form::angled};
}

std::string folder_of(std::string_view path, std::size_t depth) {
    std::size_t end = 0;
    for (std::size_t i = 0; i < depth; ++i) {
        end = path.find('/', end == 0 ? 0 : end + 1);
        if (end == std::string_view::npos) {
            return std::string(path);
        }
    }
    return std::string(path.substr(0, end));
}

/// Rules inside the room table that depend on folders; empty: allowed.
std::string folder_rule(const std::string& from, const std::string& room, const std::string& to,
                        const std::string& other) {
    if (room == "drivers" && other == "drivers" && !from.starts_with("drivers/registry") &&
        to != "drivers/driver.hpp" && folder_of(from, 2) != folder_of(to, 2)) {
        return "a driver includes only its own folder and drivers/driver.hpp among drivers; move "
               "what is shared to domain";
    }
    if (from.starts_with("drivers/modbus_bus/") && other == "domain") {
        return "modbus_bus is an adapter: it knows base and ports only";
    }
    if (room == "sim" && other == "planner" && !to.starts_with("planner/map/") &&
        !to.starts_with("planner/check/")) {
        return "of the planner, sim knows map and check only; go through services";
    }
    if (room == "sim" && other == "host" && !to.starts_with("firmware/host/store/")) {
        return "of host, sim knows the store only; take clock, streams and bus from sim/kernel";
    }
    return {};
}

/// Sim shares nothing with a driver but its named constants: an emulator has its own encoder.
bool is_driver_constants(const std::string& header) {
    return header.starts_with("drivers/") && header.ends_with("constants.hpp");
}

std::string check_own(const SourceFile& file, const std::string& room, const std::string& header,
                      const RoomTable& rooms) {
    const std::string other = room_of(header);
    if (other.empty()) {
        return "\"" + header +
               "\" is not a path from the root of the tree; write the whole path, "
               "or <...> for what is not ours";
    }
    const auto allowed = rooms.find(room);
    const bool may = other == room || room == "tests" ||
                     (allowed != rooms.end() && allowed->second.count(other) > 0) ||
                     (room == "sim" && is_driver_constants(header));
    if (!may) {
        return "room " + room + " may not include room " + other + " (" + header +
               "); see docs/architecture.md, 'Who may include whom'; pass a port or a plain value "
               "in instead";
    }
    return folder_rule(file.path, room, header, other);
}

bool stands_in(const std::string& path, const std::vector<std::string_view>& places) {
    return std::any_of(places.begin(), places.end(),
                       [&](std::string_view place) { return path.starts_with(place); });
}

std::string check_foreign(const SourceFile& file, const std::string& header) {
    for (const HeaderRule& rule : header_rules()) {
        if (!header.starts_with(rule.prefix)) {
            continue;
        }
        if (!stands_in(file.path, rule.places)) {
            return "<" + header + "> " + std::string(rule.advice);
        }
        if (rule.where == HeaderRule::Where::cpp_only && file.is_header()) {
            return "<" + header +
                   "> is heavy: include it in a .cpp file, and keep a plain value or "
                   "a forward declaration in the header";
        }
        return {};
    }
    const bool standard =
        header.find('.') == std::string::npos && header.find('/') == std::string::npos;
    if (standard || stands_in(file.path, os_header_places())) {
        return {};
    }
    return "<" + header +
           "> has no room: operating-system headers stand in host, daemons and tools; "
           "a new third-party part needs a decision record and a line in house_rules.cpp";
}

void check_calls(const SourceFile& file, std::vector<Finding>& findings) {
    const std::vector<std::string> code = code_only(file);
    for (std::size_t i = 0; i < code.size(); ++i) {
        for (const CallRule& rule : call_rules()) {
            if (has_word(code[i], rule.word)) {
                findings.push_back({file.path, i + 1,
                                    "'" + std::string(rule.word) +
                                        "' has no place below host: " + std::string(rule.instead)});
            }
        }
    }
}

}  // namespace

Result<RoomTable> read_room_table(const SourceFile& layers_cmake) {
    static constexpr std::string_view kStart = "set(TALLY_MAY_";
    RoomTable table;
    for (const std::string& line : layers_cmake.lines) {
        if (!line.starts_with(kStart)) {
            continue;
        }
        std::istringstream words(line.substr(kStart.size(), line.rfind(')') - kStart.size()));
        std::string room;
        words >> room;
        for (std::string other; words >> other;) {
            if (other != "\"\"") {
                table[room].insert(other);
            }
        }
        table.try_emplace(room);
    }
    if (table.size() < 2) {
        return fail(ErrorKind::malformed, "no TALLY_MAY_ table in " + layers_cmake.path +
                                              "; without it the layer check would check nothing");
    }
    return table;
}

std::string room_of(std::string_view path) {
    for (const std::string_view top : {"drivers/", "planner/", "sim/", "tests/", "tools/"}) {
        if (path.starts_with(top)) {
            return std::string(top.substr(0, top.size() - 1));
        }
    }
    static constexpr std::string_view kFirmware = "firmware/";
    if (!path.starts_with(kFirmware)) {
        return {};
    }
    const std::string_view rest = path.substr(kFirmware.size());
    return std::string(rest.substr(0, rest.find('/')));
}

std::vector<Finding> check_layers(const SourceFile& file, const RoomTable& rooms) {
    std::vector<Finding> findings;
    const std::string room = room_of(file.path);
    if (!file.is_cpp() || room.empty()) {
        return findings;
    }
    if (rooms.count(room) == 0 && room != "tests") {
        findings.push_back({file.path, 0,
                            "there is no room '" + room +
                                "' in cmake/layers.cmake; move the file, or write "
                                "the room and its rights down there"});
        return findings;
    }
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
        const std::optional<Include> include = include_of(file.lines[i]);
        if (!include) {
            continue;
        }
        std::string text = include->form == Include::Form::quoted
                               ? check_own(file, room, include->header, rooms)
                               : check_foreign(file, include->header);
        if (!text.empty()) {
            findings.push_back({file.path, i + 1, std::move(text)});
        }
    }
    if (!stands_in(file.path, call_free_places())) {
        check_calls(file, findings);
    }
    return findings;
}

}  // namespace tally::lint

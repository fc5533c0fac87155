#include "firmware/messages/layout/floor_file.hpp"

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "firmware/base/config_reader.hpp"

namespace tally {

namespace {

constexpr std::int64_t kLength_mm = 1'000'000'000;

std::int32_t small(std::int64_t value) {
    return static_cast<std::int32_t>(value);
}

std::int64_t length(ConfigTable& table, std::string_view name, std::string_view meaning,
                    std::optional<std::int64_t> fallback = std::nullopt) {
    return table.integer(
        {.name = name, .meaning = meaning, .min = 0, .max = kLength_mm, .fallback = fallback});
}

std::int64_t number(ConfigTable& table, std::string_view name, std::string_view meaning) {
    return table.integer({.name = name, .meaning = meaning, .min = 0, .max = 100'000});
}

StopKind kind_of(ConfigTable& table) {
    const std::string kind =
        table.text({.name = "kind",
                    .meaning = "what stands there",
                    .fallback = "slot",
                    .choices = {"slot", "station", "door", "charger", "parking"}});
    for (const StopKind one :
         {StopKind::station, StopKind::door, StopKind::charger, StopKind::parking}) {
        if (kind == to_string(one)) {
            return one;
        }
    }
    return StopKind::slot;
}

void read_rows(ConfigTable& root, FloorFile& file) {
    for (ConfigTable& row : root.tables({.name = "row",
                            .meaning = "slots in a row on an aisle: id-1, id-2, ...",
                            .count_max = 10'000})) {
        const std::string id = row.text({.name = "id", .meaning = "name of the row"});
        const std::int64_t aisle = number(row, "aisle", "the aisle, from 0");
        const std::int64_t first_mm = length(row, "first_mm", "first slot, from the front");
        const std::int64_t step_mm = length(row, "step_mm", "from slot to slot");
        const std::int64_t count = number(row, "count", "how many slots");
        for (std::int64_t i = 0; i < count && first_mm + i * step_mm <= kLength_mm; ++i) {
            file.aisle_stops.push_back({PlaceId(id + "-" + std::to_string(i + 1)),
                                        StopKind::slot,
                                        {small(aisle), small(first_mm + i * step_mm)}});
        }
    }
    for (ConfigTable& stop : root.tables(
             {.name = "stop", .meaning = "a single stop on an aisle", .count_max = 10'000})) {
        const std::string id = stop.text({.name = "id", .meaning = "the place"});
        const StopKind kind = kind_of(stop);
        const std::int64_t aisle = number(stop, "aisle", "the aisle, from 0");
        const std::int64_t y_mm = length(stop, "y_mm", "from the front");
        file.aisle_stops.push_back({PlaceId(id), kind, {small(aisle), small(y_mm)}});
    }
}

void read_limits(ConfigTable& root, AisleFloor& floor) {
    for (ConfigTable& closure : root.tables({.name = "closure",
                                .meaning = "a stretch of an aisle that is closed",
                                .count_max = 10'000})) {
        static_cast<void>(closure.text({.name = "id", .meaning = "name of the closure"}));
        const std::int64_t aisle = number(closure, "aisle", "the aisle, from 0");
        const std::int64_t from_mm = length(closure, "from_mm", "begin, from the front");
        const std::int64_t to_mm = length(closure, "to_mm", "end, from the front");
        floor.blocked_aisles.push_back({small(aisle), small(from_mm), small(to_mm)});
    }
    for (ConfigTable& way : root.tables(
             {.name = "one_way", .meaning = "an aisle of one direction", .count_max = 10'000})) {
        static_cast<void>(way.text({.name = "id", .meaning = "name of the rule"}));
        const std::int64_t aisle = number(way, "aisle", "the aisle, from 0");
        const std::string to =
            way.text({.name = "to", .meaning = "where it leads", .choices = {"back", "front"}});
        floor.directions.resize(static_cast<std::size_t>(floor.aisles), AisleDirection::both);
        if (aisle < floor.aisles) {
            floor.directions[static_cast<std::size_t>(aisle)] =
                to == "back" ? AisleDirection::to_back : AisleDirection::to_front;
        } else {
            way.report("aisle", "the floor has " + std::to_string(floor.aisles) + " aisles");
        }
    }
}

AisleFloor read_aisles(ConfigTable& root) {
    AisleFloor floor;
    ConfigTable table = root.table({"floor", "a rectangular floor"});
    floor.aisles = small(number(table, "aisles", "how many parallel aisles"));
    floor.spacing_mm = small(length(table, "spacing_mm", "between neighbouring aisles"));
    floor.turn_mm = small(length(table, "turn_mm", "cost of a turn, as length", 0));
    for (ConfigTable& block : root.tables({.name = "block",
                              .meaning = "aisles between two cross aisles, from the "
                                         "front on",
                              .count_min = 1,
                              .count_max = 999})) {
        static_cast<void>(block.text({.name = "id", .meaning = "name of the block"}));
        floor.blocks_mm.push_back(small(length(block, "length_mm", "length of its aisles")));
    }
    return floor;
}

/// A general floor: [[node]], [[lane]] and [[lane_stop]].
FloorLayout read_graph(ConfigTable& root) {
    FloorLayout layout;
    std::map<std::string, std::uint32_t> nodes;
    std::map<std::string, std::uint32_t> lanes;
    ConfigTable turns = root.table({"turns", "what turning costs"});
    layout.turn_mm = small(length(turns, "turn_mm", "cost of a turn, as length", 0));
    for (ConfigTable& node :
         root.tables({.name = "node", .meaning = "where lanes meet", .count_max = 100'000})) {
        const std::string id = node.text({.name = "id", .meaning = "name of the node"});
        const std::int64_t x_mm = length(node, "x_mm", "to the right");
        const std::int64_t y_mm = length(node, "y_mm", "away from the front");
        nodes.emplace(id, layout.nodes.size());
        layout.nodes.push_back({id, small(x_mm), small(y_mm)});
    }
    const auto index = [](ConfigTable& table, const auto& known, std::string_view key,
                          std::string_view meaning) {
        const std::string id = table.text({.name = key, .meaning = meaning});
        const auto at = known.find(id);
        if (at == known.end()) {
            table.report(key, "there is no '" + id + "'");
            return std::uint32_t{0};
        }
        return at->second;
    };
    for (ConfigTable& lane : root.tables(
             {.name = "lane", .meaning = "a way between two nodes", .count_max = 400'000})) {
        const std::string id = lane.text({.name = "id", .meaning = "name of the lane"});
        const std::uint32_t from = index(lane, nodes, "from", "a node");
        const std::uint32_t to = index(lane, nodes, "to", "a node");
        const std::int64_t length_mm = length(lane, "length_mm", "its length");
        const bool is_one_way = lane.flag(
            {.name = "one_way", .meaning = "only from `from` to `to`", .fallback = false});
        lanes.emplace(id, layout.lanes.size());
        layout.lanes.push_back({from, to, small(length_mm),
                                is_one_way ? LaneDirection::forward : LaneDirection::both});
    }
    for (ConfigTable& stop :
         root.tables({.name = "lane_stop", .meaning = "a stop on a lane", .count_max = 100'000})) {
        const std::string id = stop.text({.name = "id", .meaning = "the place"});
        const StopKind kind = kind_of(stop);
        const std::uint32_t lane = index(stop, lanes, "lane", "a lane");
        const std::int64_t offset_mm = length(stop, "offset_mm", "from the lane's first node");
        layout.stops.push_back({PlaceId(id), kind, lane, small(offset_mm)});
    }
    return layout;
}

}  // namespace

Result<FloorFile> read_floor_toml(std::string_view text, std::string_view name) {
    TALLY_TRY_ASSIGN(ConfigFile config, ConfigFile::parse(text, std::filesystem::path(name)));
    FloorFile file;
    ConfigTable root = config.root();
    const bool is_graph = text.find("[[node]]") != std::string_view::npos;
    if (is_graph) {
        file.layout = read_graph(root);
        TALLY_TRY(config.finish());
        return file;
    }
    AisleFloor floor = read_aisles(root);
    read_limits(root, floor);
    read_rows(root, file);
    TALLY_TRY(config.finish());
    Result<FloorLayout> layout = layout_of(floor, file.aisle_stops);
    if (!layout) {
        return fail(name, layout.error());
    }
    file.layout = std::move(*layout);
    file.aisles = std::move(floor);
    return file;
}

Result<FloorFile> read_floor(std::string_view text, std::string_view name) {
    if (text.size() > kFloorFileMax) {
        return fail(ErrorKind::exhausted, std::string(name) + ": a floor file of more than 16 MiB");
    }
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const std::string_view rest = first == std::string_view::npos ? "" : text.substr(first);
    FloorFile file;
    Result<FloorLayout> layout = FloorLayout{};
    if (rest.starts_with('{')) {
        Result<FloorFile> lif = read_lif(rest);
        if (!lif) {
            return fail(name, lif.error());
        }
        file = std::move(*lif);
        layout = std::move(file.layout);
    } else if (rest.starts_with("type")) {
        layout = read_grid_map(rest);
    } else {
        TALLY_TRY_ASSIGN(file, read_floor_toml(text, name));
        layout = std::move(file.layout);
    }
    if (!layout) {
        return fail(name, layout.error());
    }
    file.layout = std::move(*layout);
    const std::vector<std::string> problems = check_floor_layout(file.layout);
    if (!problems.empty()) {
        return fail(ErrorKind::malformed, std::string(name) + ": " + problems.front());
    }
    return file;
}

}  // namespace tally

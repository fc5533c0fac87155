#include "firmware/messages/config/shelf_buses.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "firmware/messages/config/bus_line.hpp"
#include "firmware/messages/config/register_map_file.hpp"

namespace tally {
namespace {

SlotConfig read_slot(ConfigTable& table) {
    SlotConfig slot;
    slot.place = PlaceId(table.text({"place", "a slot of a [[shelf]] of the site file"}));
    slot.unit = static_cast<std::uint8_t>(table.integer(
        {.name = "unit", .meaning = "Modbus unit id", .min = 0, .max = 247, .fallback = 1}));
    slot.channel = static_cast<std::uint16_t>(
        table.integer({.name = "channel",
                       .meaning = "which cell of an instrument with several, from 0",
                       .min = 0,
                       .max = 255,
                       .fallback = 0}));
    const auto path = table.path({"map", "register map file of the instrument"});
    if (!path.empty()) {
        Result<RegisterMap> map = load_register_map(path);
        if (map) {
            slot.map = std::move(*map);
        } else {
            table.report("map", "the register map is unusable:\n" + map.error().text);
        }
    }
    const std::int64_t count_ug =
        table.integer({.name = "count_ug",
                       .meaning = "weight of one count in micrograms; 0: as the map says",
                       .min = 0,
                       .max = 1'000'000'000'000,
                       .fallback = 0});
    slot.map.count_ug = count_ug != 0 ? count_ug : slot.map.count_ug;
    constexpr std::int64_t kOffsetMax = 2'147'483'647;
    slot.offset = table.integer({.name = "offset",
                                 .meaning = "counts of the empty slot",
                                 .min = -kOffsetMax,
                                 .max = kOffsetMax,
                                 .fallback = 0});
    return slot;
}

ShelfBusConfig read_bus(ConfigTable& table) {
    ShelfBusConfig bus;
    bus.id = table.text({"id", "short name of the bus"});
    read_bus_line(table, bus);
    bus.period =
        std::chrono::milliseconds(table.integer({.name = "period_ms",
                                                 .meaning = "each slot is read once in so long",
                                                 .min = 100,
                                                 .max = 60000,
                                                 .fallback = 1000}));
    const std::int64_t quarter = bus.period.count() / 4;
    bus.timeout = std::chrono::milliseconds(
        table.integer({.name = "timeout_ms",
                       .meaning = "a unit that does not answer so long is silent; at most a "
                                  "quarter of the period, which 0 stands for",
                       .min = 0,
                       .max = 15000,
                       .fallback = 0}));
    if (bus.timeout.count() > quarter) {
        table.report("timeout_ms", "a dead unit would take the time of the others; at most " +
                                       std::to_string(quarter) + " at this period");
    }
    if (bus.timeout.count() == 0) {
        bus.timeout = std::chrono::milliseconds(quarter);
    }
    for (ConfigTable& slot : table.tables({.name = "slots",
                             .meaning = "the slots on this bus",
                             .id = "place",
                             .count_min = 1,
                             .count_max = 256})) {
        bus.slots.push_back(read_slot(slot));
    }
    std::map<std::pair<std::uint8_t, std::uint16_t>, PlaceId> cells;
    for (const SlotConfig& slot : bus.slots) {
        const auto [first, is_free] = cells.try_emplace({slot.unit, slot.channel}, slot.place);
        if (!is_free) {
            table.report("slots",
                         "slot '" + slot.place.str() + "' reads unit " + std::to_string(slot.unit) +
                             ", channel " + std::to_string(slot.channel) + ", which slot '" +
                             first->second.str() + "' reads already; give each slot its own cell");
        }
    }
    return bus;
}

}  // namespace

std::vector<ShelfBusConfig> read_shelf_buses(ConfigTable& root, std::vector<ConfigTable>& tables) {
    tables = root.tables({.name = "shelf_bus", .meaning = "a Modbus bus with smart shelves"});
    std::vector<ShelfBusConfig> buses;
    std::set<std::string> ids;
    for (ConfigTable& table : tables) {
        buses.push_back(read_bus(table));
        if (!ids.insert(buses.back().id).second) {
            table.report("id", "there are two buses of this id; give each its own");
        }
    }
    return buses;
}

void check_shelf_buses(const EdgeConfig& config, ConfigTable& edge,
                       std::vector<ConfigTable>& tables) {
    std::map<PlaceId, bool> wanted;
    for (const ShelfLayout& shelf : config.site.shelves_of(config.edge)) {
        for (const SlotLayout& slot : shelf.slots) {
            wanted[slot.place] = false;
        }
    }
    for (std::size_t i = 0; i < config.shelf_buses.size(); ++i) {
        for (const SlotConfig& slot : config.shelf_buses[i].slots) {
            const auto found = wanted.find(slot.place);
            if (found == wanted.end()) {
                tables.at(i).report("slots", "no [[shelf]] of edge '" + config.edge.str() +
                                                 "' in the site file has the slot '" +
                                                 slot.place.str() + "'; add it there");
            } else if (std::exchange(found->second, true)) {
                tables.at(i).report("slots",
                                    "slot '" + slot.place.str() +
                                        "' is on a bus already; a slot has one instrument");
            }
        }
    }
    for (const auto& [place, has_bus] : wanted) {
        if (!has_bus) {
            edge.report("id", "slot '" + place.str() +
                                  "' of this edge needs a place on a [[shelf_bus]]; add it");
        }
    }
}

}  // namespace tally

#include "firmware/messages/config/doors.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "firmware/base/near_name.hpp"
#include "firmware/messages/config/coil_unit.hpp"

namespace tally {

namespace {

DoorConfig read_door(ConfigTable& table, const std::vector<std::string>& buses) {
    DoorConfig door;
    read_coil_unit(table, "door", buses, door);
    door.place = PlaceId(table.text({"place", "a [[stop]] of kind \"door\" of the floor file"}));
    door.wiring.barrier = read_barrier_wiring(table);
    if (!door.wiring.barrier->open_input) {
        table.report("open_input",
                     "vehicles come through only where a limit switch says that it is open; give "
                     "the input that this door's is on");
    }
    door.close_after = std::chrono::milliseconds(
        table.integer({.name = "close_after_ms",
                       .meaning = "it is closed so long after the last vehicle has come through: "
                                  "longer than its tail needs",
                       .min = 0,
                       .max = 600'000,
                       .fallback = 5'000}));
    return door;
}

void check_place(const EdgeConfig& config, const DoorConfig& door, ConfigTable& table) {
    std::vector<std::string> doors;
    for (const FloorStop& stop : config.floor->layout.stops) {
        if (stop.kind == StopKind::door) {
            doors.push_back(stop.place.str());
        }
    }
    if (std::find(doors.begin(), doors.end(), door.place.str()) == doors.end()) {
        const std::string near = near_name(door.place.str(), doors);
        table.report("place", "the site's floor has no door '" + door.place.str() + "'" +
                                  (near.empty() ? "; add a [[stop]] of kind \"door\" to it"
                                                : "; did you mean '" + near + "'?"));
    }
}

/// Bus, unit and coil or input.
using Coil = std::tuple<std::string, std::uint8_t, std::uint16_t>;

void check_switches(const DoorConfig& door, std::set<Coil>& switches, ConfigTable& table) {
    const BarrierWiring& wiring = *door.wiring.barrier;
    for (const auto& input : {wiring.open_input, wiring.closed_input}) {
        if (input && !switches.insert({door.bus, door.unit, *input}).second) {
            table.report("open_input", "input " + std::to_string(*input) +
                                           " of the unit is another door's switch already; give "
                                           "each its own");
        }
    }
}

std::set<Coil> coils_of_signals(const EdgeConfig& config) {
    std::set<Coil> coils;
    for (const SignalConfig& signal : config.signals) {
        const SignalWiring& wiring = signal.wiring;
        for (const auto& lamp : {wiring.green, wiring.yellow, wiring.red}) {
            if (lamp) {
                coils.insert({signal.bus, signal.unit, *lamp});
            }
        }
        if (wiring.barrier) {
            coils.insert({signal.bus, signal.unit, wiring.barrier->coil});
        }
    }
    return coils;
}

}  // namespace

std::vector<DoorConfig> read_doors(ConfigTable& root, const EdgeConfig& config,
                                   std::vector<ConfigTable>& tables) {
    const std::vector<std::string> buses = bus_ids(config);
    tables =
        root.tables({.name = "door", .meaning = "a door, lift or lock that vehicles come through"});
    std::vector<DoorConfig> doors;
    for (ConfigTable& table : tables) {
        doors.push_back(read_door(table, buses));
    }
    return doors;
}

void check_doors(const EdgeConfig& config, std::vector<ConfigTable>& tables) {
    std::set<PlaceId> places;
    std::set<Coil> coils = coils_of_signals(config);
    std::set<Coil> switches;
    for (std::size_t i = 0; i < config.fleet.doors.size(); ++i) {
        const DoorConfig& door = config.fleet.doors[i];
        ConfigTable& table = tables.at(i);
        if (config.fleet.vehicles.empty() || !config.floor) {
            table.report("id",
                         "this box drives no vehicles, and doors are opened for vehicles only; "
                         "name it in the edge.toml that has the [[vehicle]] tables");
            return;  // Once is enough.
        }
        check_place(config, door, table);
        if (!places.insert(door.place).second) {
            table.report("place", "this place has a door already; a place has one");
        }
        if (!coils.insert({door.bus, door.unit, door.wiring.barrier->coil}).second) {
            table.report("coil",
                         "this coil of the unit moves something else already; give each its own");
        }
        check_switches(door, switches, table);
    }
}

}  // namespace tally

#include "firmware/messages/config/vehicles.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "firmware/base/near_name.hpp"
#include "firmware/messages/config/broker.hpp"

namespace tally {
namespace {

VehicleConfig read_vehicle(ConfigTable& table) {
    VehicleConfig vehicle;
    vehicle.id = DeviceId(table.text({"id", "short name of the vehicle"}));
    vehicle.maker = table.text({"maker", "its manufacturer, as it writes it itself in its topics"});
    vehicle.serial = table.text({"serial", "its serial number, as it writes it itself"});
    vehicle.version = table.text({.name = "version",
                                  .meaning = "the VDA 5050 that it speaks",
                                  .fallback = "2.0",
                                  .choices = {"2.0", "2.1"}});
    vehicle.way = table.text({.name = "way",
                              .meaning = "cart: carries a cart to slots, people there pick onto "
                                         "it; station: brings goods to a person at a station",
                              .fallback = "cart",
                              .choices = {"cart", "station"}}) == "station"
                      ? WayOfWorking::station
                      : WayOfWorking::cart;
    vehicle.start =
        table.text({.name = "start",
                    .meaning = "node of the floor where it is expected until it is heard; empty: "
                               "where it says itself that it stands",
                    .fallback = ""});
    vehicle.cart =
        PlaceId(table.text({.name = "cart",
                            .meaning = "a [[place]] of this edge that it carries with it: what is "
                                       "picked onto it is booked there; way \"cart\" needs one, "
                                       "way \"station\" has none",
                            .fallback = ""}));
    vehicle.range_m = table.integer({.name = "range_m",
                                     .meaning = "how far it drives with a full battery",
                                     .min = 100,
                                     .max = 1'000'000,
                                     .fallback = 10'000});
    vehicle.reserve_permille = static_cast<std::int32_t>(
        10 * table.integer({.name = "reserve_percent",
                            .meaning = "of its battery kept for the way to a charger: it gets no "
                                       "job that would take it below, and below it is a warning; "
                                       "below 30 it is charged before anything else",
                            .min = 0,
                            .max = 29,
                            .fallback = 20}));
    vehicle.carries =
        DeviceId(table.text({.name = "carries",
                             .meaning = "a [[reader]] of this file that it takes past slots; no "
                                        "gate or printer uses it; empty: none",
                             .fallback = ""}));
    return vehicle;
}

void check_cart(const EdgeConfig& config, const VehicleConfig& vehicle, std::set<PlaceId>& carts,
                ConfigTable& table) {
    if (vehicle.way == WayOfWorking::station) {
        if (!vehicle.cart.empty()) {
            table.report("cart",
                         "a vehicle of way \"station\" carries no cart; remove this, or "
                         "write way = \"cart\"");
        }
        return;
    }
    if (vehicle.cart.empty()) {
        table.report("id",
                     "a vehicle of way \"cart\" needs a 'cart', a [[place]] of this edge that it "
                     "carries; add it, or write way = \"station\"");
        return;
    }
    const bool is_slot = std::any_of(
        config.shelf_buses.begin(), config.shelf_buses.end(), [&](const ShelfBusConfig& bus) {
            return std::any_of(bus.slots.begin(), bus.slots.end(),
                               [&](const SlotConfig& slot) { return slot.place == vehicle.cart; });
        });
    const bool is_stop =
        std::any_of(config.floor->layout.stops.begin(), config.floor->layout.stops.end(),
                    [&](const FloorStop& stop) { return stop.place == vehicle.cart; });
    if (is_slot || is_stop) {
        table.report("cart", "place '" + vehicle.cart.str() + "' is " +
                                 (is_slot ? "a shelf's slot" : "a stop of the floor") +
                                 " and cannot be carried; name a [[place]] that stands nowhere");
        return;
    }
    if (config.site.owner_of(vehicle.cart) != config.edge) {
        table.report("cart", "edge '" + config.edge.str() + "' has no place '" +
                                 vehicle.cart.str() +
                                 "'; add it as a [[place]] of this edge to the site file");
    } else if (!carts.insert(vehicle.cart).second) {
        table.report("cart", "another vehicle carries this cart; give each its own");
    }
}

void check_start(const FloorLayout& floor, const VehicleConfig& vehicle,
                 std::set<std::string>& starts, ConfigTable& table) {
    if (vehicle.start.empty()) {
        return;
    }
    std::vector<std::string> nodes;
    for (const FloorNode& node : floor.nodes) {
        nodes.push_back(node.id);
    }
    if (std::find(nodes.begin(), nodes.end(), vehicle.start) == nodes.end()) {
        const std::string near = near_name(vehicle.start, nodes);
        table.report("start", "the site's floor has no node '" + vehicle.start + "'" +
                                  (near.empty() ? "; `tally layout draw` shows its nodes"
                                                : "; did you mean '" + near + "'?"));
    } else if (!starts.insert(vehicle.start).second) {
        table.report("start", "another vehicle starts at this node; give each its own");
    }
}

/// What vehicles of way "station" pick up and put down.
void read_carriers(ConfigTable& table, FleetConfig& fleet) {
    fleet.carriers = table.texts({.name = "carriers",
                                  .meaning = "slots whose carrier a vehicle of way \"station\" "
                                             "can pick up and bring to a station",
                                  .count_max = 10'000});
    fleet.station_type =
        table.text({.name = "station_type",
                    .meaning = "how a carrier stands, as the vehicles of way \"station\" name it "
                               "(VDA 5050: stationType of `pick` and `drop`); empty: not said",
                    .fallback = "floor"});
    fleet.load_type =
        table.text({.name = "load_type",
                    .meaning = "what a carrier is, as the vehicles of way \"station\" name it "
                               "(VDA 5050: loadType of `pick` and `drop`); empty: not said",
                    .fallback = "EPAL"});
}

/// What vehicles do with goods.
void read_goods(ConfigTable& table, FleetConfig& fleet) {
    fleet.picks_max = static_cast<std::int32_t>(
        table.integer({.name = "picks_max",
                       .meaning = "picks that a cart has room for: as many go on one tour",
                       .min = 1,
                       .max = 48,
                       .fallback = 12}));
    read_carriers(table, fleet);
    fleet.parcels_to = GateId(
        table.text({.name = "parcels_to",
                    .meaning = "gate of the site where carriers take parcels: what is packed is "
                               "brought there; empty: people see to it",
                    .fallback = ""}));
}

/// What vehicles with a reader do.
void read_scans(ConfigTable& table, FleetConfig& fleet) {
    fleet.scan_every = std::chrono::hours(
        table.integer({.name = "scan_every_h",
                       .meaning = "a slot with tagged units is read by a vehicle with a reader "
                                  "once in so long, and whenever it is in doubt; 0: only when a "
                                  "person orders it",
                       .min = 0,
                       .max = 10'000,
                       .fallback = 0}));
    fleet.scan_dwell = std::chrono::seconds(
        table.integer({.name = "scan_dwell_s",
                       .meaning = "how long a vehicle with a reader stands at each slot",
                       .min = 1,
                       .max = 120,
                       .fallback = 5}));
    fleet.scan_slots_max =
        static_cast<std::int32_t>(table.integer({.name = "scan_slots_max",
                                                 .meaning = "slots that one scan mission goes past",
                                                 .min = 1,
                                                 .max = 200,
                                                 .fallback = 20}));
}

}  // namespace

std::string_view to_string(WayOfWorking way) noexcept {
    switch (way) {
        case WayOfWorking::cart:
            return "cart";
        case WayOfWorking::station:
            return "station";
    }
    return "?";
}

const BrokerConfig& vehicle_broker_of(const EdgeConfig& config) {
    return config.fleet.broker ? *config.fleet.broker : config.broker;
}

FleetConfig read_vehicles(ConfigTable& root, VehicleTables& tables) {
    tables.fleet.push_back(
        root.table({"fleet", "how this box speaks with the vehicles it drives, if it drives any"}));
    ConfigTable& table = tables.fleet.front();
    FleetConfig fleet;
    fleet.kind = table.text(
        {.name = "kind", .meaning = "driver of the vehicles: vda5050", .fallback = "vda5050"});
    fleet.interface = table.text({.name = "interface",
                                  .meaning = "first part of the vehicles' topics (VDA 5050: "
                                             "interfaceName)",
                                  .fallback = "uagv"});
    fleet.map = table.text({.name = "map",
                            .meaning = "what the vehicles call the floor (VDA 5050: mapId)",
                            .fallback = "floor"});
    fleet.clearance_mm = static_cast<std::int32_t>(
        table.integer({.name = "clearance_mm",
                       .meaning = "centres of two vehicles are never nearer: the circle that the "
                                  "largest turns in, with the margin around it",
                       .min = 300,
                       .max = 10'000,
                       .fallback = 900}));
    fleet.pose_tolerance_mm = static_cast<std::int32_t>(
        table.integer({.name = "pose_tolerance_mm",
                       .meaning = "a vehicle that stands may be so far from its node, by its own "
                                  "pose; cells are longer than the clearance by twice that. One "
                                  "that is farther off stands, keeps what it touches, and is seen "
                                  "to by a person. Lines and tags keep vehicles within 10 mm, "
                                  "lasers on natural features within 20 to 50",
                       .min = 10,
                       .max = 1'000,
                       .fallback = 50}));
    fleet.stops_at_nodes_only =
        table.text({.name = "cells",
                    .meaning = "where vehicles may be told to stop. along: at nodes of the floor "
                               "and at places on its lanes between them, which orders name after "
                               "the lane; nodes: at nodes only, for vehicles that follow lines or "
                               "tags and refuse an order with a node that is not in their own "
                               "layout; fewer of them find room on long lanes",
                    .fallback = "along",
                    .choices = {"along", "nodes"}}) == "nodes";
    fleet.lost_after = std::chrono::seconds(
        table.integer({.name = "lost_after_s",
                       .meaning = "a vehicle that is not heard for so long is lost: its track "
                                  "stays its own",
                       .min = 35,
                       .max = 3'600,
                       .fallback = 60}));
    read_goods(table, fleet);
    read_scans(table, fleet);
    fleet.broker = read_other_broker(
        table.table({"broker", "the broker that the vehicles are on, if it is not the box's own"}));
    tables.vehicles = root.tables({.name = "vehicle", .meaning = "an automated vehicle"});
    for (ConfigTable& each : tables.vehicles) {
        fleet.vehicles.push_back(read_vehicle(each));
    }
    return fleet;
}

namespace {

/// Only where there are vehicles and a floor.
void check_carriers(const EdgeConfig& config, ConfigTable& table) {
    for (const std::string& carrier : config.fleet.carriers) {
        const bool is_stop =
            std::any_of(config.floor->layout.stops.begin(), config.floor->layout.stops.end(),
                        [&](const FloorStop& stop) { return stop.place.str() == carrier; });
        if (!is_stop) {
            table.report("carriers", "the site's floor has no stop at '" + carrier +
                                         "'; write a place of its [[row]] or [[stop]]");
        }
    }
}

/// The gate must have a side that this edge brings parcels to.
void check_parcels_to(const EdgeConfig& config, ConfigTable& table) {
    const GateId& id = config.fleet.parcels_to;
    if (id.empty()) {
        return;
    }
    const GateLayout* const gate = config.site.find_gate(id);
    if (gate == nullptr) {
        table.report("parcels_to",
                     "the site has no gate '" + id.str() + "'; name a [[gate]] of it");
    } else if (!near_side(config.site, *gate, config.edge)) {
        table.report("parcels_to", "gate '" + id.str() +
                                       "' does not lead out of a place of edge '" +
                                       config.edge.str() + "'; name one that does");
    }
}

/// What a vehicle carries hears slots and nothing else, so nothing else may rest on it.
void check_carries(const EdgeConfig& config, const VehicleConfig& vehicle,
                   std::set<DeviceId>& carried, ConfigTable& table) {
    const DeviceId& id = vehicle.carries;
    if (id.empty()) {
        return;
    }
    const auto& readers = config.readers;
    const bool is_known = std::any_of(readers.begin(), readers.end(),
                                      [&](const ReaderConfig& one) { return one.id == id; });
    const auto& gates = config.site.gates;
    const bool is_at_gate = std::any_of(gates.begin(), gates.end(), [&](const GateLayout& gate) {
        return gate.edge == config.edge && gate.reader == id;
    });
    const auto& printers = config.printers;
    const bool verifies =
        std::any_of(printers.begin(), printers.end(),
                    [&](const PrinterConfig& one) { return one.verify_reader == id; });
    if (!is_known) {
        table.report("carries", "this file has no reader '" + id.str() + "'; add a [[reader]]");
    } else if (is_at_gate || verifies) {
        table.report("carries", "reader '" + id.str() + "' stands at a " +
                                    (is_at_gate ? "gate" : "printer") +
                                    " and cannot be carried; give the vehicle one of its own");
    } else if (!carried.insert(id).second) {
        table.report("carries", "another vehicle carries this reader; give each its own");
    }
}

}  // namespace

void check_vehicles(const EdgeConfig& config, VehicleTables& tables) {
    std::set<std::pair<std::string, std::string>> serials;
    std::set<std::string> starts;
    std::set<PlaceId> carts;
    std::set<DeviceId> carried;
    const EdgeId& master = config.site.fleet_master;
    if (master == config.edge && config.floor) {
        check_carriers(config, tables.fleet.front());
        check_parcels_to(config, tables.fleet.front());
    }
    for (std::size_t i = 0; i < config.fleet.vehicles.size(); ++i) {
        const VehicleConfig& vehicle = config.fleet.vehicles[i];
        ConfigTable& table = tables.vehicles.at(i);
        if (master != config.edge) {
            table.report("id", master.empty()
                                   ? "the site has no fleet master; write fleet_master = \"" +
                                         config.edge.str() + "\" in [site] of the site file"
                                   : "the site's vehicles are driven by edge '" + master.str() +
                                         "' (fleet_master in the site file); name them there");
            return;  // Once is enough.
        }
        if (!config.floor) {
            table.report("id",
                         "vehicles need a floor to drive on; write floor_file in [site] of the "
                         "site file");
            return;
        }
        if (!is_printable_id(vehicle.id.str())) {
            table.report("id",
                         "use 1 to 64 letters, digits, dots, dashes and underscores to name it");
        }
        if (!serials.insert({vehicle.maker, vehicle.serial}).second) {
            table.report("serial",
                         "another vehicle has this maker and serial number; read them off its "
                         "topics, each has its own");
        }
        check_start(config.floor->layout, vehicle, starts, table);
        check_cart(config, vehicle, carts, table);
        check_carries(config, vehicle, carried, table);
    }
}

}  // namespace tally

#include "firmware/site/fleet_wiring.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "firmware/site/floor_findings.hpp"

namespace tally {

namespace {

FleetOptions fleet_of(const EdgeConfig& config, Entropy& entropy, DoorControl& doors) {
    FleetOptions options;
    options.floor = config.floor->layout;
    options.doors = config.fleet.doors.empty() ? nullptr : &doors;
    options.map = config.fleet.map;
    options.cells = cells_of(config.fleet);
    options.lost_after = config.fleet.lost_after;
    options.name = config.site.id.str() + "." +
                   config.edge.str();  // Orders of an earlier life are known by it.
    options.run = fmt::format("{:016x}", entropy.next_u64());
    for (const VehicleConfig& vehicle : config.fleet.vehicles) {
        options.vehicles.push_back({vehicle.id, vehicle.start});
    }
    return options;
}

DispatchOptions dispatch_of(const EdgeConfig& config) {
    constexpr std::int32_t kMetresPermille = 1'000'000;  // 1000 permille, 1000 m a km
    DispatchOptions options;
    options.chargers = stops_of(config.floor->layout, StopKind::charger);
    options.parking = stops_of(config.floor->layout, StopKind::parking);
    for (const VehicleConfig& vehicle : config.fleet.vehicles) {
        DispatchedVehicle traits;
        traits.id = vehicle.id;
        traits.draw_permille_per_km =
            static_cast<std::int32_t>((kMetresPermille + vehicle.range_m - 1) / vehicle.range_m);
        if (vehicle.way == WayOfWorking::station) {
            traits.has.insert("lift");
        } else if (!vehicle.cart.empty()) {
            traits.has.insert("cart");
        }
        if (!vehicle.carries.empty()) {
            traits.has.insert("reader");
        }
        traits.reserve_permille = vehicle.reserve_permille;
        options.vehicles.push_back(std::move(traits));
    }
    return options;
}

PickingOptions picking_of(const EdgeConfig& config) {
    PickingOptions options;
    for (const VehicleConfig& vehicle : config.fleet.vehicles) {
        if (!vehicle.cart.empty()) {
            options.carts[vehicle.id] = vehicle.cart.str();
        }
    }
    options.carriers = {config.fleet.carriers.begin(), config.fleet.carriers.end()};
    options.stations = stops_of(config.floor->layout, StopKind::station);
    options.cart_tasks_max = config.fleet.picks_max;
    options.station_type = config.fleet.station_type;
    options.load_type = config.fleet.load_type;
    for (const GateLayout& gate : config.site.gates) {
        if (const auto side = near_side(config.site, gate, config.edge)) {
            const PlaceId& beyond = *side == gate.inner ? gate.outer : gate.inner;
            options.before_gates.try_emplace(beyond.str(), side->str());
        }
    }
    return options;
}

/// What plans and missions take for granted of a vehicle.
VehicleNeeds needs_of(const EdgeConfig& config, const VehicleConfig& vehicle) {
    VehicleNeeds needs;
    needs.clearance_mm = config.fleet.clearance_mm;
    needs.speed_min_mm_s = kSlowWalk_mm_s;
    needs.at_once = {kStartPause, kStopPause};
    if (vehicle.way == WayOfWorking::station) {
        const PickingOptions picking = picking_of(config);
        for (const std::string& type : {picking.pick_action, picking.drop_action}) {
            needs.at_nodes.push_back(load_action(picking, type, "any"));
        }
    }
    if (const DispatchOptions dispatch = dispatch_of(config); !dispatch.chargers.empty()) {
        needs.at_nodes.push_back(charge_action(dispatch));
        needs.at_once.emplace_back(kStopCharging);
    }
    return needs;
}

VehicleLineSpec line_of(const EdgeConfig& config) {
    VehicleLineSpec spec;
    spec.kind = config.fleet.kind;
    spec.client_id = "tally-fleet-" + config.site.id.str() + "-" + config.edge.str();
    spec.interface = config.fleet.interface;
    for (const VehicleConfig& vehicle : config.fleet.vehicles) {
        spec.vehicles.push_back({vehicle.id, vehicle.maker, vehicle.serial, vehicle.version,
                                 needs_of(config, vehicle)});
    }
    return spec;
}

ScanOptions scans_of(const EdgeConfig& config) {
    ScanOptions options;
    for (const VehicleConfig& vehicle : config.fleet.vehicles) {
        if (!vehicle.carries.empty()) {
            options.readers[vehicle.id] = vehicle.carries;
        }
    }
    for (std::string& slot : stops_of(config.floor->layout, StopKind::slot)) {
        if (config.site.owner_of(PlaceId(slot)) == config.edge) {
            options.slots.push_back(std::move(slot));
        }
    }
    options.every = config.fleet.scan_every;
    options.dwell = config.fleet.scan_dwell;
    options.slots_max = static_cast<std::size_t>(config.fleet.scan_slots_max);
    return options;
}

}  // namespace

Result<std::unique_ptr<FleetWiring>> FleetWiring::make(const EdgeConfig& config, MessageBus& bus,
                                                       const DriverPorts& ports,
                                                       const Services& services) {
    Ledger& ledger = services.ledger;
    std::unique_ptr<FleetWiring> made(new FleetWiring(ledger, ports));
    made->findings_ = floor_findings(config);
    TALLY_TRY_ASSIGN(made->driver_, make_vehicle_driver(line_of(config), bus, ports, made->relay_));
    made->doors_ = std::make_unique<DoorWiring>(config, services.buses, ports);
    TALLY_TRY_ASSIGN(made->fleet_,
                     Fleet::make(fleet_of(config, ports.entropy, made->doors_->service()),
                                 {*made->driver_, ports.scheduler, ports.clock, ports.events}));
    made->relay_.to = made->fleet_.get();
    made->dispatch_ = std::make_unique<Dispatch>(
        dispatch_of(config),
        Dispatch::Ports{*made->fleet_, ports.scheduler, ports.clock, ports.events});
    made->pick_work_ = std::make_unique<LedgerPickWork>(ledger);
    made->picking_ = std::make_unique<Picking>(
        picking_of(config), Picking::Ports{*made->pick_work_, *made->dispatch_, *made->fleet_,
                                           ports.scheduler, ports.clock, ports.events});
    made->rounds_ = std::make_unique<ScanRounds>(
        scans_of(config),
        ScanRounds::Ports{*made->dispatch_, *made->fleet_, services.inventory, ledger,
                          services.tasks, ports.scheduler, ports.clock, ports.events},
        services.sees);
    made->desk_ = std::make_unique<FleetDesk>(FleetDesk::Services{*made->fleet_, *made->dispatch_,
                                                                  *made->picking_, *made->rounds_,
                                                                  services.inventory, ledger});
    return made;
}

/// What people closed in an earlier life stays closed for what is left of its time. A box whose
/// clock went back meanwhile closes it for no longer than was said.
void FleetWiring::close_roads() {
    for (const auto& [road, given] : ledger_.registers().fleet().roads()) {
        const std::int64_t left_ms =
            std::min(FleetBook::until_ms(given) - clock_.wall_now().ms(), given.what.for_ms);
        if (left_ms <= 0) {
            continue;
        }
        const Result<void> closed = fleet_->block(
            {given.what.place, given.what.to, given.what.reason, std::chrono::milliseconds(left_ms),
             given.what.stands ? RoadBlock::Inside::stands : RoadBlock::Inside::leaves});
        if (!closed) {
            events_.report(Severity::warning, "fleet",
                           "the road " + road + " is open, and " + given.by +
                               " closed it: " + closed.error().text + ", then close it again");
        }
    }
}

/// Who was taken off the floor in an earlier life and has not been heard since is still off it, on
/// the same word.
void FleetWiring::take_off_again() {
    for (const FleetRow& row : fleet_->rows()) {
        const auto& off_floor = ledger_.registers().fleet().off_floor();
        const auto given = off_floor.find(row.id.str());
        if (given == off_floor.end()) {
            continue;
        }
        const Result<void> taken = fleet_->take_off(row.id);
        events_.report(Severity::info, "fleet",
                       "vehicle " + row.id.str() + " was taken off the floor by " +
                           given->second.by + " (" + given->second.what.reason +
                           ") and has not been heard since" +
                           (taken ? "" : ": " + taken.error().text));
    }
}

void FleetWiring::start() {
    close_roads();
    take_off_again();
    for (const std::string& finding : findings_) {
        events_.report(Severity::warning, "fleet", finding);
    }
    driver_->start();
    doors_->start();
    fleet_->start();
    dispatch_->start();
    picking_->start();
    rounds_->start();
}

void FleetWiring::stop() {
    rounds_->stop();
    picking_->stop();
    dispatch_->stop();
    fleet_->stop();
    doors_->stop();
    driver_->stop();
}

}  // namespace tally

#include "firmware/site/shelf_wiring.hpp"

#include <map>
#include <utility>

namespace tally {

namespace {

ShelfBusSpec spec_of(const ShelfBusConfig& config, const ShelfService& service) {
    ShelfBusSpec spec;
    spec.id = config.id;
    spec.period = config.period;
    spec.timeout = config.timeout;
    for (const SlotConfig& slot : config.slots) {
        const SlotLayout& layout = service.layout(slot.place);
        spec.slots.push_back({slot.place, slot.unit, slot.channel, slot.map, slot.offset,
                              layout.capacity, layout.division});
    }
    return spec;
}

}  // namespace

ShelfWiring::ShelfWiring(const EdgeConfig& config, Buses& buses, const DriverPorts& ports,
                         Inventory& inventory, Ledger& ledger)
    : service_(config.site, inventory, ledger, ports.clock, ports.scheduler) {
    std::map<PlaceId, ShelfDriver*> drivers;
    for (const ShelfBusConfig& bus : config.shelf_buses) {
        Unit unit;
        unit.id = bus.id;
        unit.address = bus.host.empty() ? bus.device : bus.host + ":" + std::to_string(bus.port);
        unit.driver = make_shelf_driver(spec_of(bus, service_), buses.at(bus.id), ports, service_);
        for (const SlotConfig& slot : bus.slots) {
            drivers[slot.place] = unit.driver.get();
        }
        units_.push_back(std::move(unit));
    }
    service_.on_command([drivers = std::move(drivers)](const PlaceId& slot, ShelfCommand what,
                                                       std::function<void(Result<void>)> reply) {
        drivers.at(slot)->command(slot, what, std::move(reply));
    });
}

void ShelfWiring::start() {
    service_.start();
    for (const Unit& unit : units_) {
        unit.driver->start();
    }
}

void ShelfWiring::stop() {
    for (const Unit& unit : units_) {
        unit.driver->stop();
    }
}

}  // namespace tally

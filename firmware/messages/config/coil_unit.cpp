#include "firmware/messages/config/coil_unit.hpp"

#include <algorithm>

#include "firmware/base/near_name.hpp"

namespace tally {

namespace {

constexpr std::int64_t kNone = -1;
constexpr std::int64_t kAddressMax = 65535;

}  // namespace

std::vector<std::string> bus_ids(const EdgeConfig& config) {
    std::vector<std::string> ids;
    for (const ShelfBusConfig& bus : config.shelf_buses) {
        ids.push_back(bus.id);
    }
    for (const BusConfig& bus : config.signal_buses) {
        ids.push_back(bus.id);
    }
    return ids;
}

std::optional<std::uint16_t> read_address(ConfigTable& table, std::string_view name,
                                          std::string_view meaning) {
    const std::int64_t value = table.integer(
        {.name = name, .meaning = meaning, .min = kNone, .max = kAddressMax, .fallback = kNone});
    return value == kNone ? std::nullopt : std::optional(static_cast<std::uint16_t>(value));
}

BarrierOrder read_order(ConfigTable& table, std::string_view name, std::string_view meaning) {
    const std::string text =
        table.text({.name = name, .meaning = meaning, .choices = {"open", "closed"}});
    return barrier_order_from(text).value_or(BarrierOrder::open);
}

BarrierWiring read_barrier_wiring(ConfigTable& table) {
    BarrierWiring wiring;
    wiring.coil = static_cast<std::uint16_t>(
        table.integer({.name = "coil",
                       .meaning = "coil that drives it, held as long as the order stands; "
                                  "address as on the wire, from 0",
                       .min = 0,
                       .max = kAddressMax}));
    wiring.energised = read_order(table, "energised",
                                  "what the coil being on makes it; without power it is the other");
    wiring.open_input = read_address(table, "open_input",
                                     "discrete input of the switch that says it is open; -1: none");
    wiring.closed_input = read_address(
        table, "closed_input", "discrete input of the switch that says it is closed; -1: none");
    wiring.travel = std::chrono::milliseconds(
        table.integer({.name = "travel_ms",
                       .meaning = "it has arrived after so long, or it is a fault",
                       .min = 100,
                       .max = 120'000,
                       .fallback = 10'000}));
    if (wiring.open_input && wiring.open_input == wiring.closed_input) {
        table.report("closed_input", "one switch cannot say both; give the other input or -1");
    }
    return wiring;
}

void read_coil_unit(ConfigTable& table, std::string_view what,
                    const std::vector<std::string>& buses, CoilUnitConfig& unit) {
    unit.id = DeviceId(table.text({"id", "short name of the " + std::string(what)}));
    unit.kind =
        table.text({.name = "kind", .meaning = "its driver: coils (Modbus)", .fallback = "coils"});
    unit.bus = table.text({"bus", "id of a [[signal_bus]] or [[shelf_bus]] of this file"});
    if (!unit.bus.empty() && std::find(buses.begin(), buses.end(), unit.bus) == buses.end()) {
        const std::string near = near_name(unit.bus, buses);
        table.report("bus", "this file has no bus '" + unit.bus + "'" +
                                (near.empty() ? "; add a [[signal_bus]] of that id"
                                              : "; did you mean '" + near + "'?"));
    }
    unit.unit = static_cast<std::uint8_t>(table.integer(
        {.name = "unit", .meaning = "Modbus unit id", .min = 0, .max = 247, .fallback = 1}));
    unit.period = std::chrono::milliseconds(
        table.integer({.name = "period_ms",
                       .meaning = "it is looked at, and red flashes, once in so long; set the "
                                  "module's own watchdog to several times this",
                       .min = 100,
                       .max = 5000,
                       .fallback = 500}));
    unit.timeout = std::chrono::milliseconds(
        table.integer({.name = "timeout_ms",
                       .meaning = "a unit that does not answer so long is silent",
                       .min = 20,
                       .max = 2000,
                       .fallback = 250}));
}

}  // namespace tally

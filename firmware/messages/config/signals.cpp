#include "firmware/messages/config/signals.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "firmware/base/near_name.hpp"
#include "firmware/messages/config/bus_line.hpp"

namespace tally {
namespace {

constexpr std::int64_t kNone = -1;
constexpr std::int64_t kAddressMax = 65535;

/// An address as on the wire, or nothing for -1.
std::optional<std::uint16_t> address(ConfigTable& table, std::string_view name,
                                     std::string_view meaning) {
    const std::int64_t value = table.integer(
        {.name = name, .meaning = meaning, .min = kNone, .max = kAddressMax, .fallback = kNone});
    return value == kNone ? std::nullopt : std::optional(static_cast<std::uint16_t>(value));
}

BarrierOrder order(ConfigTable& table, std::string_view name, std::string_view meaning) {
    const std::string text =
        table.text({.name = name, .meaning = meaning, .choices = {"open", "closed"}});
    return barrier_order_from(text).value_or(BarrierOrder::open);
}

void read_barrier(ConfigTable& table, SignalConfig& signal) {
    BarrierWiring wiring;
    wiring.coil = static_cast<std::uint16_t>(
        table.integer({.name = "coil",
                       .meaning = "coil that drives it, held as long as the order stands; "
                                  "address as on the wire, from 0",
                       .min = 0,
                       .max = kAddressMax}));
    wiring.energised =
        order(table, "energised", "what the coil being on makes it; without power it is the other");
    wiring.open_input =
        address(table, "open_input", "discrete input of the switch that says it is open; -1: none");
    wiring.closed_input = address(table, "closed_input",
                                  "discrete input of the switch that says it is closed; -1: none");
    wiring.travel = std::chrono::milliseconds(
        table.integer({.name = "travel_ms",
                       .meaning = "it has arrived after so long, or it is a fault",
                       .min = 100,
                       .max = 120'000,
                       .fallback = 10'000}));
    if (wiring.open_input && wiring.open_input == wiring.closed_input) {
        table.report("closed_input", "one switch cannot say both; give the other input or -1");
    }
    BarrierPolicy policy;
    policy.rest = order(table, "rest", "what it is while the gate is well");
    policy.alarm = order(table, "alarm", "what it is while an alarm is open at the gate");
    policy.blind = order(table, "blind", "what it is while the gate cannot tell what passes");
    signal.wiring.barrier = wiring;
    signal.barrier = policy;
}

void check_coils(ConfigTable& table, const SignalWiring& wiring) {
    std::set<std::uint16_t> used;
    const auto take = [&](const std::optional<std::uint16_t>& coil, std::string_view key) {
        if (coil && !used.insert(*coil).second) {
            table.report(key, "coil " + std::to_string(*coil) +
                                  " does something else already; give each its own");
        }
    };
    take(wiring.green, "green");
    take(wiring.yellow, "yellow");
    take(wiring.red, "red");
    if (wiring.barrier) {
        take(wiring.barrier->coil, "barrier");
    }
    if (used.empty()) {
        table.report("id",
                     "a signal without lamps and without a barrier does nothing; give a "
                     "coil of 'green', 'yellow', 'red' or a 'barrier'");
    }
}

void read_lamps(ConfigTable& table, SignalWiring& wiring) {
    wiring.green = address(table, "green", "coil of the green lamp, from 0; -1: none");
    wiring.yellow = address(table, "yellow", "coil of the yellow lamp; -1: none");
    wiring.red = address(table, "red", "coil of the red lamp; -1: none");
    const std::string lit = table.text({.name = "lamp_on",
                                        .meaning = "state of its coil in which a lamp is lit",
                                        .fallback = "energised",
                                        .choices = {"energised", "released"}});
    wiring.lamp_on =
        lit == "released" ? SignalWiring::LampOn::released : SignalWiring::LampOn::energised;
    const std::string back =
        table.text({.name = "read_back",
                    .meaning = "coils: what was written is read back; none: the module cannot, "
                               "and what its coils are is not known",
                    .fallback = "coils",
                    .choices = {"coils", "none"}});
    wiring.read_back =
        back == "none" ? SignalWiring::ReadBack::none : SignalWiring::ReadBack::coils;
}

SignalConfig read_signal(ConfigTable& table, const std::vector<std::string>& buses) {
    SignalConfig signal;
    signal.id = DeviceId(table.text({"id", "short name of the signal"}));
    signal.kind =
        table.text({.name = "kind", .meaning = "its driver: coils (Modbus)", .fallback = "coils"});
    signal.gate = GateId(table.text({"gate", "a [[gate]] of this edge in the site file"}));
    signal.bus = table.text({"bus", "id of a [[signal_bus]] or [[shelf_bus]] of this file"});
    if (!signal.bus.empty() && std::find(buses.begin(), buses.end(), signal.bus) == buses.end()) {
        const std::string near = near_name(signal.bus, buses);
        table.report("bus", "this file has no bus '" + signal.bus + "'" +
                                (near.empty() ? "; add a [[signal_bus]] of that id"
                                              : "; did you mean '" + near + "'?"));
    }
    signal.unit = static_cast<std::uint8_t>(table.integer(
        {.name = "unit", .meaning = "Modbus unit id", .min = 0, .max = 247, .fallback = 1}));
    signal.period = std::chrono::milliseconds(
        table.integer({.name = "period_ms",
                       .meaning = "it is looked at, and red flashes, once in so long; set the "
                                  "module's own watchdog to several times this",
                       .min = 100,
                       .max = 5000,
                       .fallback = 500}));
    signal.timeout = std::chrono::milliseconds(
        table.integer({.name = "timeout_ms",
                       .meaning = "a unit that does not answer so long is silent",
                       .min = 20,
                       .max = 2000,
                       .fallback = 250}));
    read_lamps(table, signal.wiring);
    for (ConfigTable& barrier : table.tables({.name = "barrier",
                                .meaning = "the barrier of the gate, if it has one",
                                .id = "coil",
                                .count_max = 1})) {
        read_barrier(barrier, signal);
    }
    check_coils(table, signal.wiring);
    return signal;
}

}  // namespace

void read_signals(ConfigTable& root, EdgeConfig& config, std::vector<ConfigTable>& tables) {
    std::vector<std::string> buses;
    for (const ShelfBusConfig& bus : config.shelf_buses) {
        buses.push_back(bus.id);
    }
    for (ConfigTable& table : root.tables({.name = "signal_bus",
                              .meaning = "a Modbus bus with light stacks or barriers "
                                         "and no shelf"})) {
        BusConfig bus;
        bus.id = table.text({"id", "short name of the bus"});
        read_bus_line(table, bus);
        if (std::find(buses.begin(), buses.end(), bus.id) != buses.end()) {
            table.report("id", "there are two buses of this id; give each its own");
        }
        buses.push_back(bus.id);
        config.signal_buses.push_back(std::move(bus));
    }
    tables =
        root.tables({.name = "signal", .meaning = "the light stack and the barrier of a gate"});
    for (ConfigTable& table : tables) {
        config.signals.push_back(read_signal(table, buses));
    }
}

void check_signals(const EdgeConfig& config, std::vector<ConfigTable>& tables) {
    std::set<std::string> ids;
    std::set<GateId> gates;
    for (const ReaderConfig& reader : config.readers) {
        ids.insert(reader.id.str());
    }
    for (std::size_t i = 0; i < config.signals.size(); ++i) {
        const SignalConfig& signal = config.signals[i];
        const GateLayout* gate = config.site.find_gate(signal.gate);
        if (!ids.insert(signal.id.str()).second) {
            tables.at(i).report("id", "another device of this box has this id; give each its own");
        }
        if (gate == nullptr || gate->edge != config.edge) {
            tables.at(i).report("gate", "edge '" + config.edge.str() + "' has no gate '" +
                                            signal.gate.str() +
                                            "' in the site file; add it there or correct this");
        } else if (!gates.insert(signal.gate).second) {
            tables.at(i).report("gate", "this gate has a signal already; a gate has one");
        }
    }
}

}  // namespace tally

#include "firmware/messages/config/signals.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "firmware/messages/config/bus_line.hpp"
#include "firmware/messages/config/coil_unit.hpp"

namespace tally {
namespace {

void read_barrier(ConfigTable& table, SignalConfig& signal) {
    signal.wiring.barrier = read_barrier_wiring(table);
    BarrierPolicy policy;
    policy.rest = read_order(table, "rest", "what it is while the gate is well");
    policy.alarm = read_order(table, "alarm", "what it is while an alarm is open at the gate");
    policy.blind = read_order(table, "blind", "what it is while the gate cannot tell what passes");
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
    wiring.green = read_address(table, "green", "coil of the green lamp, from 0; -1: none");
    wiring.yellow = read_address(table, "yellow", "coil of the yellow lamp; -1: none");
    wiring.red = read_address(table, "red", "coil of the red lamp; -1: none");
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
    read_coil_unit(table, "signal", buses, signal);
    signal.gate = GateId(table.text({"gate", "a [[gate]] of this edge in the site file"}));
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
    std::vector<std::string> buses = bus_ids(config);
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
    std::set<GateId> gates;
    for (std::size_t i = 0; i < config.signals.size(); ++i) {
        const SignalConfig& signal = config.signals[i];
        const GateLayout* gate = config.site.find_gate(signal.gate);
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

#include "firmware/site/signal_wiring.hpp"

#include <utility>

#include "firmware/base/check.hpp"

namespace tally {

namespace {

std::vector<SignalSetup> setups_of(const EdgeConfig& config) {
    std::vector<SignalSetup> setups;
    for (const SignalConfig& signal : config.signals) {
        const GateLayout* gate = config.site.find_gate(signal.gate);
        TALLY_CHECK(gate != nullptr, "the config was checked against the site");
        setups.push_back({signal.id, signal.gate, gate->reader, signal.barrier});
    }
    return setups;
}

}  // namespace

GateSignals::GateSignals(const EdgeConfig& config, Buses& buses, const DriverPorts& ports,
                         Inventory& inventory, Ledger& ledger, SignalService::Sees sees)
    : service_(setups_of(config), inventory, ledger, ports.clock, ports.scheduler) {
    for (const SignalConfig& signal : config.signals) {
        const SignalSpec spec{signal.id,     signal.kind,   signal.unit,
                              signal.wiring, signal.period, signal.timeout};
        units_.push_back({signal.id, signal.gate,
                          make_signal_driver(spec, buses.at(signal.bus), ports, service_)});
    }
    service_.on_sees(std::move(sees));
    service_.on_hands({[this](const DeviceId& id, Light light) { driver(id).show(light); },
                       [this](const DeviceId& id, BarrierOrder order) { driver(id).move(order); }});
}

SignalDriver& GateSignals::driver(const DeviceId& id) {
    for (const Unit& unit : units_) {
        if (unit.id == id) {
            return *unit.driver;
        }
    }
    TALLY_CHECK(false, "the service knows the signals of this config only");
    std::abort();
}

void GateSignals::start() {
    for (const Unit& unit : units_) {
        unit.driver->start();
    }
    service_.start();
}

void GateSignals::stop(std::function<void()> done) {
    service_.stop();
    auto all_dark = std::move(done);
    for (const Unit& unit : units_) {
        all_dark = [driver = unit.driver.get(), next = std::move(all_dark)] { driver->stop(next); };
    }
    all_dark();
}

std::string GateSignals::status_text(const GateId& gate) const {
    for (const Unit& unit : units_) {
        if (unit.gate == gate) {
            return unit.driver->status_text();
        }
    }
    return {};
}

}  // namespace tally

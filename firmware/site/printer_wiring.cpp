#include "firmware/site/printer_wiring.hpp"

#include <utility>

namespace tally {

namespace {

std::vector<PrinterSetup> setups_of(const EdgeConfig& config) {
    std::vector<PrinterSetup> setups;
    for (const PrinterConfig& printer : config.printers) {
        setups.push_back(
            {printer.id,
             printer.encodes_tags ? PrinterSetup::Tags::encodes : PrinterSetup::Tags::none,
             printer.verify_reader, printer.verify_antenna, printer.verify_limit});
    }
    return setups;
}

}  // namespace

Printers::Printers(const EdgeConfig& config, const DriverPorts& ports, Inventory& inventory,
                   Ledger& ledger, std::function<bool(Seq)> confirmed)
    : service_(setups_of(config), inventory, ledger, ports.clock, ports.scheduler) {
    for (const PrinterConfig& printer : config.printers) {
        const PrinterSpec spec{
            printer.id, printer.kind, {printer.host, printer.port}, printer.stock};
        units_.push_back({printer.id, make_printer_driver(spec, ports, service_)});
    }
    Commissioning::Hands hands;
    hands.confirmed = std::move(confirmed);
    hands.print = [this](const DeviceId& id, const PrintJob& job,
                         std::function<void(PrintOutcome)> reply) {
        for (const Unit& unit : units_) {
            if (unit.id == id) {
                unit.driver->print(job, std::move(reply));
                return;
            }
        }
    };
    service_.on_hands(std::move(hands));
}

void Printers::start() {
    for (const Unit& unit : units_) {
        unit.driver->start();
    }
    service_.start();
}

void Printers::stop() {
    service_.stop();
    for (const Unit& unit : units_) {
        unit.driver->stop();
    }
}

}  // namespace tally

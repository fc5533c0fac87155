// All device drivers by kind: the one shared place a new driver is named in.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "drivers/driver.hpp"

namespace tally {

/// The driver of the spec's kind, or null if there is none (driver_kinds()).
std::unique_ptr<ReaderDriver> make_reader_driver(const ReaderSpec& spec, const DriverPorts& ports,
                                                 ReaderFeed& feed);
std::unique_ptr<ShelfDriver> make_shelf_driver(const ShelfBusSpec& spec, RegisterBus& bus,
                                               const DriverPorts& ports, ShelfFeed& feed);
std::unique_ptr<SignalDriver> make_signal_driver(const SignalSpec& spec, RegisterBus& bus,
                                                 const DriverPorts& ports, SignalFeed& feed);
std::unique_ptr<PrinterDriver> make_printer_driver(const PrinterSpec& spec,
                                                   const DriverPorts& ports, PrinterFeed& feed);

Result<std::unique_ptr<VehicleDriver>> make_vehicle_driver(const VehicleLineSpec& spec,
                                                           MessageBus& bus,
                                                           const DriverPorts& ports,
                                                           VehicleFeed& feed);

/// The kinds there are of a class, for config checks and help.
std::vector<std::string> driver_kinds(DriverClass of);

}  // namespace tally

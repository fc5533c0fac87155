#include "drivers/registry.hpp"

#include <string_view>

namespace tally {

// Every driver, a line each: its class and its kind, as config files name it. Its folder defines
// make_<kind>_<class>() (docs/devices/README.md).
// clang-format off
#define TALLY_DRIVERS(driver) \
    driver(reader, llrp)      \
    driver(shelf, modbus)     \
    driver(signal, coils)     \
    driver(printer, zpl)      \
    driver(vehicle, vda5050)
// clang-format on

#define TALLY_DECLARE(of, kind) MakeDriver<DriverClass::of> make_##kind##_##of;
TALLY_DRIVERS(TALLY_DECLARE)
#undef TALLY_DECLARE

namespace {

template <DriverClass wanted>
MakeDriver<wanted>* maker_of([[maybe_unused]] std::string_view name) {
#define TALLY_LOOK(of, kind)                   \
    if constexpr (wanted == DriverClass::of) { \
        if (name == #kind) {                   \
            return &make_##kind##_##of;        \
        }                                      \
    }
    TALLY_DRIVERS(TALLY_LOOK)
#undef TALLY_LOOK
    return nullptr;
}

template <DriverClass of, typename Spec, typename... Seams>
auto make(const Spec& spec, Seams&... seams) -> decltype(maker_of<of>({})(spec, seams...)) {
    MakeDriver<of>* const maker = maker_of<of>(spec.kind);
    if (maker == nullptr) {
        return nullptr;
    }
    return maker(spec, seams...);
}

}  // namespace

std::unique_ptr<ReaderDriver> make_reader_driver(const ReaderSpec& spec, const DriverPorts& ports,
                                                 ReaderFeed& feed) {
    return make<DriverClass::reader>(spec, ports, feed);
}

std::unique_ptr<ShelfDriver> make_shelf_driver(const ShelfBusSpec& spec, RegisterBus& bus,
                                               const DriverPorts& ports, ShelfFeed& feed) {
    return make<DriverClass::shelf>(spec, bus, ports, feed);
}

std::unique_ptr<SignalDriver> make_signal_driver(const SignalSpec& spec, RegisterBus& bus,
                                                 const DriverPorts& ports, SignalFeed& feed) {
    return make<DriverClass::signal>(spec, bus, ports, feed);
}

std::unique_ptr<PrinterDriver> make_printer_driver(const PrinterSpec& spec,
                                                   const DriverPorts& ports, PrinterFeed& feed) {
    return make<DriverClass::printer>(spec, ports, feed);
}

Result<std::unique_ptr<VehicleDriver>> make_vehicle_driver(const VehicleLineSpec& spec,
                                                           MessageBus& bus,
                                                           const DriverPorts& ports,
                                                           VehicleFeed& feed) {
    return make<DriverClass::vehicle>(spec, bus, ports, feed);
}

std::vector<std::string> driver_kinds(DriverClass wanted) {
    std::vector<std::string> kinds;
#define TALLY_LIST(of, kind)         \
    if (wanted == DriverClass::of) { \
        kinds.emplace_back(#kind);   \
    }
    TALLY_DRIVERS(TALLY_LIST)
#undef TALLY_LIST
    return kinds;
}

}  // namespace tally

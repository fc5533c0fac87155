#include "firmware/site/buses.hpp"

#include "firmware/base/check.hpp"

namespace tally {

Buses::Buses(const EdgeConfig& config, const OpenBus& open) {
    const auto add = [&](const BusConfig& bus) {
        TALLY_CHECK(open, "who names buses can open them");
        buses_[bus.id] = open(bus);
    };
    for (const ShelfBusConfig& bus : config.shelf_buses) {
        add(bus);
    }
    for (const BusConfig& bus : config.signal_buses) {
        add(bus);
    }
}

}  // namespace tally

// The Modbus buses of an edge, each opened once, whoever is on it: shelves, signals or both.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "firmware/messages/config/box_files.hpp"
#include "firmware/ports/register_bus.hpp"

namespace tally {

/// Makes the bus of a config: libmodbus on a box, streams in virtual time.
using OpenBus = std::function<std::unique_ptr<RegisterBus>(const BusConfig&)>;

/// Single-threaded, on the loop.
class Buses {
 public:
    /// `open` is asked once a bus; it must be there if the config names buses.
    Buses(const EdgeConfig& config, const OpenBus& open);

    /// The bus of an id that the config names.
    [[nodiscard]] RegisterBus& at(const std::string& id) { return *buses_.at(id); }

 private:
    std::map<std::string, std::unique_ptr<RegisterBus>> buses_;
};

}  // namespace tally

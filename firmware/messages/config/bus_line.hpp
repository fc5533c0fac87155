// Inside of edge.toml: where a Modbus bus is. Use box_files.hpp.
#pragma once

#include "firmware/messages/config/box_files.hpp"

namespace tally {

/// Reads everything but the id.
void read_bus_line(ConfigTable& table, BusConfig& bus);

}  // namespace tally

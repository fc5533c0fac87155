// Inside of edge.toml: what stands on coils of a Modbus unit, the signal of a gate or a door of the
// floor. Use box_files.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/messages/config/box_files.hpp"

namespace tally {

/// The ids of all buses that were read so far.
std::vector<std::string> bus_ids(const EdgeConfig& config);

/// Reads id, kind, bus, unit and rhythm; `what` is the word for people.
void read_coil_unit(ConfigTable& table, std::string_view what,
                    const std::vector<std::string>& buses, CoilUnitConfig& unit);

/// An address as on the wire, or nothing for -1.
std::optional<std::uint16_t> read_address(ConfigTable& table, std::string_view name,
                                          std::string_view meaning);

/// "open" or "closed"; there is no default.
BarrierOrder read_order(ConfigTable& table, std::string_view name, std::string_view meaning);

/// Coil, limit switches and travel time of what opens and closes.
BarrierWiring read_barrier_wiring(ConfigTable& table);

}  // namespace tally

// Inside of edge.toml: the [[shelf_bus]] tables. Use box_files.hpp.
#pragma once

#include <vector>

#include "firmware/messages/config/box_files.hpp"

namespace tally {

/// `tables` receives where each bus stands, for problems that show only beside the site.
std::vector<ShelfBusConfig> read_shelf_buses(ConfigTable& root, std::vector<ConfigTable>& tables);

/// Every slot of this edge is on exactly one bus, and nothing else is.
void check_shelf_buses(const EdgeConfig& config, ConfigTable& edge,
                       std::vector<ConfigTable>& tables);

}  // namespace tally

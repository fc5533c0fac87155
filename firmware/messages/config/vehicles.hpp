// Inside of edge.toml: [fleet] and the [[vehicle]] tables. Use box_files.hpp.
#pragma once

#include <vector>

#include "firmware/messages/config/box_files.hpp"

namespace tally {

/// Where they stand, for problems that show only beside the site.
struct VehicleTables {
    std::vector<ConfigTable> fleet;  ///< exactly one
    std::vector<ConfigTable> vehicles;
};

FleetConfig read_vehicles(ConfigTable& root, VehicleTables& tables);

/// Only the site's fleet master names vehicles, and only on a site with a floor; each starts at a
/// node of its own and carries a cart of its own, a place of this edge.
void check_vehicles(const EdgeConfig& config, VehicleTables& tables);

}  // namespace tally

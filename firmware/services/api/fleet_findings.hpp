// Findings about vehicles: which are not heard, lost, held or in trouble, and what to do.
#pragma once

#include <string>
#include <vector>

#include "firmware/services/api/edge_view.hpp"
#include "firmware/services/api/health.hpp"

namespace tally {

/// One finding for the vehicles' broker, then one a vehicle, the worst where there are several, and
/// after it all that its factsheet says against the config; then one a door.
std::vector<Finding> fleet_findings(const FleetView& fleet);

/// The plan brings nobody new track (Fleet::plan_trouble).
Finding plan_finding(const std::string& trouble);

/// None of the vehicles of the config is driven, for this reason; all else of the box works.
Finding no_fleet_finding(const std::string& why);

}  // namespace tally

// What a config asks of vehicles that they cannot do as it is drawn, though it can be driven.
#pragma once

#include <string>
#include <vector>

#include "firmware/messages/config/box_files.hpp"
#include "planner/traffic/traffic_map.hpp"

namespace tally {

/// How this fleet's floor is cut: two on neighbouring cells may both stand off their nodes by
/// `pose_tolerance_mm`, and are still clear of each other.
planner::CellOptions cells_of(const FleetConfig& fleet);

/// One sentence each, with what to do, at most 20 and how many more: chargers, stations, parking
/// and slots with a carrier that vehicles cannot stand at within `pose_tolerance_mm`; and what the
/// floor file was taken for that it is not (FloorFile::warnings). Empty: nothing, or no vehicles.
/// What stops the box is none of it.
std::vector<std::string> floor_findings(const EdgeConfig& config);

}  // namespace tally

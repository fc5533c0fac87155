#include "firmware/site/floor_findings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tally {

namespace {

constexpr std::size_t kFindingsMax = 20;

/// Stops at which a vehicle does something by itself. People at a slot walk half a cell.
std::vector<std::string> stops_off(const EdgeConfig& config, const planner::TrafficMap& map,
                                   const std::set<PlaceId>& exact) {
    std::vector<std::string> findings;
    for (const FloorStop& stop : config.floor->layout.stops) {
        const bool is_exact =
            stop.kind == StopKind::slot ? exact.contains(stop.place) : stop.kind != StopKind::door;
        const std::int32_t off_mm = map.off_mm(stop);
        if (is_exact && off_mm > config.fleet.pose_tolerance_mm) {
            findings.push_back(fmt::format(
                "stop '{}' ({}) is {} mm from where vehicles stop, and {} are allowed "
                "(pose_tolerance_mm): {}; put a node of the floor right there, or move the stop",
                stop.place.str(), to_string(stop.kind), off_mm, config.fleet.pose_tolerance_mm,
                config.fleet.stops_at_nodes_only
                    ? "they stop at nodes only (cells)"
                    : "it is too near to a node or to another such stop"));
        }
    }
    return findings;
}

}  // namespace

planner::CellOptions cells_of(const FleetConfig& fleet) {
    planner::CellOptions cells;
    cells.clearance_mm = fleet.clearance_mm;
    cells.cell_mm = std::max(cells.cell_mm, fleet.clearance_mm + 2 * fleet.pose_tolerance_mm);
    cells.lanes =
        fleet.stops_at_nodes_only ? planner::LaneStops::at_nodes : planner::LaneStops::along;
    for (const std::string& carrier : fleet.carriers) {
        cells.exact.insert(PlaceId(carrier));
    }
    return cells;
}

std::vector<std::string> floor_findings(const EdgeConfig& config) {
    if (config.fleet.vehicles.empty() || !config.floor) {
        return {};
    }
    const planner::CellOptions cells = cells_of(config.fleet);
    const auto map = planner::TrafficMap::of_layout(config.floor->layout, cells);
    if (!map) {
        return {};  // The fleet refuses it with its reason.
    }
    std::vector<std::string> findings = stops_off(config, *map, cells.exact);
    findings.insert(findings.end(), config.floor->warnings.begin(), config.floor->warnings.end());
    if (findings.size() > kFindingsMax) {
        const std::size_t more = findings.size() - kFindingsMax;
        findings.resize(kFindingsMax);
        findings.push_back(fmt::format("and {} more like these", more));
    }
    return findings;
}

}  // namespace tally

#include "firmware/services/fleet/fleet.hpp"

#include <algorithm>
#include <utility>

namespace tally {

using planner::Cell;
using planner::State;

std::string_view to_string(FleetPhase phase) noexcept {
    switch (phase) {
        case FleetPhase::idle:
            return "idle";
        case FleetPhase::driving:
            return "driving";
        case FleetPhase::waiting:
            return "waiting";
        case FleetPhase::standing:
            return "standing";
        case FleetPhase::lost:
            return "lost";
        case FleetPhase::held:
            return "held";
    }
    return "?";
}

Fleet::Fleet(FleetOptions options, const Ports& ports, planner::TrafficMap map)
    : options_(std::move(options)),
      ports_(ports),
      map_(std::move(map)),
      motion_(map_, {0, 100}),  // A cell holds a vehicle whichever way it looks.
      ways_(std::make_unique<FloorWays>(map_, options_.floor)),
      weighed_(std::make_unique<FloorWays>(map_, options_.floor)),
      tick_timer_(ports.scheduler) {
    for (const FleetVehicle& vehicle : options_.vehicles) {
        index_[vehicle.id] = static_cast<std::uint32_t>(vehicles_.size());
        Vehicle made;
        made.id = vehicle.id;
        vehicles_.push_back(std::move(made));
    }
}

/// Vehicles of which nobody knows where they are need a cell, too: one each, far from the floor,
/// that no lane leads to.
static void add_cells_off_floor(FloorLayout& floor, std::size_t vehicles) {
    constexpr std::int32_t kFar_mm = 1'000'000;
    constexpr std::int32_t kApart_mm = 100'000;
    std::int32_t left = 0;
    for (const FloorNode& node : floor.nodes) {
        left = std::min(left, node.x_mm);
    }
    for (std::size_t i = 0; i < vehicles; ++i) {
        floor.nodes.push_back({"off-floor." + std::to_string(i),
                               left - kFar_mm - static_cast<std::int32_t>(i) * kApart_mm, 0});
    }
}

Result<std::unique_ptr<Fleet>> Fleet::make(FleetOptions options, const Ports& ports) {
    const std::size_t off_floor = options.floor.nodes.size();
    add_cells_off_floor(options.floor, options.vehicles.size());
    TALLY_TRY_ASSIGN(planner::TrafficMap map,
                     planner::TrafficMap::of_layout(options.floor, options.cells));
    const std::vector<FleetVehicle> wanted = options.vehicles;
    std::unique_ptr<Fleet> fleet(new Fleet(std::move(options), ports, std::move(map)));
    fleet->off_floor_ = off_floor;
    fleet->name_cells();
    fleet->name_stops();
    fleet->find_doors();
    if (fleet->index_.size() != wanted.size()) {
        return fail(ErrorKind::malformed,
                    "two vehicles have one name; give each vehicle a name of its own");
    }
    std::vector<State> starts;
    for (const FleetVehicle& vehicle : wanted) {
        if (vehicle.node.empty()) {
            starts.push_back(fleet->motion_.at(static_cast<Cell>(off_floor + starts.size()), 0));
            continue;
        }
        const Result<Cell> cell = fleet->need_place(vehicle.node);
        if (!cell) {
            return fail(ErrorKind::malformed,
                        "vehicle " + vehicle.id.str() + ": " + cell.error().text);
        }
        starts.push_back(fleet->motion_.at(*cell, 0));
    }
    TALLY_TRY(fleet->place(starts));
    return fleet;
}

Result<void> Fleet::place(const std::vector<State>& starts) {
    planner::RollingOptions rolling;
    rolling.window = kWindowSteps;
    rolling.rings = planner::Rings::forbidden;  // Vehicles cannot start at one moment.
    TALLY_TRY_ASSIGN(auto traffic, planner::RollingTraffic::on(motion_, starts, rolling));
    traffic_ = std::make_unique<planner::RollingTraffic>(std::move(traffic));
    graph_ = std::make_unique<planner::ActionGraph>(motion_, starts,
                                                    planner::ReleaseOptions{options_.base_max});
    return {};
}

/// Cells between two nodes are called after them: "a~b.1", "a~b.2".
void Fleet::name_cells() {
    const auto& nodes = options_.floor.nodes;
    names_.resize(map_.size());
    for (std::size_t i = 0; i < off_floor_; ++i) {
        names_[i] = nodes[i].id;
        places_[nodes[i].id] = static_cast<Cell>(i);
    }
    for (std::uint32_t i = 0; i < options_.floor.lanes.size(); ++i) {
        const FloorLane& lane = options_.floor.lanes[i];
        int count = 0;
        for (const Cell cell : map_.lane(i)) {
            if (cell >= nodes.size()) {
                names_[cell] = nodes[lane.from].id + "~" + nodes[lane.to].id + "." +
                               std::to_string(i) + "." + std::to_string(++count);
                places_[names_[cell]] = cell;
            }
        }
    }
    for (Cell cell = 0; cell < names_.size(); ++cell) {
        if (!names_[cell].empty()) {
            cells_[names_[cell]] = cell;
        }
    }
}

/// A stop is the cell of its lane that is nearest to it; right there where it may be.
void Fleet::name_stops() {
    for (const FloorStop& stop : options_.floor.stops) {
        places_.try_emplace(stop.place.str(), map_.cell_of(stop));
    }
}

Result<std::uint32_t> Fleet::need(const DeviceId& vehicle) const {
    const auto found = index_.find(vehicle);
    if (found == index_.end()) {
        return fail(ErrorKind::conflict, "there is no vehicle '" + vehicle.str() + "'");
    }
    return found->second;
}

Result<Cell> Fleet::need_place(const std::string& node) const {
    const auto found = places_.find(node);
    if (found == places_.end()) {
        return fail(ErrorKind::conflict, "there is no node '" + node +
                                             "' on the floor, and no place with a stop there; see "
                                             "the floor file");
    }
    return found->second;
}

/// A place, or a cell by the name that orders give it.
Result<Cell> Fleet::need_cell(const std::string& name) const {
    const auto cell = cells_.find(name);
    return cell != cells_.end() ? Result<Cell>(cell->second) : need_place(name);
}

bool Fleet::is_on_floor(std::uint32_t index) const {
    return !names_[motion_.cell(graph_->at(index))].empty();
}

std::string Fleet::next_order_id() {
    return options_.name + "." + options_.run + "-" + std::to_string(++last_order_);
}

void Fleet::start() {
    started_at_ = ports_.clock.mono_now();
    for (std::uint32_t i = 0; i < vehicles_.size(); ++i) {
        settle(i);  // Nothing is planned for it before it has said where it is.
    }
    tick_timer_.arm(Duration(0), [this] { tick(); });
}

Result<void> Fleet::pause(const DeviceId& vehicle) {
    TALLY_TRY_ASSIGN(const std::uint32_t index, need(vehicle));
    TALLY_TRY_ASSIGN(vehicles_[index].pause_id, ports_.vehicles.act(vehicle, kStartPause, {}));
    vehicles_[index].paused_by_hand = true;
    return {};
}

Result<void> Fleet::resume(const DeviceId& vehicle) {
    TALLY_TRY_ASSIGN(const std::uint32_t index, need(vehicle));
    TALLY_TRY(ports_.vehicles.act(vehicle, kStopPause, {}));
    vehicles_[index].paused_by_hand = false;
    vehicles_[index].is_before_door = false;  // A door that is not open stops it again.
    vehicles_[index].pause_id.clear();
    return {};
}

Result<void> Fleet::may_send(const DeviceId& vehicle, const std::string& place) const {
    TALLY_TRY_ASSIGN(const std::uint32_t index, need(vehicle));
    TALLY_TRY(need_place(place));
    return check_free(index);
}

bool Fleet::may_be_released(std::uint32_t index) const {
    const Vehicle& vehicle = vehicles_[index];
    const bool stands =
        vehicle.way.empty() && (!vehicle.has_agreed || ports_.clock.mono_now() < vehicle.retry_at);
    const bool is_ill = vehicle.phase == FleetPhase::standing &&
                        (!vehicle.status.paused || !vehicle.why_off.empty());
    return vehicle.phase == FleetPhase::lost || vehicle.phase == FleetPhase::held || is_ill ||
           stands;
}

Result<void> Fleet::may_release(const DeviceId& vehicle, const std::string& node) const {
    TALLY_TRY_ASSIGN(const std::uint32_t index, need(vehicle));
    TALLY_TRY_ASSIGN(const Cell cell, need_cell(node));
    if (!may_be_released(index)) {
        return fail(ErrorKind::conflict,
                    "vehicle " + vehicle.str() + " is " +
                        std::string(to_string(vehicles_[index].phase)) +
                        "; only one that is lost, held or standing is released");
    }
    return check_is_its(index, cell, {});
}

/// What a person on the floor can do about it: the place is taken, so one of the two must go.
Result<void> Fleet::check_is_its(std::uint32_t index, Cell here,
                                 const std::vector<State>& base) const {
    if (const auto other = graph_->whose(index, motion_.at(here, 0), base)) {
        const std::string id = vehicles_[index].id.str();
        return fail(ErrorKind::conflict, "that is track of " + vehicles_[*other].id.str() +
                                             ", or too near it; drive " + id +
                                             " by hand to a place that is free, set its place "
                                             "there, and release it there");
    }
    return {};
}

Result<void> Fleet::release(const DeviceId& vehicle, const std::string& node) {
    TALLY_TRY(may_release(vehicle, node));
    TALLY_TRY_ASSIGN(const std::uint32_t index, need(vehicle));
    TALLY_TRY_ASSIGN(const Cell cell, need_cell(node));
    TALLY_TRY(graph_->put_back(index, motion_.at(cell, 0)));
    vehicles_[index].is_vouched_for = true;
    put(index);
    ports_.events.report(Severity::info, "fleet",
                         "vehicle " + vehicle.str() + " was released at " + node);
    return {};
}

Result<void> Fleet::may_take_off(const DeviceId& vehicle) const {
    TALLY_TRY_ASSIGN(const std::uint32_t index, need(vehicle));
    if (!may_be_released(index)) {
        return fail(ErrorKind::conflict,
                    "vehicle " + vehicle.str() + " is " +
                        std::string(to_string(vehicles_[index].phase)) +
                        "; only one that is lost, held or standing is taken off the floor");
    }
    return {};
}

Result<void> Fleet::take_off(const DeviceId& vehicle) {
    TALLY_TRY(may_take_off(vehicle));
    TALLY_TRY_ASSIGN(const std::uint32_t index, need(vehicle));
    TALLY_TRY(graph_->put_back(index, motion_.at(static_cast<Cell>(off_floor_ + index), 0)));
    vehicles_[index].is_vouched_for = false;
    vehicles_[index].first_heard_at = {};
    put(index);
    vehicles_[index].is_off_floor = true;
    ports_.events.report(Severity::info, "fleet",
                         "vehicle " + vehicle.str() + " was taken off the floor");
    return {};
}

/// A person has said where it stands: what was before means nothing any more.
void Fleet::put(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    must_plan_ = true;
    // Should it come to life again, it must not go on where others may drive by now.
    vehicle.released_by_hand = !is_over(vehicle.order.phase) || vehicle.status.busy;
    if (vehicle.released_by_hand) {
        static_cast<void>(ports_.vehicles.cancel(vehicle.id));
    }
    vehicle.is_off_floor = false;
    vehicle.is_coming_back = false;
    vehicle.way.clear();
    vehicle.counted = 0;
    vehicle.has_agreed = false;
    vehicle.is_astray = false;
    vehicle.placed_at = ports_.clock.mono_now();
    note_moved(index);
    vehicle.why_off.clear();
    vehicle.touched.clear();
    vehicle.phase = FleetPhase::idle;
    vehicle.text.clear();
    settle(index);  // It stands until it agrees.
}

std::vector<FleetRow> Fleet::rows() const {
    std::vector<FleetRow> rows;
    const std::string no_track = why_no_track();
    const std::string trouble = plan_trouble();
    for (std::uint32_t i = 0; i < vehicles_.size(); ++i) {
        const Vehicle& vehicle = vehicles_[i];
        const bool stands = vehicle.phase == FleetPhase::standing;
        FleetRow row{vehicle.id,
                     vehicle.phase,
                     names_[motion_.cell(graph_->at(i))],
                     {},
                     {},
                     stands ? vehicle.why_stands : vehicle.text,
                     vehicle.status,
                     vehicle.errand,
                     vehicle.has_agreed && !vehicle.released_by_hand,
                     is_unknown(i),
                     vehicle.is_off_floor,
                     stands ? ports_.clock.mono_now() - vehicle.stands_at : Duration(0),
                     !vehicle.why_off.empty()};
        row.is_before_door = stands && !why_before_door(i).empty();
        if (traffic_->goal(i) != planner::kNoCell) {
            row.goal = names_[traffic_->goal(i)];
        }
        for (const State state : graph_->base(i)) {
            row.track.push_back(names_[motion_.cell(state)]);
        }
        if (vehicle.phase == FleetPhase::waiting && row.text.empty() && !trouble.empty()) {
            row.text = trouble + "; ";
        }
        if (vehicle.phase == FleetPhase::waiting && row.text.empty() && !no_track.empty()) {
            row.text = no_track;
        }
        if (vehicle.phase == FleetPhase::waiting && row.text.empty()) {
            const std::string door = door_before(i);
            row.text = door.empty() ? std::string() : "waits for " + door;
        }
        for (const std::uint32_t other : graph_->waits_for(i)) {
            if (vehicle.phase == FleetPhase::waiting && no_track.empty()) {
                row.text += (row.text.empty() ? "waits for " : ", ") + vehicles_[other].id.str();
            }
        }
        if (vehicle.phase == FleetPhase::waiting && row.text.empty()) {
            row.text = no_way(i);
        }
        const bool is_going =
            vehicle.phase == FleetPhase::waiting || vehicle.phase == FleetPhase::driving;
        row.stuck_plans = is_going ? traffic_->stuck_for(i) : 0;
        if (row.stuck_plans >= FleetRow::kStuckPlans) {
            row.text += (row.text.empty() ? "" : "; ") + std::string("has not come nearer to ") +
                        row.goal + " for " + std::to_string(row.stuck_plans) +
                        " plans; see what those stand for that are on its way there";
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

WayNode Fleet::node_of(Cell cell) const {
    WayPosition position;
    position.x_mm = map_.x_mm(cell);
    position.y_mm = map_.y_mm(cell);
    position.map = options_.map;
    if (const std::int64_t spare = options_.cells.cell_mm - options_.cells.clearance_mm;
        spare > 1) {
        position.deviation_mm = spare / 2;  // Of both of two neighbours.
    }
    return {names_[cell], position, {}};
}

WayLeg Fleet::leg(Cell from, Cell to) const {
    return {names_[from] + ">" + names_[to], {}, node_of(to)};
}

}  // namespace tally

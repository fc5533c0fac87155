// Closed roads and doors: what nobody is planned through, and what nobody is released through yet.
#include <algorithm>
#include <utility>

#include "firmware/services/fleet/fleet.hpp"

namespace tally {

using planner::Cell;
using planner::State;

namespace {

/// A door that does not open is tried again after so long.
constexpr Duration kDoorShut = std::chrono::seconds(60);

}  // namespace

std::optional<std::int64_t> Fleet::way_mm(const std::string& from, const std::string& to) const {
    const auto start = need_place(from);
    const auto end = need_place(to);
    return start && end ? ways_->length_mm(*start, *end) : std::nullopt;
}

std::optional<std::int64_t> Fleet::cost_mm(const std::string& from, const std::string& to) const {
    const auto start = need_place(from);
    const auto end = need_place(to);
    return start && end ? weighed_->length_mm(*start, *end) : std::nullopt;
}

/// In either direction.
std::vector<std::uint32_t> Fleet::lanes_between(const std::string& from,
                                                const std::string& to) const {
    std::vector<std::uint32_t> lanes;
    const auto& nodes = options_.floor.nodes;
    for (std::uint32_t i = 0; i < options_.floor.lanes.size(); ++i) {
        const FloorLane& lane = options_.floor.lanes[i];
        const std::string& one = nodes[lane.from].id;
        const std::string& other = nodes[lane.to].id;
        if ((one == from && other == to) || (one == to && other == from)) {
            lanes.push_back(i);
        }
    }
    return lanes;
}

Result<void> Fleet::may_block(const std::string& from, const std::string& to) const {
    if (lanes_between(from, to).empty()) {
        return fail(ErrorKind::conflict, "no lane leads between '" + from + "' and '" + to +
                                             "'; name the two nodes of a lane");
    }
    return {};
}

Result<void> Fleet::block(const RoadBlock& block) {
    if (block.reason.empty()) {
        return fail(ErrorKind::malformed, "a road is closed for a reason; say which");
    }
    TALLY_TRY(may_block(block.from, block.to));
    if (block.span <= Duration(0)) {
        return fail(ErrorKind::malformed, "a road is closed for a time above 0");
    }
    const auto [low, high] = std::minmax(block.from, block.to);
    blocks_[{low, high}] = {block, ports_.clock.mono_now() + block.span};
    ports_.events.report(
        Severity::warning, "fleet",
        "the road between " + block.from + " and " + block.to + " is closed: " + block.reason);
    apply_blocks();
    return {};
}

Result<void> Fleet::may_unblock(const std::string& from, const std::string& to) const {
    TALLY_TRY(may_block(from, to));
    const auto [low, high] = std::minmax(from, to);
    if (!blocks_.contains({low, high})) {
        return fail(ErrorKind::conflict, "the road between '" + from + "' and '" + to +
                                             "' is not closed; `tally road ls` names those that "
                                             "are");
    }
    return {};
}

Result<void> Fleet::unblock(const std::string& from, const std::string& to) {
    TALLY_TRY(may_unblock(from, to));
    const auto [low, high] = std::minmax(from, to);
    blocks_.erase({low, high});
    ports_.events.report(Severity::info, "fleet",
                         "the road between " + from + " and " + to + " is open again");
    apply_blocks();
    return {};
}

std::vector<RoadBlock> Fleet::blocks() const {
    std::vector<RoadBlock> blocks;
    for (const auto& [ends, closed] : blocks_) {
        RoadBlock block = closed.block;
        block.span = closed.until - ports_.clock.mono_now();
        blocks.push_back(std::move(block));
    }
    return blocks;
}

void Fleet::end_blocks() {
    std::vector<std::pair<std::string, std::string>> over;
    for (const auto& [ends, closed] : blocks_) {
        if (closed.until <= ports_.clock.mono_now()) {
            over.push_back(ends);
        }
    }
    for (const auto& [from, to] : over) {
        static_cast<void>(unblock(from, to));
    }
}

/// What is released stands: who has track there drives it to its end. Everything else is planned
/// anew in the next tick, for those whose way it was.
void Fleet::apply_blocks() {
    std::set<FloorWays::Step> closed;
    for (const auto& [ends, one] : blocks_) {
        for (const std::uint32_t lane : lanes_between(ends.first, ends.second)) {
            const auto cells = map_.lane(lane);
            for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
                const bool all = one.block.inside == RoadBlock::Inside::stands;
                if (all || i == 0) {
                    closed.insert({cells[i], cells[i + 1]});
                }
                if (all || i + 2 == cells.size()) {
                    closed.insert({cells[i + 1], cells[i]});
                }
            }
        }
    }
    for (const Door& door : doors_) {
        if (door.shut_until != MonoTime{}) {
            closed.insert(door.steps.begin(), door.steps.end());
        }
    }
    close_around_standing(closed);
    if (closed == ways_->closed()) {
        return;
    }
    for (const auto& [from, to] : ways_->closed()) {
        motion_.set_road(from, to, planner::MotionMap::Road::open);
    }
    for (const auto& [from, to] : closed) {
        motion_.set_road(from, to, planner::MotionMap::Road::closed);
    }
    weighed_->close(closed);
    ways_->close(std::move(closed));
    traffic_->roads_changed();
}

/// Where somebody is at work the others wait, or go around. Whoever stands for longer, and is to be
/// gone around in any case, closes roads.
void Fleet::weigh_ways() {
    std::map<FloorWays::Step, std::int32_t> longer;
    for (std::uint32_t i = 0; i < vehicles_.size(); ++i) {
        const ErrandPhase phase = vehicles_[i].errand.phase;
        const bool stays = vehicles_[i].after == Errand::After::stays && is_at_goal(i);
        if (phase != ErrandPhase::acting && !(stays && phase == ErrandPhase::done)) {
            continue;
        }
        const Cell cell = motion_.cell(graph_->at(i));
        const auto near = map_.near(cell);
        std::set<Cell> taken(near.begin(), near.end());
        taken.insert(cell);
        for (const Cell one : taken) {
            for (const Cell before : map_.before(one)) {
                if (!taken.contains(before)) {
                    longer[{before, one}] = options_.at_work_mm;
                }
            }
        }
    }
    weighed_->lengthen(std::move(longer));
}

/// Nobody is sent into the track of one that is lost, held or standing, nor waits before it if
/// there is another way round.
void Fleet::close_around_standing(std::set<FloorWays::Step>& closed) const {
    for (std::uint32_t i = 0; i < vehicles_.size(); ++i) {
        if (!needs_detour(i)) {
            continue;
        }
        std::set<Cell> held{motion_.cell(graph_->at(i))};
        for (const State state : graph_->base(i)) {
            held.insert(motion_.cell(state));
        }
        const std::vector<Cell> kept = cells_kept(i);
        held.insert(kept.begin(), kept.end());
        for (const Cell cell : std::set<Cell>(held)) {
            const auto near = map_.near(cell);
            held.insert(near.begin(), near.end());
        }
        for (const Cell cell : held) {
            for (const Cell before : map_.before(cell)) {
                if (!held.contains(before)) {
                    closed.insert({before, cell});
                }
            }
        }
    }
}

/// The steps over a door: from the cell before it to the cell behind it, both ways.
void Fleet::find_doors() {
    for (const FloorStop& stop : options_.floor.stops) {
        if (stop.kind != StopKind::door) {
            continue;
        }
        const auto cells = map_.lane(stop.lane);
        const auto offsets = map_.offsets_mm(stop.lane);
        Door door{stop.place, {}};
        for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
            if (offsets[i] <= stop.offset_mm && stop.offset_mm <= offsets[i + 1]) {
                door.steps.insert({cells[i], cells[i + 1]});
                door.steps.insert({cells[i + 1], cells[i]});
                if (stop.offset_mm == offsets[i + 1] && i + 2 < cells.size()) {
                    door.on.insert(cells[i + 1]);
                }
            }
        }
        doors_.push_back(std::move(door));
    }
}

/// Whether a vehicle is before a door, as far as it looks ahead, under way through it, or in it.
bool Fleet::is_on_way(const Door& door, std::uint32_t index) const {
    std::vector<State> way{graph_->at(index)};
    if (door.on.contains(motion_.cell(way.front()))) {
        return true;
    }
    for (const auto& part : {graph_->base(index), graph_->horizon(index)}) {
        way.insert(way.end(), part.begin(), part.end());
    }
    way.resize(std::min(way.size(), 2 * options_.base_max + 1));
    for (std::size_t i = 0; i + 1 < way.size(); ++i) {
        if (door.steps.contains({motion_.cell(way[i]), motion_.cell(way[i + 1])})) {
            return true;
        }
    }
    return false;
}

/// Nothing beyond a door is released before it is open; it is asked for as long as somebody has it
/// before it, and let go when nobody has. While nobody knows where one is it may stand in a door.
void Fleet::look_at_doors() {
    if (options_.doors == nullptr) {
        return;
    }
    for (Door& door : doors_) {
        bool is_needed = false;
        for (std::uint32_t i = 0; i < vehicles_.size() && !is_needed; ++i) {
            is_needed = is_on_way(door, i);
        }
        if (is_needed) {
            options_.doors->ask_open(door.place);
            door.is_asked = true;
        } else if (door.is_asked && !is_anybody_unknown() && !is_anybody_astray()) {
            options_.doors->let_go(door.place);
            door.is_asked = false;
        }
        look_whether_it_opens(door);
        door.is_open = is_needed && options_.doors->is_open(door.place);
        for (const auto& [from, to] : door.steps) {
            graph_->set_locked(from, to,
                               door.is_open ? planner::ActionGraph::Lock::open
                                            : planner::ActionGraph::Lock::locked);
        }
    }
}

/// One that does not open is a closed road for a while, so that vehicles take another way if there
/// is one.
void Fleet::look_whether_it_opens(Door& door) {
    const MonoTime now = ports_.clock.mono_now();
    if (door.shut_until == MonoTime{} && door.is_asked && options_.doors->is_broken(door.place)) {
        door.shut_until = now + kDoorShut;
        door.why_shut = options_.doors->state_text(door.place);
        ports_.events.report(
            Severity::warning, "fleet",
            "nobody is sent through door " + door.place.str() + " for a minute: " + door.why_shut);
        apply_blocks();
    } else if (door.shut_until != MonoTime{} && now >= door.shut_until) {
        door.shut_until = {};
        apply_blocks();
    }
}

std::optional<Fleet::ShutDoor> Fleet::shut_door(std::uint32_t index) const {
    if (options_.doors == nullptr) {
        return std::nullopt;
    }
    Cell from = motion_.cell(graph_->at(index));
    const std::vector<State> base = graph_->base(index);
    for (std::size_t step = 0; step < base.size(); ++step) {
        const Cell to = motion_.cell(base[step]);
        for (const Door& door : doors_) {
            if (!door.is_open && door.steps.contains({from, to})) {
                return ShutDoor{&door, step};
            }
        }
        from = to;
    }
    return std::nullopt;
}

/// Of one that stands for that; else nothing.
std::string Fleet::why_before_door(std::uint32_t index) const {
    const auto shut = shut_door(index);
    const Vehicle& vehicle = vehicles_[index];
    const bool stands =
        vehicle.is_before_door || (shut && shut->step == 0 && !vehicle.status.driving);
    return !shut || !stands ? std::string()
                            : "stands before door " + shut->door->place.str() +
                                  ", which is not open any more (" +
                                  options_.doors->state_text(shut->door->place) +
                                  "); it goes on by itself when that is open";
}

/// Track that it has been told cannot be taken back, but by ending its order: so it is paused until
/// the door is open again. One that has left the last node before it may be in it, and must not
/// stop there: that the leaf does not touch it is the door's safety edge, and its own scanner.
void Fleet::stop_before_door(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    const auto shut = shut_door(index);
    const bool is_told =
        shut && vehicle.counted + shut->step < vehicle.order.base_end && !vehicle.way.empty();
    const bool is_before = is_told && (shut->step > 0 || !vehicle.status.driving);
    if (is_before && !vehicle.is_before_door && !vehicle.status.paused) {
        vehicle.is_before_door = ports_.vehicles.act(vehicle.id, kStartPause, {}).has_value();
    } else if (!is_told && std::exchange(vehicle.is_before_door, false) &&
               !vehicle.paused_by_hand) {
        static_cast<void>(ports_.vehicles.act(vehicle.id, kStopPause, {}));
    }
}

/// Of a vehicle that has a door before it which is not open: what is the matter with that; else
/// nothing.
std::string Fleet::door_before(std::uint32_t index) const {
    if (options_.doors == nullptr || !graph_->base(index).empty()) {
        return {};
    }
    const Cell here = motion_.cell(graph_->at(index));
    const std::vector<State> horizon = graph_->horizon(index);
    for (const Door& door : doors_) {
        const std::string name = "door " + door.place.str();
        if (horizon.empty() && door.shut_until != MonoTime{}) {
            return name + " (" + door.why_shut + "; it is tried again every minute)";
        }
        const bool is_next =
            !horizon.empty() && door.steps.contains({here, motion_.cell(horizon.front())});
        if (is_next && !options_.doors->is_open(door.place)) {
            return name + " (" + options_.doors->state_text(door.place) + ")";
        }
    }
    return {};
}

}  // namespace tally

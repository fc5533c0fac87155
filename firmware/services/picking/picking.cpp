#include "firmware/services/picking/picking.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace tally {

namespace {

bool is_ours(const Mission& mission) {
    return mission.id.starts_with(kOurMissions) && !mission.is_over();
}

}  // namespace

VehicleAction load_action(const PickingOptions& options, const std::string& type,
                          const std::string& place) {
    VehicleAction action{"", type, Blocking::hard, {}};
    for (const auto& [key, value] :
         {std::pair{"stationType", options.station_type}, std::pair{"stationName", place},
          std::pair{"loadType", options.load_type}}) {
        if (!value.empty()) {
            action.parameters.push_back({key, value});
        }
    }
    return action;
}

Picking::Picking(PickingOptions options, const Ports& ports)
    : options_(std::move(options)),
      ports_(ports),
      timer_(ports.scheduler),
      plan_timer_(ports.scheduler) {}

void Picking::start() {
    timer_.arm(options_.tick, [this] {
        start();
        tick();
    });
}

void Picking::stop() {
    timer_.cancel();
    plan_timer_.cancel();
    plan_.reset();
}

void Picking::tick() {
    close_stops();
    trim_missions();
    hand_back();
    bring_home();
    make_missions();
}

bool Picking::is_open(const std::string& id) const {
    const auto found = ports_.work.tasks().find(id);
    return found != ports_.work.tasks().end() && !found->second.finished();
}

/// Its task has ended, and what was picked for it is not on the cart yet.
bool Picking::is_in_hand(const std::string& id, const std::string& cart) const {
    const auto found = ports_.work.tasks().find(id);
    return !cart.empty() && found != ports_.work.tasks().end() && found->second.finished() &&
           ports_.work.is_in_hand(found->second, cart);
}

std::string Picking::cart_of(const DeviceId& vehicle) const {
    const auto found = options_.carts.find(vehicle);
    return found == options_.carts.end() ? std::string() : found->second;
}

/// A slot is left when its tasks are done, short or dropped and nothing of them is in hand, or what
/// they ask for is on the cart; a station when the cart is empty and what was picked for it is
/// scanned somewhere: a person may have said at a slot that the vehicle can go, without a scan.
bool Picking::is_closed(const Mission& mission) const {
    const MissionStop& stop = mission.stop();
    const std::string cart = cart_of(*mission.vehicle);
    const auto are_served = [&](const MissionStop& at) {
        return std::all_of(at.tasks.begin(), at.tasks.end(),
                           [&](const std::string& task) { return is_served_at(task, at, cart); });
    };
    if (!stop.tasks.empty() || cart.empty()) {
        return are_served(stop);
    }
    return !ports_.work.holds_goods(cart) &&
           std::none_of(mission.stops.begin(), mission.stops.end(), [&](const MissionStop& at) {
               return std::any_of(at.tasks.begin(), at.tasks.end(),
                                  [&](const std::string& task) { return is_in_hand(task, cart); });
           });
}

void Picking::close_stops() {
    std::vector<std::string> closed;
    for (const auto& [id, mission] : ports_.dispatch.missions()) {
        if (is_ours(mission) && mission.state == MissionState::waiting && is_closed(mission)) {
            closed.push_back(id);
        }
    }
    for (const std::string& id : closed) {
        static_cast<void>(ports_.dispatch.close_stop(id));
    }
}

/// There is a way from a station and back to one, as the roads are now.
bool Picking::is_reached(const std::string& slot) const {
    return std::any_of(
        options_.stations.begin(), options_.stations.end(), [&](const std::string& station) {
            return ports_.fleet.way_mm(station, slot) && ports_.fleet.way_mm(slot, station);
        });
}

/// Stops before a mission whose tasks have ended meanwhile, or that no way leads to any more, are
/// not driven to; a mission without any
/// left is none, unless its cart has goods on it.
void Picking::trim_missions() {
    for (const Mission& mission : ours()) {
        const std::string& id = mission.id;
        const bool is_at_work = mission.state == MissionState::acting ||
                                mission.state == MissionState::waiting ||
                                mission.state == MissionState::stranded;
        if (mission.needs != "cart" || is_at_work) {
            continue;
        }
        if (is_transport(mission.kind)) {
            trim_transport(mission);
            continue;
        }
        const std::optional<DeviceId>& vehicle = mission.vehicle ? mission.vehicle : mission.only;
        const std::string cart = vehicle ? cart_of(*vehicle) : std::string();
        const bool has_begun = mission.has_begun();
        const auto is_left = [&](const std::string& task) {
            return is_open(task) || (has_begun && is_in_hand(task, cart));
        };
        std::vector<MissionStop> left;
        for (std::size_t i = mission.at; i < mission.stops.size(); ++i) {
            const MissionStop& stop = mission.stops[i];
            if (stop.tasks.empty() ||
                (is_reached(stop.place) &&
                 std::any_of(stop.tasks.begin(), stop.tasks.end(), is_left))) {
                left.push_back(stop);
            }
        }
        const bool has_goods = !cart.empty() && ports_.work.holds_goods(cart);
        if (left.size() == 1 && !has_begun && !has_goods) {
            static_cast<void>(
                ports_.dispatch.drop(id, "all its tasks have ended, or no way leads to them"));
        } else if (left.size() < mission.stops.size() - mission.at) {
            static_cast<void>(ports_.dispatch.change_stops(id, std::move(left)));
        }
    }
}

/// What a vehicle that is out has not picked yet, somebody else picks. What it has on its cart
/// stays with it, and its mission with an operator; of a carrier nothing can be taken over.
void Picking::hand_back() {
    std::map<std::string, MonoTime> still;
    for (const Mission& mission : ours()) {
        const std::string& id = mission.id;
        if (mission.state != MissionState::stranded || mission.needs != "cart") {
            continue;
        }
        const auto before = stranded_at_.find(id);
        const MonoTime since =
            before == stranded_at_.end() ? ports_.clock.mono_now() : before->second;
        still[id] = since;
        if (ports_.clock.mono_now() - since < options_.hand_back_after) {
            continue;
        }
        const std::string cart = cart_of(*mission.vehicle);
        if (cart.empty() || !ports_.work.holds_goods(cart)) {
            static_cast<void>(ports_.dispatch.drop(
                id, "its vehicle is out and its cart is empty: others do all of it"));
        } else if (!is_transport(mission.kind) && mission.at + 1 < mission.stops.size()) {
            static_cast<void>(ports_.dispatch.change_stops(id, {mission.stops.back()}));
            ports_.events.report(Severity::info, "picking",
                                 "others do what is left of mission " + id + "; what is on cart " +
                                     cart + " waits there");
        }
    }
    stranded_at_ = std::move(still);
}

/// A cart with goods on it and no mission: after a restart, or after a mission was dropped.
void Picking::bring_home() {
    for (const auto& [vehicle, cart] : options_.carts) {
        const Mission* const mission = ports_.dispatch.of_vehicle(vehicle);
        const bool is_busy = mission != nullptr && is_ours(*mission) && mission->has_begun();
        const std::string id = std::string(kOurMissions) + "home-" + vehicle.str();
        const Mission* const home = ports_.dispatch.find(id);
        const bool is_listed = home != nullptr && !home->is_over();
        const bool has_goods = ports_.work.holds_goods(cart);
        const std::vector<const Task*> on_way = ports_.work.on_way(cart);
        const bool is_any = !on_way.empty() || (has_goods && !options_.stations.empty());
        if (is_busy || is_listed || !is_any) {
            continue;
        }
        std::string node;
        for (const FleetRow& row : ports_.fleet.rows()) {
            node = row.id == vehicle ? row.node : node;
        }
        Mission mission_home;
        mission_home.id = id;
        mission_home.only = vehicle;
        mission_home.needs = "cart";
        mission_home.load = "what is on " + cart;
        if (on_way.empty()) {
            mission_home.stops = {{nearest_station(ports_.fleet, options_.stations, node),
                                   {},
                                   StopEnd::person,
                                   {},
                                   "the cart is to be emptied"}};
        } else {
            mission_home.kind = mission_kind_of(on_way.front()->kind);
            mission_home.stops = unload_stops(node, on_way);
            set_urgency(mission_home, on_way);
        }
        list(std::move(mission_home), {});
    }
}

std::set<std::string> Picking::covered() const {
    std::set<std::string> tasks;
    for (const auto& [id, mission] : ports_.dispatch.missions()) {
        for (std::size_t i = mission.at; is_ours(mission) && i < mission.stops.size(); ++i) {
            tasks.insert(mission.stops[i].tasks.begin(), mission.stops[i].tasks.end());
        }
    }
    return tasks;
}

/// Whenever there are tasks that no mission serves. Tours that nobody has begun yet are made anew
/// with them.
void Picking::make_missions() {
    unserved_.clear();
    const std::set<std::string> served = covered();
    std::vector<const Task*> tours;
    std::vector<const Task*> carriers;
    std::vector<const Task*> transports;
    std::map<std::string, MonoTime> seen;
    for (const auto& [id, task] : ports_.work.tasks()) {
        if (task.finished() || !is_wanted(task)) {
            continue;
        }
        const auto before = seen_at_.find(id);
        seen[id] = before == seen_at_.end() ? ports_.clock.mono_now() : before->second;
        if (served.contains(id)) {
            continue;
        }
        if (std::string why = why_unserved(task); !why.empty()) {
            unserved_.push_back({id, std::move(why)});
            continue;
        }
        (options_.carriers.contains(task.from) ? carriers
         : is_transport(task.kind)             ? transports
                                               : tours)
            .push_back(&task);
    }
    seen_at_ = std::move(seen);
    make_carrier_missions(carriers);
    make_transports(transports);
    plan_tours(tours);
}

/// Of missions that are not over, as they are now.
std::vector<Mission> Picking::ours() const {
    std::vector<Mission> missions;
    for (const auto& [id, mission] : ports_.dispatch.missions()) {
        if (is_ours(mission)) {
            missions.push_back(mission);
        }
    }
    return missions;
}

/// Why nobody is sent for the carrier of a slot now; empty: somebody can be.
std::string Picking::why_carrier_waits(const std::string& slot) const {
    std::set<DeviceId> known;
    for (const auto& [id, mission] : ports_.dispatch.missions()) {
        if (!is_ours(mission) || mission.needs != "lift") {
            continue;
        }
        if (mission.vehicle) {
            known.insert(*mission.vehicle);
        }
        if (std::any_of(mission.stops.begin(), mission.stops.end(),
                        [&](const MissionStop& stop) { return stop.place == slot; })) {
            return "its carrier has mission " + id + "; it comes when that is done";
        }
    }
    for (const FleetRow& row : ports_.fleet.rows()) {
        const std::vector<DispatchedVehicle>& all = ports_.dispatch.options().vehicles;
        const bool lifts = std::any_of(all.begin(), all.end(), [&](const DispatchedVehicle& one) {
            return one.id == row.id && one.has.contains("lift");
        });
        if (lifts && !row.status.loads.empty() && !known.contains(row.id)) {
            return "vehicle " + row.id.str() +
                   " has a carrier on it and no mission, so nobody knows whose carrier it is; "
                   "bring it back to its slot and unload the vehicle there";
        }
    }
    return {};
}

/// One mission a carrier, for its picks or for where it goes; the other has to wait until then.
void Picking::make_carrier_missions(const std::vector<const Task*>& tasks) {
    std::map<std::pair<std::string, std::string>, std::vector<const Task*>> by_way;
    for (const Task* const task : tasks) {
        by_way[{task->from, is_transport(task->kind) ? goal_of(*task) : std::string()}].push_back(
            task);
    }
    for (const auto& [way, together] : by_way) {
        if (const std::string why = why_carrier_waits(way.first); !why.empty()) {
            for (const Task* const task : together) {
                unserved_.push_back({task->id, why});
            }
            continue;
        }
        const auto lift_at = [&](const std::string& place) {
            return load_action(options_, options_.pick_action, place);
        };
        const auto put_at = [&](const std::string& place) {
            return load_action(options_, options_.drop_action, place);
        };
        std::vector<std::string> ids;
        for (const Task* const task : together) {
            ids.push_back(task->id);
        }
        Mission mission;
        mission.id = std::string(kOurMissions) + std::to_string(++last_);
        mission.needs = "lift";
        mission.load = "the carrier of " + way.first;
        const std::string to = way.second.empty()
                                   ? nearest_station(ports_.fleet, options_.stations, way.first)
                                   : way.second;
        mission.stops.push_back({way.first, {lift_at(way.first)}, StopEnd::action, {}, {}});
        mission.stops.push_back({to,
                                 {put_at(to)},
                                 StopEnd::person,
                                 ids,
                                 std::to_string(ids.size()) + " tasks to be done"});
        if (way.second.empty()) {
            mission.stops.push_back({to, {lift_at(to)}, StopEnd::action, {}, {}});
            mission.stops.push_back({way.first, {put_at(way.first)}, StopEnd::action, {}, {}});
        } else {
            mission.kind = mission_kind_of(together.front()->kind);
        }
        list(std::move(mission), together);
    }
}

/// As urgent as the most urgent of its tasks, due when the first of them is.
void Picking::set_urgency(Mission& mission, const std::vector<const Task*>& tasks) const {
    std::optional<std::int32_t> priority;
    for (const Task* const task : tasks) {
        const Urgency urgency = ports_.work.urgency_of(*task);
        priority = std::max(priority.value_or(urgency.priority), urgency.priority);
        if (urgency.due_in) {
            const MonoTime due = ports_.clock.mono_now() + *urgency.due_in;
            mission.due = std::min(mission.due.value_or(due), due);
        }
    }
    mission.priority = priority.value_or(mission.priority);
}

/// It has waited since the first of its tasks was seen.
void Picking::list(Mission mission, const std::vector<const Task*>& tasks) {
    for (const Task* const task : tasks) {
        const MonoTime since = seen_at_[task->id];
        mission.listed_at =
            mission.listed_at == MonoTime{} ? since : std::min(mission.listed_at, since);
    }
    set_urgency(mission, tasks);
    if (const auto listed = ports_.dispatch.list(std::move(mission)); !listed) {
        ports_.events.report(Severity::error, "picking", listed.error().text);
    }
}

}  // namespace tally

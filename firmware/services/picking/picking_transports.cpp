// Goods that are put away, replenished or transferred on a cart: from where they stand to where
// they are wanted. What is on a cart by the book, for which task, the tasks themselves say
// (Task::via).
#include <algorithm>
#include <tuple>
#include <utility>

#include "firmware/services/picking/picking.hpp"

namespace tally {

namespace {

constexpr std::int64_t kNoWay = 1'000'000'000;  // mm, longer than any

std::string plural(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " load" : " loads");
}

}  // namespace

MissionKind mission_kind_of(TaskKind kind) noexcept {
    return kind == TaskKind::put_away    ? MissionKind::put_away
           : kind == TaskKind::replenish ? MissionKind::replenish
           : kind == TaskKind::transfer  ? MissionKind::transfer
                                         : MissionKind::pick;
}

bool is_transport(MissionKind kind) noexcept {
    return kind == MissionKind::put_away || kind == MissionKind::replenish ||
           kind == MissionKind::transfer;
}

/// Where its goods are put down: before the gate, where they go beyond it.
std::string Picking::goal_of(const Task& task) const {
    const auto found = options_.before_gates.find(task.to);
    return found == options_.before_gates.end() ? task.to : found->second;
}

/// All that the task asks for is where it is wanted; its taker has not said so yet. Who asks for
/// all there is has it when nothing is left where it came from, nor on its way.
bool Picking::is_carried_out(const Task& task) const {
    return task.qty_milli > 0
               ? task.done_milli >= task.qty_milli
               : task.done_milli > 0 && task.via_milli == 0 && !ports_.work.is_left(task);
}

bool Picking::is_on_cart(const Task& task) const {
    return task.via_milli > 0 &&
           std::any_of(options_.carts.begin(), options_.carts.end(),
                       [&](const auto& cart) { return cart.second == task.via; });
}

/// What people do without vehicles (a dock or shelf that has no stop on the floor) is left to them;
/// a transfer is somebody's order, so it is named where no vehicle can be sent.
bool Picking::is_wanted(const Task& task) const {
    if (task.kind == TaskKind::pick) {
        return true;
    }
    if (!is_transport(task.kind) || is_carried_out(task) || is_on_cart(task)) {
        return false;
    }
    const auto has_stop = [&](const std::string& place) {
        return ports_.fleet.way_mm(place, place).has_value();
    };
    return options_.carriers.contains(task.from) ||
           (!options_.carts.empty() &&
            (task.kind == TaskKind::transfer || (has_stop(task.from) && has_stop(goal_of(task)))));
}

/// Empty: a vehicle can be sent.
std::string Picking::why_unserved(const Task& task) const {
    if (options_.stations.empty() && task.kind == TaskKind::pick) {
        return "there is no station to bring it to; name one";
    }
    const bool is_reached_now = is_transport(task.kind)
                                    ? ports_.fleet.way_mm(task.from, goal_of(task)).has_value()
                                    : is_reached(task.from);
    if (!is_reached_now) {
        return "no vehicle can be sent for it: place '" + task.from +
               "' has no stop on the floor, or no way leads there and on" +
               (is_transport(task.kind) ? " to '" + goal_of(task) + "'" : std::string()) +
               "; see which roads are closed and which vehicles are lost, or do it without a "
               "vehicle";
    }
    return options_.carriers.contains(task.from) ? why_carrier_waits(task.from) : std::string();
}

/// Whether the vehicle need not wait for this task at this stop any more.
bool Picking::is_served_at(const std::string& id, const MissionStop& stop,
                           const std::string& cart) const {
    if (!is_open(id)) {
        return !is_in_hand(id, cart);
    }
    const Task& task = ports_.work.tasks().at(id);
    if (cart.empty() || !is_transport(task.kind)) {
        return false;
    }
    if (stop.place != task.from) {
        return is_carried_out(task);
    }
    return task.via == cart && task.via_milli > 0 &&
           (task.qty_milli > 0 ? task.done_milli + task.via_milli >= task.qty_milli
                               : !ports_.work.is_left(task));
}

/// Stops whose tasks have ended are not driven to; without any left it is none. One that nobody
/// has begun and that no way leads through is made anew when there is a way.
void Picking::trim_transport(const Mission& mission) {
    std::vector<MissionStop> left;
    bool has_way = true;
    for (std::size_t i = mission.at; i < mission.stops.size(); ++i) {
        const MissionStop& stop = mission.stops[i];
        if (std::any_of(stop.tasks.begin(), stop.tasks.end(),
                        [&](const std::string& task) { return is_open(task); })) {
            has_way =
                has_way && (left.empty() || ports_.fleet.way_mm(left.front().place, stop.place));
            left.push_back(stop);
        }
    }
    if (left.empty()) {
        static_cast<void>(ports_.dispatch.drop(mission.id, "all its tasks have ended"));
    } else if (!has_way && !mission.has_begun()) {
        static_cast<void>(
            ports_.dispatch.drop(mission.id, "no way leads to where its goods are wanted"));
    } else if (left.size() < mission.stops.size() - mission.at) {
        static_cast<void>(ports_.dispatch.change_stops(mission.id, std::move(left)));
    }
}

/// The places where goods are wanted, in the order in which they are driven to.
std::vector<MissionStop> Picking::unload_stops(const std::string& start,
                                               const std::vector<const Task*>& tasks) const {
    std::map<std::string, std::vector<std::string>> by_goal;
    std::set<std::string> goals;
    for (const Task* const task : tasks) {
        by_goal[goal_of(*task)].push_back(task->id);
        goals.insert(goal_of(*task));
    }
    // It need not come back, so of the two ways round the one that is shorter to its last stop.
    const auto length = [&](const std::vector<std::string>& tour) {
        std::int64_t sum_mm = 0;
        for (std::size_t i = 0; i < tour.size(); ++i) {
            sum_mm += ports_.fleet.way_mm(i == 0 ? start : tour[i - 1], tour[i]).value_or(kNoWay);
        }
        return sum_mm;
    };
    std::vector<std::string> tour =
        tour_over(ports_.fleet, ports_.events, start, goals, options_.tour_work);
    std::vector<std::string> other(tour.rbegin(), tour.rend());
    if (length(other) < length(tour)) {
        tour = std::move(other);
    }
    std::vector<MissionStop> stops;
    for (const std::string& goal : tour) {
        const std::vector<std::string>& ids = by_goal[goal];
        stops.push_back({goal,
                         {},
                         StopEnd::person,
                         ids,
                         plural(ids.size()) + " to be put down and scanned here"});
    }
    return stops;
}

/// One mission for what is carried from one place for one reason and wanted as much, as much as a
/// cart has room for. Those that nobody has begun are made anew with what has come to their place.
void Picking::make_transports(const std::vector<const Task*>& tasks) {
    using Start = std::tuple<std::string, TaskKind, std::int32_t>;
    const auto start_of = [&](const Task& task) {
        return Start(task.from, task.kind, ports_.work.urgency_of(task).priority);
    };
    std::set<Start> starts;
    for (const Task* const task : tasks) {
        starts.insert(start_of(*task));
    }
    std::map<std::string, const Task*> all;
    for (const Task* const task : tasks) {
        all[task->id] = task;
    }
    for (const Mission& mission : ours()) {
        if (mission.state != MissionState::listed || mission.only || mission.needs != "cart" ||
            !is_transport(mission.kind)) {
            continue;
        }
        const std::vector<const Task*> its = tasks_of(mission);
        if (std::any_of(its.begin(), its.end(), [&](const Task* task) {
                return is_wanted(*task) && starts.contains(start_of(*task));
            })) {
            static_cast<void>(ports_.dispatch.drop(mission.id, "made anew with more tasks"));
            for (const Task* const task : its) {
                if (is_wanted(*task)) {
                    all[task->id] = task;
                }
            }
        }
    }
    std::map<Start, std::vector<std::vector<const Task*>>> by_start;
    for (const auto& [id, task] : all) {
        auto& loads = by_start[start_of(*task)];
        if (loads.empty() ||
            loads.back().size() == static_cast<std::size_t>(options_.cart_tasks_max)) {
            loads.emplace_back();
        }
        loads.back().push_back(task);
    }
    for (const auto& [start, loads] : by_start) {
        const std::string& from = std::get<0>(start);
        for (const std::vector<const Task*>& together : loads) {
            Mission mission;
            mission.id = std::string(kOurMissions) + std::to_string(++last_);
            mission.kind = mission_kind_of(std::get<TaskKind>(start));
            mission.needs = "cart";
            mission.load = plural(together.size()) + " from " + from;
            std::vector<std::string> ids;
            for (const Task* const task : together) {
                ids.push_back(task->id);
            }
            mission.stops.push_back({from,
                                     {},
                                     StopEnd::person,
                                     ids,
                                     plural(ids.size()) + " to be scanned onto the cart"});
            for (MissionStop& stop : unload_stops(from, together)) {
                mission.stops.push_back(std::move(stop));
            }
            list(std::move(mission), together);
        }
    }
}

}  // namespace tally

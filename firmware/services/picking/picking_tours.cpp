// Tours of carts over the slots of open picks: planned in slices, listed when all are planned.
#include <algorithm>
#include <utility>

#include "firmware/services/picking/picking.hpp"

namespace tally {

namespace {

/// Nobody has it, so it can be made anew with more tasks.
bool is_open_tour(const Mission& mission) {
    return mission.state == MissionState::listed && !mission.only && mission.needs == "cart" &&
           mission.kind == MissionKind::pick;
}

}  // namespace

/// Those that are to be done, each once.
std::vector<const Task*> Picking::tasks_of(const Mission& mission) const {
    std::set<std::string> ids;
    for (const MissionStop& stop : mission.stops) {
        ids.insert(stop.tasks.begin(), stop.tasks.end());
    }
    std::vector<const Task*> tasks;
    for (const std::string& id : ids) {
        if (is_open(id)) {
            tasks.push_back(&ports_.work.tasks().at(id));
        }
    }
    return tasks;
}

/// Begins with a plan for these and for what is listed and not begun, if none is under way: what
/// comes meanwhile waits for the next one.
void Picking::plan_tours(const std::vector<const Task*>& tasks) {
    if (tasks.empty() || plan_) {
        return;
    }
    std::vector<const Task*> all = tasks;
    for (const Mission& mission : ours()) {
        if (is_open_tour(mission)) {
            const std::vector<const Task*> its = tasks_of(mission);
            all.insert(all.end(), its.begin(), its.end());
        }
    }
    std::sort(all.begin(), all.end(), [](const Task* a, const Task* b) { return a->id < b->id; });
    std::vector<TourPlan::Pick> picks;
    const MonoTime now = ports_.clock.mono_now();
    const Duration soon = ports_.dispatch.options().due_soon;
    for (const Task* const task : all) {
        const Urgency urgency = ports_.work.urgency_of(*task);
        TourPlan::Pick pick{task->id, task->from,
                            task->document.empty() ? task->id : task->document, urgency.priority,
                            seen_at_[task->id]};
        if (urgency.due_in) {
            pick.due = now + *urgency.due_in;
            pick.is_due_soon = *urgency.due_in <= soon;
        }
        picks.push_back(std::move(pick));
    }
    plan_.emplace(
        picks,
        TourPlanOptions{options_.stations, static_cast<std::size_t>(options_.cart_tasks_max),
                        options_.batch_work, options_.tour_work},
        ports_.fleet, ports_.events);
    go_on_planning();
}

void Picking::go_on_planning() {
    if (!plan_->step(options_.plan_work)) {
        plan_timer_.arm(options_.plan_pause, [this] { go_on_planning(); });
        return;
    }
    list_tours();
    plan_.reset();
}

/// Instead of the tours that are listed and not begun. What has ended since the plan was begun, or
/// is somebody's by now, is left out.
void Picking::list_tours() {
    for (const Mission& mission : ours()) {
        const std::vector<const Task*> its = tasks_of(mission);
        if (is_open_tour(mission) && std::all_of(its.begin(), its.end(), [&](const Task* task) {
                return plan_->has(task->id);
            })) {
            static_cast<void>(ports_.dispatch.drop(mission.id, "made anew with more tasks"));
        }
    }
    const std::set<std::string> served = covered();
    for (const TourPlan::Tour& tour : plan_->tours()) {
        Mission mission;
        std::vector<const Task*> tasks;
        for (const TourPlan::Stop& stop : tour.stops) {
            std::vector<std::string> ids;
            for (const std::string& id : stop.tasks) {
                if (is_open(id) && !served.contains(id)) {
                    ids.push_back(id);
                    tasks.push_back(&ports_.work.tasks().at(id));
                }
            }
            if (!ids.empty()) {
                mission.stops.push_back(
                    {stop.slot,
                     {},
                     StopEnd::person,
                     ids,
                     std::to_string(ids.size()) + " picks to be put on and scanned"});
            }
        }
        if (tasks.empty()) {
            continue;
        }
        mission.id = std::string(kOurMissions) + std::to_string(++last_);
        mission.needs = "cart";
        mission.load = std::to_string(tasks.size()) + " picks";
        mission.stops.push_back(
            {tour.station, {}, StopEnd::person, {}, "the cart is to be emptied"});
        list(std::move(mission), tasks);
    }
}

}  // namespace tally

#include "firmware/services/picking/tour_plan.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

#include "firmware/services/picking/stop_length.hpp"
#include "planner/check/batching_check.hpp"
#include "planner/check/stop_tour_check.hpp"

namespace tally {

namespace {

constexpr std::int64_t kWayWork = 40;      ///< to ask for one way
constexpr std::int64_t kLengthWork = 100;  ///< to find the length of one batch
constexpr std::int64_t kMoveWork = 2;      ///< of planner/batch

std::int32_t way_between(const FleetControl& fleet, const std::string& from,
                         const std::string& to) {
    return static_cast<std::int32_t>(fleet.way_mm(from, to).value_or(planner::kNoWay));
}

std::vector<std::vector<std::uint32_t>> one_each(std::size_t orders) {
    std::vector<std::vector<std::uint32_t>> batches;
    for (std::uint32_t order = 0; order < orders; ++order) {
        batches.push_back({order});
    }
    return batches;
}

}  // namespace

std::string nearest_station(const FleetControl& fleet, const std::vector<std::string>& stations,
                            const std::string& place) {
    std::pair<std::int64_t, std::string> best{INT64_MAX, stations.front()};
    for (const std::string& station : stations) {
        if (const auto way = fleet.way_mm(place, station)) {
            best = std::min(best, {*way, station});
        }
    }
    return best.second;
}

std::vector<std::vector<std::uint32_t>> judged_batches(const planner::BatchingProblem& problem,
                                                       const planner::Batching& found,
                                                       planner::BatchLength& length,
                                                       Events& events) {
    const std::vector<std::string> problems = check_batching(problem, found, length);
    if (!problems.empty()) {
        events.report(Severity::error, "picking",
                      "planned batches are not used, each order is a tour: " + problems.front());
        return one_each(problem.orders.size());
    }
    std::vector<std::vector<std::uint32_t>> batches;
    for (const planner::Batch& batch : found.batches) {
        batches.push_back(batch.orders);
    }
    return batches;
}

std::vector<std::uint32_t> judged_sequence(const planner::StopTourRequest& request,
                                           const planner::StopTour& found, Events& events) {
    const std::vector<std::string> problems = check_stop_tour(request, found);
    if (problems.empty()) {
        return found.sequence;
    }
    events.report(Severity::error, "picking",
                  "a planned tour is not used, its stops are driven to as they are named: " +
                      problems.front());
    std::vector<std::uint32_t> as_named;
    for (std::uint32_t stop = 0; stop < request.ways.rows(); ++stop) {
        as_named.push_back(stop);
    }
    return as_named;
}

std::vector<std::string> tour_over(const FleetControl& fleet, Events& events,
                                   const std::string& start, const std::set<std::string>& places,
                                   std::int64_t work) {
    std::vector<std::string> stops{start};
    stops.insert(stops.end(), places.begin(), places.end());
    planner::StopTourRequest request;
    request.ways.resize(static_cast<Eigen::Index>(stops.size()),
                        static_cast<Eigen::Index>(stops.size()));
    for (std::size_t to = 0; to < stops.size(); ++to) {
        for (std::size_t from = 0; from < stops.size(); ++from) {
            request.ways(static_cast<Eigen::Index>(from), static_cast<Eigen::Index>(to)) =
                way_between(fleet, stops[from], stops[to]);
        }
    }
    std::vector<std::string> tour(stops.begin() + 1, stops.end());
    auto search = planner::StopTourSearch::on(request, {1, work});
    if (search) {
        search->step(work);
        if (const auto best = search->best()) {  // Else no order of the stops has ways.
            const std::vector<std::uint32_t> sequence = judged_sequence(request, *best, events);
            for (std::size_t i = 1; i < sequence.size(); ++i) {
                tour[i - 1] = stops[sequence[i]];
            }
        }
    }
    return tour;
}

TourPlan::TourPlan(const std::vector<Pick>& picks, TourPlanOptions options,
                   const FleetControl& fleet, Events& events)
    : options_(std::move(options)), fleet_(fleet), events_(events) {
    std::map<std::pair<std::int32_t, std::string>, std::vector<Pick>> by_order;
    for (const Pick& pick : picks) {
        tasks_.insert(pick.task);
        by_order[{-pick.priority, pick.order}].push_back(pick);
    }
    using Class = std::pair<std::int32_t, bool>;  // Priority, and whether there is time.
    using Rank = std::tuple<Class, MonoTime, MonoTime, std::string>;
    constexpr MonoTime kWhenever{INT64_MAX};
    std::vector<std::pair<Rank, Portion>> portions;
    for (auto& [key, together] : by_order) {
        for (std::size_t i = 0; i < together.size(); ++i) {
            if (i % options_.tasks_max == 0) {
                const Pick& first = together[i];
                portions.push_back({Rank(Class(key.first, !first.is_due_soon),
                                         first.due.value_or(kWhenever), first.since, key.second),
                                    {}});
            }
            portions.back().second.picks.push_back(together[i]);
        }
    }
    std::stable_sort(portions.begin(), portions.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    Class last;
    for (auto& [rank, portion] : portions) {
        if (waves_.empty() || waves_.back().size() == kWaveMax || std::get<0>(rank) != last) {
            waves_.emplace_back();
        }
        last = std::get<0>(rank);
        waves_.back().push_back(std::move(portion));
    }
}

bool TourPlan::step(std::int64_t work) {
    while (work > 0 && !(waves_.empty() && wave_.portions.empty() && batches_.empty())) {
        if (!batches_.empty()) {
            work -= make_tour();
        } else if (wave_.portions.empty()) {
            begin_wave();
        } else if (wave_.columns < wave_.places.size()) {
            work -= ask_ways();
        } else {
            work -= make_batches();
        }
    }
    return waves_.empty() && wave_.portions.empty() && batches_.empty();
}

void TourPlan::begin_wave() {
    wave_ = {};
    wave_.portions = std::move(waves_.front());
    waves_.pop_front();
    wave_.places = {
        nearest_station(fleet_, options_.stations, wave_.portions.front().picks.front().slot)};
    std::set<std::string> slots;
    for (const Portion& portion : wave_.portions) {
        for (const Pick& pick : portion.picks) {
            if (slots.insert(pick.slot).second) {
                wave_.places.push_back(pick.slot);
            }
        }
    }
    const auto count = static_cast<Eigen::Index>(wave_.places.size());
    wave_.ways.resize(count, count);
}

/// One column: the fleet keeps a table of distances for each goal.
std::int64_t TourPlan::ask_ways() {
    const std::size_t to = wave_.columns++;
    for (std::size_t from = 0; from < wave_.places.size(); ++from) {
        wave_.ways(static_cast<Eigen::Index>(from), static_cast<Eigen::Index>(to)) =
            way_between(fleet_, wave_.places[from], wave_.places[to]);
    }
    return kWayWork * static_cast<std::int64_t>(wave_.places.size());
}

std::int64_t TourPlan::make_batches() {
    const std::vector<Portion> portions = std::exchange(wave_.portions, {});
    std::map<std::string, std::uint32_t> index;
    for (std::uint32_t i = 1; i < wave_.places.size(); ++i) {
        index[wave_.places[i]] = i;
    }
    planner::BatchingProblem problem;
    problem.capacity = static_cast<std::int32_t>(options_.tasks_max);
    std::vector<std::vector<std::uint32_t>> stops;
    for (const Portion& portion : portions) {
        stops.emplace_back();
        for (const Pick& pick : portion.picks) {
            stops.back().push_back(index[pick.slot]);
        }
        problem.orders.push_back({{}, static_cast<std::int32_t>(portion.picks.size())});
    }
    auto search = planner::BatchSearch::on(problem, std::make_unique<StopLength>(wave_.ways, stops),
                                           {1, options_.batch_work});
    std::vector<std::vector<std::uint32_t>> batches;
    if (search) {
        while (!search->step(options_.batch_work)) {
        }
        StopLength length(wave_.ways, stops);
        batches = judged_batches(problem, search->best(), length, events_);
    } else {
        events_.report(Severity::warning, "picking",
                       "batches were not planned, each order is a tour: " + search.error().text);
        batches = one_each(portions.size());
    }
    for (const std::vector<std::uint32_t>& orders : batches) {
        batches_.emplace_back();
        for (const std::uint32_t order : orders) {
            batches_.back().insert(batches_.back().end(), portions[order].picks.begin(),
                                   portions[order].picks.end());
        }
    }
    const auto count = static_cast<std::int64_t>(portions.size());
    return kLengthWork * count * count / 2 + kMoveWork * options_.batch_work;
}

std::int64_t TourPlan::make_tour() {
    std::map<std::string, std::vector<std::string>> by_slot;
    std::set<std::string> slots;
    for (const Pick& pick : batches_.front()) {
        by_slot[pick.slot].push_back(pick.task);
        slots.insert(pick.slot);
    }
    batches_.pop_front();
    Tour tour;
    tour.station = nearest_station(fleet_, options_.stations, *slots.begin());
    for (const std::string& slot :
         tour_over(fleet_, events_, tour.station, slots, options_.tour_work)) {
        tour.stops.push_back({slot, by_slot[slot]});
    }
    tours_.push_back(std::move(tour));
    const auto places = static_cast<std::int64_t>(slots.size() + 1);
    return options_.tour_work + kWayWork * places * places;
}

}  // namespace tally

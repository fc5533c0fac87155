// Which open picks one cart does together, and in which order it drives to their slots: orders to
// batches (planner/batch), batches to tours (planner/tour), in slices, so that hundreds of picks do
// not hold up the loop. A picture of one moment: whoever uses the plan asks what of it still holds.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "firmware/base/time.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/services/fleet/fleet_control.hpp"
#include "planner/batch/batching.hpp"
#include "planner/tour/stop_tour.hpp"

namespace tally {

struct TourPlanOptions {
    std::vector<std::string> stations;  ///< at least one
    std::size_t tasks_max = 12;         ///< that a cart has room for
    std::int64_t batch_work = 3'000;    ///< of planner/batch, a wave
    std::int64_t tour_work = 100'000;   ///< of planner/tour, a tour
};

/// The station nearest to a place as the roads are now; the first one where no way leads to any.
std::string nearest_station(const FleetControl& fleet, const std::vector<std::string>& stations,
                            const std::string& place);

/// The places in the order in which they are driven to, from the start and back. Spends `work` at
/// once. A tour that its judge refuses is not used, and `events` hears why.
std::vector<std::string> tour_over(const FleetControl& fleet, Events& events,
                                   const std::string& start, const std::set<std::string>& places,
                                   std::int64_t work);

/// What of a found plan is used. Batches that their judge refuses are not: then each order is one.
/// Likewise a tour: then the stops are driven to as they were named. `events` hears why.
std::vector<std::vector<std::uint32_t>> judged_batches(const planner::BatchingProblem& problem,
                                                       const planner::Batching& found,
                                                       planner::BatchLength& length,
                                                       Events& events);
std::vector<std::uint32_t> judged_sequence(const planner::StopTourRequest& request,
                                           const planner::StopTour& found, Events& events);

/// Single-threaded; the fleet and events must outlive it.
class TourPlan {
 public:
    /// Orders that are batched together at most: the most urgent first: priority, due, waiting;
    /// so that what is planned at once stays small. Within a wave the order of picks does not
    /// count.
    static constexpr std::size_t kWaveMax = 48;

    struct Pick {
        std::string task, slot;
        std::string order;          ///< its picks stay together while a cart has room
        std::int32_t priority = 0;  ///< a tour takes picks of one priority, higher ones come first
        MonoTime since;             ///< waits since then
        std::optional<MonoTime> due{};  ///< of its order: what is due first comes first
        bool is_due_soon = false;       ///< such picks have tours of their own
    };
    struct Stop {
        std::string slot;
        std::vector<std::string> tasks;
    };
    struct Tour {
        std::vector<Stop> stops;
        std::string station;  ///< where it begins and ends
    };

    TourPlan(const std::vector<Pick>& picks, TourPlanOptions options, const FleetControl& fleet,
             Events& events);

    /// Spends about `work` more, in steps of some 10 ns; a single step may be more (all batches of
    /// a wave, one tour). True when all tours are planned.
    bool step(std::int64_t work);

    [[nodiscard]] bool has(const std::string& task) const { return tasks_.contains(task); }
    /// Complete when step() says so.
    [[nodiscard]] const std::vector<Tour>& tours() const { return tours_; }

 private:
    /// Picks of one order, as many as a cart has room for.
    struct Portion {
        std::vector<Pick> picks;
    };
    struct Wave {
        std::vector<Portion> portions;
        std::vector<std::string> places;  ///< the station, then each slot once
        planner::WayMatrix ways;
        std::size_t columns = 0;  ///< of them known
    };

    void begin_wave();
    std::int64_t ask_ways();
    std::int64_t make_batches();
    std::int64_t make_tour();

    TourPlanOptions options_;
    const FleetControl& fleet_;
    Events& events_;
    std::set<std::string> tasks_;
    std::deque<std::vector<Portion>> waves_;  ///< not begun
    Wave wave_;                               ///< its portions are empty: none is under way
    std::deque<std::vector<Pick>> batches_;   ///< without a tour yet
    std::vector<Tour> tours_;
};

}  // namespace tally

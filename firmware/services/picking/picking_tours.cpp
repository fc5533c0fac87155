// Batches and tours over the stops of any floor.
#include <algorithm>
#include <utility>

#include "firmware/services/picking/picking.hpp"
#include "planner/batch/batching.hpp"
#include "planner/tour/stop_tour.hpp"

namespace tally {

namespace {

using planner::WayMatrix;

/// Round tours through the places of some portions, from the station at 0 and back: the nearest
/// next, then 2-opt. An upper bound, cheap enough to be asked thousands of times.
class StopLength final : public planner::BatchLength {
 public:
    StopLength(WayMatrix ways, std::vector<std::vector<std::uint32_t>> places)
        : ways_(std::move(ways)), places_(std::move(places)) {}

    std::int32_t of(std::span<const std::uint32_t> orders) override {
        std::vector<std::uint32_t> tour{0};
        std::vector<std::uint32_t> left;
        for (const std::uint32_t order : orders) {
            left.insert(left.end(), places_[order].begin(), places_[order].end());
        }
        std::sort(left.begin(), left.end());
        left.erase(std::unique(left.begin(), left.end()), left.end());
        while (!left.empty()) {
            const auto next = std::min_element(left.begin(), left.end(), [&](auto a, auto b) {
                return ways_(tour.back(), a) < ways_(tour.back(), b);
            });
            tour.push_back(*next);
            left.erase(next);
        }
        tour.push_back(0);
        improve(tour);
        return static_cast<std::int32_t>(length(tour));
    }

 private:
    /// 2-opt, until no reversal of a part is shorter. Ways may differ by direction: sums along the
    /// tour and against it tell what a reversal is worth without driving it again.
    void improve(std::vector<std::uint32_t>& tour) const {
        std::vector<std::int64_t> along(tour.size(), 0);
        std::vector<std::int64_t> against(tour.size(), 0);
        const auto add_up = [&] {
            for (std::size_t i = 0; i + 1 < tour.size(); ++i) {
                along[i + 1] = along[i] + ways_(tour[i], tour[i + 1]);
                against[i + 1] = against[i] + ways_(tour[i + 1], tour[i]);
            }
        };
        add_up();
        for (bool is_better = true; is_better;) {
            is_better = false;
            for (std::size_t i = 1; i + 2 < tour.size(); ++i) {
                for (std::size_t k = i + 1; k + 1 < tour.size(); ++k) {
                    const std::int64_t before = along[k + 1] - along[i - 1];
                    const std::int64_t after = std::int64_t{ways_(tour[i - 1], tour[k])} +
                                               against[k] - against[i] +
                                               ways_(tour[i], tour[k + 1]);
                    if (after < before) {
                        std::reverse(tour.begin() + static_cast<std::ptrdiff_t>(i),
                                     tour.begin() + static_cast<std::ptrdiff_t>(k) + 1);
                        add_up();
                        is_better = true;
                    }
                }
            }
        }
    }

    [[nodiscard]] std::int64_t length(const std::vector<std::uint32_t>& tour) const {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i + 1 < tour.size(); ++i) {
            sum += ways_(tour[i], tour[i + 1]);
        }
        return std::min<std::int64_t>(sum, planner::kNoWay);
    }

    WayMatrix ways_;
    std::vector<std::vector<std::uint32_t>> places_;
};

WayMatrix ways_between(const FleetControl& fleet, const std::vector<std::string>& places) {
    const auto count = static_cast<Eigen::Index>(places.size());
    WayMatrix ways(count, count);
    // Column by column: the fleet keeps a table of distances for each goal, and not for very many.
    for (Eigen::Index to = 0; to < count; ++to) {
        for (Eigen::Index from = 0; from < count; ++from) {
            ways(from, to) =
                static_cast<std::int32_t>(fleet
                                              .way_mm(places[static_cast<std::size_t>(from)],
                                                      places[static_cast<std::size_t>(to)])
                                              .value_or(planner::kNoWay));
        }
    }
    return ways;
}

}  // namespace

/// The slots in the order in which they are driven to, from the station and back.
std::vector<std::string> Picking::tour_over(const std::string& station,
                                            const std::set<std::string>& slots) const {
    std::vector<std::string> places{station};
    places.insert(places.end(), slots.begin(), slots.end());
    std::vector<std::string> tour(places.begin() + 1, places.end());
    auto search = planner::StopTourSearch::on({ways_between(ports_.fleet, places), true, {}},
                                              {1, options_.tour_work});
    if (search) {
        search->step(options_.tour_work);
        if (const auto best = search->best()) {
            for (std::size_t i = 1; i < best->sequence.size(); ++i) {
                tour[i - 1] = places[best->sequence[i]];
            }
        }
    }
    return tour;
}

/// Which portions go on one cart together.
std::vector<Picking::Portion> Picking::batches_of(const std::vector<Portion>& portions) const {
    std::vector<std::string> places{nearest_station(portions[0].tasks[0]->from)};
    std::map<std::string, std::uint32_t> index;
    planner::BatchingProblem problem;
    problem.capacity = options_.cart_tasks_max;
    std::vector<std::vector<std::uint32_t>> stops;
    for (const Portion& portion : portions) {
        stops.emplace_back();
        for (const Task* const task : portion.tasks) {
            const auto [at, is_new] =
                index.try_emplace(task->from, static_cast<std::uint32_t>(places.size()));
            if (is_new) {
                places.push_back(task->from);
            }
            stops.back().push_back(at->second);
        }
        problem.orders.push_back({{}, static_cast<std::int32_t>(portion.tasks.size())});
    }
    auto search = planner::BatchSearch::on(
        std::move(problem),
        std::make_unique<StopLength>(ways_between(ports_.fleet, places), std::move(stops)),
        {1, options_.batch_work});
    if (!search) {
        ports_.events.report(
            Severity::warning, "picking",
            "batches were not planned, each order is a tour: " + search.error().text);
        return portions;
    }
    search->step(options_.batch_work);
    std::vector<Portion> batches;
    for (const planner::Batch& batch : search->best().batches) {
        batches.emplace_back();
        for (const std::uint32_t order : batch.orders) {
            batches.back().tasks.insert(batches.back().tasks.end(), portions[order].tasks.begin(),
                                        portions[order].tasks.end());
        }
    }
    return batches;
}

}  // namespace tally

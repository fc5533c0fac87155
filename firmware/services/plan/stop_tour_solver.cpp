#include <algorithm>
#include <utility>

#include "firmware/services/plan/tour_solver.hpp"
#include "firmware/services/plan/track_along.hpp"
#include "planner/check/stop_tour_check.hpp"
#include "planner/check/trips_check.hpp"
#include "planner/map/floor_graph.hpp"

namespace tally {

namespace {

/// The stops of a question on its graph, the start first and the end last.
struct StopsAsked {
    std::vector<std::uint32_t> stops;
    planner::FloorGraph graph;
};

Result<StopsAsked> stops_asked(const TourAsked& asked, const FloorFile& floor) {
    TALLY_TRY_ASSIGN(planner::FloorGraph graph, planner::FloorGraph::on(floor.layout));
    std::vector<std::uint32_t> stops;
    if (asked.from) {
        stops.push_back(*asked.from);
    }
    stops.insert(stops.end(), asked.picks.begin(), asked.picks.end());
    if (asked.to) {
        stops.push_back(*asked.to);
    }
    if (stops.size() > planner::kStopsMax) {
        return fail(ErrorKind::exhausted, std::to_string(stops.size()) +
                                              " stops; up to 2000 can be planned as one tour on "
                                              "this floor; split it");
    }
    return StopsAsked{std::move(stops), std::move(graph)};
}

class StopTourSolver final : public PlanSolver {
 public:
    StopTourSolver(StopsAsked where, const TourAsked& asked, planner::StopTourRequest request,
                   planner::StopTourSearch search)
        : where_(std::move(where)),
          capacity_(asked.capacity),
          weights_(asked.weights),
          request_(std::move(request)),
          search_(std::move(search)) {
        if (capacity_ > 0) {
            weights_.resize(where_.stops.size() - 1, 1);
            weights_.insert(weights_.begin(), 0);  // Of the start.
        }
    }

    bool step(std::int64_t work) override { return search_.step(work); }

    Result<PlanFound> found() override {
        TALLY_TRY_ASSIGN(const planner::StopTour tour, search_.best());
        TALLY_TRY(judged(check_stop_tour(request_, tour)));
        if (capacity_ > 0) {
            return found_trips(tour);
        }
        std::vector<std::uint32_t> sequence;
        for (const std::uint32_t stop : tour.sequence) {
            sequence.push_back(where_.stops[stop]);
        }
        PlanFound found = sequence_found(where_.graph.layout(), sequence);
        if (request_.is_round) {
            sequence.push_back(sequence.front());
        }
        found.track = track_along(where_.graph, sequence);
        found.answer.total = static_cast<double>(tour.length_mm);
        found.answer.lower_bound = static_cast<double>(tour.lower_bound_mm);
        found.answer.method = "mm, local search over ways between stops";
        return found;
    }

 private:
    Result<PlanFound> found_trips(const planner::StopTour& tour) {
        const planner::TripsRequest wanted{request_.ways, weights_, request_.ranks, capacity_};
        const bool is_small = where_.stops.size() <= planner::kExactStopsMax;
        TALLY_TRY_ASSIGN(const planner::Trips trips, is_small
                                                         ? planner::shortest_trips(wanted)
                                                         : planner::cut_by_capacity(wanted, tour));
        TALLY_TRY(judged(check_trips(wanted, trips)));
        PlanFound found;
        found.answer.columns = {"trip", "n", "place"};
        found.answer.numbers = {"trip", "n"};
        std::vector<std::uint32_t> all{where_.stops.front()};
        for (std::size_t trip = 0; trip < trips.trips.size(); ++trip) {
            for (std::size_t i = 0; i < trips.trips[trip].size(); ++i) {
                const std::uint32_t stop = where_.stops[trips.trips[trip][i]];
                all.push_back(stop);
                found.answer.rows.push_back({std::to_string(trip + 1), std::to_string(i + 1),
                                             where_.graph.layout().stops[stop].place.str()});
            }
            all.push_back(where_.stops.front());
        }
        found.track = track_along(where_.graph, all);
        found.answer.total = static_cast<double>(trips.length_mm);
        found.answer.lower_bound = static_cast<double>(trips.lower_bound_mm);
        found.answer.method = "mm, " + std::to_string(trips.trips.size()) +
                              (is_small ? " trips, the shortest of all"
                                        : " trips: the shortest cut of a tour found by local "
                                          "search");
        return found;
    }

    StopsAsked where_;
    std::int32_t capacity_;
    std::vector<std::int32_t> weights_;
    planner::StopTourRequest request_;
    planner::StopTourSearch search_;
};

/// Ways are the shortest of all, so that a place without one from the first stop is in no tour.
Result<void> check_reach(const StopsAsked& where, const planner::WayMatrix& ways, bool is_round) {
    const Eigen::Index end = is_round ? 0 : ways.rows() - 1;
    const auto name = [&where](Eigen::Index stop) {
        return "'" +
               where.graph.layout().stops[where.stops[static_cast<std::size_t>(stop)]].place.str() +
               "'";
    };
    for (Eigen::Index stop = 0; stop < ways.rows(); ++stop) {
        const bool is_reached = ways(0, stop) < planner::kNoWay;
        if (!is_reached || ways(stop, end) >= planner::kNoWay) {
            return fail(ErrorKind::refused,
                        "no way leads from " + name(is_reached ? stop : 0) + " to " +
                            name(is_reached ? end : stop) +
                            "; leave the place out, or see what tally layout check says of the "
                            "floor");
        }
    }
    return {};
}

}  // namespace

MadeSolver stop_tour_solver(const TourAsked& asked, const FloorFile& floor) {
    TALLY_TRY_ASSIGN(StopsAsked where, stops_asked(asked, floor));
    planner::StopTourRequest request;
    TALLY_TRY_ASSIGN(request.ways, where.graph.tour_ways(where.stops));
    request.is_round = !asked.to;
    TALLY_TRY(check_reach(where, request.ways, request.is_round));
    if (!asked.ranks.empty()) {
        request.ranks = asked.ranks;
        if (asked.from) {
            request.ranks.insert(request.ranks.begin(), 0);
        }
        request.ranks.resize(where.stops.size(), 0);
    }
    TALLY_TRY_ASSIGN(planner::StopTourSearch search,
                     planner::StopTourSearch::on(request, {asked.seed, asked.work}));
    return std::make_unique<StopTourSolver>(std::move(where), asked, std::move(request),
                                            std::move(search));
}

}  // namespace tally

#include <utility>

#include "firmware/services/plan/tour_solver.hpp"
#include "firmware/services/plan/track_along.hpp"
#include "planner/map/floor_graph.hpp"
#include "planner/tour/scattered_tour.hpp"

namespace tally {

namespace {

class ScatteredSolver final : public PlanSolver {
 public:
    ScatteredSolver(const TourAsked& asked, planner::FloorGraph graph,
                    std::vector<std::uint32_t> stops, planner::ScatteredRequest request,
                    planner::ScatteredSearch search)
        : names_(asked.names),
          graph_(std::move(graph)),
          stops_(std::move(stops)),
          request_(std::move(request)),
          search_(std::move(search)) {}

    bool step(std::int64_t work) override { return search_.step(work); }

    Result<PlanFound> found() override {
        TALLY_TRY_ASSIGN(const planner::ScatteredTour tour, search_.best());
        TALLY_TRY(judged(check_scattered_tour(request_, tour)));
        PlanFound found;
        found.answer.columns = {"n", "place", "article"};
        found.answer.numbers = {"n"};
        std::vector<std::uint32_t> sequence{stops_.front()};
        for (std::size_t i = 0; i < tour.slots.size(); ++i) {
            sequence.push_back(stops_[tour.slots[i]]);
            found.answer.rows.push_back({std::to_string(i + 1),
                                         graph_.layout().stops[sequence.back()].place.str(),
                                         names_[tour.articles[i]]});
        }
        sequence.push_back(stops_.front());
        found.track = track_along(graph_, sequence);
        found.answer.total = static_cast<double>(tour.length_mm);
        found.answer.lower_bound = static_cast<double>(tour.lower_bound_mm);
        found.answer.method = "mm, slots chosen together with the route";
        return found;
    }

 private:
    std::vector<std::string> names_;
    planner::FloorGraph graph_;
    std::vector<std::uint32_t> stops_;
    planner::ScatteredRequest request_;
    planner::ScatteredSearch search_;
};

}  // namespace

MadeSolver scattered_tour_solver(const TourAsked& asked, const FloorFile& floor) {
    if (!asked.from || asked.to) {
        return fail(ErrorKind::refused,
                    "a tour that chooses slots goes out and back to one place; name it with "
                    "--from, and leave --to out");
    }
    if (!asked.ranks.empty() || asked.capacity > 0) {
        return fail(ErrorKind::unsupported,
                    "ranks and a capacity are not kept while slots are chosen; leave out --stock, "
                    "or plan with the slots of a first answer");
    }
    TALLY_TRY_ASSIGN(planner::FloorGraph graph, planner::FloorGraph::on(floor.layout));
    std::vector<std::uint32_t> stops{*asked.from};
    planner::ScatteredRequest request;
    for (const std::vector<std::uint32_t>& slots : asked.slots_of) {
        std::vector<std::uint32_t>& rows = request.slots_of.emplace_back();
        for (const std::uint32_t slot : slots) {
            rows.push_back(static_cast<std::uint32_t>(stops.size()));
            stops.push_back(slot);
        }
    }
    if (stops.size() > planner::kStopsMax) {
        return fail(ErrorKind::exhausted, std::to_string(stops.size() - 1) +
                                              " slots to choose from; up to 1999 can be planned as "
                                              "one tour; split it");
    }
    TALLY_TRY_ASSIGN(request.ways, graph.ways(stops));
    TALLY_TRY_ASSIGN(planner::ScatteredSearch search,
                     planner::ScatteredSearch::on(request, {asked.seed, asked.work}));
    return std::make_unique<ScatteredSolver>(asked, std::move(graph), std::move(stops),
                                             std::move(request), std::move(search));
}

}  // namespace tally

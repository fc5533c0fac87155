#include "firmware/services/plan/tour_solver.hpp"

#include <utility>

#include "firmware/services/plan/floor_stops.hpp"
#include "planner/tour/stop_tour.hpp"

namespace tally {

namespace {

/// Picks by place; an article that lies in several slots makes all of them a choice.
Result<void> find_picks(const TourFile& file, const FloorStops& stops, TourAsked& asked) {
    bool has_choice = false;
    for (const PlaceId& pick : file.picks) {
        std::vector<std::uint32_t>& slots = asked.slots_of.emplace_back();
        asked.names.push_back(pick.str());
        const auto article = file.stock.find(pick.str());
        if (article == file.stock.end() || stops.has(pick)) {
            TALLY_TRY_ASSIGN(const std::uint32_t stop, stops.find(pick));
            slots.push_back(stop);
            continue;
        }
        for (const PlaceId& place : article->second) {
            TALLY_TRY_ASSIGN(const std::uint32_t stop, stops.find(place));
            slots.push_back(stop);
        }
        has_choice = has_choice || slots.size() > 1;
        if (slots.empty()) {
            return fail(ErrorKind::refused, "the article '" + pick.str() + "' lies nowhere");
        }
    }
    if (!has_choice) {
        for (const std::vector<std::uint32_t>& slots : asked.slots_of) {
            asked.picks.push_back(slots.front());
        }
        asked.slots_of.clear();
    }
    return {};
}

Result<TourAsked> tour_asked(const PlanQuestion& question, TourFile file, const FloorStops& stops) {
    if (file.picks.empty()) {
        return fail(ErrorKind::refused, "there are no picks to visit; write one place a line");
    }
    TourAsked asked;
    TALLY_TRY(find_picks(file, stops, asked));
    const auto end = [&](const PlaceId& said, const PlaceId& in_file,
                         std::optional<std::uint32_t>& stop) -> Result<void> {
        const PlaceId& place = said.empty() ? in_file : said;
        if (!place.empty()) {
            TALLY_TRY_ASSIGN(stop, stops.find(place));
        }
        return {};
    };
    TALLY_TRY(end(question.from, file.from, asked.from));
    TALLY_TRY(end(question.to, file.to, asked.to));
    asked.ranks = std::move(file.ranks);
    asked.weights = std::move(file.weights);
    asked.capacity = question.capacity > 0 ? question.capacity : file.capacity;
    asked.seed = question.seed;
    asked.work = question.work;
    if (asked.to && !asked.from) {
        return fail(ErrorKind::refused, "a tour with --to needs --from as well");
    }
    if (asked.capacity > 0 && (!asked.from || asked.to)) {
        return fail(ErrorKind::refused,
                    "trips of a vehicle with a capacity begin and end at one place; name it with "
                    "--from, and leave --to out");
    }
    if (!asked.ranks.empty() && !asked.from) {
        return fail(ErrorKind::refused, "heavy first needs a beginning; name it with --from PLACE");
    }
    return asked;
}

/// The exact method; where it gives up for a reason that the graph does not have, the graph.
class AisleThenGraph final : public PlanSolver {
 public:
    AisleThenGraph(std::unique_ptr<PlanSolver> exact, TourAsked asked, const FloorFile& floor)
        : solver_(std::move(exact)), asked_(std::move(asked)), floor_(floor) {}

    bool step(std::int64_t work) override {
        if (!solver_->step(work)) {
            return false;
        }
        if (is_graph_) {
            return true;
        }
        found_ = solver_->found();
        if (*found_ || !is_for_graph((*found_).error(), asked_)) {
            return true;
        }
        MadeSolver graph = stop_tour_solver(asked_, floor_);
        if (!graph) {
            found_ = fail(graph.error());
            return true;
        }
        found_.reset();
        is_graph_ = true;
        solver_ = std::move(*graph);
        return false;
    }

    Result<PlanFound> found() override { return found_ ? std::move(*found_) : solver_->found(); }

    /// The graph has its own limit: beyond it the reason of the exact method is the better one.
    static bool is_for_graph(const Error& error, const TourAsked& asked) {
        return (error.kind == ErrorKind::unsupported || error.kind == ErrorKind::exhausted) &&
               asked.picks.size() < planner::kStopsMax;
    }

 private:
    std::unique_ptr<PlanSolver> solver_;
    TourAsked asked_;
    const FloorFile& floor_;
    bool is_graph_ = false;
    std::optional<Result<PlanFound>> found_;
};

}  // namespace

PlanFound sequence_found(const FloorLayout& floor, const std::vector<std::uint32_t>& stops) {
    PlanFound found;
    found.answer.columns = {"n", "place"};
    found.answer.numbers = {"n"};
    for (std::size_t i = 0; i < stops.size(); ++i) {
        found.answer.rows.push_back({std::to_string(i + 1), floor.stops[stops[i]].place.str()});
    }
    return found;
}

MadeSolver tour_solver(const PlanQuestion& question, const FloorFile& floor) {
    TALLY_TRY_ASSIGN(TourFile file, read_tour_file(question.text));
    TALLY_TRY_ASSIGN(TourAsked asked,
                     tour_asked(question, std::move(file), FloorStops(floor.layout)));
    if (!asked.slots_of.empty()) {
        return scattered_tour_solver(asked, floor);
    }
    if (floor.aisles && asked.ranks.empty() && asked.capacity == 0) {
        MadeSolver exact = aisle_tour_solver(asked, floor);
        if (exact) {
            return std::make_unique<AisleThenGraph>(std::move(*exact), std::move(asked), floor);
        }
        if (!AisleThenGraph::is_for_graph(exact.error(), asked)) {
            return exact;
        }
    }
    return stop_tour_solver(asked, floor);
}

}  // namespace tally

#include "tools/tally/plan.hpp"

#include <charconv>
#include <fstream>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "firmware/messages/layout/floor_file.hpp"
#include "firmware/messages/layout/floor_svg.hpp"
#include "firmware/messages/plan/plan_file.hpp"
#include "planner/check/aisle_tour_check.hpp"
#include "planner/check/assignment_check.hpp"
#include "planner/check/batching_check.hpp"
#include "planner/check/stop_tour_check.hpp"
#include "planner/map/floor_graph.hpp"
#include "planner/tour/directed_tour.hpp"

namespace tally::cli {

namespace {

Result<std::int64_t> whole_option(const Invocation& invocation, const std::string& flag,
                                  std::int64_t fallback) {
    const std::string text = invocation.option(flag);
    if (text.empty()) {
        return fallback;
    }
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0) {
        return fail(ErrorKind::malformed, flag + " " + text + " is no whole number of 0 or more");
    }
    return value;
}

Result<FloorFile> floor_named(const std::string& name, const ReadInput& read) {
    if (name.empty()) {
        return fail(ErrorKind::malformed, "no floor was named; write --floor FILE");
    }
    TALLY_TRY_ASSIGN(const std::string text, read(name));
    return read_floor(text, name);
}

Result<void> judged(const std::vector<std::string>& problems) {
    return problems.empty()
               ? Result<void>()
               : fail(ErrorKind::corrupt, "the answer did not pass its check: " + problems.front());
}

Result<void> write_svg(const Invocation& invocation, const FloorLayout& floor,
                       const FloorTrack& track) {
    const std::string name = invocation.option("--svg");
    if (name.empty()) {
        return {};
    }
    std::ofstream file(name, std::ios::binary);
    file << floor_svg(floor, track);
    file.close();
    return file ? Result<void>() : fail(ErrorKind::refused, "cannot write " + name);
}

std::string written(const Invocation& invocation, const PlanAnswer& answer) {
    switch (invocation.output) {
        case OutputFormat::json:
            return plan_as_json(answer);
        case OutputFormat::csv:
            return plan_as_csv(answer);
        case OutputFormat::table:
            break;
    }
    return plan_as_table(answer);
}

/// The stops of a floor by name.
class Stops {
 public:
    explicit Stops(const FloorFile& floor) {
        for (std::uint32_t i = 0; i < floor.layout.stops.size(); ++i) {
            index_.emplace(floor.layout.stops[i].place, i);
        }
    }

    [[nodiscard]] Result<std::uint32_t> find(const PlaceId& place) const {
        const auto at = index_.find(place);
        if (at == index_.end()) {
            return fail(ErrorKind::refused,
                        "there is no place '" + place.str() +
                            "' on this floor; tally layout draw shows all of them");
        }
        return at->second;
    }

 private:
    std::map<PlaceId, std::uint32_t> index_;
};

/// What a tour command asks for, by index of stop: start (if any), picks, end (if any).
struct TourAsked {
    std::vector<std::uint32_t> picks;
    std::optional<std::uint32_t> from, to;
};

Result<TourAsked> tour_asked(const Invocation& invocation, const TourFile& file,
                             const Stops& stops) {
    TourAsked asked;
    for (const PlaceId& pick : file.picks) {
        TALLY_TRY_ASSIGN(const std::uint32_t stop, stops.find(pick));
        asked.picks.push_back(stop);
    }
    const auto end = [&](const char* flag, const PlaceId& in_file,
                         std::optional<std::uint32_t>& stop) -> Result<void> {
        const std::string option = invocation.option(flag);
        const PlaceId place = option.empty() ? in_file : PlaceId(option);
        if (!place.empty()) {
            TALLY_TRY_ASSIGN(stop, stops.find(place));
        }
        return {};
    };
    TALLY_TRY(end("--from", file.from, asked.from));
    TALLY_TRY(end("--to", file.to, asked.to));
    return asked;
}

PlanAnswer sequence_answer(const FloorLayout& floor, const std::vector<std::uint32_t>& stops) {
    PlanAnswer answer;
    answer.columns = {"n", "place"};
    answer.numbers = {"n"};
    for (std::size_t i = 0; i < stops.size(); ++i) {
        answer.rows.push_back({std::to_string(i + 1), floor.stops[stops[i]].place.str()});
    }
    return answer;
}

/// By the plain method, or with one-way aisles and turn costs by the directed one.
Result<planner::AisleTour> solved(const AisleFloor& floor,
                                  const planner::AisleTourRequest& request) {
    if (Result<planner::AisleTourPlanner> plain = planner::AisleTourPlanner::on(floor)) {
        return plain->solve(request);
    }
    TALLY_TRY_ASSIGN(planner::DirectedTourPlanner directed,
                     planner::DirectedTourPlanner::on(floor));
    return directed.solve(request);
}

/// True if the exact methods gave up for a reason that a search over the graph does not have.
bool asks_for_graph(const Result<std::string>& answer) {
    return !answer && (answer.error().kind == ErrorKind::unsupported ||
                       answer.error().kind == ErrorKind::exhausted);
}

/// The optimal tour, where the floor is one of aisles that the exact method covers.
Result<std::string> plan_aisle_tour(const Invocation& invocation, const FloorFile& floor,
                                    const TourAsked& asked) {
    const auto point = [&](std::uint32_t stop) { return floor.aisle_stops[stop].at; };
    std::vector<FloorPoint> picks;
    for (const std::uint32_t pick : asked.picks) {
        picks.push_back(point(pick));
    }
    planner::AisleTourRequest request{picks, {}, {}};
    if (asked.from) {
        request.start = point(*asked.from);
    }
    if (asked.to) {
        request.end = point(*asked.to);
    }
    TALLY_TRY_ASSIGN(const planner::AisleTour tour, solved(*floor.aisles, request));
    TALLY_TRY(judged(check_aisle_tour(*floor.aisles, request, tour)));
    FloorTrack track;
    for (const FloorPoint& corner : tour.walk) {
        track.emplace_back(corner.aisle * floor.aisles->spacing_mm, corner.y_mm);
    }
    TALLY_TRY(write_svg(invocation, floor.layout, track));
    std::vector<std::uint32_t> sequence;
    for (const std::uint32_t pick : tour.sequence) {
        sequence.push_back(asked.picks[pick]);
    }
    PlanAnswer answer = sequence_answer(floor.layout, sequence);
    answer.total = static_cast<double>(tour.length_mm);
    answer.lower_bound = static_cast<double>(tour.lower_bound_mm);
    answer.method = "mm, dynamic programming over the aisles";
    return written(invocation, answer);
}

Result<std::string> plan_stop_tour(const Invocation& invocation, const FloorFile& floor,
                                   const TourAsked& asked) {
    TALLY_TRY_ASSIGN(const planner::FloorGraph graph, planner::FloorGraph::on(floor.layout));
    std::vector<std::uint32_t> stops;
    if (asked.from) {
        stops.push_back(*asked.from);
    }
    stops.insert(stops.end(), asked.picks.begin(), asked.picks.end());
    if (asked.to) {
        stops.push_back(*asked.to);
    }
    if (stops.size() > planner::kStopsMax) {
        return fail(ErrorKind::exhausted,
                    std::to_string(stops.size()) + " stops; up to 2000 can be planned as one tour");
    }
    planner::StopTourRequest request;
    TALLY_TRY_ASSIGN(request.ways, graph.ways(stops));
    request.is_round = !asked.to;
    TALLY_TRY_ASSIGN(const std::int64_t work, whole_option(invocation, "--work", 20'000'000));
    TALLY_TRY_ASSIGN(const std::int64_t seed, whole_option(invocation, "--seed", 1));
    TALLY_TRY_ASSIGN(
        planner::StopTourSearch search,
        planner::StopTourSearch::on(request, {static_cast<std::uint64_t>(seed), work}));
    while (!search.step(1'000'000)) {
    }
    TALLY_TRY_ASSIGN(const planner::StopTour tour, search.best());
    TALLY_TRY(judged(check_stop_tour(request, tour)));
    std::vector<std::uint32_t> sequence;
    FloorTrack track;
    for (const std::uint32_t stop : tour.sequence) {
        if (!sequence.empty()) {
            for (const std::uint32_t node : graph.path(sequence.back(), stops[stop])) {
                track.emplace_back(floor.layout.nodes[node].x_mm, floor.layout.nodes[node].y_mm);
            }
        }
        sequence.push_back(stops[stop]);
        track.push_back(point_of(floor.layout, floor.layout.stops[stops[stop]]));
    }
    TALLY_TRY(write_svg(invocation, floor.layout, track));
    PlanAnswer answer = sequence_answer(floor.layout, sequence);
    answer.total = static_cast<double>(tour.length_mm);
    answer.lower_bound = static_cast<double>(tour.lower_bound_mm);
    answer.method = "mm, local search over ways between stops";
    return written(invocation, answer);
}

Result<std::string> plan_tour(const Invocation& invocation, const ReadInput& read) {
    TALLY_TRY_ASSIGN(const FloorFile floor, floor_named(invocation.option("--floor"), read));
    TALLY_TRY_ASSIGN(const std::string text, read(invocation.arguments[0]));
    TALLY_TRY_ASSIGN(const TourFile file, read_tour_file(text));
    TALLY_TRY_ASSIGN(const TourAsked asked, tour_asked(invocation, file, Stops(floor)));
    if (asked.to && !asked.from) {
        return fail(ErrorKind::refused, "a tour with --to needs --from as well");
    }
    if (floor.aisles) {
        Result<std::string> exact = plan_aisle_tour(invocation, floor, asked);
        if (!asks_for_graph(exact)) {
            return exact;
        }
    }
    return plan_stop_tour(invocation, floor, asked);
}

Result<planner::BatchingProblem> batching_asked(const Invocation& invocation,
                                                const FloorFile& floor, const OrderFile& file) {
    if (!floor.aisles) {
        return fail(ErrorKind::unsupported, "batches are planned on aisle floors only");
    }
    const Stops stops(floor);
    planner::BatchingProblem problem;
    problem.floor = *floor.aisles;
    const std::string from = invocation.option("--from");
    if (from.empty()) {
        return fail(ErrorKind::malformed, "name the place where tours begin: --from PLACE");
    }
    TALLY_TRY_ASSIGN(const std::uint32_t depot, stops.find(PlaceId(from)));
    problem.depot = floor.aisle_stops[depot].at;
    TALLY_TRY_ASSIGN(const std::int64_t capacity,
                     whole_option(invocation, "--capacity", file.capacity));
    problem.capacity = static_cast<std::int32_t>(
        std::min<std::int64_t>(capacity, std::numeric_limits<std::int32_t>::max()));
    for (const OrderFile::Order& order : file.orders) {
        planner::BatchOrder& batched = problem.orders.emplace_back();
        batched.weight = order.weight;
        for (const PlaceId& pick : order.picks) {
            TALLY_TRY_ASSIGN(const std::uint32_t stop, stops.find(pick));
            batched.picks.push_back(floor.aisle_stops[stop].at);
        }
    }
    return problem;
}

Result<std::string> plan_batch(const Invocation& invocation, const ReadInput& read) {
    TALLY_TRY_ASSIGN(const FloorFile floor, floor_named(invocation.option("--floor"), read));
    TALLY_TRY_ASSIGN(const std::string text, read(invocation.arguments[0]));
    TALLY_TRY_ASSIGN(const OrderFile file, read_order_file(text));
    TALLY_TRY_ASSIGN(const planner::BatchingProblem problem,
                     batching_asked(invocation, floor, file));
    TALLY_TRY_ASSIGN(const std::int64_t work, whole_option(invocation, "--work", 20'000'000));
    TALLY_TRY_ASSIGN(const std::int64_t seed, whole_option(invocation, "--seed", 1));
    TALLY_TRY_ASSIGN(planner::BatchSearch search,
                     planner::BatchSearch::on(problem, {static_cast<std::uint64_t>(seed), work}));
    while (!search.step(1'000'000)) {
    }
    const planner::Batching best = search.best();
    TALLY_TRY(judged(check_batching(problem, best)));
    PlanAnswer answer;
    answer.columns = {"batch", "orders", "weight", "length_mm"};
    answer.numbers = {"batch", "weight", "length_mm"};
    for (std::size_t i = 0; i < best.batches.size(); ++i) {
        std::string orders;
        std::int64_t weight = 0;
        for (const std::uint32_t order : best.batches[i].orders) {
            orders += (orders.empty() ? "" : " ") + file.orders[order].id;
            weight += problem.orders[order].weight;
        }
        answer.rows.push_back({std::to_string(i + 1), orders, std::to_string(weight),
                               std::to_string(best.batches[i].length_mm)});
    }
    answer.total = static_cast<double>(best.total_mm);
    answer.lower_bound = static_cast<double>(best.lower_bound_mm);
    answer.method = "mm, annealing over optimal tours";
    return written(invocation, answer);
}

Result<std::string> plan_assign(const Invocation& invocation, const ReadInput& read) {
    TALLY_TRY_ASSIGN(const std::string text, read(invocation.arguments[0]));
    TALLY_TRY_ASSIGN(const CostFile file, read_cost_file(text));
    const planner::CostMatrix cost = Eigen::Map<const planner::CostMatrix>(
        file.cost.data(), static_cast<Eigen::Index>(file.rows.size()),
        static_cast<Eigen::Index>(file.columns.size()));
    TALLY_TRY_ASSIGN(const planner::Assignment best, planner::assign(cost));
    TALLY_TRY(judged(check_assignment(cost, best)));
    PlanAnswer answer;
    answer.columns = {"row", "column", "cost"};
    answer.numbers = {"cost"};
    for (std::size_t row = 0; row < file.rows.size(); ++row) {
        const std::int32_t column = best.column_of_row[row];
        if (column == planner::kUnplaced) {
            answer.rows.push_back({file.rows[row], "-", "-"});
            continue;
        }
        const double value = cost(static_cast<Eigen::Index>(row), column);
        answer.rows.push_back({file.rows[row], file.columns[static_cast<std::size_t>(column)],
                               fmt::format("{}", value)});
    }
    answer.total = best.cost;
    answer.lower_bound = best.cost - std::max(0.0, best.charged() - best.lower_bound);
    answer.method = "Jonker and Volgenant, " + std::to_string(best.pairs) + " pairs";
    return written(invocation, answer);
}

Result<std::string> check_layout_file(const FloorFile& floor) {
    TALLY_TRY_ASSIGN(const planner::FloorGraph graph, planner::FloorGraph::on(floor.layout));
    const std::vector<std::string> problems = graph.check_reach();
    if (!problems.empty()) {
        std::string text;
        for (const std::string& problem : problems) {
            text += (text.empty() ? "" : "\n") + problem;
        }
        return fail(ErrorKind::refused, text);
    }
    return fmt::format("{} nodes, {} lanes, {} stops: every stop can be reached and left\n",
                       floor.layout.nodes.size(), floor.layout.lanes.size(),
                       floor.layout.stops.size());
}

}  // namespace

Result<std::string> run_plan(const Invocation& invocation, const ReadInput& read) {
    const std::string_view path = invocation.command->path;
    if (path == "plan tour") {
        return plan_tour(invocation, read);
    }
    if (path == "plan batch") {
        return plan_batch(invocation, read);
    }
    if (path == "plan assign") {
        return plan_assign(invocation, read);
    }
    TALLY_TRY_ASSIGN(const FloorFile floor, floor_named(invocation.arguments[0], read));
    return path == "layout draw" ? Result<std::string>(floor_svg(floor.layout, {}))
                                 : check_layout_file(floor);
}

}  // namespace tally::cli

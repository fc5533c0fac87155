#include "planner/traffic/path_search.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "planner/traffic/joint_search.hpp"
#include "planner/traffic/path_refiner.hpp"

namespace tally::planner {

namespace {

Result<void> check_cells(const std::vector<Cell>& cells, std::size_t size, std::string_view what) {
    std::vector<Cell> sorted = cells;
    std::sort(sorted.begin(), sorted.end());
    if (sorted.back() >= size) {
        return fail(ErrorKind::malformed, "a " + std::string(what) + " is cell " +
                                              std::to_string(sorted.back()) + "; the map has " +
                                              std::to_string(size));
    }
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end()) {
        return fail(ErrorKind::refused, "cell " + std::to_string(*twice) + " is the " +
                                            std::string(what) +
                                            " of two vehicles; give each its own");
    }
    return {};
}

Result<void> check(const TrafficMap& map, const PathProblem& problem) {
    const std::size_t count = problem.starts.size();
    if (count == 0 || count != problem.goals.size()) {
        return fail(ErrorKind::malformed, std::to_string(count) + " starts and " +
                                              std::to_string(problem.goals.size()) +
                                              " goals; each vehicle needs one of each");
    }
    if (count > kVehiclesMax) {
        return fail(ErrorKind::exhausted,
                    std::to_string(count) + " vehicles; up to 5000 can be planned as one");
    }
    if (map.has_near()) {
        return fail(ErrorKind::unsupported,
                    "this floor has places nearer than the vehicles' clearance; use the rolling "
                    "planner, or cells as long as the narrowest place needs");
    }
    TALLY_TRY(check_cells(problem.starts, map.size(), "start"));
    return check_cells(problem.goals, map.size(), "goal");
}

}  // namespace

struct PathSearch::Parts {
    Parts(const TrafficMap& traffic_map, PathProblem path_problem, const PathOptions& path_options)
        : map(&traffic_map),
          problem(std::move(path_problem)),
          options(path_options),
          distances(traffic_map) {}

    const TrafficMap* map;
    PathProblem problem;
    PathOptions options;
    GoalDistances distances;
    std::optional<JointSearch> joint;
    std::optional<PathRefiner> refiner;
    JointSearch::State state = JointSearch::State::searching;
    std::int64_t bound = 0;
    std::int64_t granted = 0;
    std::int64_t first_work = 0;  ///< what the first plan took

    void begin_refining() {
        const std::vector<std::vector<Cell>> steps = joint->found();
        std::vector<std::vector<Cell>> paths(problem.starts.size());
        for (std::size_t i = 0; i < paths.size(); ++i) {
            std::size_t end = steps.size();
            while (end > 1 && steps[end - 2][i] == problem.goals[i]) {
                --end;
            }
            for (std::size_t step = 0; step < end; ++step) {
                paths[i].push_back(steps[step][i]);
            }
        }
        first_work = joint->work();
        joint.reset();
        refiner.emplace(*map, problem, distances, std::move(paths),
                        Prng(options.seed).fork("refine"));
    }
};

PathSearch::PathSearch(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
PathSearch::PathSearch(PathSearch&&) noexcept = default;
PathSearch& PathSearch::operator=(PathSearch&&) noexcept = default;
PathSearch::~PathSearch() = default;

Result<PathSearch> PathSearch::on(const TrafficMap& map, PathProblem problem,
                                  const PathOptions& options) {
    TALLY_TRY(check(map, problem));
    auto parts = std::make_unique<Parts>(map, std::move(problem), options);
    for (std::size_t i = 0; i < parts->problem.starts.size(); ++i) {
        const std::uint16_t steps =
            parts->distances.to(parts->problem.goals[i])[parts->problem.starts[i]];
        if (steps == GoalDistances::kFar) {
            return fail(ErrorKind::refused,
                        "no way leads vehicle " + std::to_string(i) + " from cell " +
                            std::to_string(parts->problem.starts[i]) + " to cell " +
                            std::to_string(parts->problem.goals[i]));
        }
        parts->bound += steps;
    }
    parts->joint.emplace(*parts->map, parts->problem, parts->distances, Prng(options.seed));
    return PathSearch(std::move(parts));
}

bool PathSearch::step(std::int64_t work) {
    Parts& parts = *parts_;
    parts.granted = std::min(parts.options.work, parts.granted + std::max<std::int64_t>(work, 0));
    if (parts.joint) {
        parts.state = parts.joint->run(parts.granted);
        if (parts.state == JointSearch::State::found) {
            parts.begin_refining();
        } else if (parts.state != JointSearch::State::searching) {
            return true;
        }
    }
    const bool is_best = parts.refiner && parts.refiner->run(parts.granted - parts.first_work);
    return is_best || parts.granted == parts.options.work;
}

bool PathSearch::has_plan() const {
    return parts_->refiner.has_value();
}

Result<PathPlan> PathSearch::best() const {
    const Parts& parts = *parts_;
    if (parts.refiner) {
        return PathPlan{parts.refiner->paths(), parts.refiner->sum_of_costs(), parts.bound};
    }
    switch (parts.state) {
        case JointSearch::State::impossible:
            return fail(ErrorKind::refused,
                        "no plan exists: the vehicles cannot pass each other on this map; free an "
                        "aisle or change a goal");
        case JointSearch::State::exhausted:
            return fail(ErrorKind::exhausted,
                        "no plan found in the memory set aside; plan fewer vehicles at once");
        case JointSearch::State::searching:
        case JointSearch::State::found:
            break;
    }
    return fail(ErrorKind::timeout, "no plan found yet; allow more work");
}

}  // namespace tally::planner

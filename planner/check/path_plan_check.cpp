#include "planner/check/path_plan_check.hpp"

#include <algorithm>
#include <map>
#include <queue>

namespace tally::planner {

namespace {

constexpr std::size_t kProblemsMax = 20;

struct Point {
    std::int64_t x = 0;
    std::int64_t y = 0;
};

class Judge {
 public:
    Judge(const TrafficMap& map, const std::vector<std::vector<Cell>>& paths,
          const TrafficRules& rules)
        : map_(map), paths_(paths), rules_(rules) {}

    std::vector<std::string> judge() {
        std::size_t end = 0;
        for (std::size_t i = 0; i < paths_.size(); ++i) {
            if (paths_[i].empty() ||
                *std::max_element(paths_[i].begin(), paths_[i].end()) >= map_.size()) {
                say(i, 0, "has no path, or one off the map");
                return problems_;
            }
            end = std::max(end, paths_[i].size());
        }
        for (std::size_t step = 0; step < end; ++step) {
            judge_places(step);
            judge_moves(step);
            if (rules_.clearance_mm > 0) {
                judge_clearance(step);
            }
        }
        return problems_;
    }

 private:
    [[nodiscard]] Cell at(std::size_t vehicle, std::size_t step) const {
        return paths_[vehicle][std::min(step, paths_[vehicle].size() - 1)];
    }

    void say(std::size_t vehicle, std::size_t step, const std::string& what) {
        if (problems_.size() < kProblemsMax) {
            problems_.push_back("vehicle " + std::to_string(vehicle) + ", step " +
                                std::to_string(step) + ": " + what);
        }
    }

    void judge_places(std::size_t step) {
        here_.clear();
        for (std::size_t i = 0; i < paths_.size(); ++i) {
            const auto [it, is_new] = here_.emplace(at(i, step), i);
            if (!is_new) {
                say(i, step, "is on the cell of vehicle " + std::to_string(it->second));
            }
        }
        for (const auto& [cell, vehicle] : here_) {
            for (const Cell near : map_.near(cell)) {
                const auto other = here_.find(near);
                if (other != here_.end()) {
                    say(vehicle, step, "is too near vehicle " + std::to_string(other->second));
                }
            }
        }
    }

    void judge_moves(std::size_t step) {
        for (std::size_t i = 0; i < paths_.size(); ++i) {
            const Cell from = at(i, step);
            const Cell to = at(i, step + 1);
            if (from == to) {
                continue;
            }
            if (!map_.has_step(from, to)) {
                say(i, step, "jumps to a cell that is not beside its own");
            }
            const auto ahead = here_.find(to);
            if (ahead != here_.end() && at(ahead->second, step + 1) == from) {
                say(i, step, "changes places with vehicle " + std::to_string(ahead->second));
            } else if (rules_.rings == Rings::forbidden) {
                judge_ring(i, step);
            }
        }
    }

    void judge_ring(std::size_t vehicle, std::size_t step) {
        std::size_t on = vehicle;
        for (std::size_t i = 0; i <= paths_.size(); ++i) {
            const auto ahead = here_.find(at(on, step + 1));
            if (ahead == here_.end() || ahead->second == on) {
                return;
            }
            on = ahead->second;
            if (on == vehicle) {
                say(vehicle, step, "moves in a ring");
                return;
            }
        }
    }

    [[nodiscard]] Point point(Cell cell) const { return {map_.x_mm(cell), map_.y_mm(cell)}; }

    /// Least distance of two points that move from a to b in one step, each on its line.
    void judge_clearance(std::size_t step) {
        order_.resize(paths_.size());
        std::int64_t reach = rules_.clearance_mm;
        for (std::size_t i = 0; i < paths_.size(); ++i) {
            order_[i] = i;
            const Point from = point(at(i, step));
            const Point to = point(at(i, step + 1));
            reach = std::max(reach, rules_.clearance_mm + 2 * std::abs(to.x - from.x));
        }
        std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
            return std::pair(map_.x_mm(at(a, step)), a) < std::pair(map_.x_mm(at(b, step)), b);
        });
        for (std::size_t i = 0; i < order_.size(); ++i) {
            for (std::size_t k = i + 1; k < order_.size(); ++k) {
                if (point(at(order_[k], step)).x - point(at(order_[i], step)).x > reach) {
                    break;
                }
                judge_pair(order_[i], order_[k], step);
            }
        }
    }

    void judge_pair(std::size_t a, std::size_t b, std::size_t step) {
        const Point a0 = point(at(a, step));
        const Point a1 = point(at(a, step + 1));
        const Point b0 = point(at(b, step));
        const Point b1 = point(at(b, step + 1));
        const Point d{b0.x - a0.x, b0.y - a0.y};
        const Point v{b1.x - b0.x - a1.x + a0.x, b1.y - b0.y - a1.y + a0.y};
        const auto square = static_cast<double>(v.x * v.x + v.y * v.y);
        const double dot = -static_cast<double>(d.x * v.x + d.y * v.y);
        const double when = square > 0 ? std::clamp(dot / square, 0.0, 1.0) : 0.0;
        const double x = static_cast<double>(d.x) + when * static_cast<double>(v.x);
        const double y = static_cast<double>(d.y) + when * static_cast<double>(v.y);
        const auto clearance = static_cast<double>(rules_.clearance_mm);
        if (x * x + y * y < clearance * clearance * 0.9999) {
            say(a, step, "touches vehicle " + std::to_string(b) + " on the way");
        }
    }

    const TrafficMap& map_;
    const std::vector<std::vector<Cell>>& paths_;
    TrafficRules rules_;
    std::vector<std::string> problems_;
    std::map<Cell, std::size_t> here_;
    std::vector<std::size_t> order_;
};

/// Steps of the shortest way, by a search of its own.
std::int64_t shortest(const TrafficMap& map, Cell start, Cell goal) {
    std::vector<std::int64_t> steps(map.size(), -1);
    std::queue<Cell> queue;
    queue.push(start);
    steps[start] = 0;
    while (!queue.empty() && steps[goal] < 0) {
        const Cell cell = queue.front();
        queue.pop();
        for (const Cell next : map.next(cell)) {
            if (steps[next] < 0) {
                steps[next] = steps[cell] + 1;
                queue.push(next);
            }
        }
    }
    return steps[goal];
}

}  // namespace

std::vector<std::string> check_traffic(const TrafficMap& map,
                                       const std::vector<std::vector<Cell>>& paths,
                                       const TrafficRules& rules) {
    return Judge(map, paths, rules).judge();
}

std::vector<std::string> check_path_plan(const TrafficMap& map, const PathProblem& problem,
                                         const PathPlan& plan, std::int32_t clearance_mm) {
    if (plan.paths.empty() || plan.paths.size() != problem.starts.size()) {
        return {"the answer is empty, or has not one path a vehicle"};
    }
    std::vector<std::string> problems =
        check_traffic(map, plan.paths, {problem.rings, clearance_mm});
    std::int64_t sum = 0;
    std::int64_t bound = 0;
    for (std::size_t i = 0; i < plan.paths.size(); ++i) {
        const std::vector<Cell>& path = plan.paths[i];
        if (path.empty()) {
            return problems;
        }
        const bool is_padded = path.size() > 1 && path[path.size() - 2] == path.back();
        if (path.front() != problem.starts[i] || path.back() != problem.goals[i] || is_padded) {
            problems.push_back("vehicle " + std::to_string(i) +
                               " does not go from its start to its goal and end there");
        }
        sum += static_cast<std::int64_t>(path.size()) - 1;
        bound += shortest(map, problem.starts[i], problem.goals[i]);
    }
    if (sum != plan.sum_of_costs || bound != plan.lower_bound) {
        problems.push_back("the costs add up to " + std::to_string(sum) +
                           " and the shortest ways to " + std::to_string(bound) +
                           "; the plan says " + std::to_string(plan.sum_of_costs) + " and " +
                           std::to_string(plan.lower_bound));
    }
    return problems;
}

}  // namespace tally::planner

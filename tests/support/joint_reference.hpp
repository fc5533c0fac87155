// Traffic by exhaustion: breadth-first search over all joint positions of a few vehicles on a tiny
// map, from the definition alone.
#pragma once

#include <algorithm>
#include <map>
#include <queue>
#include <vector>

#include "planner/traffic/path_plan.hpp"

namespace tally::test {

class JointReference {
 public:
    JointReference(const planner::TrafficMap& map, const planner::PathProblem& problem)
        : map_(map), problem_(problem) {}

    /// Steps until all are at their goals at once; -1 if that can never be.
    int makespan() {
        std::map<std::vector<planner::Cell>, int> steps{{problem_.starts, 0}};
        std::queue<std::vector<planner::Cell>> queue;
        queue.push(problem_.starts);
        while (!queue.empty()) {
            const std::vector<planner::Cell> at = queue.front();
            queue.pop();
            if (at == problem_.goals) {
                return steps[at];
            }
            std::vector<std::vector<planner::Cell>> successors;
            std::vector<planner::Cell> to;
            extend(at, to, successors);
            for (const std::vector<planner::Cell>& next : successors) {
                if (steps.emplace(next, steps[at] + 1).second) {
                    queue.push(next);
                }
            }
        }
        return -1;
    }

 private:
    void extend(const std::vector<planner::Cell>& at, std::vector<planner::Cell>& to,
                std::vector<std::vector<planner::Cell>>& out) const {
        if (to.size() == at.size()) {
            if (problem_.rings == planner::Rings::allowed || !has_ring(at, to)) {
                out.push_back(to);
            }
            return;
        }
        const std::size_t i = to.size();
        std::vector<planner::Cell> choices(map_.next(at[i]).begin(), map_.next(at[i]).end());
        choices.push_back(at[i]);
        for (const planner::Cell cell : choices) {
            bool is_free = true;
            for (std::size_t k = 0; k < i; ++k) {
                is_free = is_free && to[k] != cell && !(to[k] == at[i] && at[k] == cell);
            }
            if (is_free) {
                to.push_back(cell);
                extend(at, to, out);
                to.pop_back();
            }
        }
    }

    static bool has_ring(const std::vector<planner::Cell>& at,
                         const std::vector<planner::Cell>& to) {
        for (std::size_t i = 0; i < at.size(); ++i) {
            std::size_t on = i;
            for (std::size_t hop = 0; hop <= at.size() && to[on] != at[on]; ++hop) {
                const auto ahead = std::find(at.begin(), at.end(), to[on]);
                if (ahead == at.end()) {
                    break;
                }
                on = static_cast<std::size_t>(ahead - at.begin());
                if (on == i) {
                    return true;
                }
            }
        }
        return false;
    }

    const planner::TrafficMap& map_;
    const planner::PathProblem& problem_;
};

}  // namespace tally::test

// Makes a plan shorter: takes a few vehicles out that are in each other's way and plans them anew
// around the rest, one after the other, over and over; what is not longer is kept (large
// neighbourhood search). Source: Li, Chen, Harabor, Stuckey and Koenig, IJCAI 2021.
#pragma once

#include <cstdint>
#include <vector>

#include "firmware/base/prng.hpp"
#include "planner/traffic/gap_search.hpp"
#include "planner/traffic/goal_distances.hpp"
#include "planner/traffic/path_plan.hpp"

namespace tally::planner {

class PathRefiner {
 public:
    /// Map, problem and distances must outlive it; `paths` is a valid plan.
    PathRefiner(const TrafficMap& map, const PathProblem& problem, GoalDistances& distances,
                std::vector<std::vector<Cell>> paths, Prng prng);
    PathRefiner(const PathRefiner&) = delete;
    PathRefiner& operator=(const PathRefiner&) = delete;

    /// Goes on until `work` is spent since it was made, in gaps looked at, or nobody is delayed any
    /// more: then true.
    bool run(std::int64_t work);

    [[nodiscard]] const std::vector<std::vector<Cell>>& paths() const { return paths_; }
    [[nodiscard]] std::int64_t sum_of_costs() const { return sum_; }

 private:
    void choose_group();
    void add_blockers_of(std::uint32_t vehicle);
    void add_visitors_near(Cell cell);
    void join_group(std::uint32_t vehicle);
    bool plan_group();
    [[nodiscard]] bool has_ring(std::uint32_t vehicle) const;
    [[nodiscard]] std::uint32_t delayed_vehicle();
    [[nodiscard]] std::uint32_t cost(std::uint32_t vehicle) const {
        return static_cast<std::uint32_t>(paths_[vehicle].size() - 1);
    }
    [[nodiscard]] std::uint32_t delay(std::uint32_t vehicle) const {
        return cost(vehicle) - (*tables_[vehicle])[problem_->starts[vehicle]];
    }

    const TrafficMap* map_;
    const PathProblem* problem_;
    std::vector<const std::vector<std::uint16_t>*> tables_;
    std::vector<std::vector<Cell>> paths_;
    Prng prng_;
    Timetable timetable_;
    GapSearch search_;
    std::int64_t sum_ = 0;
    std::int64_t bound_ = 0;
    std::int64_t rounds_ = 0;
    std::vector<std::uint32_t> group_;
    std::vector<char> is_in_group_;
    std::size_t group_size_ = 0;
    std::vector<std::vector<Cell>> kept_;
};

}  // namespace tally::planner

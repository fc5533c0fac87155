// One-shot traffic plans at any time: a first plan fast (JointSearch), then shorter ones
// (PathRefiner) until the work is spent. Optimal answers are proven by the bound only; the rest is
// as good as the work allows.
#pragma once

#include <cstdint>
#include <memory>

#include "firmware/base/result.hpp"
#include "planner/traffic/path_plan.hpp"

namespace tally::planner {

inline constexpr std::size_t kVehiclesMax = 5'000;

struct PathOptions {
    std::uint64_t seed = 1;
    std::int64_t work = 20'000'000;  ///< to spend in all, in cells looked at: some 20 ns each
};

/// Single-threaded; the same answer everywhere for the same problem, seed and work, however sliced.
class PathSearch {
 public:
    /// The map must outlive it. Refuses no vehicles or more than kVehiclesMax, starts and goals of
    /// unequal number, off the map or not all different, goals that no way leads to, and maps with
    /// cells near each other (those are for the rolling planner).
    static Result<PathSearch> on(const TrafficMap& map, PathProblem problem,
                                 const PathOptions& options);
    PathSearch(PathSearch&&) noexcept;
    PathSearch& operator=(PathSearch&&) noexcept;
    ~PathSearch();

    /// Spends about `work` more. True when all is spent, when the plan is as short as its bound, or
    /// when there is proof that no plan exists.
    bool step(std::int64_t work);

    [[nodiscard]] bool has_plan() const;
    /// The best so far. `refused`: there is none, proven; `timeout`: none yet; `exhausted`: the
    /// positions searched filled the memory set aside.
    [[nodiscard]] Result<PathPlan> best() const;

 private:
    struct Parts;
    explicit PathSearch(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace tally::planner

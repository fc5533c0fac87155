// What a tour question asks for, by index of stop, and the solvers it may go to.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "firmware/services/plan/plan_solver.hpp"

namespace tally {

struct TourAsked {
    std::vector<std::uint32_t> picks;                  ///< where every pick lies in one slot
    std::vector<std::vector<std::uint32_t>> slots_of;  ///< else, one list a pick
    std::vector<std::string> names;                    ///< of those picks
    std::optional<std::uint32_t> from, to;
    std::vector<std::int32_t> ranks, weights;  ///< one a pick, or none
    std::int32_t capacity = 0;                 ///< 0: all in one tour
    std::uint64_t seed = 1;
    std::int64_t work = 0;
};

/// Exact, on floors of aisles. `unsupported`, now or when it is found: the floor or the question is
/// beyond the method, and the graph is not.
MadeSolver aisle_tour_solver(const TourAsked& asked, const FloorFile& floor);
/// Over ways between stops: ranks and capacity too.
MadeSolver stop_tour_solver(const TourAsked& asked, const FloorFile& floor);
/// Where articles lie in several slots.
MadeSolver scattered_tour_solver(const TourAsked& asked, const FloorFile& floor);

/// Lines "n, place" of a sequence of stops, and the way between them as drawn.
PlanFound sequence_found(const FloorLayout& floor, const std::vector<std::uint32_t>& stops);

}  // namespace tally

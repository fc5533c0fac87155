// Tours with a choice: an article lies in several slots, and one of them is enough. Slot and route
// are chosen together. Exact for few articles (Held and Karp's table over articles); else articles
// are taken out and put back where, and in which slot, they cost least (ruin and recreate; Schrimpf
// and others 2000), and for every order so found the best slots are a layered shortest path. The
// bound is that of a tour over articles, each two as near as their nearest slots. The problem:
// scattered storage (Goeke and Schneider, INFORMS JoC 33, 2021); generalised TSP.
#pragma once

#include <cstdint>
#include <vector>

#include "firmware/base/prng.hpp"
#include "planner/tour/stop_tour.hpp"

namespace tally::planner {

inline constexpr std::size_t kExactArticlesMax = 10;
inline constexpr std::size_t kExactSlotsMax = 100;

struct ScatteredRequest {
    WayMatrix ways;  ///< between the start, which is stop 0, and all slots
    std::vector<std::vector<std::uint32_t>> slots_of;  ///< by article: the stops it lies at
};

/// A round tour.
struct ScatteredTour {
    std::vector<std::uint32_t> articles;  ///< in the order of the tour
    std::vector<std::uint32_t> slots;     ///< the stop chosen for each of them
    std::int64_t length_mm = 0;
    std::int64_t lower_bound_mm = 0;
};

/// A search in slices; work as in StopTourSearch. Single-threaded.
class ScatteredSearch {
 public:
    /// Refuses no articles, an article without slots, slots that are no stops, and what
    /// StopTourSearch refuses about ways.
    static Result<ScatteredSearch> on(ScatteredRequest request, const StopTourOptions& options);

    /// Spends about `work` more, at least one round. True when all is spent or the tour is proven.
    bool step(std::int64_t work);

    /// `refused` if there is no way through any choice.
    [[nodiscard]] Result<ScatteredTour> best() const;

 private:
    ScatteredSearch() = default;

    void solve_exactly();
    std::int64_t choose_slots();
    [[nodiscard]] std::uint32_t stop_at(std::size_t position) const;
    void insert(std::uint32_t article);
    void ruin_and_recreate();
    void keep_best(std::int64_t length_mm);
    [[nodiscard]] Result<std::int64_t> bound(std::int64_t work) const;

    ScatteredRequest request_;
    StopTourOptions options_;
    Prng prng_{0};
    std::int64_t work_done_ = 0;
    bool is_done_ = false;
    std::vector<std::uint32_t> order_;   ///< articles
    std::vector<std::uint32_t> chosen_;  ///< slot by article
    std::int64_t length_mm_ = 0;
    ScatteredTour best_;
};

/// Everything wrong with a tour; empty means valid: every article once, at one of its slots, as
/// long as it says, and not shorter than its bound. Shares no code with the search.
std::vector<std::string> check_scattered_tour(const ScatteredRequest& request,
                                              const ScatteredTour& tour);

}  // namespace tally::planner

#include "planner/tour/stop_tour.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "planner/tour/stop_bound.hpp"
#include "planner/tour/subset_table.hpp"

namespace tally::planner {

namespace {

constexpr std::size_t kNeighbours = 10;
constexpr std::size_t kKickMax = 50;  ///< stops in each of the two segments that a kick swaps

Result<void> check(const StopTourRequest& request) {
    const WayMatrix& ways = request.ways;
    if (ways.rows() < 1 || ways.rows() != ways.cols()) {
        return fail(ErrorKind::malformed, "ways between " + std::to_string(ways.rows()) + " and " +
                                              std::to_string(ways.cols()) +
                                              " stops; a tour needs a square matrix of at least 1");
    }
    const auto size = static_cast<std::size_t>(ways.rows());
    if (size > kStopsMax) {
        return fail(ErrorKind::exhausted, "a tour of " + std::to_string(size) +
                                              " stops; up to 2000 can be planned as one");
    }
    if (!request.ranks.empty() && request.ranks.size() != size) {
        return fail(ErrorKind::malformed, "ranks for " + std::to_string(request.ranks.size()) +
                                              " of " + std::to_string(size) + " stops");
    }
    for (Eigen::Index i = 0; i < ways.rows(); ++i) {
        bool has_in = size == 1 || (i == 0 && !request.is_round);
        bool has_out = size == 1 || (i + 1 == ways.rows() && !request.is_round);
        for (Eigen::Index k = 0; k < ways.cols(); ++k) {
            if (ways(i, k) < 0 || ways(i, k) > kNoWay) {
                return fail(ErrorKind::malformed, "the way from stop " + std::to_string(i) +
                                                      " to stop " + std::to_string(k) +
                                                      " is no length");
            }
            has_out = has_out || (k != i && ways(i, k) < kNoWay);
            has_in = has_in || (k != i && ways(k, i) < kNoWay);
        }
        if (!has_in || !has_out) {
            return fail(ErrorKind::refused, "no way leads to or from stop " + std::to_string(i));
        }
    }
    return {};
}

/// Costs of a round tour that stand for the tour asked for; `tie_mm` is what it is cheaper by.
std::vector<std::int64_t> costs_of(const StopTourRequest& request, bool is_symmetric,
                                   std::int64_t& tie_mm) {
    const auto size = static_cast<std::size_t>(request.ways.rows());
    std::vector<std::int64_t> cost(request.ways.data(), request.ways.data() + size * size);
    if (!request.is_round && size > 1) {
        const std::size_t end = size - 1;
        if (is_symmetric) {
            for (const std::int64_t way : cost) {
                tie_mm = std::max(tie_mm, way < kNoWay ? 2 * way + 1 : 0);
            }
            cost[end] = cost[end * size] = -tie_mm;
        } else {
            for (std::size_t i = 0; i < size; ++i) {
                cost[i * size] = kNoWay;
                cost[end * size + i] = kNoWay;
            }
            cost[end * size] = 0;
        }
    }
    if (!request.ranks.empty()) {
        const std::size_t last = request.is_round ? size : size - 1;
        for (std::size_t i = 1; i < last; ++i) {
            for (std::size_t k = 1; k < last; ++k) {
                if (request.ranks[i] > request.ranks[k]) {
                    cost[i * size + k] = kNoWay;
                }
            }
        }
    }
    return cost;
}

}  // namespace

double StopTour::gap() const {
    return lower_bound_mm == 0 ? (length_mm == 0 ? 0 : 1)
                               : static_cast<double>(length_mm - lower_bound_mm) /
                                     static_cast<double>(lower_bound_mm);
}

Result<StopTourSearch> StopTourSearch::on(StopTourRequest request, const StopTourOptions& options) {
    TALLY_TRY(check(request));
    StopTourSearch search;
    search.options_ = options;
    search.prng_ = Prng(options.seed);
    search.size_ = static_cast<std::size_t>(request.ways.rows());
    search.is_symmetric_ = request.ranks.empty() && request.ways == request.ways.transpose();
    search.cost_ = costs_of(request, search.is_symmetric_, search.tie_mm_);
    search.request_ = std::move(request);
    search.best_tour_.resize(search.size_);
    std::iota(search.best_tour_.begin(), search.best_tour_.end(), 0U);
    if (search.size_ <= kExactStopsMax) {
        search.solve_exactly();
    } else {
        search.begin_heuristic();
    }
    return search;
}

void StopTourSearch::solve_exactly() {
    is_done_ = true;
    if (size_ == 2 && !request_.is_round) {
        tie_mm_ = 0;  // The one way there is; a tie between its ends would take its place.
        best_length_ = bound_ = request_.ways(0, 1);
        return;
    }
    const SubsetTable table(cost_, size_);
    const std::vector<std::uint32_t> sequence = table.sequence(table.subsets() - 1);
    std::copy(sequence.begin(), sequence.end(), best_tour_.begin() + 1);
    best_length_ = bound_ = table.round(table.subsets() - 1);
}

/// Nearest neighbour, and the lists that the moves look along.
void StopTourSearch::begin_heuristic() {
    neighbour_count_ = std::min(kNeighbours, size_ - 1);
    std::vector<std::uint32_t> order;
    for (std::uint32_t stop = 0; stop < size_; ++stop) {
        order.clear();
        for (std::uint32_t other = 0; other < size_; ++other) {
            if (other != stop) {
                order.push_back(other);
            }
        }
        const auto end = order.begin() + static_cast<std::ptrdiff_t>(neighbour_count_);
        std::partial_sort(order.begin(), end, order.end(), [&](std::uint32_t a, std::uint32_t b) {
            return std::pair(way(stop, a), a) < std::pair(way(stop, b), b);
        });
        neighbours_.insert(neighbours_.end(), order.begin(), end);
    }
    std::vector<char> is_taken(size_, 0);
    tour_.assign(1, 0);
    is_taken[0] = 1;
    while (tour_.size() < size_) {
        std::uint32_t nearest = 0;
        for (std::uint32_t stop = 1; stop < size_; ++stop) {
            if (is_taken[stop] == 0 &&
                (nearest == 0 || way(tour_.back(), stop) < way(tour_.back(), nearest))) {
                nearest = stop;
            }
        }
        is_taken[nearest] = 1;
        tour_.push_back(nearest);
    }
    position_.resize(size_);
    for (std::uint32_t i = 0; i < size_; ++i) {
        position_[tour_[i]] = i;
    }
    length_ = length_of(tour_);
    std::vector<std::uint32_t> open = tour_;
    improve(open);
    best_tour_ = tour_;
    best_length_ = length_;
    bound_search_.emplace(cost_, size_, is_symmetric_);
    bound_ = bound_search_->bound();
}

bool StopTourSearch::step(std::int64_t work) {
    const std::int64_t end =
        work_done_ + std::min(std::max<std::int64_t>(work, 0), options_.work - work_done_);
    while (!is_done_ && work_done_ < end) {
        if (bound_work_ * 5 <= work_done_ && !bound_search_->is_exhausted()) {
            const std::int64_t spent = bound_search_->climb(best_length_);
            work_done_ += spent;
            bound_work_ += spent;
            bound_ = std::max(bound_, bound_search_->bound());
        } else {
            kick();
        }
        is_done_ = bound_ >= best_length_;
    }
    return is_done_ || work_done_ >= options_.work;
}

std::int64_t StopTourSearch::length_of(const std::vector<std::uint32_t>& tour) const {
    std::int64_t length = way(tour.back(), tour.front());
    for (std::size_t i = 1; i < tour.size(); ++i) {
        length += way(tour[i - 1], tour[i]);
    }
    return length;
}

/// Swaps two segments that follow each other somewhere, repairs around the cuts, and takes the
/// result unless it is longer.
void StopTourSearch::kick() {
    const std::size_t longest = std::min(kKickMax, (size_ - 2) / 2);
    const std::size_t first = 1 + prng_.below(longest);
    const std::size_t second = 1 + prng_.below(longest);
    const std::size_t from = prng_.below(size_);
    const std::vector<std::uint32_t> tour = tour_;
    const std::int64_t length = length_;
    const std::uint32_t before = at((from + size_ - 1) % size_);
    const std::uint32_t a = at(from);
    const std::uint32_t a_end = at((from + first - 1) % size_);
    const std::uint32_t b = at((from + first) % size_);
    const std::uint32_t b_end = at((from + first + second - 1) % size_);
    const std::uint32_t after = at((from + first + second) % size_);
    for (std::size_t i = 0; i < first + second; ++i) {
        const std::size_t source = i < second ? from + first + i : from + i - second;
        const std::size_t target = (from + i) % size_;
        tour_[target] = tour[source % size_];
        position_[tour_[target]] = static_cast<std::uint32_t>(target);
    }
    length_ += way(before, b) + way(b_end, a) + way(a_end, after) - way(before, a) - way(a_end, b) -
               way(b_end, after);
    work_done_ += static_cast<std::int64_t>(first + second + size_ / 8);
    std::vector<std::uint32_t> open{before, a, a_end, b, b_end, after};
    improve(open);
    if (length_ > length) {
        tour_ = tour;
        length_ = length;
        for (std::uint32_t i = 0; i < size_; ++i) {
            position_[tour_[i]] = i;
        }
    } else if (length_ < best_length_) {
        best_tour_ = tour_;
        best_length_ = length_;
    }
}

Result<StopTour> StopTourSearch::best() const {
    StopTour answer;
    const auto start = std::find(best_tour_.begin(), best_tour_.end(), 0U);
    answer.sequence.assign(start, best_tour_.end());
    answer.sequence.insert(answer.sequence.end(), best_tour_.begin(), start);
    if (!request_.is_round && size_ > 2 && answer.sequence[1] + 1 == size_) {
        std::reverse(answer.sequence.begin() + 1, answer.sequence.end());
    }
    answer.length_mm = best_length_ + tie_mm_;
    if (answer.length_mm >= kNoWay) {
        return fail(ErrorKind::refused,
                    "no order of the stops was found for which all ways exist; check one-way "
                    "stretches and ranks");
    }
    answer.lower_bound_mm = std::clamp<std::int64_t>(bound_ + tie_mm_, 0, answer.length_mm);
    return answer;
}

}  // namespace tally::planner

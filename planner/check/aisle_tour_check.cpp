#include "planner/check/aisle_tour_check.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace tally::planner {

namespace {

constexpr std::int64_t kNotReached = std::numeric_limits<std::int64_t>::max();

std::string text_of(FloorPoint point) {
    return "(aisle " + std::to_string(point.aisle) + ", " + std::to_string(point.y_mm) + " mm)";
}

class Judge {
 public:
    Judge(const AisleFloor& floor, const AisleTourRequest& request, const AisleTour& tour)
        : floor_(floor), request_(request), tour_(tour), cross_y_mm_(floor.cross_y_mm()) {}

    std::vector<std::string> run() {
        if (tour_.walk.empty()) {
            problems_.emplace_back("the answer is empty");
            return problems_;
        }
        check_ends();
        sort_picks();
        check_walk();
        check_sequence();
        if (tour_.lower_bound_mm > tour_.length_mm || tour_.lower_bound_mm < 0) {
            problems_.push_back("a lower bound of " + std::to_string(tour_.lower_bound_mm) +
                                " mm for a tour of " + std::to_string(tour_.length_mm) + " mm");
        }
        return problems_;
    }

 private:
    void check_ends() {
        const FloorPoint first = tour_.walk.front();
        const FloorPoint last = tour_.walk.back();
        if (request_.start && first != *request_.start) {
            problems_.push_back("the walk starts at " + text_of(first));
        }
        const FloorPoint end = request_.end ? *request_.end : first;
        if (last != end) {
            problems_.push_back("the walk ends at " + text_of(last) + ", not at " + text_of(end));
        }
    }

    void sort_picks() {
        by_place_.resize(request_.picks.size());
        for (std::uint32_t i = 0; i < by_place_.size(); ++i) {
            by_place_[i] = i;
        }
        std::sort(by_place_.begin(), by_place_.end(), [&](std::uint32_t a, std::uint32_t b) {
            return request_.picks[a] < request_.picks[b];
        });
        reached_at_.assign(request_.picks.size(), kNotReached);
    }

    /// Marks the picks of a leg inside one aisle with how far the walk had come.
    void reach(FloorPoint from, FloorPoint to) {
        const FloorPoint low{from.aisle, std::min(from.y_mm, to.y_mm)};
        const FloorPoint high{from.aisle, std::max(from.y_mm, to.y_mm)};
        auto at = std::lower_bound(
            by_place_.begin(), by_place_.end(), low,
            [&](std::uint32_t pick, FloorPoint point) { return request_.picks[pick] < point; });
        for (; at != by_place_.end() && request_.picks[*at] <= high; ++at) {
            const std::int64_t when = length_mm_ + std::abs(request_.picks[*at].y_mm - from.y_mm);
            reached_at_[*at] = std::min(reached_at_[*at], when);
        }
    }

    void check_aisle_leg(FloorPoint from, FloorPoint to) {
        const std::int32_t low = std::min(from.y_mm, to.y_mm);
        const std::int32_t high = std::max(from.y_mm, to.y_mm);
        for (const AisleBlockage& blockage : floor_.blocked_aisles) {
            if (blockage.aisle == from.aisle && low < blockage.to_mm && blockage.from_mm < high) {
                problems_.push_back("the walk passes a blockage of aisle " +
                                    std::to_string(from.aisle));
            }
        }
        if (low < 0 || high > cross_y_mm_.back()) {
            problems_.push_back("the walk leaves the floor at " + text_of(to));
        }
        const AisleDirection way = floor_.directions.empty()
                                       ? AisleDirection::both
                                       : floor_.directions[static_cast<std::size_t>(from.aisle)];
        if ((way == AisleDirection::to_back && to.y_mm < from.y_mm) ||
            (way == AisleDirection::to_front && to.y_mm > from.y_mm)) {
            problems_.push_back("the walk goes against the one-way aisle " +
                                std::to_string(from.aisle));
        }
    }

    void check_cross_leg(FloorPoint from, FloorPoint to) {
        const auto cross = std::find(cross_y_mm_.begin(), cross_y_mm_.end(), from.y_mm);
        if (cross == cross_y_mm_.end()) {
            problems_.push_back("the walk leaves aisle " + std::to_string(from.aisle) +
                                " where no cross aisle is, at " + text_of(from));
            return;
        }
        for (const CrossBlockage& blockage : floor_.blocked_crosses) {
            if (cross_y_mm_[static_cast<std::size_t>(blockage.cross)] == from.y_mm &&
                blockage.aisle >= std::min(from.aisle, to.aisle) &&
                blockage.aisle < std::max(from.aisle, to.aisle)) {
                problems_.push_back("the walk passes a blockage of cross aisle " +
                                    std::to_string(blockage.cross));
            }
        }
    }

    /// Where the tour halts, turning is free.
    [[nodiscard]] bool is_halt(FloorPoint point) const {
        const auto at = std::lower_bound(
            by_place_.begin(), by_place_.end(), point,
            [&](std::uint32_t pick, FloorPoint wanted) { return request_.picks[pick] < wanted; });
        return point == tour_.walk.front() || point == tour_.walk.back() ||
               (at != by_place_.end() && request_.picks[*at] == point);
    }

    void check_walk() {
        reach(tour_.walk.front(), tour_.walk.front());
        std::int64_t turns = 0;
        for (std::size_t i = 1; i < tour_.walk.size(); ++i) {
            const FloorPoint from = tour_.walk[i - 1];
            const FloorPoint to = tour_.walk[i];
            if (to.aisle < 0 || to.aisle >= floor_.aisles) {
                problems_.push_back("the walk leaves the floor at " + text_of(to));
                return;
            }
            if (from.aisle == to.aisle) {
                check_aisle_leg(from, to);
                reach(from, to);
                length_mm_ += std::abs(to.y_mm - from.y_mm);
            } else if (from.y_mm == to.y_mm) {
                check_cross_leg(from, to);
                pass(from, to);
                length_mm_ += std::int64_t{floor_.spacing_mm} * std::abs(to.aisle - from.aisle);
            } else {
                problems_.push_back("a leg from " + text_of(from) + " to " + text_of(to) +
                                    " follows no lane");
            }
            turns += i > 1 && !is_halt(from) &&
                             (tour_.walk[i - 2].aisle == from.aisle) != (from.aisle == to.aisle)
                         ? 1
                         : 0;
        }
        length_mm_ += turns * floor_.turn_mm;
        if (length_mm_ != tour_.length_mm) {
            problems_.push_back("the walk is " + std::to_string(length_mm_) +
                                " mm long, the answer says " + std::to_string(tour_.length_mm));
        }
    }

    /// Picks at crossings are reached by driving along the cross aisle, too.
    void pass(FloorPoint from, FloorPoint to) {
        const std::int64_t begin_mm = length_mm_;
        const std::int32_t step = to.aisle > from.aisle ? 1 : -1;
        for (FloorPoint at = from; at.aisle != to.aisle;) {
            at.aisle += step;
            length_mm_ += floor_.spacing_mm;
            reach(at, at);
        }
        length_mm_ = begin_mm;
    }

    void check_sequence() {
        std::vector<char> is_named(request_.picks.size(), 0);
        std::int64_t last = 0;
        for (const std::uint32_t pick : tour_.sequence) {
            if (pick >= is_named.size() || is_named[pick] != 0) {
                problems_.push_back("the sequence names pick " + std::to_string(pick) +
                                    " twice, or it is none");
                return;
            }
            is_named[pick] = 1;
            if (reached_at_[pick] == kNotReached || reached_at_[pick] < last) {
                problems_.push_back("the walk does not reach pick " + std::to_string(pick) +
                                    " when the sequence says so");
            }
            last = reached_at_[pick];
        }
        if (tour_.sequence.size() != request_.picks.size()) {
            problems_.push_back("the sequence has " + std::to_string(tour_.sequence.size()) +
                                " of " + std::to_string(request_.picks.size()) + " picks");
        }
    }

    const AisleFloor& floor_;
    const AisleTourRequest& request_;
    const AisleTour& tour_;
    std::vector<std::int32_t> cross_y_mm_;
    std::vector<std::uint32_t> by_place_;
    std::vector<std::int64_t> reached_at_;
    std::int64_t length_mm_ = 0;
    std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> check_aisle_tour(const AisleFloor& floor, const AisleTourRequest& request,
                                          const AisleTour& tour) {
    return Judge(floor, request, tour).run();
}

}  // namespace tally::planner

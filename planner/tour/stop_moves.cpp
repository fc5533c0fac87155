// The moves of StopTourSearch: 2-opt and Or-opt along neighbour lists. Positions count round.
#include <algorithm>
#include <utility>

#include "planner/tour/stop_tour.hpp"

namespace tally::planner {

/// Improves around the open stops until none of them has a better neighbour.
void StopTourSearch::improve(std::vector<std::uint32_t>& open) {
    std::vector<char> is_open(size_, 0);
    for (const std::uint32_t stop : open) {
        is_open[stop] = 1;
    }
    std::vector<std::uint32_t> touched;
    while (!open.empty()) {
        const std::uint32_t stop = open.back();
        open.pop_back();
        is_open[stop] = 0;
        touched.clear();
        while (improve_at(stop, touched)) {
        }
        for (const std::uint32_t other : touched) {
            if (is_open[other] == 0) {
                is_open[other] = 1;
                open.push_back(other);
            }
        }
    }
}

bool StopTourSearch::improve_at(std::uint32_t stop, std::vector<std::uint32_t>& touched) {
    return (is_symmetric_ && try_two_opt(stop, touched)) || try_or_opt(stop, touched);
}

/// Replaces the way to the next or to the previous stop by one to a nearer neighbour.
bool StopTourSearch::try_two_opt(std::uint32_t stop, std::vector<std::uint32_t>& touched) {
    const std::size_t here = position_[stop];
    const std::uint32_t next = at(here + 1);
    const std::uint32_t previous = at(here + size_ - 1);
    const std::int64_t to_next = way(stop, next);
    const std::int64_t to_previous = way(stop, previous);
    for (std::size_t i = 0; i < neighbour_count_; ++i) {
        const std::uint32_t other = neighbours_[stop * neighbour_count_ + i];
        const std::int64_t to_other = way(stop, other);
        if (to_other >= to_next && to_other >= to_previous) {
            break;
        }
        ++work_done_;
        const std::size_t there = position_[other];
        const std::uint32_t other_next = at(there + 1);
        const std::int64_t forward =
            to_other + way(next, other_next) - to_next - way(other, other_next);
        if (forward < 0) {
            reverse(here + 1, there);
            length_ += forward;
            touched.insert(touched.end(), {stop, next, other, other_next});
            return true;
        }
        const std::uint32_t other_previous = at(there + size_ - 1);
        const std::int64_t backward =
            to_other + way(previous, other_previous) - to_previous - way(other, other_previous);
        if (backward < 0) {
            reverse(there, here + size_ - 1);
            length_ += backward;
            touched.insert(touched.end(), {stop, previous, other, other_previous});
            return true;
        }
    }
    return false;
}

/// Moves the one to three stops that begin with this one behind or, turned round, before a
/// neighbour. Without turning where ways differ by direction.
bool StopTourSearch::try_or_opt(std::uint32_t stop, std::vector<std::uint32_t>& touched) {
    const std::size_t here = position_[stop];
    const std::uint32_t previous = at(here + size_ - 1);
    for (std::size_t length = 1; length <= 3 && length + 2 < size_; ++length) {
        const std::uint32_t last = at(here + length - 1);
        const std::uint32_t next = at(here + length);
        const std::int64_t removed = way(previous, stop) + way(last, next) - way(previous, next);
        for (std::size_t i = 0; removed > 0 && i < neighbour_count_; ++i) {
            const std::uint32_t other = neighbours_[stop * neighbour_count_ + i];
            if (is_symmetric_ && way(stop, other) >= removed) {
                break;
            }
            ++work_done_;
            const std::size_t there = position_[other];
            if ((there + size_ - here) % size_ < length) {
                continue;
            }
            const std::uint32_t other_next = at(there + 1);
            const std::int64_t behind =
                way(other, stop) + way(last, other_next) - way(other, other_next) - removed;
            if (other != previous && behind < 0) {
                shift(here, length, there, false);
                length_ += behind;
                touched.insert(touched.end(), {previous, stop, last, next, other, other_next});
                return true;
            }
            const std::uint32_t other_previous = at(there + size_ - 1);
            const bool may_turn = is_symmetric_ && other != next;
            const std::int64_t before =
                way(other_previous, last) + way(stop, other) - way(other_previous, other) - removed;
            if (may_turn && before < 0) {
                shift(here, length, (there + size_ - 1) % size_, true);
                length_ += before;
                touched.insert(touched.end(), {previous, stop, last, next, other, other_previous});
                return true;
            }
        }
    }
    return false;
}

/// Turns the stops from one position to another round, or equally all others.
void StopTourSearch::reverse(std::size_t from, std::size_t to) {
    from %= size_;
    to %= size_;
    std::size_t count = (to + size_ - from) % size_ + 1;
    if (2 * count > size_) {
        std::swap(from, to);
        from = (from + 1) % size_;
        to = (to + size_ - 1) % size_;
        count = size_ - count;
    }
    work_done_ += static_cast<std::int64_t>(count / 8);
    for (std::size_t i = 0; i < count / 2; ++i) {
        std::swap(tour_[from], tour_[to]);
        position_[tour_[from]] = static_cast<std::uint32_t>(from);
        position_[tour_[to]] = static_cast<std::uint32_t>(to);
        from = from + 1 == size_ ? 0 : from + 1;
        to = to == 0 ? size_ - 1 : to - 1;
    }
}

/// Takes `length` stops at `from` out and puts them behind the stop at position `after`.
void StopTourSearch::shift(std::size_t from, std::size_t length, std::size_t after,
                           bool is_reversed) {
    std::uint32_t moved[3];
    for (std::size_t i = 0; i < length; ++i) {
        moved[is_reversed ? length - 1 - i : i] = tour_[(from + i) % size_];
    }
    const auto place = [&](std::size_t position, std::uint32_t stop) {
        tour_[position] = stop;
        position_[stop] = static_cast<std::uint32_t>(position);
    };
    const std::size_t ahead = (after + size_ - (from + length - 1)) % size_;
    const std::size_t behind = (from + size_ - after - 1) % size_;
    if (ahead <= behind) {
        for (std::size_t i = 0; i < ahead; ++i) {
            place((from + i) % size_, tour_[(from + length + i) % size_]);
        }
        from += ahead;
    } else {
        for (std::size_t i = 0; i < behind; ++i) {
            place((from + size_ + length - 1 - i) % size_, tour_[(from + size_ - 1 - i) % size_]);
        }
        from += size_ - behind;
    }
    for (std::size_t i = 0; i < length; ++i) {
        place((from + i) % size_, moved[i]);
    }
    work_done_ += static_cast<std::int64_t>(std::min(ahead, behind) / 8);
}

}  // namespace tally::planner

#include "planner/traffic/dead_ends.hpp"

#include <algorithm>

namespace tally::planner {

namespace {

/// Cells one step away in either direction.
std::vector<Cell> beside(const TrafficMap& map, Cell cell) {
    const auto next = map.next(cell);
    const auto before = map.before(cell);
    std::vector<Cell> all(next.begin(), next.end());
    all.insert(all.end(), before.begin(), before.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

}  // namespace

DeadEnds::DeadEnds(const TrafficMap& map) : of_(map.size(), kNone), outward_(map.size(), kNoCell) {
    std::vector<std::size_t> left(map.size());
    std::vector<char> is_taken(map.size(), 0);
    std::vector<Cell> taken;  // from the leaves inward
    const auto take = [&](Cell cell) {
        if (left[cell] <= 1 && is_taken[cell] == 0) {
            is_taken[cell] = 1;
            taken.push_back(cell);
        }
    };
    for (Cell cell = 0; cell < map.size(); ++cell) {
        left[cell] = beside(map, cell).size();
    }
    for (Cell cell = 0; cell < map.size(); ++cell) {
        take(cell);
    }
    for (std::size_t i = 0; i < taken.size(); ++i) {
        for (const Cell next : beside(map, taken[i])) {
            --left[next];
            take(next);
        }
    }
    // A leaf's last neighbour when it was taken away is the next one toward the mouth.
    std::vector<std::size_t> turn(map.size(), taken.size());
    for (std::size_t i = 0; i < taken.size(); ++i) {
        turn[taken[i]] = i;
    }
    for (std::size_t i = taken.size(); i-- > 0;) {
        for (const Cell next : beside(map, taken[i])) {
            outward_[taken[i]] = turn[next] > i ? next : outward_[taken[i]];
        }
        const Cell outward = outward_[taken[i]];
        if (outward != kNoCell) {
            of_[taken[i]] = is_taken[outward] == 0 ? count_++ : of_[outward];
        }
    }
}

std::vector<Cell> DeadEnds::way_out(Cell cell) const {
    std::vector<Cell> way{cell};
    while (of_[way.back()] != kNone) {
        way.push_back(outward_[way.back()]);
    }
    return way;
}

std::vector<Cell> DeadEnds::way(Cell from, Cell to) const {
    std::vector<Cell> there = way_out(from);
    std::vector<Cell> back = way_out(to);
    // Both end at the mouth: what they share beyond their first meeting is not driven over.
    while (there.size() > 1 && back.size() > 1 &&
           there[there.size() - 2] == back[back.size() - 2]) {
        there.pop_back();
        back.pop_back();
    }
    back.pop_back();
    there.insert(there.end(), back.rbegin(), back.rend());
    return there;
}

}  // namespace tally::planner

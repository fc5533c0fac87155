#include "planner/traffic/gap_search.hpp"

#include <algorithm>

namespace tally::planner {

GapSearch::GapSearch(const TrafficMap& map, const Timetable& timetable)
    : map_(&map), timetable_(&timetable), first_of_(map.size(), kNone), stamp_(map.size(), 0) {}

bool GapSearch::find(Cell start, Cell goal, const std::vector<std::uint16_t>& steps,
                     std::uint32_t cost_max, std::vector<Cell>& path) {
    ++search_;
    nodes_.clear();
    steps_ = &steps;
    const std::vector<Visit>& visits = timetable_->visits(goal);
    goal_free_ = timetable_->gap(goal, visits.size()).from;
    least_ = std::max<std::uint32_t>(steps[start], goal_free_);
    cost_max_ = cost_max;
    if (least_ > cost_max) {
        return false;
    }
    if (buckets_.size() < cost_max - least_ + 1) {
        buckets_.resize(cost_max - least_ + 1);
    }
    for (std::size_t i = 0; i <= cost_max - least_; ++i) {
        buckets_[i].clear();
    }
    const Gap first = timetable_->gap(start, timetable_->gap_at(start, 0));
    if (first.from > 0) {
        return false;
    }
    reach(start, first, 0, kNone);
    for (std::size_t i = 0; i <= cost_max - least_; ++i) {
        while (!buckets_[i].empty()) {
            const std::uint32_t node = buckets_[i].back();
            buckets_[i].pop_back();
            if (nodes_[node].expanded <= nodes_[node].arrival) {
                continue;
            }
            if (nodes_[node].cell == goal && nodes_[node].gap.to == kForever) {
                trace(node, path);
                return true;
            }
            expand(node);
        }
    }
    return false;
}

void GapSearch::reach(Cell cell, const Gap& gap, std::uint32_t arrival, std::uint32_t before) {
    const std::uint32_t cost = std::max(arrival + (*steps_)[cell], goal_free_);
    if (cost > cost_max_) {
        return;
    }
    std::uint32_t node = stamp_[cell] == search_ ? first_of_[cell] : kNone;
    while (node != kNone && nodes_[node].gap.from != gap.from) {
        node = nodes_[node].other;
    }
    if (node == kNone) {
        node = static_cast<std::uint32_t>(nodes_.size());
        nodes_.push_back({cell, gap, arrival, before,
                          stamp_[cell] == search_ ? first_of_[cell] : kNone, kForever});
        first_of_[cell] = node;
        stamp_[cell] = search_;
    } else if (arrival < nodes_[node].arrival) {
        nodes_[node].arrival = arrival;
        nodes_[node].before = before;
    } else {
        return;
    }
    buckets_[cost - least_].push_back(node);
}

void GapSearch::expand(std::uint32_t node) {
    nodes_[node].expanded = nodes_[node].arrival;
    const Node from = nodes_[node];
    const std::uint32_t soonest = from.arrival + 1;
    const std::uint32_t latest = from.gap.to == kForever ? kForever : from.gap.to + 1;
    for (const Cell cell : map_->next(from.cell)) {
        const std::size_t count = timetable_->visits(cell).size();
        for (std::size_t i = timetable_->gap_at(cell, soonest); i <= count; ++i) {
            ++work_;
            const Gap gap = timetable_->gap(cell, i);
            const std::uint32_t arrival = std::max(soonest, gap.from);
            if (gap.from > latest || arrival + (*steps_)[cell] > cost_max_) {
                break;
            }
            // Whoever leaves there as the gap begins must not come here at the same moment.
            const bool is_swap = arrival == gap.from && arrival == latest &&
                                 gap.before != kNoVehicle && gap.before == from.gap.after;
            if (arrival <= std::min(gap.to, latest) && !is_swap) {
                reach(cell, gap, arrival, node);
            }
        }
    }
}

void GapSearch::trace(std::uint32_t node, std::vector<Cell>& path) const {
    path.assign(nodes_[node].arrival + 1, nodes_[node].cell);
    for (; node != kNone; node = nodes_[node].before) {
        const std::uint32_t before = nodes_[node].before;
        if (before != kNone) {
            std::fill(path.begin() + nodes_[before].arrival, path.begin() + nodes_[node].arrival,
                      nodes_[before].cell);
        }
    }
}

}  // namespace tally::planner

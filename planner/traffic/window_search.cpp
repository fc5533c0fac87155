#include "planner/traffic/window_search.hpp"

#include <algorithm>

namespace tally::planner {

WindowSearch::WindowSearch(const MotionMap& motion, std::size_t steps)
    : motion_(&motion),
      steps_(steps),
      node_of_(motion.size() * (steps + 1) * 2),
      stamp_(motion.size() * (steps + 1) * 2, 0) {}

std::vector<std::uint32_t> WindowSearch::would_swap_with(const WindowTable& table, std::size_t step,
                                                         Cell from, Cell to) const {
    std::vector<std::uint32_t> vehicles;
    const TrafficMap& map = motion_->map();
    const std::span<const Cell> near_from = map.near(from);
    const auto look = [&](Cell cell) {
        const std::uint32_t vehicle = table.at(step, cell);
        const auto comes_to = [&](Cell there) { return table.at(step + 1, there) == vehicle; };
        if (vehicle != kNoVehicle &&
            (comes_to(from) || std::any_of(near_from.begin(), near_from.end(), comes_to))) {
            vehicles.push_back(vehicle);
        }
    };
    look(to);
    const std::span<const Cell> near_to = map.near(to);
    std::for_each(near_to.begin(), near_to.end(), look);
    return vehicles;
}

bool WindowSearch::would_swap(std::size_t step, Cell from, Cell to) const {
    if (motion_->map().has_near()) {
        return !would_swap_with(*table_, step, from, to).empty();
    }
    const std::uint32_t there = table_->at(step, to);
    return there != kNoVehicle && table_->at(step + 1, from) == there;
}

bool WindowSearch::is_free(std::size_t step, Cell from, Cell to) const {
    if (table_->at(step + 1, to) != kNoVehicle) {
        return false;
    }
    for (const Cell near : motion_->map().near(to)) {
        if (table_->at(step + 1, near) != kNoVehicle) {
            return false;
        }
    }
    return from == to || !would_swap(step, from, to);
}

void WindowSearch::reach(State state, std::size_t step, std::uint32_t price, bool is_done,
                         std::uint32_t before) {
    is_done = is_done || task_.goal == kNoCell || motion_->cell(state) == task_.goal;
    const std::uint32_t sum = price + (is_done ? 0 : (*task_.prices)[state]);
    if (sum >= task_.limit) {
        return;
    }
    const std::size_t key = (step * motion_->size() + state) * 2 + (is_done ? 1 : 0);
    if (stamp_[key] == search_) {
        Node& known = nodes_[node_of_[key]];
        if (known.price <= price || known.is_closed) {
            return;
        }
        known.is_closed = true;  // its entry in the bucket is stale; a new node takes over
    }
    stamp_[key] = search_;
    node_of_[key] = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back({state, before, price, static_cast<std::uint16_t>(step), is_done});
    buckets_[sum - least_].push_back(node_of_[key]);
}

std::uint32_t WindowSearch::find(const WindowTable& table, const Task& task,
                                 std::vector<State>& path) {
    table_ = &table;
    ++search_;
    nodes_.clear();
    task_ = task;
    const bool is_done = task.goal == kNoCell || motion_->cell(task.start) == task.goal;
    least_ = is_done ? 0 : (*task.prices)[task.start];
    if (task.limit <= least_) {
        return kNoPrice;
    }
    const std::size_t count = task.limit - least_;
    buckets_.resize(std::max(buckets_.size(), count));
    for (std::size_t i = 0; i < count; ++i) {
        buckets_[i].clear();
    }
    reach(task.start, task.begin, 0, is_done, kNone);
    for (std::size_t i = 0; i < count; ++i) {
        while (!buckets_[i].empty()) {
            const std::uint32_t index = buckets_[i].back();
            buckets_[i].pop_back();
            if (nodes_[index].is_closed) {
                continue;
            }
            if (nodes_[index].step == steps_) {
                trace(index, path);
                return least_ + static_cast<std::uint32_t>(i);
            }
            expand(index);
        }
    }
    return kNoPrice;
}

void WindowSearch::expand(std::uint32_t index) {
    nodes_[index].is_closed = true;
    ++work_;
    const Node node = nodes_[index];
    const Cell from = motion_->cell(node.state);
    const auto wait = [&] {
        if (is_free(node.step, from, from)) {
            reach(node.state, node.step + 1U, node.price + (node.is_done ? 0 : kWaitPrice),
                  node.is_done, index);
        }
    };
    if (!node.is_done) {
        wait();
    }
    for (const Move& move : motion_->moves(node.state)) {
        if (move.price != kBlockedPrice && is_free(node.step, from, motion_->cell(move.to))) {
            reach(move.to, node.step + 1U, node.price + (node.is_done ? 0 : move.price),
                  node.is_done, index);
        }
    }
    if (node.is_done) {
        wait();  // what comes last is looked at first: where all is free of charge, it stays
    }
}

void WindowSearch::trace(std::uint32_t index, std::vector<State>& path) const {
    path.resize(steps_ + 1);
    for (std::uint32_t on = index; on != kNone; on = nodes_[on].before) {
        path[nodes_[on].step] = nodes_[on].state;
    }
}

}  // namespace tally::planner

#include "planner/traffic/path_refiner.hpp"

#include <algorithm>

namespace tally::planner {

PathRefiner::PathRefiner(const TrafficMap& map, const PathProblem& problem,
                         GoalDistances& distances, std::vector<std::vector<Cell>> paths, Prng prng)
    : map_(&map),
      problem_(&problem),
      paths_(std::move(paths)),
      prng_(prng),
      timetable_(map.size()),
      search_(map, timetable_),
      is_in_group_(paths_.size(), 0) {
    for (std::uint32_t i = 0; i < paths_.size(); ++i) {
        tables_.push_back(&distances.to(problem.goals[i]));
        timetable_.add(i, paths_[i]);
        sum_ += cost(i);
        bound_ += cost(i) - delay(i);
    }
}

bool PathRefiner::run(std::int64_t work) {
    constexpr std::int64_t kRoundWork = 50;
    while (sum_ > bound_ && search_.work() + rounds_ < work) {
        rounds_ += kRoundWork;
        choose_group();
        plan_group();
        for (const std::uint32_t vehicle : group_) {
            is_in_group_[vehicle] = 0;
        }
        group_.clear();
    }
    return sum_ == bound_;
}

void PathRefiner::join_group(std::uint32_t vehicle) {
    if (vehicle != kNoVehicle && is_in_group_[vehicle] == 0 && group_.size() < group_size_) {
        is_in_group_[vehicle] = 1;
        group_.push_back(vehicle);
    }
}

/// By chance, in proportion to the delays.
std::uint32_t PathRefiner::delayed_vehicle() {
    auto draw = static_cast<std::int64_t>(prng_.below(static_cast<std::uint64_t>(sum_ - bound_)));
    for (std::uint32_t vehicle = 0;; ++vehicle) {
        draw -= delay(vehicle);
        if (draw < 0) {
            return vehicle;
        }
    }
}

void PathRefiner::choose_group() {
    group_size_ = 2 + prng_.below(8);
    const std::uint64_t kind = prng_.below(10);
    const std::uint32_t vehicle = delayed_vehicle();
    join_group(vehicle);
    if (kind < 7) {
        add_blockers_of(vehicle);
    } else {
        const std::vector<Cell>& path = paths_[vehicle];
        add_visitors_near(path[prng_.below(path.size())]);
    }
}

/// Walks on from a chance step of its path wherever that would be quicker, and takes in who is met.
void PathRefiner::add_blockers_of(std::uint32_t vehicle) {
    const std::vector<std::uint16_t>& steps = *tables_[vehicle];
    std::vector<Cell> ahead;
    for (int round = 0; round < 10 && group_.size() < group_size_; ++round) {
        auto step = static_cast<std::uint32_t>(prng_.below(paths_[vehicle].size()));
        Cell cell = paths_[vehicle][step];
        while (group_.size() < group_size_) {
            ahead.clear();
            for (const Cell next : map_->next(cell)) {
                if (step + 1 + steps[next] < cost(vehicle)) {
                    ahead.push_back(next);
                }
            }
            if (step + 1 + steps[cell] < cost(vehicle)) {
                ahead.push_back(cell);
            }
            if (ahead.empty()) {
                break;
            }
            const Cell next = ahead[prng_.below(ahead.size())];
            join_group(timetable_.at(next, step + 1));
            const std::uint32_t there = timetable_.at(next, step);
            if (there != kNoVehicle && timetable_.at(cell, step + 1) == there) {
                join_group(there);
            }
            cell = next;
            ++step;
        }
    }
}

/// Breadth-first from a cell: those who pass there.
void PathRefiner::add_visitors_near(Cell cell) {
    std::vector<Cell> queue{cell};
    for (std::size_t i = 0; i < queue.size() && i < 40 && group_.size() < group_size_; ++i) {
        const std::vector<Visit>& visits = timetable_.visits(queue[i]);
        if (!visits.empty()) {
            const std::size_t begin = prng_.below(visits.size());
            for (std::size_t k = begin; k < visits.size() && k < begin + 3; ++k) {
                join_group(visits[k].vehicle);
            }
        }
        for (const Cell next : map_->next(queue[i])) {
            if (std::find(queue.begin(), queue.end(), next) == queue.end()) {
                queue.push_back(next);
            }
        }
    }
}

/// True if the group found other paths that are no longer in sum; else all is as before.
bool PathRefiner::plan_group() {
    std::int64_t budget = 0;
    kept_.resize(std::max(kept_.size(), group_.size()));
    for (std::size_t i = group_.size(); i > 1; --i) {
        std::swap(group_[i - 1], group_[prng_.below(i)]);
    }
    std::int64_t spare = 0;
    for (std::size_t i = 0; i < group_.size(); ++i) {
        const std::uint32_t vehicle = group_[i];
        timetable_.remove(paths_[vehicle]);
        budget += cost(vehicle);
        spare += delay(vehicle);
        kept_[i].swap(paths_[vehicle]);
    }
    std::size_t planned = 0;
    std::int64_t spent = 0;
    for (; planned < group_.size(); ++planned) {
        const std::uint32_t vehicle = group_[planned];
        const std::uint32_t least = (*tables_[vehicle])[problem_->starts[vehicle]];
        if (!search_.find(problem_->starts[vehicle], problem_->goals[vehicle], *tables_[vehicle],
                          least + static_cast<std::uint32_t>(spare), paths_[vehicle])) {
            break;
        }
        timetable_.add(vehicle, paths_[vehicle]);
        spare -= delay(vehicle);
        spent += cost(vehicle);
    }
    bool is_better = planned == group_.size();
    for (std::size_t i = 0; is_better && problem_->rings == Rings::forbidden && i < planned; ++i) {
        is_better = !has_ring(group_[i]);
    }
    if (is_better) {
        sum_ += spent - budget;
        return true;
    }
    for (std::size_t i = 0; i < planned; ++i) {
        timetable_.remove(paths_[group_[i]]);
    }
    for (std::size_t i = 0; i < group_.size(); ++i) {
        kept_[i].swap(paths_[group_[i]]);
        timetable_.add(group_[i], paths_[group_[i]]);
    }
    return false;
}

/// Whether one of its moves is part of a ring: follow who makes room for whom.
bool PathRefiner::has_ring(std::uint32_t vehicle) const {
    for (std::uint32_t step = 1; step < paths_[vehicle].size(); ++step) {
        const Cell own = paths_[vehicle][step - 1];
        Cell to = paths_[vehicle][step];
        while (to != own) {
            const std::uint32_t there = timetable_.at(to, step - 1);
            if (there == kNoVehicle || there == vehicle) {
                break;
            }
            const std::vector<Cell>& path = paths_[there];
            const Cell on = path[std::min<std::size_t>(step, path.size() - 1)];
            if (on == own) {
                return true;
            }
            if (on == to) {
                break;
            }
            to = on;
        }
    }
    return false;
}

}  // namespace tally::planner

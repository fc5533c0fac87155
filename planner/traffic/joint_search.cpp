#include "planner/traffic/joint_search.hpp"

#include <algorithm>
#include <numeric>

namespace tally::planner {

namespace {

std::uint64_t digest_of(const std::vector<Cell>& at) {
    std::uint64_t digest = 0xcbf29ce484222325ULL;
    for (const Cell cell : at) {
        digest = (digest ^ cell) * 0x100000001b3ULL;
        digest ^= digest >> 31;
    }
    return digest;
}

}  // namespace

JointSearch::JointSearch(const TrafficMap& map, const PathProblem& problem,
                         GoalDistances& distances, Prng prng)
    : map_(&map),
      problem_(&problem),
      distances_(&distances),
      prng_(prng.fork("constraints")),
      joint_(map, problem, distances, prng.fork("steps")) {
    stack_.push_back(add(problem.starts, kNone));
}

std::uint32_t JointSearch::add(std::vector<Cell> at, std::uint32_t before) {
    const std::size_t size = at.size();
    Node node;
    node.before = before;
    node.order.resize(size);
    std::iota(node.order.begin(), node.order.end(), 0U);
    std::vector<std::uint32_t> length(size);
    node.waited.assign(size, 0);
    for (std::size_t i = 0; i < size; ++i) {
        if (before != kNone && at[i] != problem_->goals[i]) {
            node.waited[i] = nodes_[before].waited[i] + 1;
        }
        length[i] = distances_->to(problem_->goals[i])[problem_->starts[i]];
    }
    std::sort(node.order.begin(), node.order.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (node.waited[a] != node.waited[b]) {
            return node.waited[a] > node.waited[b];
        }
        return length[a] != length[b] ? length[a] > length[b] : a < b;
    });
    node.tree.push_back({kNone, {0, kNoCell}, 0});
    by_digest_.emplace(digest_of(at), static_cast<std::uint32_t>(nodes_.size()));
    node.at = std::move(at);
    memory_ += size * 12 + 200;
    nodes_.push_back(std::move(node));
    return static_cast<std::uint32_t>(nodes_.size() - 1);
}

std::uint32_t JointSearch::known(const std::vector<Cell>& at, std::uint64_t digest) const {
    const auto [begin, end] = by_digest_.equal_range(digest);
    for (auto it = begin; it != end; ++it) {
        if (nodes_[it->second].at == at) {
            return it->second;
        }
    }
    return kNone;
}

bool JointSearch::next_constraint(Node& node, std::vector<JointStep::Fixed>& fixed) {
    if (node.tried == node.tree.size()) {
        return false;
    }
    const std::uint32_t index = node.tried++;
    const Constraint constraint = node.tree[index];
    if (constraint.depth < node.order.size()) {
        const std::uint32_t vehicle = node.order[constraint.depth];
        const std::span<const Cell> ahead = map_->next(node.at[vehicle]);
        std::vector<Cell> cells(ahead.begin(), ahead.end());
        cells.push_back(node.at[vehicle]);
        for (std::size_t i = cells.size(); i > 1; --i) {
            std::swap(cells[i - 1], cells[prng_.below(i)]);
        }
        for (const Cell cell : cells) {
            node.tree.push_back({index, {vehicle, cell}, constraint.depth + 1});
        }
        memory_ += cells.size() * sizeof(Constraint);
    }
    fixed.clear();
    for (std::uint32_t i = index; node.tree[i].before != kNone; i = node.tree[i].before) {
        fixed.push_back(node.tree[i].fixed);
    }
    return true;
}

JointSearch::State JointSearch::run(std::int64_t work) {
    std::vector<JointStep::Fixed> fixed;
    for (; state_ == State::searching; ++rounds_) {
        if (nodes_[stack_.back()].at == problem_->goals) {
            state_ = State::found;
        } else if (memory_ > kMemoryMax) {
            state_ = State::exhausted;
        } else if (this->work() >= work) {
            break;
        } else if (!next_constraint(nodes_[stack_.back()], fixed)) {
            stack_.pop_back();
            state_ = stack_.empty() ? State::impossible : state_;
        } else if (const Node& top = nodes_[stack_.back()]; joint_.make(top.at, top.order, fixed)) {
            const std::uint32_t again = known(joint_.next(), digest_of(joint_.next()));
            const std::uint32_t on = again != kNone ? again : add(joint_.next(), stack_.back());
            stack_.push_back(on);
        }
    }
    return state_;
}

std::vector<std::vector<Cell>> JointSearch::found() const {
    std::vector<std::vector<Cell>> steps;
    if (state_ == State::found) {
        for (std::uint32_t node = stack_.back(); node != kNone; node = nodes_[node].before) {
            steps.push_back(nodes_[node].at);
        }
        std::reverse(steps.begin(), steps.end());
    }
    return steps;
}

}  // namespace tally::planner

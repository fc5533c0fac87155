// A first plan for all vehicles, or the proof that there is none: depth-first search over joint
// positions that adds constraints to the next step lazily (LaCAM). Source: Okumura, AAAI 2023.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "planner/traffic/joint_step.hpp"

namespace tally::planner {

class JointSearch {
 public:
    enum class State : std::uint8_t { searching, found, impossible, exhausted };

    /// All but the prng must outlive it. Tables of distances are made here, one a goal.
    JointSearch(const TrafficMap& map, const PathProblem& problem, GoalDistances& distances,
                Prng prng);

    /// Goes on until `work` is spent since it was made, in cells looked at, or it is done before
    /// that. `exhausted`: the positions looked at fill kMemoryMax.
    State run(std::int64_t work);
    [[nodiscard]] std::int64_t work() const { return joint_.work() + rounds_; }

    /// The positions from start to goal, by step; empty before one is found.
    [[nodiscard]] std::vector<std::vector<Cell>> found() const;

    static constexpr std::size_t kMemoryMax = std::size_t{256} << 20U;

 private:
    /// Constraints on the next step: where this vehicle goes, and those of `before`.
    struct Constraint {
        std::uint32_t before;
        JointStep::Fixed fixed;
        std::uint32_t depth;
    };
    struct Node {
        std::uint32_t before;
        std::vector<Cell> at;
        std::vector<std::uint32_t> waited;  ///< by vehicle: steps since it was last at its goal
        std::vector<std::uint32_t> order;   ///< who has waited longest comes first
        std::vector<Constraint> tree;       ///< breadth-first
        std::uint32_t tried = 0;            ///< of the tree
    };
    static constexpr std::uint32_t kNone = 0xffffffff;

    std::uint32_t add(std::vector<Cell> at, std::uint32_t before);
    [[nodiscard]] std::uint32_t known(const std::vector<Cell>& at, std::uint64_t digest) const;
    /// Takes the next constraint of a node and makes its children; false if none is left.
    bool next_constraint(Node& node, std::vector<JointStep::Fixed>& fixed);

    const TrafficMap* map_;
    const PathProblem* problem_;
    GoalDistances* distances_;
    Prng prng_;
    JointStep joint_;
    std::vector<Node> nodes_;
    std::unordered_multimap<std::uint64_t, std::uint32_t> by_digest_;  ///< never walked through
    std::vector<std::uint32_t> stack_;
    std::size_t memory_ = 0;
    std::int64_t rounds_ = 0;
    State state_ = State::searching;
};

}  // namespace tally::planner

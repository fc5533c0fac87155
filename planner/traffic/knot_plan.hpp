// Moves that were found one after the other, carried out side by side: each vehicle goes on as soon
// as those who were before it where it goes, or near there, have left. So it stays right however
// late anybody is, and nobody waits for one that waits for it.
#pragma once

#include <cstdint>
#include <vector>

#include "planner/traffic/knot_search.hpp"

namespace tally::planner {

class KnotPlan {
 public:
    /// `firm`: by vehicle the cells of its released track, from where it is on; what `moves` begin
    /// with is its end. The motion map must outlive it.
    KnotPlan(const MotionMap& motion, const std::vector<std::vector<Cell>>& firm,
             const std::vector<KnotMove>& moves);

    /// A vehicle has come to the first of these cells, and the others are released to it. False if
    /// that is not its plan.
    bool follow(std::uint32_t vehicle, const std::vector<Cell>& firm);
    [[nodiscard]] bool has_more(std::uint32_t vehicle) const {
        return tracks_[vehicle].done < tracks_[vehicle].legs.size();
    }
    /// Legs that are done, of all: who waits sees whether anybody gets on.
    [[nodiscard]] std::size_t done() const;

    /// Goes on from step `fixed` of each path to its last. False if somebody comes to a closed
    /// road.
    bool plan(std::vector<std::vector<State>>& paths, const std::vector<std::size_t>& fixed) const;

 private:
    /// Done when more than `number` of the vehicle's legs are.
    struct Need {
        std::uint32_t vehicle;
        std::size_t number;
    };
    struct Leg {
        Cell to;
        std::vector<Need> needs;
    };
    struct Track {
        Cell from;
        std::vector<Leg> legs;
        std::size_t done = 0;
        [[nodiscard]] Cell at(std::size_t leg) const { return leg == 0 ? from : legs[leg - 1].to; }
    };

    [[nodiscard]] std::vector<Need> needs_of(const KnotMove& move) const;
    [[nodiscard]] State toward(State state, Cell to) const;
    [[nodiscard]] State after(State now, const Need& leg, const std::vector<std::size_t>& done,
                              const std::vector<char>& is_leaving) const;
    [[nodiscard]] bool is_open(const std::vector<std::vector<State>>& paths,
                               const std::vector<std::size_t>& done) const;

    const MotionMap* motion_;
    std::vector<Track> tracks_;
};

}  // namespace tally::planner

// What stands on a shelf, in milligrams. Signed: a tared slot that was emptied weighs less than
// nothing.
#pragma once

#include <compare>
#include <cstdint>

namespace tally {

struct Weight {
    std::int64_t mg = 0;

    static constexpr Weight of_grams(std::int64_t grams) { return Weight{grams * 1000}; }

    auto operator<=>(const Weight&) const = default;
    friend constexpr Weight operator+(Weight a, Weight b) { return {a.mg + b.mg}; }
    friend constexpr Weight operator-(Weight a, Weight b) { return {a.mg - b.mg}; }
};

/// How far two weights are apart.
constexpr Weight distance(Weight a, Weight b) {
    return a.mg > b.mg ? a - b : b - a;
}

}  // namespace tally

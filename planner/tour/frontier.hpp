// The states between two columns of a rectangular floor, for exact tours by dynamic programming.
// A partial tour is told apart only by what it looks like at the current aisle's crossings: for
// each one whether it is visited, the parity of its degree, and which crossings hang together.
// Method: Ratliff and Rosenthal (Operations Research 31, 1983) for two cross aisles; Cambazard and
// Catusse (EJOR 270, 2018) for any number. Connections never cross, so there are few states: 6, 24,
// 112, 568 and 3,032 for 2 to 6 cross aisles and closed tours.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tally::planner {

inline constexpr int kExactCrossAislesMax = 6;

/// How the lanes of one block are used: the degree they give to the crossing at the front and at
/// the back, and whether the two are linked inside. `half` uses hold an end of an open tour.
enum class BlockUse : std::uint8_t {
    none,             ///< not entered
    through,          ///< driven once
    twice,            ///< driven to and fro
    front,            ///< out and back from the front crossing
    back,             ///< out and back from the back crossing
    gap,              ///< out and back from both, with a gap left between
    front_half,       ///< from the front to an end of the tour
    back_half,        ///< from the back to an end of the tour
    front_half_gap,   ///< the same, and out and back from the back
    back_half_gap,    ///< the same, and out and back from the front
    front_half_link,  ///< once from the front, twice towards the back, end at the change
    back_half_link,   ///< once from the back, twice towards the front, end at the change
    both_halves,      ///< both ends of the tour inside, a gap left between
};
inline constexpr std::size_t kBlockUses = 13;

struct BlockUseShape {
    std::uint8_t front_degree = 0;
    std::uint8_t back_degree = 0;
    std::uint8_t is_linked = 0;
};
BlockUseShape shape_of(BlockUse use) noexcept;

/// Whether a tour returns to its start, or has a start and an end of odd degree.
enum class TourEnds : std::uint8_t { closed, open };

/// Transition tables for one number of cross aisles; state 0 is the empty one. Built once a process
/// (up to some 50 ms for 6 cross aisles) and shared; read-only afterwards.
class Frontier {
 public:
    static constexpr std::uint16_t kNone = 0xffff;

    /// `cross_aisles` is 2 to kExactCrossAislesMax.
    static const Frontier& of(int cross_aisles, TourEnds ends);

    [[nodiscard]] std::size_t size() const noexcept { return codes_.size(); }

    /// State after a block (0 is the front one) was used; one entry a state.
    [[nodiscard]] const std::uint16_t* after(std::size_t block, BlockUse use) const noexcept {
        return after_[block][static_cast<std::size_t>(use)].data();
    }
    /// State after the crossing was visited on the spot.
    [[nodiscard]] const std::uint16_t* visited(std::size_t cross) const noexcept {
        return visited_[cross].data();
    }
    /// State after an end of an open tour was put on the crossing.
    [[nodiscard]] const std::uint16_t* ended(std::size_t cross) const noexcept {
        return ended_[cross].data();
    }
    /// State after the column is left without a lane along this cross aisle, or kNone where that
    /// would cut something off. Only states of even degree there have an entry.
    [[nodiscard]] const std::uint16_t* dropped(std::size_t cross) const noexcept {
        return dropped_[cross].data();
    }
    /// Lanes along this cross aisle if the column is left by it: 0, 1 or 2.
    [[nodiscard]] const std::uint8_t* lanes(std::size_t cross) const noexcept {
        return lanes_[cross].data();
    }
    /// True if the partial tour is whole: connected, and no loose end.
    [[nodiscard]] bool is_whole(std::size_t state) const noexcept { return whole_[state] != 0; }

 private:
    Frontier(int cross_aisles, TourEnds ends);

    template <int CrossAisles, TourEnds Ends>
    static const Frontier& built();

    static constexpr std::size_t kCrosses = kExactCrossAislesMax;
    using Row = std::vector<std::uint16_t>;

    std::vector<std::uint32_t> codes_;
    std::array<std::array<Row, kBlockUses>, kCrosses - 1> after_;
    std::array<Row, kCrosses> visited_;
    std::array<Row, kCrosses> ended_;
    std::array<Row, kCrosses> dropped_;
    std::array<std::vector<std::uint8_t>, kCrosses> lanes_;
    std::vector<std::uint8_t> whole_;
};

}  // namespace tally::planner

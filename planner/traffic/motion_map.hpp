// What a vehicle can do in one step: states (a cell and a heading) and the moves between them. A
// quarter turn takes a step of its own where vehicles turn on the spot; moves have prices, so that
// streets can have a preferred direction.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "planner/traffic/traffic_map.hpp"

namespace tally::planner {

using State = std::uint32_t;

/// Price of one step of turning, or of driving where nothing is preferred.
inline constexpr std::uint16_t kStepPrice = 8;
/// Of a step of waiting: who cannot get on stands, and does not drive to and fro for the same.
inline constexpr std::uint16_t kWaitPrice = 7;
/// Of a move that cannot be made now.
inline constexpr std::uint16_t kBlockedPrice = 0xffff;

struct Move {
    State to;
    std::uint16_t price;
};

struct MotionOptions {
    /// A vehicle turns so far in one step; 0: it goes any way at once, headings do not count.
    std::int32_t turn_degrees = 90;
    /// What driving against a street's direction costs, in hundredths of a step, at most 10,000;
    /// 100: no preference.
    std::int32_t against_percent = 100;
};

/// Density control: how strongly streets should be one-way for so many vehicles on so many cells. A
/// floor with more than a quarter of its cells taken jams unless nearly all keep to one direction;
/// a nearly empty one is best left free.
std::int32_t against_percent_for(std::size_t vehicles, std::size_t cells);

class MotionMap {
 public:
    /// The map must outlive it. Streets are lines of steps along x or y; their preferred directions
    /// take turns from one to the next, aisles (no way to either side) among themselves.
    MotionMap(const TrafficMap& map, const MotionOptions& options);

    [[nodiscard]] const TrafficMap& map() const { return *map_; }
    [[nodiscard]] std::size_t size() const { return cells_.size(); }
    [[nodiscard]] Cell cell(State state) const { return cells_[state]; }
    /// Bearing in degrees, 0 along x, 90 along y.
    [[nodiscard]] std::int32_t bearing(State state) const { return bearings_[state]; }
    /// The state on a cell whose heading is nearest.
    [[nodiscard]] State at(Cell cell, std::int32_t bearing) const;
    /// States of a cell, from the first to before the second.
    [[nodiscard]] std::pair<State, State> states(Cell cell) const {
        return {first_state_[cell], first_state_[cell + 1]};
    }
    /// Closes the step from a cell to another, or opens it again. Whoever plans on this map must be
    /// told (RollingTraffic::roads_changed).
    enum class Road : std::uint8_t { open, closed };
    void set_road(Cell from, Cell to, Road road);

    /// What can be done in a step but waiting.
    [[nodiscard]] std::span<const Move> moves(State state) const {
        return {moves_.data() + first_move_[state], moves_.data() + first_move_[state + 1]};
    }
    [[nodiscard]] std::span<const Move> moves_into(State state) const {
        return {into_.data() + first_into_[state], into_.data() + first_into_[state + 1]};
    }

 private:
    [[nodiscard]] std::int32_t bearing_of(Cell from, Cell to) const;
    [[nodiscard]] std::uint16_t price(Cell from, Cell to) const;
    void find_streets();
    void make_states(std::int32_t turn_degrees);
    void make_moves();
    void index_moves(const std::vector<std::pair<State, Move>>& all);
    /// The price table of moves from and into states, after closing or opening.
    void set_price(State from, State to, std::uint16_t price);

    std::int32_t against_percent_;
    /// By cell: whether its row is preferred towards larger x, its column towards larger y.
    std::vector<char> row_leads_up_;
    std::vector<char> column_leads_up_;

    const TrafficMap* map_;
    std::vector<State> first_state_;
    std::vector<Cell> cells_;
    std::vector<std::int32_t> bearings_;
    std::vector<std::uint32_t> first_move_;
    std::vector<Move> moves_;
    std::vector<std::uint32_t> first_into_;
    std::vector<Move> into_;
};

/// Least prices from every state to a goal, one table a goal, made when first asked for.
class GoalPrices {
 public:
    static constexpr std::uint16_t kFar = 0xffff;

    /// The map must outlive it.
    explicit GoalPrices(const MotionMap& map) : map_(&map), tables_(map.map().size()) {}
    const std::vector<std::uint16_t>& to(Cell goal);
    /// Forgets all tables; references to them are void.
    void clear() { tables_.assign(map_->map().size(), {}); }

 private:
    const MotionMap* map_;
    std::vector<std::vector<std::uint16_t>> tables_;
    std::vector<std::vector<State>> buckets_;
};

}  // namespace tally::planner

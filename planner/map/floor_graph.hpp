// A floor to ask for ways: between any two stops, with one-way lanes and turns, on demand or as a
// matrix. Method: Dijkstra (1959) over lanes with a direction, so that turns can be priced; stops
// lie on lanes and are not nodes, so that a floor of 10,000 slots is as large as its crossings.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/layout/floor_layout.hpp"
#include "planner/tour/stop_tour.hpp"

namespace tally::planner {

inline constexpr std::size_t kWayMatrixStopsMax = 10'000;

/// A vehicle that stands at a stop may leave it any way: turns are priced where it only passes.
class FloorGraph {
 public:
    /// Refuses what check_floor_layout objects to.
    static Result<FloorGraph> on(FloorLayout layout);

    [[nodiscard]] const FloorLayout& layout() const noexcept { return layout_; }

    /// Index of the stop at a place; nothing if there is none.
    [[nodiscard]] std::optional<std::uint32_t> find(const PlaceId& place) const;

    /// Ways from a stop to all stops, in mm; kNoWay where there is none. About 1 us for every ten
    /// lanes.
    [[nodiscard]] std::vector<std::int32_t> ways_from(std::uint32_t stop) const;

    /// Ways between these stops, by row from and column to. `refused` names an index that is no
    /// stop, `exhausted` says that there are more than kWayMatrixStopsMax (400 MB).
    [[nodiscard]] Result<WayMatrix> ways(std::span<const std::uint32_t> stops) const;

    /// The same for a tour that halts at all of these stops: turning at one of them is free however
    /// often it is passed, so that no order of them turns for less. As in directed_tour.hpp.
    [[nodiscard]] Result<WayMatrix> tour_ways(std::span<const std::uint32_t> stops) const;

    /// The nodes passed on the shortest way, in order; empty without a node between or a way.
    [[nodiscard]] std::vector<std::uint32_t> path(std::uint32_t from, std::uint32_t to) const;

    /// Every stop that cannot be reached from the first station (without one: door, else stop), or
    /// cannot be left back to it; one sentence each, at most 20. Empty: the floor hangs together.
    [[nodiscard]] std::vector<std::string> check_reach() const;

 private:
    explicit FloorGraph(FloorLayout layout);

    /// Ways up to entering each lane in each direction, and the arc before it.
    struct Field {
        std::vector<std::int32_t> enter_mm;
        std::vector<std::uint32_t> before;
    };
    struct Arrival {
        std::int32_t length_mm = kNoWay;
        std::uint32_t arc = 0;
        bool is_direct = false;  ///< along the lane both stand on
    };

    /// `is_halt` by node: turning there is free; empty: nowhere.
    [[nodiscard]] Field field_from(std::uint32_t stop, const std::vector<char>& is_halt = {}) const;
    [[nodiscard]] Result<WayMatrix> ways_by(std::span<const std::uint32_t> stops,
                                            const std::vector<char>& is_halt) const;
    [[nodiscard]] Arrival arrival(const Field& field, std::uint32_t from, std::uint32_t to) const;
    [[nodiscard]] std::int32_t turn_mm(std::uint32_t arc, std::uint32_t next) const;
    [[nodiscard]] std::uint32_t tail(std::uint32_t arc) const;
    [[nodiscard]] std::uint32_t head(std::uint32_t arc) const { return tail(arc ^ 1U); }
    [[nodiscard]] bool is_open(std::uint32_t arc) const;
    /// The node a stop stands on, if it stands on one.
    [[nodiscard]] std::optional<std::uint32_t> node_of(const FloorStop& stop) const;
    [[nodiscard]] std::vector<char> reached(std::uint32_t stop, bool is_backwards) const;

    FloorLayout layout_;
    std::vector<std::uint32_t> first_out_;  ///< by node, into out_
    std::vector<std::uint32_t> out_;        ///< open arcs: 2 x lane, + 1 against its direction
    std::vector<std::uint32_t> first_in_;   ///< by node, into in_
    std::vector<std::uint32_t> in_;
    std::vector<std::pair<PlaceId, std::uint32_t>> by_place_;
};

}  // namespace tally::planner

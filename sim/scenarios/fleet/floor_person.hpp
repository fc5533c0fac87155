// The person on the floor: sees where vehicles really stand, and does what their rows ask for.
// Vehicles that are held, lost, beside their node, or nowhere by what is known from one look to the
// next are driven by hand to the nearest place that is free, and released there.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "sim/scenarios/fleet/fleet_troubles.hpp"

namespace tally::sim {

/// Single-threaded; scene and troubles outlive it.
class FloorPerson {
 public:
    FloorPerson(FleetScene& scene, const FleetTroubles& troubles,
                std::function<void(const std::string&)> note)
        : scene_(scene), troubles_(troubles), note_(std::move(note)) {}

    /// At every vehicle, but for those whose trouble is being seen to. The box is up.
    void look();

    [[nodiscard]] std::uint64_t releases() const { return releases_; }

 private:
    void look_at(std::size_t car, const FleetRow& row);
    bool put_where_it_stands(std::size_t car);
    [[nodiscard]] bool is_open_floor(std::size_t car, planner::Seen from, planner::Seen to) const;
    [[nodiscard]] bool can_be_driven(std::size_t car, planner::Seen to) const;

    FleetScene& scene_;
    const FleetTroubles& troubles_;
    std::function<void(const std::string&)> note_;
    std::set<std::size_t> unknown_;  ///< where they are, at the look before
    std::uint64_t releases_ = 0;
};

}  // namespace tally::sim

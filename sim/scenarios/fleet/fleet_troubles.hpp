// What goes wrong with vehicles, their box and their broker in one run: drawn and printed before
// anything happens.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenarios/fleet/fleet_scene.hpp"

namespace tally::sim {

enum class FleetTroubleKind : std::uint8_t {
    stall,       ///< a vehicle stands for no reason that it tells
    slow,        ///< half its speed is missing
    lost,        ///< it does not know where it is
    wrong_node,  ///< it says that it is at a node nobody knows
    restart,     ///< its power is cut
    stop,        ///< its emergency stop is pressed
    refuse,      ///< it refuses what comes next
    cut_off,     ///< no radio
    old_state,   ///< somebody lets the broker keep what it said
    pause,       ///< a person pauses it, and lets it go on
    box_kill,    ///< the fleet's process dies
    broker_kill,
    box_break,    ///< the box's connection to the broker breaks
    closed_road,  ///< a person closes a road, and opens it again
};

std::string_view to_string(FleetTroubleKind kind) noexcept;

struct FleetTrouble {
    Duration at{0};
    FleetTroubleKind kind = FleetTroubleKind::stall;
    std::size_t car = 0;  ///< of a closed road: which lane
    Duration lasts{0};
};

struct FleetTroubleSpan {
    Duration lasts{0};  ///< nothing begins later
    std::size_t cars = 1, lanes = 1;
};
/// By time; kinds and numbers as drawn.
std::vector<FleetTrouble> plan_fleet_troubles(const Draws& draws, const FleetTroubleSpan& span,
                                              Prng prng);
std::string to_line(const FleetTrouble& trouble);

/// Carries a plan out, and takes each trouble back at its time. Scene and kernel outlive it.
class FleetTroubles {
 public:
    FleetTroubles(FleetScene& scene, std::vector<FleetTrouble> plan,
                  std::function<void(const std::string&)> note)
        : scene_(scene), plan_(std::move(plan)), note_(std::move(note)) {}

    [[nodiscard]] const std::vector<FleetTrouble>& plan() const { return plan_; }
    /// `now` since the plan began.
    void step(Duration now);
    /// Nothing new from now on, and all is taken back, the bad radio too.
    void end_all();

    [[nodiscard]] bool is_any_open() const { return !open_.empty(); }
    /// Something is wrong with it that is being seen to.
    [[nodiscard]] bool is_hindered(std::size_t car) const;
    [[nodiscard]] bool is_paused(std::size_t car) const { return paused_.contains(car); }

 private:
    void begin(const FleetTrouble& trouble);
    void end(const FleetTrouble& trouble);

    FleetScene& scene_;
    std::vector<FleetTrouble> plan_;
    std::function<void(const std::string&)> note_;
    std::size_t next_ = 0;
    std::vector<FleetTrouble> open_;
    std::set<std::size_t> paused_;  ///< by people
};

}  // namespace tally::sim

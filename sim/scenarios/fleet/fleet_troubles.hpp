// What goes wrong with vehicles, their box and their broker in one run: drawn and printed before
// anything happens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/scenarios/fleet/fleet_site.hpp"

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
    box_break,  ///< the box's connection to the broker breaks
};

std::string_view to_string(FleetTroubleKind kind) noexcept;

struct FleetTrouble {
    Duration at{0};
    FleetTroubleKind kind = FleetTroubleKind::stall;
    std::size_t car = 0;
    Duration lasts{0};
};

/// By time; kinds and numbers as drawn.
std::vector<FleetTrouble> plan_fleet_troubles(const Draws& draws, std::size_t cars, Prng prng);
std::string to_line(const FleetTrouble& trouble);

void begin_trouble(FleetSite& site, const FleetTrouble& trouble);
/// Takes it back.
void end_trouble(FleetSite& site, const FleetTrouble& trouble);

}  // namespace tally::sim

// What a vehicle is sent for: where to, what it does there, and whether it then stands until it is
// told otherwise. And the seam by which the fleet tells its owner what has become of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/domain/fleet/vehicle.hpp"

namespace tally {

struct Errand {
    enum class After : std::uint8_t {
        makes_way,  ///< when it is done, the vehicle may be moved out of the way of others
        stays,  ///< it stands at the goal, and others go around it, until it is sent or dismissed
    };
    std::string goal;  ///< a node of the floor, or a place with a stop on it
    /// Once it stands there, in this order (VDA 5050: pick, drop, startCharging, ...). The fleet
    /// gives them their ids. While they run the vehicle stands, whatever `after` says.
    std::vector<VehicleAction> actions{};
    After after = After::makes_way;
};

enum class ErrandPhase : std::uint8_t {
    none,     ///< never sent, or dismissed
    driving,  ///< on its way, or wanting to be; also while the vehicle is lost, held or paused
    acting,   ///< it stands at the goal and its actions are with the vehicle
    done,     ///< it has arrived, and all actions are finished
    failed,   ///< it has arrived; an action failed, or the vehicle refused them: see the text
};
std::string_view to_string(ErrandPhase phase) noexcept;

struct ErrandStatus {
    std::string id;    ///< unique for ever; empty before the first
    std::string goal;  ///< as it was asked for
    ErrandPhase phase = ErrandPhase::none;
    std::vector<ActionReport> actions{};  ///< as the vehicle told last
    std::string text{};                   ///< why it failed, and what to do
};

/// What the fleet tells its owner, at the end of a tick: the phase of an errand has changed. The
/// owner may send vehicles from within.
class FleetFeed {
 public:
    virtual ~FleetFeed() = default;
    virtual void on_errand(const DeviceId& vehicle, const ErrandStatus& errand) = 0;
};

}  // namespace tally

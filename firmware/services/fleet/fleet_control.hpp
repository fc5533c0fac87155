// The fleet as its dispatcher uses it: where vehicles are, how far it is, and where they are sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/services/fleet/errand.hpp"

namespace tally {

enum class FleetPhase : std::uint8_t {
    idle,      ///< stands, with nowhere to go
    driving,   ///< on its way to its goal, or making way
    waiting,   ///< has somewhere to go, and no track
    standing,  ///< it is heard and cannot or does not move: others are planned around it
    lost,      ///< not heard; found again if it goes on with its order
    held,      ///< it is where nobody planned it, or its order ended there: an operator must look
};
std::string_view to_string(FleetPhase phase) noexcept;

/// A vehicle as a person sees it.
struct FleetRow {
    DeviceId id;
    FleetPhase phase = FleetPhase::idle;
    std::string node;                ///< or cell between two, that it reached last
    std::string goal;                ///< empty: none
    std::vector<std::string> track;  ///< released to it and not passed
    std::string text;                ///< why it does not move, and what to do
    VehicleStatus status;
    ErrandStatus errand;
    bool is_placed = false;   ///< it stands where the fleet has it, by its own word: it can be sent
    bool is_unknown = false;  ///< nobody knows where it is: nobody gets track
    bool is_off_floor = false;  ///< by a person's word
    Duration stands_for{0};     ///< of one that is standing; `text` says why
    bool is_off_node = false;   ///< it stands beside its node, by its own pose
    /// It stands for a door that is not open any more, and goes on by itself when it is.
    bool is_before_door = false;
    /// Plans, two a second, since it came nearer to its goal (livelock counter); `text` says so
    /// from kStuckPlans on.
    std::uint32_t stuck_plans = 0;
    static constexpr std::uint32_t kStuckPlans = 240;
};

/// Single-threaded, on the loop. Places are nodes, cells between two as rows() names them, and
/// places with a stop.
class FleetControl {
 public:
    virtual ~FleetControl() = default;
    /// On to a place, instead of the errand before; answers the errand's id. conflict: no such
    /// vehicle or place, no way there as the roads are now, or it is acting.
    virtual Result<std::string> send(const DeviceId& vehicle, Errand errand) = 0;
    /// Its errand is none any more: it stops at the end of its base and makes way for others.
    /// conflict while it is acting.
    virtual Result<void> dismiss(const DeviceId& vehicle) = 0;
    [[nodiscard]] virtual std::vector<FleetRow> rows() const = 0;
    /// Length of the shortest way as the roads are now, whoever else is on it; nothing: no way, or
    /// no such place.
    [[nodiscard]] virtual std::optional<std::int64_t> way_mm(const std::string& from,
                                                             const std::string& to) const = 0;

    /// What the way counts as where it is weighed who goes: longer than it is, or another way, past
    /// those who stand at work on it. Not for what a battery must last for.
    [[nodiscard]] virtual std::optional<std::int64_t> cost_mm(const std::string& from,
                                                              const std::string& to) const {
        return way_mm(from, to);
    }
};

}  // namespace tally

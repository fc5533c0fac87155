// What one vehicle is told to do, from its first stop to its last, as a pure state machine: listed
// -> assigned (may still be changed) -> under way -> done, with a way out. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/base/time.hpp"
#include "firmware/domain/fleet/vehicle.hpp"

namespace tally {

enum class MissionKind : std::uint8_t {
    pick,       ///< visits the slots of a tour, then a packing station
    put_away,   ///< goods from a dock to their place
    replenish,  ///< goods to a place that runs out of them, the shop floor above all
    transfer,   ///< a load to a gate
    charge,     ///< to a charger, until there is enough
    scan,       ///< past slots with a reader or camera
    park,       ///< out of the way
};
std::string_view to_string(MissionKind kind) noexcept;

/// What must happen at a stop before the vehicle goes on.
enum class StopEnd : std::uint8_t {
    arrival,  ///< nothing
    action,   ///< the vehicle's actions there are finished
    person,   ///< and somebody has said so: a scan closes the task that the vehicle waits for
};
std::string_view to_string(StopEnd end) noexcept;

struct MissionStop {
    std::string place;                     ///< a place with a stop on the floor, or a node
    std::vector<VehicleAction> actions{};  ///< the fleet gives them their ids
    StopEnd end = StopEnd::arrival;
    std::vector<std::string> tasks{};  ///< of people, by id, that are done here
    std::string text{};                ///< what is waited for, for a person
};

enum class MissionState : std::uint8_t {
    listed,    ///< nobody has it
    assigned,  ///< a vehicle is on its way to the first stop; another one may still take it
    driving,   ///< under way to its next stop, after it was at the first one
    acting,    ///< at a stop, where the vehicle does something
    waiting,   ///< at a stop, for a person
    stranded,  ///< begun, and its vehicle is out: an operator must see to it
    done,
    dropped,  ///< it need not be done any more, or cannot: see the text
};
std::string_view to_string(MissionState state) noexcept;

struct Mission {
    std::string id;  ///< unique while it is listed or under way
    MissionKind kind = MissionKind::pick;
    std::vector<MissionStop> stops;  ///< at least one
    std::int32_t priority = 0;       ///< higher ones first
    std::optional<MonoTime> due{};   ///< when it should be done
    std::optional<DeviceId> only{};  ///< the one vehicle that can do it: it has the goods
    std::string needs{};             ///< what its vehicle must have: "cart", "lift"; empty: nothing
    std::string load{};              ///< what it carries, for a person

    MissionState state = MissionState::listed;
    std::optional<DeviceId> vehicle{};
    std::size_t at = 0;  ///< stop that it is at, or on its way to
    MonoTime listed_at{};
    std::string text{};  ///< why it is not further, and what to do

    [[nodiscard]] bool is_over() const {
        return state == MissionState::done || state == MissionState::dropped;
    }
    /// A vehicle has been at its first stop: from now on it is this vehicle's.
    [[nodiscard]] bool has_begun() const {
        return state != MissionState::listed && state != MissionState::assigned && !is_over();
    }
    [[nodiscard]] const MissionStop& stop() const { return stops[at]; }
};

enum class MissionAct : std::uint8_t {
    assign,       ///< to `vehicle`
    take_back,    ///< before it has begun: it is listed again
    arrive,       ///< the vehicle is at the stop
    finish_work,  ///< its actions there are finished
    close_stop,   ///< what the stop waited for has come: on to the next one, or done
    strand,       ///< its vehicle is out
    go_on,        ///< its vehicle is back: the stop is driven to again
    drop,
};
std::string_view to_string(MissionAct act) noexcept;

struct MissionStep {
    MissionAct act = MissionAct::assign;
    std::optional<DeviceId> vehicle{};  ///< of assign
    std::string text{};                 ///< of strand, take_back and drop: why
};

/// Everything wrong with a mission that is to be listed: malformed, with what to change.
Result<void> check(const Mission& mission);

/// The mission after the step; conflict where its state does not allow it.
Result<Mission> step(const Mission& mission, const MissionStep& step);

}  // namespace tally

// An automated vehicle as the fleet sees it, whatever it speaks: the way it is given, what it says
// of itself, and the seam between its driver and its owner. Values only, no protocol. Positions in
// mm, headings in thousandths of a degree counter-clockwise from the x axis, speeds in mm/s.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/base/time.hpp"
#include "firmware/domain/ids.hpp"

namespace tally {

/// What else may happen while an action runs (VDA 5050: blockingType).
enum class Blocking : std::uint8_t {
    none,  ///< driving and other actions
    soft,  ///< other actions, but no driving
    hard,  ///< nothing
};

struct ActionParameter {
    std::string key;
    std::variant<std::string, double, bool> value;

    bool operator==(const ActionParameter&) const = default;
};

/// Something to do. `id` is unique for ever: a vehicle knows a repeated one by it.
struct VehicleAction {
    std::string id;
    std::string type;  ///< "pick", "drop", "wait", ...: as the vehicle's factsheet names it
    Blocking blocking = Blocking::hard;
    std::vector<ActionParameter> parameters{};

    bool operator==(const VehicleAction&) const = default;
};

struct WayPosition {
    std::int64_t x_mm = 0, y_mm = 0;
    std::string map;
    std::optional<std::int32_t> heading_mdeg{};  ///< none: as it comes
    std::optional<std::int64_t> deviation_mm{};  ///< none: what the maker thinks normal

    bool operator==(const WayPosition&) const = default;
};

struct WayNode {
    std::string id;
    std::optional<WayPosition> position{};  ///< none: the vehicle knows its nodes
    std::vector<VehicleAction> actions{};   ///< in this order, once it is there

    bool operator==(const WayNode&) const = default;
};

/// From the node before to `node`.
struct WayLeg {
    std::string edge_id;
    std::optional<std::int64_t> speed_max_mm_s{};
    WayNode node;

    bool operator==(const WayLeg&) const = default;
};

/// One order. The first `released` legs are its base: the vehicle may drive them whatever happens
/// to the radio, so nothing may be released that is not its own track. The others are its horizon:
/// a plan, no permission.
struct DriveOrder {
    std::string id;  ///< unique for ever
    WayNode start;   ///< where it stands
    std::vector<WayLeg> legs;
    std::size_t released = 0;
};

enum class OrderPhase : std::uint8_t {
    none,        ///< no order
    sent,        ///< not acknowledged by the vehicle yet
    driving,     ///< acknowledged
    cancelling,  ///< cancelled by us, not by the vehicle yet
    finished,    ///< at the end of its base, all actions ended
    cancelled,   ///< the vehicle says so, or that it never had it
    refused,     ///< by the vehicle
    lost,        ///< the vehicle had it and has it no more, before its end
};

/// Lower-case name, as it stands in the API.
std::string_view to_string(OrderPhase phase) noexcept;

/// Terminal: nothing more comes of this order.
constexpr bool is_over(OrderPhase phase) noexcept {
    return phase != OrderPhase::sent && phase != OrderPhase::driving &&
           phase != OrderPhase::cancelling;
}

struct OrderStatus {
    std::string id;
    OrderPhase phase = OrderPhase::none;
    std::uint32_t update = 0;
    bool acknowledged = true;  ///< the newest update; false: it is being repeated
    std::size_t passed = 0;    ///< index of the last node reached; 0 is the start
    std::size_t base_end = 0;  ///< index of the last node released to it
    std::size_t nodes = 0;     ///< with the horizon
    std::string text{};        ///< why, for a person; of the last refusal or end
    /// What the vehicle shows that cannot be: off the way, beyond the base, the horizon taken for
    /// released, another master's update. Empty: nothing.
    std::string contradiction{};

    bool operator==(const OrderStatus&) const = default;
};

enum class ActionPhase : std::uint8_t {
    waiting,
    initializing,
    running,
    paused,
    finished,
    failed,
    unknown,  ///< the vehicle took it and speaks of it no more
};

std::string_view to_string(ActionPhase phase) noexcept;

struct ActionReport {
    std::string id;
    std::string type;
    ActionPhase phase = ActionPhase::waiting;
    std::string text{};

    bool operator==(const ActionReport&) const = default;
};

enum class VehicleReach : std::uint8_t {
    unknown,  ///< nothing heard since this program runs
    online,
    silent,   ///< said to be connected, and says nothing
    offline,  ///< it said goodbye
    broken,   ///< its connection broke
    no_line,  ///< we have no connection to the broker
};

std::string_view to_string(VehicleReach reach) noexcept;

enum class VehicleMode : std::uint8_t { automatic, semiautomatic, manual, service, teach_in };

std::string_view to_string(VehicleMode mode) noexcept;

/// Something a person must know of.
struct VehicleTrouble {
    enum class Weight : std::uint8_t { warning, stops } weight = Weight::warning;
    std::string kind;  ///< the vehicle's word for it, or ours
    std::string text;  ///< what, why, what to do

    bool operator==(const VehicleTrouble&) const = default;
};

struct VehiclePose {
    std::int64_t x_mm = 0, y_mm = 0;
    std::int32_t heading_mdeg = 0;
    std::string map;

    bool operator==(const VehiclePose&) const = default;
};

struct VehicleStatus {
    VehicleReach reach = VehicleReach::unknown;
    MonoTime heard_at;          ///< its last state that counted; 0 before the first
    std::string order_shown{};  ///< the order that the vehicle itself speaks of
    bool busy = false;          ///< it shows nodes or edges of an order
    std::string last_node{};
    std::vector<std::string> base{};    ///< nodes it may still drive to, in its own words
    std::optional<VehiclePose> pose{};  ///< none: it does not say, or does not know
    bool is_unlocalized = false;        ///< it says that it does not know where it is
    VehicleMode mode = VehicleMode::automatic;
    bool driving = false;
    bool paused = false;
    bool wants_base = false;  ///< it is coming to the end of its base
    bool charging = false;
    std::int32_t battery_permille = 0;
    bool emergency_stop = false;
    bool field_violated = false;
    std::vector<std::string> loads{};
    std::vector<VehicleTrouble> troubles{};
    OrderStatus order{};
};

/// What an owner tells its vehicles. Every refusal says why; `conflict` also where there is no such
/// vehicle.
class VehicleControl {
 public:
    virtual ~VehicleControl() = default;
    virtual Result<void> order(const DeviceId& vehicle, DriveOrder order) = 0;
    /// Replaces the horizon by `onward`, whose first `released` legs join the base. conflict while
    /// the message before is not acknowledged, and for an order that is not driven.
    virtual Result<void> update(const DeviceId& vehicle, std::vector<WayLeg> onward,
                                std::size_t released) = 0;
    /// Until the vehicle says so, the order is not cancelled. conflict if there is none.
    virtual Result<void> cancel(const DeviceId& vehicle) = 0;
    /// Something to do at once, and the id that the feed will hear of.
    virtual Result<std::string> act(const DeviceId& vehicle, std::string type,
                                    std::vector<ActionParameter> parameters) = 0;
};

/// What a driver tells its owner, on the loop. The owner may give orders from within.
class VehicleFeed {
 public:
    virtual ~VehicleFeed() = default;
    /// After every state that counted, and whenever it is heard of no more.
    virtual void on_vehicle(const DeviceId& vehicle, const VehicleStatus& status) = 0;
    /// The order moved on: acknowledged, a node passed, an update refused, over.
    virtual void on_order(const DeviceId& vehicle, const OrderStatus& order) = 0;
    /// Of an action of the order, or of one told at once.
    virtual void on_action(const DeviceId& vehicle, const ActionReport& action) = 0;
};

}  // namespace tally

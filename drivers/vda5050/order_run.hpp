// One order from its first message to its end: what was told to the vehicle, what it has
// acknowledged, and how far it is. Source: VDA 5050 2.0, section 6.6 (order, update, stitching).
// Pure: it is told states that count, and in the order in which they count.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "drivers/vda5050/messages.hpp"

namespace tally::vda5050 {

/// Base and horizon as one list of nodes. What was released stays released and is never told
/// differently; an update begins at the last released node, whose actions it does not name again
/// (vehicles add what stands there to what they have), and replaces the horizon.
class OrderRun {
 public:
    /// Malformed unless check() says otherwise.
    explicit OrderRun(DriveOrder order);
    static Result<void> check(const DriveOrder& order);

    /// conflict while the update before is not acknowledged, or the order is over or cancelled.
    Result<void> update(std::vector<WayLeg> onward, std::size_t released);
    void cancel(std::string action_id);

    /// The message that the vehicle has not acknowledged; repeat it as it is.
    [[nodiscard]] std::optional<Order> to_send() const;

    /// Takes what a state says. Answers whether anything of status() changed.
    bool take(const State& state);

    [[nodiscard]] const OrderStatus& status() const { return status_; }
    [[nodiscard]] bool over() const { return is_over(status_.phase); }
    [[nodiscard]] const std::string& cancel_action() const { return cancel_action_; }
    /// The vehicle has spoken of it at least once.
    [[nodiscard]] bool known_to_vehicle() const { return acknowledged_update_.has_value(); }
    [[nodiscard]] bool has_action(const std::string& id) const { return actions_.contains(id); }

 private:
    struct Before {  ///< an update, to be taken back if it is refused
        std::vector<WayNode> nodes;
        std::vector<WayLeg> legs;
        std::size_t base_end = 0;
        std::size_t stitch = 0;
    };

    void take_own(const State& state);
    void take_position(const State& state);
    void take_end(const State& state);
    void take_rejections(const State& state);
    void take_cancel(const State& state);
    void refuse(const VehicleError& error);
    void end(OrderPhase phase, std::string text);
    void append(std::vector<WayLeg> legs, std::size_t released);
    [[nodiscard]] bool still_at_work(const State& state) const;

    OrderStatus status_;
    std::vector<WayNode> nodes_;  ///< nodes_[i + 1] is the end of edges_[i]
    std::vector<WayLeg> legs_;    ///< without their nodes
    std::size_t stitch_ = 0;      ///< index of the first node of the newest message
    std::optional<Before> before_;
    std::optional<std::uint32_t> acknowledged_update_;
    std::map<std::string, bool> actions_;  ///< of the base; true: ended
    std::string cancel_action_;
    int ended_early_ = 0;  ///< states in a row that show nothing left before the end of the base
};

}  // namespace tally::vda5050

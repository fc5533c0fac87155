// Orders as head office sees them: those of every edge, folded from what the edges told, and those
// on their way down; taken in for an edge as a command of its log.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "firmware/messages/order_answer.hpp"
#include "firmware/services/api/edge_choice.hpp"
#include "firmware/services/api/operator_api.hpp"
#include "firmware/services/bridge/bridge_service.hpp"
#include "firmware/services/orders/orders_data.hpp"

namespace tally {

/// Single-threaded, on the loop; part of BridgeApi.
class BridgeOrders {
 public:
    explicit BridgeOrders(BridgeService& service) : service_(service) {}

    ApiReply read(const ApiCall& call);
    /// Within the transaction that also remembers the answer.
    ApiReply write(const ApiCall& call);

 private:
    /// An order in a command that its edge has not acknowledged, or has not told of yet.
    struct OnItsWay {
        EdgeId edge;
        Order order;
        std::string request;
    };
    using Ways = std::map<std::string, const OnItsWay*>;  ///< by order; good until the next call

    [[nodiscard]] ApiReply ok(std::string_view schema, std::string_view data,
                              std::string_view next) const;
    [[nodiscard]] OrderAt at(const EdgeId& edge, std::string_view stage = {}) const;
    [[nodiscard]] std::optional<OnItsWay> order_in(const EdgeId& edge, const CommandRow& row) const;
    ApiReply list(const ApiCall& call);
    ApiReply show(const std::string& id);
    ApiReply add(const ApiCall& call);
    ApiReply cancel(const ApiCall& call);
    /// Takes orders in; where no edge is named, `choice` names one for each.
    struct Taking {
        EdgeId named;
        const std::string& by;
        const Ways& ways;
        EdgeChoice* choice = nullptr;
    };
    /// Sends it where it is not known; what it is refused with where it cannot be.
    Result<OrderTaken> send(const Order& order, const Taking& with);
    Result<EdgeChoice::Choice> edge_for(const Order& order, const Taking& with) const;
    [[nodiscard]] EdgeId edge_with(const std::string& id, const Ways& ways) const;
    /// `conflict` where the id is another order's; true: it is this one, known already.
    [[nodiscard]] Result<bool> is_known(const EdgeId& edge, const Order& order,
                                        const Ways& ways) const;
    /// Empty: none is named, and there are several.
    [[nodiscard]] Result<EdgeId> edge_in(const ApiCall& call) const;
    /// The edge that has told of the order, also of one that has ended long ago; empty: none has.
    [[nodiscard]] EdgeId holder(const std::string& id) const;
    [[nodiscard]] Ways on_their_way();
    void read_ways(const EdgeLink& edge, Ways& ways);

    BridgeService& service_;
    /// What has been read of the commands that wait, by edge and number; nothing: it is no order.
    std::map<EdgeId, std::map<CommandCursor, std::optional<OnItsWay>>> read_;
};

}  // namespace tally

// A till that sends orders over the broker, as docs/wire/orders.md tells a sender to: again until
// the edge has answered, and cancels some of those that were taken.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "firmware/domain/order/order.hpp"
#include "firmware/messages/order_answer.hpp"
#include "firmware/messages/topics.hpp"
#include "firmware/ports/message_bus.hpp"
#include "firmware/ports/scheduler.hpp"
#include "sim/kernel/broker.hpp"

namespace tally::sim {

/// Single-threaded; broker and node outlive it. It logs in as "till".
class Till final : private BusHandler {
 public:
    static constexpr Duration kAgain = std::chrono::seconds(10);

    Till(SimBroker& broker, Node& node, SiteId site);

    void send(const EdgeId& edge, const Order& order);
    /// Of an order that the edge said it has taken.
    void cancel(const EdgeId& edge, const std::string& order);

    /// Orders and cancellations that no edge has answered for yet.
    [[nodiscard]] std::size_t unanswered() const { return waiting_.size(); }
    [[nodiscard]] std::size_t refused() const { return refused_; }
    /// Those that an edge said it has taken.
    [[nodiscard]] const std::set<std::string>& taken(const EdgeId& edge) const;
    /// Those that it said are cancelled, and orders that it would not cancel.
    [[nodiscard]] const std::set<std::string>& cancelled(const EdgeId& edge) const;
    [[nodiscard]] std::size_t not_cancelled() const { return not_cancelled_; }

 private:
    struct Sent {
        EdgeId edge;
        std::string text;
        std::string sha256;  ///< of the text: what its answer names
    };
    using Ids = std::map<EdgeId, std::set<std::string>>;

    void on_connected() override;
    void on_message(const BusMessage& message) override;
    void on_lost(const Error& why) override;
    void on_published(std::uint64_t, const Result<void>&) override {}

    void connect();
    void publish(const Sent& sent);
    void send_again();
    void send(const std::string& key, const EdgeId& edge, std::string text);
    void hear_order(const EdgeId& edge, const OrderTaken& order);
    void hear_cancel(const EdgeId& edge, const OrderTaken& order);
    [[nodiscard]] std::string topic(const EdgeId& edge, TopicKind kind) const;

    SiteId site_;
    std::unique_ptr<MessageBus> bus_;
    std::map<std::string, Sent> waiting_;  ///< by order, and ":cancel" behind it
    Ids taken_, cancelled_;
    std::size_t refused_ = 0, not_cancelled_ = 0;
    Timer connect_again_, again_;
};

}  // namespace tally::sim

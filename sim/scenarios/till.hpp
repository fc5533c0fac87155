// A till that sends orders over the broker, as docs/wire/orders.md tells a sender to: again until
// the edge has answered.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "firmware/domain/order/order.hpp"
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

    /// Orders that no edge has answered for yet.
    [[nodiscard]] std::size_t unanswered() const { return waiting_.size(); }
    [[nodiscard]] std::size_t refused() const { return refused_; }
    /// Those that an edge said it has taken.
    [[nodiscard]] const std::set<std::string>& taken(const EdgeId& edge) const;

 private:
    struct Sent {
        EdgeId edge;
        std::string text;
    };

    void on_connected() override;
    void on_message(const BusMessage& message) override;
    void on_lost(const Error& why) override;
    void on_published(std::uint64_t, const Result<void>&) override {}

    void connect();
    void publish(const Sent& sent);
    void send_again();
    [[nodiscard]] std::string topic(const EdgeId& edge, TopicKind kind) const;

    SiteId site_;
    std::unique_ptr<MessageBus> bus_;
    std::map<std::string, Sent> waiting_;  ///< by order
    std::map<EdgeId, std::set<std::string>> taken_;
    std::size_t refused_ = 0;
    Timer connect_again_, again_;
};

}  // namespace tally::sim

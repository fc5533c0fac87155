// Orders that others send over the broker, or cancel (docs/wire/orders.md). The broker is a pipe:
// what comes twice is one, and what cannot be taken stands in the ledger with the reason. Each
// message is answered once all that it led to is durable, so a sender that sends until it is
// answered loses nothing, whenever this box dies.
#pragma once

#include <deque>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "firmware/messages/order_answer.hpp"
#include "firmware/messages/order_request.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/services/orders/orders.hpp"

namespace tally {

/// Single-threaded; the ledger must have started.
class OrderInbox {
 public:
    static constexpr std::size_t kWaitingMax = 256;  ///< messages that wait for the ledger
    static constexpr Duration kRetry = std::chrono::milliseconds(100);
    static constexpr std::size_t kOrdersPerTurn = 16;  ///< added before others have their turn
    static constexpr Duration kPause = std::chrono::milliseconds(1);  ///< between such turns

    using Tell = std::function<void(std::string answer)>;

    OrderInbox(Orders& orders, Ledger& ledger, Scheduler& scheduler, Events& events);

    /// Who takes answers (an encoded OrderAnswer) to the sender, as far as that goes; before the
    /// first take().
    void on_answer(Tell tell) { tell_ = std::move(tell); }

    /// One message. While the ledger takes nothing (disk slow, epoch being opened) it waits; beyond
    /// kWaitingMax it is left with an error for the operator, and not answered: the sender sends it
    /// again. Else it is answered, after the commit of all its orders and refusals.
    /// A text that cannot be read, and each order that is refused, becomes command_refused
    /// {command "orders" or "order_cancel", reason, next}, with the text's SHA-256 as raw_ref; the
    /// same refusal of the same text is written once until another text is refused.
    void take(std::string payload);

 private:
    void work();
    void read();
    void add(const Order& order);
    void cancel(const OrderCancel& cancel);
    void refuse(std::string_view command, const std::string& order, const Error& why);
    void answer();

    Orders& orders_;
    Ledger& ledger_;
    Events& events_;
    Timer timer_;
    std::deque<std::string> waiting_;
    std::deque<Order> read_;  ///< of the message in front, what is still to be added
    OrderAnswer answer_;      ///< to that message, so far
    std::string refused_in_;  ///< hash of the last text in which something was refused
    std::set<std::pair<std::string, std::string>> refused_;  ///< order and reason, of that text
    Tell tell_;
};

}  // namespace tally

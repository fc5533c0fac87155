#include "firmware/services/orders/order_inbox.hpp"

#include <iterator>
#include <utility>

#include "firmware/base/sha256.hpp"

namespace tally {

namespace {

const Actor kSender{"mqtt:in/orders", {}};
constexpr std::string_view kOrders = "orders";

}  // namespace

OrderInbox::OrderInbox(Orders& orders, Ledger& ledger, Scheduler& scheduler, Events& events)
    : orders_(orders), ledger_(ledger), events_(events), timer_(scheduler) {}

void OrderInbox::take(std::string payload) {
    if (waiting_.size() >= kWaitingMax) {
        events_.report(Severity::error, "orders",
                       "an order came while " + std::to_string(kWaitingMax) +
                           " wait for the ledger, and was not taken; look at the disk (tally "
                           "doctor), then let its sender send it again");
        return;
    }
    waiting_.push_back(std::move(payload));
    if (!timer_.armed()) {
        work();
    }
}

/// So much of what waits as fits in one turn of the loop.
void OrderInbox::work() {
    for (std::size_t done = 0; done < kOrdersPerTurn; ++done) {
        if (read_.empty() && waiting_.empty()) {
            return;
        }
        if (ledger_.full()) {
            timer_.arm(kRetry, [this] { work(); });
            return;
        }
        if (read_.empty()) {
            read();
            continue;
        }
        const Order order = std::move(read_.front());
        read_.pop_front();
        add(order);
        if (read_.empty()) {
            answer();
        }
    }
    timer_.arm(kPause, [this] { work(); });
}

void OrderInbox::read() {
    const std::string payload = std::move(waiting_.front());
    waiting_.pop_front();
    answer_ = {ledger_.edge(), to_hex(sha256(as_bytes(payload))), {}, {}};
    auto message = read_order_message(payload);
    if (!message) {
        answer_.text = message.error().text;
        refuse(kOrders, {}, message.error());
        answer();
        return;
    }
    if (message->cancel) {
        cancel(*message->cancel);
        answer();
        return;
    }
    std::vector<Order>& orders = message->orders;
    read_.assign(std::make_move_iterator(orders.begin()), std::make_move_iterator(orders.end()));
}

void OrderInbox::cancel(const OrderCancel& cancel) {
    const auto done = orders_.withdraw(cancel.order, cancel.reason, kSender);
    OrderTaken taken{cancel.order, OrderOutcome::refused, {}, 0, {}};
    if (const Order* const order = orders_.book().find(cancel.order); order != nullptr) {
        taken.stage = to_string(stage_of(*order));
    }
    if (done) {
        taken.outcome = done->is_new ? OrderOutcome::cancelled : OrderOutcome::known;
    } else {
        taken.text = done.error().text;
        refuse(kOrderCancelCommand, cancel.order, done.error());
    }
    answer_.orders.push_back(std::move(taken));
}

void OrderInbox::add(const Order& order) {
    const auto added = orders_.add(order, kSender);
    answer_.orders.push_back(taken_of(order.id, added, orders_.book()));
    if (!added) {
        refuse(kOrders, order.id, added.error());
    }
}

/// Only what is durable is told: after a death before that the sender hears nothing, and sends it
/// again.
void OrderInbox::answer() {
    if (tell_) {
        ledger_.after_commit([this, text = encode(answer_)] { tell_(text); });
    }
}

void OrderInbox::refuse(std::string_view command, const std::string& order, const Error& why) {
    if (answer_.sha256 != refused_in_) {
        refused_in_ = answer_.sha256;
        refused_.clear();
    }
    if (refused_.contains({order, why.text})) {
        return;  // QoS 1 brings it again, and a retained message comes with every connect.
    }
    RefusalData data;
    data.command = command;
    data.reason = why.text;
    data.next = why.kind == ErrorKind::malformed
                    ? "mend the message (docs/wire/orders.md) and send it again"
                : command == kOrders
                    ? "tally order ls --stage all; then send it again as the reason "
                      "says"
                    : "tally order show " + order + "; a person decides";
    Event event;
    event.type = EventType::command_refused;
    event.by = kSender.by;
    event.cause = order.empty() ? std::string() : "order:" + order;
    event.data = encode(data);
    event.raw_ref = answer_.sha256;
    if (ledger_.write(std::move(event))) {
        refused_.emplace(order, why.text);
    }
    events_.report(Severity::warning, "orders",
                   (command == kOrders ? "an order was refused: " : "not cancelled: ") + why.text);
}

}  // namespace tally

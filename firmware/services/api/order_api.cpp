#include "firmware/services/api/order_api.hpp"

#include <utility>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/order_request.hpp"
#include "firmware/messages/request_body.hpp"
#include "firmware/services/api/request_values.hpp"

namespace tally {

namespace {

constexpr std::string_view kList = "tally order ls";

}  // namespace

ApiReply OrderApi::ok(std::string_view schema, std::string_view data, std::string_view next) const {
    const Line& line = view_.ledger.line();
    return ok_reply(schema, {view_.ledger.edge(), line.epoch(), line.seq()}, data, next);
}

ApiReply OrderApi::read(const ApiCall& call) {
    const OrderBook& orders = view_.work.orders.book();
    if (call.work == Work::orders) {
        return ok("orders", orders_data(orders, call.target.text("stage")),
                  "tally order show ORDER");
    }
    const std::string& id = call.arguments.at(0);
    const Order* order = orders.find(id);
    if (order == nullptr) {
        return not_found("there is no order " + id +
                             (orders.past(id).empty() ? "" : " any more: it has ended long ago"),
                         "tally order ls --stage all");
    }
    const bool to_pick =
        stage_of(*order) == OrderStage::reserved || stage_of(*order) == OrderStage::picking;
    return ok("order", order_data(*order, view_.ledger.registers().work()),
              to_pick ? "tally task ls --kind pick" : kList);
}

ApiReply OrderApi::write(const ApiCall& call) {
    return call.work == Work::order_add ? add(call) : cancel(call);
}

/// Each order stands for itself: one that is refused keeps no other out.
ApiReply OrderApi::add(const ApiCall& call) {
    const auto orders = read_orders(call.body, call.target.text("file"));
    if (!orders) {
        return error_reply(orders.error(), "tally order add --help");
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("rows").begin_array();
    std::optional<Error> refused;
    bool any = false;
    for (const Order& order : *orders) {
        const auto added = view_.work.orders.add(order, {call.by, {}});
        any = any || added.has_value();
        if (!added && !refused) {
            refused = added.error();
        }
        const Order* known = view_.work.orders.book().find(order.id);
        w.begin_object().key("id").text(order.id);
        w.key("missing_milli").integer(added && known != nullptr ? missing_milli(*known) : 0);
        w.key("outcome").text(!added ? "refused" : added->is_new ? "added" : "known");
        w.key("stage").text(added && known != nullptr ? to_string(stage_of(*known)) : "");
        w.key("text").text(added ? std::string() : added.error().text).end_object();
    }
    w.end_array().end_object();
    if (!any) {
        return error_reply(*refused, "tally order add --help");
    }
    return ok("orders_added", data,
              orders->size() == 1 ? "tally order show " + orders->front().id : std::string(kList));
}

ApiReply OrderApi::cancel(const ApiCall& call) {
    const auto body = read_request_body(call.body, {"reason"});
    const auto reason =
        body ? needed_text(*body, "reason") : Result<std::string>(fail(body.error()));
    if (!reason) {
        return error_reply(reason.error(), "tally order cancel --help");
    }
    const std::string& id = call.arguments.at(0);
    const auto seq = view_.work.orders.cancel(id, *reason, {call.by, {}});
    if (!seq) {
        return error_reply(seq.error(), kList);
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("seq").number(seq->value()).end_object();
    return ok("written", data, "tally order show " + id);
}

}  // namespace tally

#include "firmware/services/api/order_api.hpp"

#include <map>
#include <optional>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/messages/order_request.hpp"
#include "firmware/messages/request_body.hpp"
#include "firmware/services/api/request_values.hpp"
#include "firmware/services/orders/orders_data.hpp"

namespace tally {

namespace {

constexpr std::string_view kList = "tally order ls";

}  // namespace

ApiReply OrderApi::ok(std::string_view schema, std::string_view data, std::string_view next) const {
    const Line& line = view_.ledger.line();
    return ok_reply(schema, {view_.ledger.edge(), line.epoch(), line.seq()}, data, next);
}

OrderAt OrderApi::here() const {
    return {view_.ledger.edge(), {}, view_.site.utc_offset_min};
}

ApiReply OrderApi::read(const ApiCall& call) {
    const OrderBook& orders = view_.work.orders.book();
    if (call.work == Work::orders) {
        return ok("orders", orders_data(orders, here(), call.target.text("stage")),
                  "tally order show ORDER");
    }
    if (call.work == Work::manifest) {
        return ok("manifest", manifest_data(view_.work.packing.manifest(call.arguments.at(0))),
                  kList);
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
    return ok("order", order_data(*order, view_.ledger.registers().work(), here()),
              to_pick ? "tally task ls --kind pick" : kList);
}

ApiReply OrderApi::write(const ApiCall& call) {
    if (call.work == Work::order_pack) {
        return pack(call);
    }
    if (call.work == Work::order_label) {
        return label(call);
    }
    if (call.work == Work::order_hand_over) {
        return hand_over(call);
    }
    return call.work == Work::order_add ? add(call) : cancel(call);
}

/// Each order stands for itself: one that is refused keeps no other out.
ApiReply OrderApi::add(const ApiCall& call) {
    const EdgeId wanted(call.target.text("edge"));
    if (!wanted.empty() && wanted != view_.ledger.edge()) {
        return error_reply({ErrorKind::refused, "this is edge " + view_.ledger.edge().str() +
                                                    ", which takes no orders for edge '" +
                                                    wanted.str() + "'; nothing was taken"},
                           "the same command with --url of the bridge, or of that edge");
    }
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
        tally::write(w, taken_of(order.id, added, view_.work.orders.book()));
    }
    w.end_array().end_object();
    if (!any) {
        return error_reply(*refused, "tally order add --help");
    }
    return ok("orders_added", data,
              orders->size() == 1 ? "tally order show " + orders->front().id : std::string(kList));
}

ApiReply OrderApi::pack(const ApiCall& call) {
    constexpr std::string_view kHelp = "tally order pack --help";
    const auto body = read_request_body(call.body, {"place", "codes", "grams", "printer"});
    const auto grams = !body || text_of(*body, "grams").empty()
                           ? Result<std::int64_t>(0)
                           : parse_units(text_of(*body, "grams"));
    if (!body || !grams) {
        return error_reply(body ? grams.error() : body.error(), kHelp);
    }
    Packing::Wish wish;
    wish.order = call.arguments.at(0);
    wish.place = PlaceId(text_of(*body, "place"));
    wish.codes = words_of(text_of(*body, "codes"));
    wish.weight_mg = *grams;  // Thousandths of a gram.
    wish.printer = DeviceId(text_of(*body, "printer"));
    const auto packed = view_.work.packing.pack(wish, {call.by, {}});
    if (!packed) {
        return error_reply(packed.error(), "tally order show " + wish.order);
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("expected_mg").integer(packed->parcel.expected_mg);
    w.key("seq").number(packed->seq.value()).key("sscc").text(packed->parcel.sscc);
    w.key("text").text(packed->text).key("weight_mg").integer(packed->parcel.weight_mg);
    w.end_object();
    return ok("packed", data, "tally order hand-over --carrier NAME");
}

ApiReply OrderApi::label(const ApiCall& call) {
    const auto body = read_request_body(call.body, {"parcel", "printer"});
    if (!body) {
        return error_reply(body.error(), "tally order label --help");
    }
    const std::string& id = call.arguments.at(0);
    const auto labels = view_.work.packing.label(
        {id, text_of(*body, "parcel"), DeviceId(text_of(*body, "printer"))}, {call.by, {}});
    if (!labels) {
        return error_reply(labels.error(), "tally order show " + id);
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("rows").begin_array();
    for (const std::string& sscc : *labels) {
        w.begin_object().key("sscc").text(sscc).end_object();
    }
    w.end_array().key("seq").number(view_.ledger.line().seq().value()).end_object();
    return ok("parcel_labels", data, "tally order hand-over --carrier NAME");
}

ApiReply OrderApi::hand_over(const ApiCall& call) {
    const auto body = read_request_body(call.body, {"orders", "carrier"});
    const auto carrier =
        body ? needed_text(*body, "carrier") : Result<std::string>(fail(body.error()));
    if (!carrier) {
        return error_reply(carrier.error(), "tally order hand-over --help");
    }
    const auto manifest =
        view_.work.packing.hand_over({words_of(text_of(*body, "orders")), *carrier}, {call.by, {}});
    return manifest ? ok("manifest", manifest_data(*manifest),
                         "tally order manifest " + manifest->number)
                    : error_reply(manifest.error(), "tally order ls --stage packed");
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

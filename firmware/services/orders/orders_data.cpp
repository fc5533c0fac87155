#include "firmware/services/orders/orders_data.hpp"

#include "firmware/domain/order/due.hpp"
#include "firmware/services/orders/orders.hpp"

namespace tally {

namespace {

struct Sums {
    std::int64_t wanted = 0, promised = 0, picked = 0, packed = 0, shipped = 0;
};

/// Of one line (from 1); 0: of all.
Sums sums_of(const Order& order, std::uint64_t number) {
    Sums sums;
    for (std::uint64_t i = 1; i <= order.lines.size(); ++i) {
        if (number == 0 || number == i) {
            sums.wanted += order.lines[i - 1].qty_milli;
            sums.shipped += order.lines[i - 1].shipped_milli;
        }
    }
    for (const auto& [n, claim] : order.claims) {
        if (number != 0 && claim.line != number) {
            continue;
        }
        sums.promised += claim.pick == 0 ? claim.qty_milli : 0;
        sums.picked += claim.pick != 0 && claim.parcel.empty() ? claim.qty_milli : 0;
        sums.packed += claim.parcel.empty() ? 0 : claim.qty_milli;
    }
    return sums;
}

/// When it must be ready: as it was asked, and by the clocks of the site.
void write_due(CanonicalWriter& w, const Order& order, const OrderAt& at) {
    const auto due = due_ms(order);
    w.key("due").text(order.due).key("due_local");
    w.text(due ? local_text(*due, at.utc_offset_min) : std::string());
}

/// The members from `picked_milli` on, the same in a list and of one order.
void write_sums(CanonicalWriter& w, const Order& order, const OrderAt& at) {
    const Sums sums = sums_of(order, 0);
    w.key("picked_milli").integer(sums.picked).key("priority").integer(order.priority);
    w.key("qty_milli").integer(sums.wanted).key("seq").number(order.seq);
    w.key("shipped_milli").integer(sums.shipped).key("stage");
    w.text(at.stage.empty() ? to_string(stage_of(order)) : at.stage);
    w.key("t_ms").integer(order.t_ms);
}

void write_line(CanonicalWriter& w, const Order& order, std::uint64_t number) {
    const OrderLine& line = order.lines[number - 1];
    const Sums sums = sums_of(order, number);
    w.begin_object().key("line").number(number).key("lot").text(line.lot);
    w.key("missing_milli").integer(missing_milli(order, number));
    w.key("packed_milli").integer(sums.packed).key("picked_milli").integer(sums.picked);
    w.key("place").text(line.place).key("promised_milli").integer(sums.promised);
    w.key("qty_milli").integer(line.qty_milli).key("shipped_milli").integer(sums.shipped);
    w.key("sku").text(line.sku).end_object();
}

void write_claim(CanonicalWriter& w, const Order& order, const Claim& claim, const WorkBook& work) {
    const Task* task = claim.pick == 0 ? work.task_of_key(pick_key(order.id, claim)) : nullptr;
    w.begin_object().key("item").text(claim.item).key("line").number(claim.line);
    w.key("lot").text(claim.lot).key("n").number(claim.n).key("parcel").text(claim.parcel);
    w.key("picked").boolean(claim.pick != 0).key("place").text(claim.place);
    w.key("qty_milli").integer(claim.qty_milli);
    w.key("sku").text(order.lines.at(claim.line - 1).sku);
    w.key("task").text(task == nullptr ? std::string() : task->id).end_object();
}

}  // namespace

OrderTaken taken_of(const std::string& id, const Result<Orders::Added>& added,
                    const OrderBook& orders) {
    const Order* order = added ? orders.find(id) : nullptr;
    OrderTaken taken;
    taken.id = id;
    taken.outcome = !added          ? OrderOutcome::refused
                    : added->is_new ? OrderOutcome::added
                                    : OrderOutcome::known;
    if (order != nullptr) {
        taken.stage = to_string(stage_of(*order));
        taken.missing_milli = missing_milli(*order);
    }
    taken.text = added ? std::string() : added.error().text;
    return taken;
}

void write_order_row(CanonicalWriter& w, const Order& order, const OrderAt& at) {
    w.begin_object().key("by").text(order.by);
    write_due(w, order, at);
    w.key("edge").text(at.edge.str()).key("id").text(order.id);
    w.key("lines").number(order.lines.size());
    w.key("missing_milli").integer(missing_milli(order));
    w.key("packed_milli").integer(sums_of(order, 0).packed);
    write_sums(w, order, at);
    w.end_object();
}

void write_order_rows(CanonicalWriter& w, const OrderBook& orders, const OrderAt& at,
                      const std::string& stage) {
    std::vector<std::string> ids = orders.open();
    for (const auto& [id, order] : orders.orders()) {
        if (is_finished(order)) {
            ids.push_back(id);
        }
    }
    for (const std::string& id : ids) {
        const Order& order = *orders.find(id);
        const bool wanted = stage.empty() ? !is_finished(order)
                                          : stage == "all" || stage == to_string(stage_of(order));
        if (wanted) {
            write_order_row(w, order, at);
        }
    }
}

std::string orders_data(const OrderBook& orders, const OrderAt& at, const std::string& stage) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("rows").begin_array();
    write_order_rows(w, orders, at, stage);
    w.end_array().end_object();
    return out;
}

std::string order_data(const Order& order, const WorkBook& work, const OrderAt& at) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("by").text(order.by).key("claims").begin_array();
    for (const auto& [n, claim] : order.claims) {
        write_claim(w, order, claim, work);
    }
    w.end_array();
    write_due(w, order, at);
    w.key("edge").text(at.edge.str());
    w.key("history").begin_array();
    for (const OrderNote& note : order.notes) {
        w.begin_object().key("by").text(note.by).key("t_ms").integer(note.t_ms);
        w.key("text").text(note.text).end_object();
    }
    w.end_array().key("id").text(order.id).key("lines").begin_array();
    for (std::uint64_t number = 1; number <= order.lines.size(); ++number) {
        write_line(w, order, number);
    }
    w.end_array();
    w.key("missing_milli").integer(missing_milli(order));
    w.key("packed_milli").integer(sums_of(order, 0).packed).key("parcels").begin_array();
    for (const Parcel& parcel : order.parcels) {
        w.begin_object().key("carrier").text(parcel.carrier);
        w.key("expected_mg").integer(parcel.expected_mg).key("manifest").text(parcel.manifest);
        w.key("place").text(parcel.place).key("sscc").text(parcel.sscc);
        w.key("weight_mg").integer(parcel.weight_mg).end_object();
    }
    w.end_array();
    write_sums(w, order, at);
    w.end_object();
    return out;
}

}  // namespace tally

#include "firmware/services/api/edge_api.hpp"

#include <algorithm>
#include <utility>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/services/api/handheld_page.hpp"
#include "firmware/services/api/request_values.hpp"

namespace tally {

EdgeApi::EdgeApi(EdgeView view, std::vector<OperatorToken> users)
    : OperatorApi(std::move(users), view.ledger),
      view_(std::move(view)),
      feed_(view_.ledger.edge().str(), view_.journal, view_.clock, view_.scheduler),
      history_(view_.journal),
      work_(view_),
      plans_(view_),
      tags_(view_),
      fleet_(view_),
      orders_(view_) {}

ApiReply EdgeApi::ok(std::string_view schema, std::string_view data, std::string_view next) const {
    return ok_reply(schema, as_of(), data, next);
}

PlaceTrusts EdgeApi::trusts() const {
    PlaceTrusts trusts;
    add_doubts(trusts, view_.site, view_.ledger.registers());
    return trusts;
}

const GateLayout* EdgeApi::own_gate(const std::string& id) const {
    const GateLayout* gate = view_.site.find_gate(GateId(id));
    return gate != nullptr && gate->edge == view_.ledger.edge() ? gate : nullptr;
}

const GateTracker* EdgeApi::tracker(const GateId& gate) const {
    for (const ReaderView& reader : view_.readers) {
        for (const auto& tracker : reader.gates.gates()) {
            if (tracker->layout().id == gate) {
                return tracker.get();
            }
        }
    }
    return nullptr;
}

void EdgeApi::read(ApiCall call, ApiReplyTo reply) {
    switch (call.operation) {
        case Operation::status:
            return reply(status());
        case Operation::doctor:
            return reply(doctor());
        case Operation::stock:
            return reply(stock(call));
        case Operation::stock_verify:
            return verify(std::move(reply));
        case Operation::items:
            return reply(items(call));
        case Operation::item_trace:
            return trace(call.arguments.at(0), std::move(reply));
        case Operation::gates:
            return reply(gates());
        case Operation::gate_log:
            return gate_log(call, std::move(reply));
        case Operation::gate_why:
            return gate_why(call, std::move(reply));
        case Operation::readers:
            return reply(readers());
        case Operation::shelves:
            return reply(shelves());
        case Operation::anomalies:
            return reply(anomalies(call));
        case Operation::sync:
            return reply(sync());
        case Operation::events:
            return events(call, std::move(reply));
        case Operation::master_export:
            return reply(master_export(call));
        case Operation::work_read:
            return reply(work_.read(call));
        case Operation::plan_ask:
        case Operation::plans:
        case Operation::plan:
        case Operation::plan_cancel:
        case Operation::floor:
            return reply(plans_.answer(std::move(call)));
        case Operation::tag_read:
            return reply(tags_.read(call));
        case Operation::fleet_read:
            return reply(fleet_.read(call));
        case Operation::order_read:
            return reply(orders_.read(call));
        case Operation::signal_test:
            return test_signal(call, std::move(reply));
        case Operation::item_correct:
        case Operation::shelf_tare:
        case Operation::shelf_zero:
        case Operation::barrier_order:
        case Operation::anomaly_resolve:
        case Operation::master_import:
        case Operation::pallet_unpack:
        case Operation::sync_resync:
        case Operation::work_write:
        case Operation::tag_write:
        case Operation::fleet_write:
        case Operation::order_write:
            break;
    }
    reply(not_found("this is no question", "tally --help"));
}

ApiReply EdgeApi::stock(const ApiCall& call) {
    const StockFilter filter = stock_filter_in(call.target);
    std::vector<StockRow> rows = stock_of(view_.ledger.book(), filter);
    if (rows.empty() && !filter.place.empty() && !view_.site.has_place(PlaceId(filter.place)) &&
        filter.places == StockFilter::Places::real) {
        return not_found("there is no place " + filter.place + " in site.toml", "tally stock ls");
    }
    const SkuLookup names = [&](const std::string& sku) {
        return view_.ledger.registers().sku(sku);
    };
    return ok("stock", stock_data(std::move(rows), trusts(), names),
              rows.empty() ? "" : "tally stock show");
}

ApiReply EdgeApi::items(const ApiCall& call) {
    const auto limit = number_in(call.target, {"limit", 10'000, 1'000});
    if (!limit) {
        return error_reply(limit.error(), "tally stock show --help");
    }
    return ok(
        "items",
        units_data(units_of(view_.ledger.edge(), view_.ledger.book(), stock_filter_in(call.target)),
                   trusts(), call.target.text("after"), *limit),
        "tally item trace EPC");
}

std::optional<ApiReply> EdgeApi::page(const ApiRequest& request) const {
    const std::string path = request.target.substr(0, request.target.find('?'));
    if (request.method != "GET" || path != kHandheldPath) {
        return std::nullopt;
    }
    return ApiReply{200, "text/html; charset=utf-8", std::string(handheld_page()), {}};
}

ApiReply EdgeApi::master_export(const ApiCall& call) {
    const auto data = master_export_data(view_.ledger.registers(), call.target);
    return data ? ok("master_export", *data, "tally master import FILE")
                : error_reply(data.error(), "tally master export --help");
}

void EdgeApi::verify(ApiReplyTo reply) {
    view_.ledger.verify([this, reply = std::move(reply)](Result<std::uint64_t> events) {
        if (!events) {
            reply(error_reply(events.error(), "tally doctor"));
            return;
        }
        std::string data;
        CanonicalWriter w(data);
        w.begin_object().key("rows").begin_array().begin_object();
        w.key("edge").text(view_.ledger.edge().str()).key("events").number(*events);
        w.key("result").text("equal").end_object().end_array().end_object();
        reply(ok("stock_verify", data));
    });
}

void EdgeApi::trace(const std::string& text, ApiReplyTo reply) {
    const Result<std::string> item = unit_in(text);
    if (!item) {
        reply(error_reply(item.error(), "tally item trace --help"));
        return;
    }
    history_.trace_unit(
        view_.ledger.edge(), *item,
        [this, item = *item, reply = std::move(reply)](Result<PastEvents> events) {
            if (!events) {
                reply(error_reply(events.error(), "tally stock verify"));
                return;
            }
            const auto held = view_.ledger.book().item(item);
            if (events->empty() && !held) {
                reply(not_found("no event of unit " + item + " is in this ledger",
                                "tally item trace " + item + " --url of the bridge"));
                return;
            }
            std::string now;
            if (held) {
                CanonicalWriter w(now);
                w.begin_object().key("custody").text(held->custody);
                w.key("edge").text(view_.ledger.edge().str()).key("lot").text(held->lot);
                w.key("parent").text(held->parent).key("place").text(held->place);
                w.key("quality").text(held->quality).key("sku").text(held->sku);
                w.end_object();
            }
            const Registers& registers = view_.ledger.registers();
            std::vector<OpenAnomaly> open;
            for (const std::string& id : registers.anomalies_of(item)) {
                open.push_back(registers.anomalies().at(id));
            }
            reply(ok("item_trace", trace_data(item, *events, now, open),
                     open.empty() ? "" : "tally anomaly ls"));
        });
}

void EdgeApi::gate_log(const ApiCall& call, ApiReplyTo reply) {
    const GateLayout* gate = own_gate(call.arguments.at(0));
    const auto limit = number_in(call.target, {"limit", 1'000, 50});
    if (gate == nullptr) {
        reply(not_found("this edge has no gate " + call.arguments.at(0), "tally gate ls"));
        return;
    }
    if (!limit) {
        reply(error_reply(limit.error(), "tally gate log --help"));
        return;
    }
    history_.gate_events(
        {view_.ledger.edge(), gate->id, view_.ledger.durable_seq(), *limit},
        [this, id = gate->id, reply = std::move(reply)](Result<PastEvents> events) {
            reply(events ? ok("gate_log", gate_log_data(id, *events),
                              "tally gate why " + id.str() + " EPC")
                         : error_reply(events.error(), "tally stock verify"));
        });
}

void EdgeApi::gate_why(const ApiCall& call, ApiReplyTo reply) {
    const GateLayout* gate = own_gate(call.arguments.at(0));
    const Result<std::string> item = unit_in(call.arguments.at(1));
    if (gate == nullptr || !item) {
        reply(gate == nullptr
                  ? not_found("this edge has no gate " + call.arguments.at(0), "tally gate ls")
                  : error_reply(item.error(), "tally gate why --help"));
        return;
    }
    WhyFacts facts{gate->id, *item, WhyFacts::Present::unknown, {}, {}};
    const Registers& registers = view_.ledger.registers();
    for (const std::string& id : registers.anomalies_of(*item)) {
        facts.anomalies.push_back(registers.anomalies().at(id));
    }
    for (const auto& [key, span] : registers.blind()) {
        if (key.first == gate->reader.str()) {
            facts.blind.push_back(span.what);
        }
    }
    if (const GateTracker* watched = tracker(gate->id)) {
        const Held* held = watched->presence().find(*Epc::parse(*item));
        facts.present =
            held != nullptr && held->is_present ? WhyFacts::Present::yes : WhyFacts::Present::no;
    }
    history_.trace_unit(
        view_.ledger.edge(), *item,
        [this, facts = std::move(facts), reply = std::move(reply)](Result<PastEvents> events) {
            reply(events ? ok("gate_why", gate_why_data(facts, *events),
                              "tally item trace " + facts.item)
                         : error_reply(events.error(), "tally stock verify"));
        });
}

ApiReply EdgeApi::anomalies(const ApiCall& call) {
    std::vector<AnomalyRowView> rows;
    for (const auto& [id, open] : view_.ledger.registers().anomalies()) {
        rows.push_back({view_.ledger.edge().str(), open});
    }
    return ok("anomalies", anomalies_data(rows, call.target),
              rows.empty() ? "" : "tally anomaly resolve ID --how TEXT");
}

void EdgeApi::events(const ApiCall& call, ApiReplyTo reply) {
    Result<EventsWish> asked = events_wish_in(call.target);
    if (!asked) {
        reply(error_reply(asked.error(), "tally gate watch --help"));
        return;
    }
    if (!asked->has_after) {
        asked->wish.after = view_.ledger.durable_seq().value();
    }
    feed_.ask(std::move(asked->wish), std::move(reply));
}

}  // namespace tally

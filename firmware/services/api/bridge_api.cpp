#include "firmware/services/api/bridge_api.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "firmware/domain/place.hpp"
#include "firmware/messages/canonical_json.hpp"

namespace tally {

BridgeApi::BridgeApi(BridgeView view, std::vector<OperatorToken> users)
    : OperatorApi(std::move(users), view.service.own()),
      view_(std::move(view)),
      feed_({}, view_.journal, view_.clock, view_.scheduler),
      history_(view_.journal),
      orders_(view_.service) {}

ApiReply BridgeApi::ok(std::string_view schema, std::string_view data,
                       std::string_view next) const {
    return ok_reply(schema, as_of(), data, next);
}

PlaceTrusts BridgeApi::trusts() const {
    PlaceTrusts trusts;
    const SiteLayout& site = view_.service.site();
    for (const auto& [id, edge] : view_.service.edges()) {
        add_doubts(trusts, site, edge->stored.line().registers());
        for (const PlaceId& place : site.places_of(id)) {
            if (edge->stock == EdgeLink::Stock::diverged) {
                trusts[place.str()].doubt(Confidence::unsure, "edge " + id.str() + " has diverged");
            }
            if (view_.service.is_stale(*edge)) {
                trusts[place.str()].doubt(Confidence::unsure,
                                          "edge " + id.str() +
                                              " is not heard; this is as of its event " +
                                              std::to_string(edge->stored.line().seq().value()));
            }
        }
    }
    add_doubts(trusts, site, view_.service.own().registers());
    return trusts;
}

const ItemRecord* BridgeApi::sku(const std::string& sku) const {
    for (const auto& [id, edge] : view_.service.edges()) {
        if (const ItemRecord* record = edge->stored.line().registers().sku(sku)) {
            return record;
        }
    }
    return nullptr;
}

std::vector<AnomalyRowView> BridgeApi::all_anomalies() const {
    std::vector<AnomalyRowView> rows;
    for (const auto& [id, open] : view_.service.own().registers().anomalies()) {
        rows.push_back({std::string(kBridgeEdge), open});
    }
    for (const auto& [edge_id, edge] : view_.service.edges()) {
        for (const auto& [id, open] : edge->stored.line().registers().anomalies()) {
            rows.push_back({edge_id.str(), open});
        }
    }
    return rows;
}

void BridgeApi::read(ApiCall call, ApiReplyTo reply) {
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
            return reply(
                not_found("shelves are read by the edges", "tally shelf ls --url of the edge"));
        case Operation::anomalies:
            return reply(anomalies(call));
        case Operation::sync:
            return reply(sync());
        case Operation::events:
            return events(call, std::move(reply));
        case Operation::master_export:
            return reply(master_export(call));
        case Operation::plan_ask:
        case Operation::plans:
        case Operation::plan:
        case Operation::plan_cancel:
        case Operation::floor:
            return reply(not_found("plans are made at the edges, each on the floor of its site",
                                   "the same command with --url of an edge"));
        case Operation::work_read:
        case Operation::tag_read:
            return reply(
                not_found("tasks, receipts and labels stand at the edge that owns the place",
                          "the same command with --url of that edge"));
        case Operation::order_read:
            return reply(orders_.read(call));
        case Operation::fleet_read:
            return reply(not_found("vehicles are driven by an edge, the site's fleet master",
                                   "the same command with --url of that edge"));
        case Operation::item_correct:
        case Operation::shelf_tare:
        case Operation::shelf_zero:
        case Operation::barrier_order:
        case Operation::signal_test:
        case Operation::tag_write:
        case Operation::fleet_write:
        case Operation::order_write:
        case Operation::anomaly_resolve:
        case Operation::master_import:
        case Operation::pallet_unpack:
        case Operation::sync_resync:
        case Operation::work_write:
            break;
    }
    reply(not_found("this is no question", "tally --help"));
}

/// Every edge is told the same; what is shown is one of them, the site's first if none is named.
ApiReply BridgeApi::master_export(const ApiCall& call) {
    const std::string wanted = call.target.text("edge");
    for (const auto& [id, edge] : view_.service.edges()) {
        if (wanted.empty() || id.str() == wanted) {
            const auto data = master_export_data(edge->stored.line().registers(), call.target);
            return data ? ok("master_export", *data, "tally master import FILE")
                        : error_reply(data.error(), "tally master export --help");
        }
    }
    return not_found("there is no edge " + wanted + " in site.toml", "tally sync status");
}

/// Every unit that any edge knows, where the bridge shows it: once.
std::vector<UnitRow> BridgeApi::units(const StockFilter& filter) const {
    std::set<std::string> seen;
    std::vector<UnitRow> units;
    for (const auto& [id, edge] : view_.service.edges()) {
        for (const ItemView& item : edge->stored.line().book().items()) {
            std::string text(item.item);
            if (!seen.insert(text).second) {
                continue;
            }
            const auto unit = view_.service.unit(text);
            if (unit && filter.takes(unit->place, unit->sku)) {
                units.push_back({unit->item, unit->place, unit->sku, unit->lot, unit->custody,
                                 unit->quality, unit->parent, unit->edge.str(), unit->seq.value()});
            }
        }
    }
    return units;
}

/// Goods tracked by count are summed over the edges; units are counted where each is shown.
ApiReply BridgeApi::stock(const ApiCall& call) {
    const StockFilter filter = stock_filter_in(call.target);
    std::map<std::array<std::string, 5>, StockRow> rows;
    const auto row_of = [&](const StockRow& like) -> StockRow& {
        StockRow& row = rows[{like.place, like.sku, like.lot, like.custody, like.quality}];
        if (row.place.empty()) {
            row = like;
            row.qty_milli = 0;
            row.items = 0;
        }
        return row;
    };
    for (const auto& [id, edge] : view_.service.edges()) {
        for (const StockRow& row : stock_of(edge->stored.line().book(), filter)) {
            const bool is_real = !is_virtual(PlaceId(row.place));
            const std::int64_t counted = row.qty_milli - (is_real ? row.items * 1'000 : 0);
            if (counted != 0) {
                row_of(row).qty_milli += counted;
            }
        }
    }
    for (const UnitRow& unit : units(filter)) {
        if (is_virtual(PlaceId(unit.place))) {
            continue;  // Virtual places are sums of the ledgers, not of units.
        }
        StockRow& row = row_of({unit.place, unit.sku, unit.lot, unit.custody, unit.quality, 0, 0});
        row.qty_milli += 1'000;
        ++row.items;
    }
    std::vector<StockRow> list;
    for (auto& [key, row] : rows) {
        if (row.qty_milli != 0) {
            list.push_back(std::move(row));
        }
    }
    if (list.empty() && !filter.place.empty() && filter.places == StockFilter::Places::real &&
        !view_.service.site().has_place(PlaceId(filter.place))) {
        return not_found("there is no place " + filter.place + " in site.toml", "tally stock ls");
    }
    const SkuLookup names = [this](const std::string& text) { return sku(text); };
    return ok("stock", stock_data(std::move(list), trusts(), names), "tally stock show");
}

ApiReply BridgeApi::items(const ApiCall& call) {
    const auto limit = number_in(call.target, {"limit", 10'000, 1'000});
    if (!limit) {
        return error_reply(limit.error(), "tally stock show --help");
    }
    return ok("items",
              units_data(units(stock_filter_in(call.target)), trusts(), call.target.text("after"),
                         *limit),
              "tally item trace EPC");
}

void BridgeApi::trace(const std::string& text, ApiReplyTo reply) {
    const Result<std::string> item = unit_in(text);
    if (!item) {
        reply(error_reply(item.error(), "tally item trace --help"));
        return;
    }
    history_.trace_unit({}, *item,
                        [this, item = *item, reply = std::move(reply)](Result<PastEvents> events) {
                            if (!events) {
                                reply(error_reply(events.error(), "tally stock verify"));
                                return;
                            }
                            const auto unit = view_.service.unit(item);
                            if (events->empty() && !unit) {
                                reply(not_found("no edge of this site has told of unit " + item,
                                                "tally sync status"));
                                return;
                            }
                            std::string now;
                            if (unit) {
                                CanonicalWriter w(now);
                                w.begin_object().key("custody").text(unit->custody);
                                w.key("edge").text(unit->edge.str()).key("lot").text(unit->lot);
                                w.key("parent").text(unit->parent).key("place").text(unit->place);
                                w.key("quality").text(unit->quality).key("sku").text(unit->sku);
                                w.end_object();
                            }
                            std::vector<OpenAnomaly> open;
                            for (AnomalyRowView& row : all_anomalies()) {
                                if (row.open.item == item) {
                                    open.push_back(std::move(row.open));
                                }
                            }
                            reply(ok("item_trace", trace_data(item, *events, now, open),
                                     open.empty() ? "" : "tally anomaly ls"));
                        });
}

void BridgeApi::gate_log(const ApiCall& call, ApiReplyTo reply) {
    const GateLayout* gate = view_.service.site().find_gate(GateId(call.arguments.at(0)));
    const auto limit = number_in(call.target, {"limit", 1'000, 50});
    if (gate == nullptr || !limit) {
        reply(gate == nullptr
                  ? not_found("this site has no gate " + call.arguments.at(0), "tally gate ls")
                  : error_reply(limit.error(), "tally gate log --help"));
        return;
    }
    const Seq newest = view_.service.edges().at(gate->edge)->stored.line().seq();
    history_.gate_events(
        {gate->edge, gate->id, newest, *limit},
        [this, id = gate->id, reply = std::move(reply)](Result<PastEvents> events) {
            reply(events ? ok("gate_log", gate_log_data(id, *events),
                              "tally gate why " + id.str() + " EPC")
                         : error_reply(events.error(), "tally stock verify"));
        });
}

void BridgeApi::gate_why(const ApiCall& call, ApiReplyTo reply) {
    const GateLayout* gate = view_.service.site().find_gate(GateId(call.arguments.at(0)));
    const Result<std::string> item = unit_in(call.arguments.at(1));
    if (gate == nullptr || !item) {
        reply(gate == nullptr
                  ? not_found("this site has no gate " + call.arguments.at(0), "tally gate ls")
                  : error_reply(item.error(), "tally gate why --help"));
        return;
    }
    WhyFacts facts{gate->id, *item, WhyFacts::Present::unknown, {}, {}};
    for (AnomalyRowView& row : all_anomalies()) {
        if (row.open.item == *item) {
            facts.anomalies.push_back(std::move(row.open));
        }
    }
    const Line& line = view_.service.edges().at(gate->edge)->stored.line();
    for (const auto& [key, span] : line.registers().blind()) {
        if (key.first == gate->reader.str()) {
            facts.blind.push_back(span.what);
        }
    }
    history_.trace_unit(
        gate->edge, *item,
        [this, facts = std::move(facts), reply = std::move(reply)](Result<PastEvents> events) {
            reply(events ? ok("gate_why", gate_why_data(facts, *events),
                              "tally item trace " + facts.item)
                         : error_reply(events.error(), "tally stock verify"));
        });
}

ApiReply BridgeApi::anomalies(const ApiCall& call) {
    const std::vector<AnomalyRowView> rows = all_anomalies();
    return ok("anomalies", anomalies_data(rows, call.target),
              rows.empty() ? "" : "tally anomaly resolve ID --how TEXT");
}

void BridgeApi::events(const ApiCall& call, ApiReplyTo reply) {
    Result<EventsWish> asked = events_wish_in(call.target);
    if (!asked) {
        reply(error_reply(asked.error(), "tally gate watch --help"));
        return;
    }
    if (asked->has_after) {
        feed_.ask(std::move(asked->wish), std::move(reply));
        return;
    }
    feed_.find_end([this, wish = std::move(asked->wish),
                    reply = std::move(reply)](Result<std::uint64_t> end) mutable {
        if (!end) {
            reply(error_reply(end.error(), "tally doctor"));
            return;
        }
        wish.after = *end;
        feed_.ask(std::move(wish), std::move(reply));
    });
}

}  // namespace tally

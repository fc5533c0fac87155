// BridgeApi: how the edges and the bridge's own box do.
#include <algorithm>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/services/api/bridge_api.hpp"

namespace tally {

namespace {

using Level = Finding::Level;

std::string state_of(const EdgeLink& edge, bool stale) {
    if (edge.session.empty()) {
        return "never heard";
    }
    if (!edge.online) {
        return "offline";
    }
    return stale ? "silent" : "online";
}

Finding edge_finding(const EdgeLink& edge, bool stale) {
    const std::string id = edge.edge.str();
    if (edge.stock == EdgeLink::Stock::diverged) {
        return {Level::error, "edge", id, "holds other stock than the bridge at the same event",
                "tally stock verify on both, then tally sync resync --edge " + id};
    }
    if (!edge.trouble.empty()) {
        return {Level::error, "edge", id, edge.trouble, "tally sync resync --edge " + id};
    }
    if (stale) {
        return {Level::warning, "edge", id,
                "is not heard (" + state_of(edge, stale) + "); its stock is as of event " +
                    std::to_string(edge.stored.line().seq().value()),
                "check the box and its broker: tally doctor on edge " + id};
    }
    return {Level::ok,
            "edge",
            id,
            "online, at event " + std::to_string(edge.stored.line().seq().value()),
            {}};
}

}  // namespace

std::vector<Finding> BridgeApi::findings() const {
    const BoxFacts box = view_.box();
    std::vector<Finding> all{ledger_finding(view_.service.own().queue())};
    all.push_back(view_.service.connected()
                      ? Finding{Level::ok, "broker", box.broker, "connected", {}}
                      : Finding{Level::error, "broker", box.broker,
                                "the broker cannot be reached or refuses the bridge",
                                "check that the broker runs, and user and password of [broker]"});
    for (const auto& [id, edge] : view_.service.edges()) {
        all.push_back(edge_finding(*edge, view_.service.is_stale(*edge)));
    }
    all.push_back(anomaly_finding(all_anomalies().size()));
    for (Finding& finding : box_findings(box)) {
        all.push_back(std::move(finding));
    }
    return all;
}

ApiReply BridgeApi::status() {
    const std::vector<Finding> all = findings();
    const bool healthy = !is_degraded(all);
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("anomalies_open").number(all_anomalies().size());
    w.key("edges").begin_array();
    std::size_t items = 0;
    for (const auto& [id, edge] : view_.service.edges()) {
        const Line& line = edge->stored.line();
        items += line.book().item_count();
        w.begin_object().key("depth").number(edge->commands.waiting());
        w.key("durable_seq").number(line.seq().value()).key("edge").text(id.str());
        w.key("epoch").number(line.epoch().value()).key("seq").number(line.seq().value());
        w.key("state").text(state_of(*edge, view_.service.is_stale(*edge))).end_object();
    }
    w.end_array();
    write_findings(w, "findings", all, Level::warning);
    w.key("healthy").boolean(healthy).key("items").number(items);
    w.key("role").text("bridge").key("site").text(view_.service.site().id.str());
    w.key("version").text(view_.box().version).end_object();
    return ok("status", data, healthy ? "tally stock ls" : "tally doctor");
}

ApiReply BridgeApi::doctor() {
    const std::vector<Finding> all = findings();
    std::string data;
    CanonicalWriter w(data);
    w.begin_object();
    write_findings(w, "findings", all, Level::ok);
    w.key("healthy").boolean(!is_degraded(all)).end_object();
    const auto first = std::find_if(all.begin(), all.end(), [](const Finding& finding) {
        return finding.level >= Level::warning;
    });
    return ok("doctor", data, first == all.end() ? std::string_view() : first->next);
}

/// What gates count is known on their edge only; blindness is in the ledger, so here too.
ApiReply BridgeApi::gates() {
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("rows").begin_array();
    for (const GateLayout& gate : view_.service.site().gates) {
        const auto& blind = view_.service.edges().at(gate.edge)->stored.line().registers().blind();
        const bool is_blind = std::any_of(blind.begin(), blind.end(), [&](const auto& span) {
            return span.first.first == gate.reader.str();
        });
        w.begin_object().key("blind").boolean(is_blind).key("edge").text(gate.edge.str());
        w.key("gate").text(gate.id.str()).key("inner").text(gate.inner.str());
        w.key("outer").text(gate.outer.str()).key("reader").text(gate.reader.str()).end_object();
    }
    w.end_array().end_object();
    return ok("gates", data, "tally gate log GATE");
}

ApiReply BridgeApi::readers() {
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("rows").begin_array();
    std::vector<std::string> listed;
    for (const GateLayout& gate : view_.service.site().gates) {
        const std::string key = gate.edge.str() + "/" + gate.reader.str();
        if (std::find(listed.begin(), listed.end(), key) != listed.end()) {
            continue;
        }
        listed.push_back(key);
        std::string why;
        const Line& line = view_.service.edges().at(gate.edge)->stored.line();
        for (const auto& [device, span] : line.registers().blind()) {
            if (device.first == gate.reader.str()) {
                why = span.what.cause + ": " + span.what.text;
            }
        }
        w.begin_object().key("blind").boolean(!why.empty()).key("edge").text(gate.edge.str());
        w.key("reader").text(gate.reader.str()).key("status").text(why.empty() ? "sees" : "blind");
        w.key("text").text(why).end_object();
    }
    w.end_array().end_object();
    return ok("readers", data, "tally doctor");
}

ApiReply BridgeApi::sync() {
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("connected").boolean(view_.service.connected());
    w.key("hand_overs_open").number(view_.service.hand_overs().open().size());
    w.key("role").text("bridge").key("rows").begin_array();
    bool diverged = false;
    for (const auto& [id, edge] : view_.service.edges()) {
        const Line& line = edge->stored.line();
        diverged = diverged || edge->stock == EdgeLink::Stock::diverged;
        w.begin_object().key("batches").number(edge->batches);
        w.key("commands_waiting").number(edge->commands.waiting());
        w.key("diverged").boolean(edge->stock == EdgeLink::Stock::diverged);
        w.key("duplicates").number(edge->duplicates).key("edge").text(id.str());
        w.key("epoch").number(line.epoch().value()).key("gaps").number(edge->gaps);
        w.key("seq").number(line.seq().value());
        w.key("state").text(state_of(*edge, view_.service.is_stale(*edge)));
        w.key("trouble").text(edge->trouble).end_object();
    }
    w.end_array().end_object();
    return ok("sync", data, diverged ? "tally sync resync" : "");
}

}  // namespace tally

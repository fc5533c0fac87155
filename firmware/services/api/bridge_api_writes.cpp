// BridgeApi: what the bridge may change. Stock belongs to the edges; the bridge sends them
// commands.
#include <utility>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/request_body.hpp"
#include "firmware/services/api/bridge_api.hpp"

namespace tally {

namespace {

ApiReply ask_the_edge(std::string_view what) {
    return error_reply(
        {ErrorKind::refused, std::string(what) + " belongs to the edge that owns the place"},
        "the same command with --url of that edge");
}

}  // namespace

ApiReply BridgeApi::write(const ApiCall& call) {
    switch (call.operation) {
        case Operation::anomaly_resolve:
            return resolve(call);
        case Operation::master_import:
            return import_master(call);
        case Operation::sync_resync:
            return resync(call);
        case Operation::item_correct:
            return ask_the_edge("a correction");
        case Operation::pallet_unpack:
            return ask_the_edge("unpacking a pallet");
        case Operation::shelf_tare:
        case Operation::shelf_zero:
            return ask_the_edge("a slot");
        case Operation::barrier_order:
        case Operation::signal_test:
            return ask_the_edge("a gate's signal");
        case Operation::tag_read:
        case Operation::tag_write:
            return ask_the_edge("a label");
        case Operation::order_read:
        case Operation::order_write:
            return orders_.write(call);
        case Operation::fleet_read:
        case Operation::fleet_write:
            return error_reply(
                {ErrorKind::refused, "vehicles are driven by an edge, the site's fleet master"},
                "the same command with --url of that edge");
        case Operation::work_write:
            return ask_the_edge("work on goods");
        case Operation::status:
        case Operation::doctor:
        case Operation::stock:
        case Operation::stock_verify:
        case Operation::items:
        case Operation::item_trace:
        case Operation::gates:
        case Operation::gate_log:
        case Operation::gate_why:
        case Operation::readers:
        case Operation::shelves:
        case Operation::anomalies:
        case Operation::sync:
        case Operation::events:
        case Operation::master_export:
        case Operation::plan_ask:
        case Operation::plans:
        case Operation::plan:
        case Operation::plan_cancel:
        case Operation::floor:
        case Operation::work_read:
            break;
    }
    return not_found("this changes nothing", "tally --help");
}

ApiReply BridgeApi::resolve(const ApiCall& call) {
    const auto body = read_request_body(call.body, {"how"});
    if (!body) {
        return error_reply(body.error(), "tally anomaly resolve --help");
    }
    const auto how = needed_text(*body, "how");
    if (!how) {
        return error_reply(how.error(), "tally anomaly resolve --help");
    }
    const std::string& id = call.arguments.at(0);
    if (!view_.service.own().registers().anomalies().contains(id)) {
        const std::string edge = id.substr(0, id.find(':'));
        if (view_.service.site().has_edge(EdgeId(edge))) {
            return error_reply(
                {ErrorKind::refused, "anomaly " + id + " is resolved on its edge " + edge},
                "tally anomaly resolve " + id + " --url of edge " + edge);
        }
        return not_found("there is no open anomaly " + id, "tally anomaly ls");
    }
    const Result<Seq> seq = view_.service.resolve_anomaly(id, *how, call.by, {});
    if (!seq) {
        return error_reply(seq.error(), "tally anomaly ls");
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("seq").number(seq->value()).end_object();
    return ok("written", data, "tally anomaly ls");
}

/// Versions are compared with what each edge last said. Every edge then judges each record, and its
/// version, by its own ledger; what one refuses stands in that ledger.
ApiReply BridgeApi::import_master(const ApiCall& call) {
    const std::string file = call.target.text("file");
    auto rows = read_master_rows(call.body, file);
    if (!rows) {
        return error_reply(rows.error(), "tally master import --help");
    }
    for (const MasterRow& row : *rows) {
        for (const auto& [id, edge] : view_.service.edges()) {
            if (const auto fits = edge->stored.line().registers().check_version(row); !fits) {
                const std::string where = file_line(file, row.line) + ", edge " + id.str();
                return error_reply(Error{fits.error().kind, where + ": " + fits.error().text},
                                   "tally master export");
            }
        }
    }
    for (const MasterRow& row : *rows) {
        const auto sent =
            view_.service.command({}, call.by, "master", encode_master_command(row), {});
        if (!sent) {
            return error_reply(sent.error(), "tally sync status");
        }
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("commands").number(rows->size() * view_.service.edges().size());
    w.key("seq").number(view_.service.own().line().seq().value()).end_object();
    return ok("master_import", data, "tally sync status");
}

ApiReply BridgeApi::resync(const ApiCall& call) {
    const std::string wanted = call.target.text("edge");
    if (!wanted.empty() && !view_.service.edges().contains(EdgeId(wanted))) {
        return not_found("there is no edge " + wanted + " in site.toml", "tally sync status");
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("asked").begin_array();
    for (const auto& [id, edge] : view_.service.edges()) {
        if (!wanted.empty() && id.str() != wanted) {
            continue;
        }
        if (const Result<void> asked = view_.service.request_snapshot(id); !asked) {
            return error_reply(asked.error(), "tally sync status");
        }
        w.text(id.str());
    }
    w.end_array().key("seq").number(view_.service.own().durable_seq().value()).end_object();
    return ok("sync_resync", data, "tally sync status");
}

}  // namespace tally

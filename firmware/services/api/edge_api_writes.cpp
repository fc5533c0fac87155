// EdgeApi: what changes the ledger. Each runs inside one transaction with the memory of its answer.
#include <utility>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/request_body.hpp"
#include "firmware/services/api/edge_api.hpp"
#include "firmware/services/api/request_values.hpp"

namespace tally {

ApiReply EdgeApi::write(const ApiCall& call) {
    switch (call.operation) {
        case Operation::item_correct:
            return correct(call);
        case Operation::anomaly_resolve:
            return resolve(call);
        case Operation::master_import:
            return import_master(call);
        case Operation::pallet_unpack:
            return unpack(call);
        case Operation::sync_resync:
            return resync(call);
        case Operation::shelf_tare:
            return command_shelf(call, ShelfCommand::tare);
        case Operation::shelf_zero:
            return command_shelf(call, ShelfCommand::zero);
        case Operation::barrier_order:
            return order_barrier(call);
        case Operation::work_write:
            return work_.write(call);
        case Operation::tag_write:
            return tags_.write(call);
        case Operation::fleet_write:
            return fleet_.write(call);
        case Operation::order_write:
            return orders_.write(call);
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
        case Operation::signal_test:
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
        case Operation::tag_read:
        case Operation::fleet_read:
        case Operation::order_read:
            break;
    }
    return not_found("this changes nothing", "tally --help");
}

ApiReply EdgeApi::written(Result<Seq> seq, std::string_view next) const {
    if (!seq) {
        return error_reply(seq.error(), next);
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("seq").number(seq->value()).end_object();
    return ok("written", data, next);
}

ApiReply EdgeApi::correct(const ApiCall& call) {
    const auto item = unit_in(call.arguments.at(0));
    const auto body = read_request_body(call.body, {"place", "reason"});
    if (!item || !body) {
        return error_reply(item ? body.error() : item.error(), "tally item correct --help");
    }
    const auto place = needed_text(*body, "place");
    const auto reason = needed_text(*body, "reason");
    if (!place || !reason) {
        return error_reply(place ? reason.error() : place.error(), "tally item correct --help");
    }
    return written(view_.inventory.correct(*item, PlaceId(*place), *reason, {call.by, {}}, {}),
                   "tally item trace " + *item);
}

ApiReply EdgeApi::resolve(const ApiCall& call) {
    const auto body = read_request_body(call.body, {"how"});
    if (!body) {
        return error_reply(body.error(), "tally anomaly resolve --help");
    }
    const auto how = needed_text(*body, "how");
    if (!how) {
        return error_reply(how.error(), "tally anomaly resolve --help");
    }
    const std::string& id = call.arguments.at(0);
    if (!view_.ledger.registers().anomalies().contains(id)) {
        return not_found("there is no open anomaly " + id + " on this edge", "tally anomaly ls");
    }
    return written(view_.inventory.resolve_anomaly(id, *how, {call.by, {}}, {}),
                   "tally anomaly ls");
}

ApiReply EdgeApi::import_master(const ApiCall& call) {
    const std::string file = call.target.text("file");
    auto rows = read_master_rows(call.body, file);
    if (!rows) {
        return error_reply(rows.error(), "tally master import --help");
    }
    const auto outcome = view_.inventory.import_master({std::move(*rows), file}, {call.by, {}}, {});
    if (!outcome) {
        return error_reply(outcome.error(), "mend the record and import the file again");
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("changed").number(outcome->changed);
    w.key("seq").number(view_.ledger.line().seq().value());
    w.key("unchanged").number(outcome->unchanged).end_object();
    return ok("master_import", data, "tally stock ls");
}

ApiReply EdgeApi::unpack(const ApiCall& call) {
    const auto item = unit_in(call.arguments.at(0));
    if (!item) {
        return error_reply(item.error(), "tally pallet unpack --help");
    }
    return written(view_.inventory.unpack(*item, {call.by, {}}, {}), "tally stock ls");
}

ApiReply EdgeApi::resync(const ApiCall&) {
    if (const Result<void> sent = view_.outbox.send_snapshot(); !sent) {
        return error_reply(sent.error(), "tally sync status");
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("asked").begin_array().text(view_.ledger.edge().str()).end_array();
    w.key("seq").number(view_.ledger.durable_seq().value()).end_object();
    return ok("sync_resync", data, "tally sync status");
}

}  // namespace tally

#include "firmware/services/api/work_api.hpp"

#include <utility>
#include <vector>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/messages/request_body.hpp"
#include "firmware/services/api/request_values.hpp"
#include "firmware/services/api/stock_view.hpp"
#include "firmware/services/goods/opening.hpp"
#include "firmware/services/goods/shadow.hpp"

namespace tally {

namespace {

constexpr std::string_view kTasks = "tally task ls";

/// What a body says of a scan beside its code.
struct ScanWords {
    std::int64_t qty_milli = 0;
    PlaceId place;
    std::string lot;
    Condition condition = Condition::good;
};

Result<ScanWords> scan_in(const std::map<std::string, std::string>& body) {
    ScanWords words{0, PlaceId(text_of(body, "place")), text_of(body, "lot"), Condition::good};
    TALLY_TRY_ASSIGN(words.qty_milli, scanned_units_in(text_of(body, "units")));
    TALLY_TRY_ASSIGN(words.condition, condition_in(text_of(body, "condition")));
    return words;
}

/// The keys that the body of a write may have.
std::vector<std::string> keys_of(Work work) {
    switch (work) {
        case Work::receipt_scan:
            return {"code", "units", "place", "lot", "condition"};
        case Work::receipt_close:
            return {"how"};
        case Work::task_scan:
            return {"code", "units", "place", "lot", "condition"};
        case Work::task_done:
            return {"text", "how"};
        case Work::task_drop:
        case Work::task_put_back:
            return {"text"};
        case Work::count_start:
            return {"place", "sku"};
        case Work::count_next:
            return {"place"};
        case Work::count_post:
            return {"units", "reason", "items"};
        case Work::write_off:
            return {"place", "sku", "item", "units", "reason"};
        case Work::return_take:
            return {"place"};
        case Work::return_grade:
            return {"into", "reason", "new_tag"};
        case Work::scan:
            return {"code", "place", "units"};
        case Work::none:
        case Work::opening_book:
        case Work::shadow_compare:
        case Work::receipts:
        case Work::receipt:
        case Work::tasks:
        case Work::task_take:
        case Work::count_approve:
        case Work::labels:
        case Work::printers:
        case Work::tag_print:
        case Work::tag_bind:
        case Work::tag_replace:
        case Work::tag_retire:
        case Work::tag_void:
        case Work::place_label:
        case Work::agvs:
        case Work::agv:
        case Work::agv_send:
        case Work::agv_pause:
        case Work::agv_resume:
        case Work::agv_release:
        case Work::agv_take_off:
        case Work::missions:
        case Work::mission_go_on:
        case Work::mission_drop:
        case Work::mission_scan:
        case Work::mission_transfer:
        case Work::road_block:
        case Work::road_unblock:
        case Work::orders:
        case Work::order:
        case Work::order_add:
        case Work::order_cancel:
        case Work::order_pack:
        case Work::order_label:
        case Work::order_hand_over:
        case Work::manifest:
            break;
    }
    return {};
}

}  // namespace

ApiReply WorkApi::ok(std::string_view schema, std::string_view data, std::string_view next) const {
    const Line& line = view_.ledger.line();
    return ok_reply(schema, {view_.ledger.edge(), line.epoch(), line.seq()}, data, next);
}

ApiReply WorkApi::written(const Result<Seq>& seq, std::string_view next,
                          std::string_view if_refused) const {
    if (!seq) {
        return error_reply(seq.error(), if_refused.empty() ? next : if_refused);
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("seq").number(seq->value()).end_object();
    return ok("written", data, next);
}

ApiReply WorkApi::carried(const Result<Carried>& carried, std::string_view next,
                          std::string_view if_refused) const {
    if (!carried) {
        return error_reply(carried.error(), if_refused.empty() ? next : if_refused);
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("item").text(carried->item).key("moved").boolean(carried->moved);
    w.key("qty_milli").integer(carried->qty_milli).key("seq").number(carried->seq.value());
    w.key("sku").text(carried->sku).end_object();
    return ok("scanned", data, next);
}

ApiReply WorkApi::read(const ApiCall& call) {
    if (call.work == Work::shadow_compare) {
        return shadow(call);
    }
    if (call.work == Work::receipts) {
        return receipts();
    }
    if (call.work == Work::receipt) {
        return receipt(call);
    }
    return ok("tasks",
              tasks_data(view_.ledger.registers().work(),
                         {call.target.text("kind"), call.target.text("state"),
                          call.target.text("place"), call.target.text("who")}),
              "tally task take ID");
}

ApiReply WorkApi::shadow(const ApiCall& call) {
    PlaceTrusts trusts;
    add_doubts(trusts, view_.site, view_.ledger.registers());
    ShadowQuestion question;
    question.text = call.body;
    question.file = call.target.text("file");
    question.mine = [&](const std::string& place) {
        return view_.site.owner_of(PlaceId(place)) == view_.ledger.edge();
    };
    question.doubts = [&](const std::string& place) {
        const auto found = trusts.find(place);
        return found == trusts.end() ? std::vector<std::string>() : found->second.reasons;
    };
    const auto report = compare_shadow(view_.ledger, question);
    return report ? ok("shadow", shadow_data(*report),
                       report->differing.empty() ? "" : "tally count start --place PLACE")
                  : error_reply(report.error(), "tally shadow compare --help");
}

ApiReply WorkApi::receipts() {
    std::vector<ReceiptReport> reports;
    for (const std::string& asn : view_.work.receiving.advices()) {
        if (auto report = view_.work.receiving.report(asn)) {
            reports.push_back(std::move(*report));
        }
    }
    return ok("receipts", receipts_data(reports), "tally receipt show ASN");
}

ApiReply WorkApi::receipt(const ApiCall& call) {
    const auto report = view_.work.receiving.report(call.arguments.at(0));
    if (!report) {
        return not_found(report.error().text, "tally receipt ls");
    }
    return ok("receipt", receipt_data(*report),
              report->closed ? "tally anomaly ls" : "tally receipt close " + report->asn);
}

ApiReply WorkApi::write(const ApiCall& call) {
    if (call.work == Work::opening_book) {
        return opening(call);
    }
    const auto body = read_request_body(call.body, keys_of(call.work));
    if (!body) {
        return error_reply(body.error(), "tally --help");
    }
    switch (call.work) {
        case Work::receipt_scan:
            return receipt_scan(call, *body);
        case Work::receipt_close:
            return receipt_close(call, *body);
        case Work::task_take:
        case Work::task_put_back:
        case Work::task_done:
        case Work::task_drop:
            return task_step(call, *body);
        case Work::task_scan:
            return task_scan(call, *body);
        case Work::count_start:
            return count_start(call, *body);
        case Work::count_next:
            return count_next(call, *body);
        case Work::count_post:
            return count_post(call, *body);
        case Work::count_approve:
            return written(view_.work.counting.approve(call.arguments.at(0), {call.by, {}}),
                           kTasks);
        case Work::write_off:
            return write_off(call, *body);
        case Work::return_take:
            return written(
                view_.work.returns.take_in(call.arguments.at(0), PlaceId(text_of(*body, "place")),
                                           {call.by, {}}),
                "tally return grade " + call.arguments.at(0), "tally return take --help");
        case Work::return_grade:
            return return_grade(call, *body);
        case Work::scan: {
            const auto words = scan_in(*body);
            return carried(words ? view_.work.tasks.seen(text_of(*body, "code"), words->place,
                                                         words->qty_milli, {call.by, {}})
                                 : Result<Carried>(fail(words.error())),
                           "tally anomaly ls --kind wrong_place", "tally scan --help");
        }
        case Work::none:
        case Work::opening_book:
        case Work::shadow_compare:
        case Work::receipts:
        case Work::receipt:
        case Work::tasks:
        case Work::labels:
        case Work::printers:
        case Work::tag_print:
        case Work::tag_bind:
        case Work::tag_replace:
        case Work::tag_retire:
        case Work::tag_void:
        case Work::place_label:
        case Work::agvs:
        case Work::agv:
        case Work::agv_send:
        case Work::agv_pause:
        case Work::agv_resume:
        case Work::agv_release:
        case Work::agv_take_off:
        case Work::missions:
        case Work::mission_go_on:
        case Work::mission_drop:
        case Work::mission_scan:
        case Work::mission_transfer:
        case Work::road_block:
        case Work::road_unblock:
        case Work::orders:
        case Work::order:
        case Work::order_add:
        case Work::order_cancel:
        case Work::order_pack:
        case Work::order_label:
        case Work::order_hand_over:
        case Work::manifest:
            break;
    }
    return not_found("this changes nothing", "tally --help");
}

ApiReply WorkApi::opening(const ApiCall& call) {
    const std::string document = call.target.text("document");
    if (document.empty()) {
        return error_reply({400, "malformed", "an opening balance names its counting list",
                            "tally opening book FILE --document NAME"});
    }
    const auto outcome =
        book_opening(view_.inventory, view_.ledger, {call.body, call.target.text("file"), document},
                     {call.by, {}});
    if (!outcome) {
        return error_reply(outcome.error(), "mend the file and book it again");
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("rows").number(outcome->rows);
    w.key("seq").number(outcome->seq.value()).end_object();
    return ok("opening", data, "tally stock ls");
}

ApiReply WorkApi::receipt_scan(const ApiCall& call, const Body& body) {
    const auto words = scan_in(body);
    const std::string& asn = call.arguments.at(0);
    if (!words) {
        return error_reply(words.error(), "tally receipt scan --help");
    }
    return carried(view_.work.receiving.scan({asn, text_of(body, "code"), words->qty_milli,
                                              words->place, words->lot, words->condition},
                                             {call.by, {}}),
                   "tally receipt show " + asn);
}

ApiReply WorkApi::receipt_close(const ApiCall& call, const Body& body) {
    const std::string how = text_of(body, "how", "announced");
    if (how != "announced" && how != "scanned") {
        return error_reply({400, "malformed", "'how' is announced or scanned",
                            "scanned: every unit was in somebody's hand"});
    }
    const std::string& asn = call.arguments.at(0);
    return written(
        view_.work.receiving.close(asn, how == "scanned" ? Closing::scanned : Closing::announced,
                                   {call.by, {}}),
        "tally receipt show " + asn);
}

ApiReply WorkApi::task_step(const ApiCall& call, const Body& body) {
    Tasks::Step step;
    step.id = call.arguments.at(0);
    step.text = text_of(body, "text");
    step.act = call.work == Work::task_take       ? TaskAct::take
               : call.work == Work::task_put_back ? TaskAct::put_back
               : call.work == Work::task_drop     ? TaskAct::drop
                                                  : TaskAct::finish;
    const Task* task = view_.work.tasks.find(step.id);
    if (task == nullptr) {
        return not_found("there is no task " + step.id, std::string(kTasks));
    }
    if (step.act == TaskAct::finish && task->kind == TaskKind::receive) {
        return written(
            view_.work.receiving.close(task->document, Closing::announced, {call.by, {}}),
            "tally receipt show " + task->document);
    }
    if (step.act == TaskAct::finish && task->kind == TaskKind::count) {
        return error_reply({409, "conflict", "a count ends with what was counted",
                            "tally count post " + step.id + " --units N"});
    }
    // A word of its own: who ends a task twice has not said that what he holds is gone.
    const std::string how = text_of(body, "how", "found");
    if (how != "found" && how != "not_in_hand") {
        return error_reply({400, "malformed", "'how' is found or not_in_hand",
                            "not_in_hand: nobody has what only a weight or a gate told of"});
    }
    const auto seq = how == "not_in_hand"
                         ? view_.work.orders.say_not_in_hand(step.id, {call.by, {}})
                         : view_.work.tasks.step(step, {call.by, {}});
    view_.work.tasks.sweep();
    return written(seq, kTasks);
}

ApiReply WorkApi::task_scan(const ApiCall& call, const Body& body) {
    const auto words = scan_in(body);
    const std::string& id = call.arguments.at(0);
    if (!words) {
        return error_reply(words.error(), "tally task scan --help");
    }
    return carried(view_.work.transfers.scan({id, text_of(body, "code"), words->qty_milli,
                                              words->place.str(), words->condition, words->lot},
                                             {call.by, {}}),
                   "tally task done " + id);
}

ApiReply WorkApi::count_start(const ApiCall& call, const Body& body) {
    const auto opened = view_.work.counting.start(PlaceId(text_of(body, "place")),
                                                  text_of(body, "sku"), {call.by, {}});
    if (!opened) {
        return error_reply(opened.error(), "tally count start --help");
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("opened").number(*opened);
    w.key("seq").number(view_.ledger.line().seq().value()).end_object();
    return ok("count_start", data, "tally count next --place " + text_of(body, "place"));
}

ApiReply WorkApi::count_next(const ApiCall& call, const Body& body) {
    const auto task = view_.work.counting.next(text_of(body, "place"), {call.by, {}});
    if (!task) {
        return error_reply(task.error(), kTasks);
    }
    if (task->id.empty()) {
        return not_found("nothing is left to be counted", "tally count start --place PLACE");
    }
    return ok("task", task_data(*task), "tally count post " + task->id + " --units N");
}

ApiReply WorkApi::count_post(const ApiCall& call, const Body& body) {
    CountPost post;
    post.task = call.arguments.at(0);
    post.items = words_of(text_of(body, "items"));
    post.reason = text_of(body, "reason", "cycle");
    const auto units = parse_units(
        text_of(body, "units", post.items.empty() ? "" : std::to_string(post.items.size())));
    if (!units) {
        return error_reply(
            {400, "malformed", "say how many: " + units.error().text, "tally count post --help"});
    }
    post.counted_milli = *units;
    const auto outcome = view_.work.counting.post(post, {call.by, {}});
    return outcome ? ok("count_post", count_data(*outcome),
                        outcome->verdict == CountOutcome::Verdict::to_approve ? kTasks
                                                                              : "tally count next")
                   : error_reply(outcome.error(), "tally count next");
}

ApiReply WorkApi::write_off(const ApiCall& call, const Body& body) {
    const std::string text = text_of(body, "units", "-1");
    const bool gone = text.starts_with('-');
    const auto units = parse_units(gone ? std::string_view(text).substr(1) : text);
    if (!units) {
        return error_reply(units.error(), "tally count writeoff --help");
    }
    const auto seq = view_.work.counting.propose(
        {PlaceId(text_of(body, "place")), text_of(body, "sku"), text_of(body, "item"),
         gone ? -*units : *units, text_of(body, "reason")},
        {call.by, {}});
    if (!seq) {
        return error_reply(seq.error(), "tally count writeoff --help");
    }
    const std::string id = event_ref(view_.ledger.edge(), view_.ledger.line().epoch(), *seq);
    return written(seq, "a second person: tally count approve " + id);
}

ApiReply WorkApi::return_grade(const ApiCall& call, const Body& body) {
    const std::string into = text_of(body, "into");
    if (into != "restock" && into != "hold" && into != "destroy") {
        return error_reply(
            {400, "malformed", "'into' is restock, hold or destroy", "tally return grade --help"});
    }
    Grade grade;
    grade.item = call.arguments.at(0);
    grade.into = into == "restock" ? Grade::Into::restock
                 : into == "hold"  ? Grade::Into::hold
                                   : Grade::Into::destroy;
    grade.reason = text_of(body, "reason", "inspected");
    grade.new_tag = text_of(body, "new_tag");
    return written(view_.work.returns.grade(grade, {call.by, {}}),
                   into == "destroy" ? std::string(kTasks) : "tally item trace " + grade.item);
}

}  // namespace tally

#include "firmware/services/api/tag_api.hpp"

#include <charconv>
#include <utility>
#include <vector>

#include "firmware/domain/epc/scanned_text.hpp"
#include "firmware/domain/ledger/event_form.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/request_body.hpp"
#include "firmware/services/api/request_values.hpp"

namespace tally {

namespace {

constexpr std::string_view kLabels = "tally tag ls";

/// The keys that the body of a write may have.
std::vector<std::string> keys_of(Work work) {
    static const std::map<Work, std::vector<std::string>> kKeys = {
        {Work::tag_print, {"sku", "lot", "units", "printer"}},
        {Work::tag_bind, {"sku", "lot", "tid"}},
        {Work::tag_replace, {"new_tag", "printer", "reason"}},
        {Work::tag_retire, {"reason"}},
        {Work::tag_void, {"reason"}},
        {Work::place_label, {"printer"}},
    };
    return kKeys.at(work);
}

bool is_hex(std::string_view text) {
    return text.find_first_not_of("0123456789ABCDEFabcdef") == std::string_view::npos;
}

/// What may be done about a label, in one command.
std::string next_of(const Label& label) {
    switch (label.state) {
        case LabelState::waiting:
        case LabelState::sent:
            return "tally printer ls";
        case LabelState::printed:
            return "tally tag bind " + label.item;
        case LabelState::unsure:
            return "tally tag void " + label.item + " --reason TEXT";
    }
    return {};
}

}  // namespace

ApiReply TagApi::ok(std::string_view schema, std::string_view data, std::string_view next) const {
    const Line& line = view_.ledger.line();
    return ok_reply(schema, {view_.ledger.edge(), line.epoch(), line.seq()}, data, next);
}

ApiReply TagApi::written(const Result<Seq>& seq, std::string_view next) const {
    if (!seq) {
        return error_reply(seq.error(), next);
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("seq").number(seq->value()).end_object();
    return ok("written", data, next);
}

Result<std::string> TagApi::item_of(const std::string& code) const {
    TALLY_TRY_ASSIGN(const Epc epc, unit_of_code(code, view_.site.own_prefixes));
    return epc.str();
}

ApiReply TagApi::read(const ApiCall& call) {
    return call.work == Work::printers ? printers() : labels(call);
}

ApiReply TagApi::labels(const ApiCall& call) {
    const std::string wanted = call.target.text("state");
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("rows").begin_array();
    for (const auto& [item, label] : view_.ledger.registers().tags().labels()) {
        if (!wanted.empty() && wanted != to_string(label.state)) {
            continue;
        }
        w.begin_object().key("by").text(label.by).key("item").text(item);
        w.key("lot").text(label.lot).key("next").text(next_of(label));
        w.key("printer").text(label.printer).key("replaces").text(label.replaces);
        w.key("sku").text(label.sku).key("state").text(to_string(label.state));
        w.key("t_ms").integer(label.t_ms).key("text").text(label.text).end_object();
    }
    w.end_array().key("serials_left").number(view_.tags.serials_left()).end_object();
    return ok("labels", data, "tally printer ls");
}

ApiReply TagApi::printers() {
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("rows").begin_array();
    for (const Commissioning::Printer& printer : view_.tags.printers()) {
        std::uint64_t waiting = printer.plain.size();
        for (const auto& [item, label] : view_.ledger.registers().tags().labels()) {
            const bool mine = label.printer == printer.setup.id.str();
            waiting += mine && label.state == LabelState::waiting ? 1 : 0;
        }
        w.begin_object().key("busy").text(printer.busy);
        w.key("edge").text(view_.ledger.edge().str());
        w.key("encodes_tags").boolean(printer.setup.tags == PrinterSetup::Tags::encodes);
        w.key("printed").number(printer.printed).key("printer").text(printer.setup.id.str());
        w.key("state");
        w.text(printer.status.trouble == PrinterTrouble::none ? "ready"
                                                              : to_string(printer.status.trouble));
        w.key("text").text(printer.status.text);
        w.key("verify_reader").text(printer.setup.verify_reader.str());
        w.key("waiting").number(waiting).end_object();
    }
    w.end_array().end_object();
    return ok("printers", data, kLabels);
}

ApiReply TagApi::ordered(const Result<std::vector<std::string>>& items, std::string_view help) {
    if (!items) {
        return error_reply(items.error(), help);
    }
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("items").begin_array();
    for (const std::string& item : *items) {
        w.text(item);
    }
    w.end_array().key("seq").number(view_.ledger.line().seq().value()).end_object();
    return ok("labels_ordered", data, kLabels);
}

ApiReply TagApi::print(const ApiCall& call, const Body& body) {
    PrintWish wish;
    wish.sku = text_of(body, "sku");
    wish.lot = text_of(body, "lot");
    wish.printer = DeviceId(text_of(body, "printer"));
    const std::string units = text_of(body, "units");
    if (!units.empty()) {
        const char* const end = units.data() + units.size();
        const auto read = std::from_chars(units.data(), end, wish.units);
        if (read.ec != std::errc() || read.ptr != end) {
            return error_reply(Error{ErrorKind::malformed,
                                     "'" + units + "' is no number of labels; write e.g. 12"},
                               "tally tag print --help");
        }
    }
    if (!is_ledger_text(wish.lot) || !is_ledger_text(wish.sku)) {
        return error_reply(
            Error{ErrorKind::malformed, "SKU and lot are plain characters, at most 160"},
            "tally tag print --help");
    }
    return ordered(view_.tags.print(wish, {call.by, {}}), "tally tag print --help");
}

ApiReply TagApi::replace(const ApiCall& call, const Body& body, const std::string& item) {
    const std::string help = "tally tag replace --help";
    const auto reason = needed_text(body, "reason");
    if (!reason) {
        return error_reply(reason.error(), help);
    }
    const std::string fresh = text_of(body, "new_tag");
    if (!fresh.empty()) {
        const auto new_item = item_of(fresh);
        return new_item ? written(view_.tags.replace(item, *new_item, *reason, {call.by, {}}),
                                  "tally item trace " + *new_item)
                        : error_reply(new_item.error(), help);
    }
    const auto unit = view_.inventory.known(item);
    if (!unit) {
        return error_reply(Error{ErrorKind::conflict, "unit " + item +
                                                          " is not known here, so nobody can say "
                                                          "what its new tag would stand for"},
                           help);
    }
    PrintWish wish{unit->sku, unit->lot, 1, DeviceId(text_of(body, "printer")), item};
    return ordered(view_.tags.print(wish, {call.by, {}}), help);
}

ApiReply TagApi::write(const ApiCall& call) {
    const auto body = read_request_body(call.body, keys_of(call.work));
    if (!body) {
        return error_reply(body.error(), "tally tag --help");
    }
    const Actor actor{call.by, {}};
    if (call.work == Work::tag_print) {
        return print(call, *body);
    }
    const std::string& name = call.arguments.at(0);
    if (call.work == Work::place_label) {
        return written(
            view_.tags.label_place(PlaceId(name), DeviceId(text_of(*body, "printer")), actor),
            "tally printer ls");
    }
    const auto item = item_of(name);
    if (!item) {
        return error_reply(item.error(), "tally tag --help");
    }
    if (call.work == Work::tag_replace) {
        return replace(call, *body, *item);
    }
    if (call.work == Work::tag_bind) {
        BindWish wish{*item, text_of(*body, "sku"), text_of(*body, "lot"), text_of(*body, "tid"),
                      name};
        constexpr std::size_t kTidDigitsMax = 96;
        if (!is_hex(wish.tid) || wish.tid.size() > kTidDigitsMax || !is_ledger_text(name)) {
            return error_reply(
                Error{ErrorKind::malformed, "a TID is hex digits, at most 96 of them"},
                "tally tag bind --help");
        }
        return written(view_.tags.bind(wish, actor), "tally item trace " + *item);
    }
    const auto reason = needed_text(*body, "reason");
    if (!reason) {
        return error_reply(reason.error(), "tally tag --help");
    }
    return call.work == Work::tag_void ? written(view_.tags.discard(*item, *reason, actor), kLabels)
                                       : written(view_.tags.retire(*item, *reason, actor), kLabels);
}

}  // namespace tally

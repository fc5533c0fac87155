#include "firmware/services/ledger/receipt_book.hpp"

#include <optional>
#include <set>
#include <utility>

#include "firmware/domain/place.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"
#include "firmware/messages/event_data.hpp"
#include "firmware/services/ledger/one_sided.hpp"

namespace tally {

namespace {

constexpr std::string_view kAsnCause = "asn:";
constexpr std::string_view kDamaged = "damaged";

StateRow row(const std::string& edge, std::string_view kind, std::string key, std::string value) {
    return {edge, std::string(kind), std::move(key), std::move(value)};
}

std::string text_of(const ExpectedUnit& unit) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("asn").text(unit.asn);
    if (unit.inferred) {
        w.key("inferred").boolean(true);
    }
    w.key("sscc").text(unit.sscc);
    w.key("state").integer(static_cast<std::int64_t>(unit.state)).end_object();
    return out;
}

std::string text_of(const ReceivedLine& line) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("damaged_milli").integer(line.damaged_milli);
    w.key("good_milli").integer(line.good_milli).end_object();
    return out;
}

std::string text_of(const CountedUnit& unit) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("asn").text(unit.line.first);
    if (unit.damaged) {
        w.key("damaged").boolean(true);
    }
    w.key("lot").text(unit.line.second.second).key("sku").text(unit.line.second.first);
    w.end_object();
    return out;
}

std::string text_of(const AdviceLine& key) {
    return key.first + " " + key.second.first + " " + key.second.second;
}

/// Advices and SKUs are names without blanks; a lot that somebody typed may have some.
AdviceLine line_key(const std::string& text) {
    const auto first = text.find(' ');
    const auto last = text.find(' ', first + 1);
    return {text.substr(0, first),
            {text.substr(first + 1, last - first - 1), text.substr(last + 1)}};
}

bool enters_damaged(const Event& event) {
    return (event.quality_to.empty() ? event.quality : event.quality_to) == kDamaged;
}

bool arrives(const Event& event) {
    return is_virtual(event.from) && !is_virtual(event.to);
}

}  // namespace

bool is_inferred_move(const Event& event) {
    return event.qty.milli > 0 && event.data.find("\"inferred\":true") != std::string::npos;
}

std::string asn_cause(const std::string& asn) {
    return std::string(kAsnCause) + asn;
}

bool ReceiptBook::has_come(const std::string& asn, const std::string& unit) const {
    const auto expected = expected_.find(unit);
    if (expected != expected_.end() && expected->second.asn == asn) {
        return expected->second.state != ExpectedUnit::State::awaited;
    }
    const auto counted = counted_.find(unit);
    return counted != counted_.end() && counted->second.line.first == asn;
}

void ReceiptBook::apply(const Event& event, std::vector<StateRow>& changed) {
    const bool moves = event.qty.milli > 0;
    if (!moves && event.type != EventType::sighted) {
        return;
    }
    if (!event.item.empty()) {
        note_inferred(event, changed);
    }
    std::optional<Event> named;
    if (event.item.empty() && arrives(event)) {
        // Counted goods have no item; the tag that was scanned at their receipt stands for one.
        if (std::string tag = text_member(event.data, "tag"); !tag.empty()) {
            named = event;
            named->item = ItemId(std::move(tag));
        }
    }
    const Event& told = named ? *named : event;
    if (!told.item.empty() && expected_.contains(told.item.str())) {
        note_announced(told, changed);
    } else {
        note_loose(told, changed);
    }
}

void ReceiptBook::close(const std::string& edge, const std::string& asn,
                        std::vector<StateRow>& changed) {
    closed_.insert(asn);
    changed.push_back(row(edge, kClosedRows, asn, "1"));
}

void ReceiptBook::note_inferred(const Event& event, std::vector<StateRow>& changed) {
    const auto set = [&](const std::string& key, bool there) {
        const bool changes = there ? inferred_.insert(key).second : inferred_.erase(key) > 0;
        if (changes) {
            changed.push_back(row(event.edge.str(), kInferredRows, key, there ? "1" : ""));
        }
    };
    const bool moves = event.qty.milli > 0;
    const bool by_scan = event.by.starts_with("user:") && event.evidence.starts_with("{\"scan\":");
    const bool is_inferred_now = is_inferred_move(event);
    const bool is_told_by_scan = moves && by_scan && event.from != event.to;
    if (inferred_.empty() && !is_inferred_now && !is_told_by_scan) {
        return;  // Nothing to take back: no text is built, no evidence read.
    }
    const bool was_inferred = is_inferred(event.item.str());
    set(event.item.str(), is_inferred_now);
    if (moves) {
        set(one_sided(event.item.str()), is_told_by_scan);
    } else if (!text_member(event.evidence, "direction").empty()) {
        set(one_sided(event.item.str()), false);  // A gate has decided: both sides have spoken.
    } else if (was_inferred) {
        set(one_sided(event.item.str()), true);  // Seen now, but no gate has had its word yet.
    }
}

/// A unit that its pallet announces.
void ReceiptBook::note_announced(const Event& event, std::vector<StateRow>& changed) {
    ExpectedUnit& unit = expected_.at(event.item.str());
    const ExpectedUnit before = unit;
    using State = ExpectedUnit::State;
    const bool moves = event.qty.milli > 0;
    if (moves && (arrives(event) || (before.state != State::awaited && event.from == event.to))) {
        unit.state = enters_damaged(event) ? State::came_damaged : State::came;
    } else if (moves && is_virtual(event.to) && event.cause == asn_cause(before.asn)) {
        unit.state = State::awaited;  // Its presence was a wrong inference.
    }
    if (unit.state == State::awaited || !is_inferred_move(event)) {
        unit.inferred = false;
    } else if (arrives(event)) {
        unit.inferred = true;  // Evidence of its own is not forgotten by what is inferred later.
    }
    if (!(unit == before)) {
        changed.push_back(row(event.edge.str(), kExpectedRows, event.item.str(), text_of(unit)));
    }
}

/// Goods of an advice that are on none of its pallets. A unit counts once, whoever tells first:
/// the gate whose passage was taken for the advice's, or the person who scanned it against it.
void ReceiptBook::note_loose(const Event& event, std::vector<StateRow>& changed) {
    const bool moves = event.qty.milli > 0;
    const bool named = event.cause.starts_with(kAsnCause);
    const std::string asn = named ? event.cause.substr(kAsnCause.size()) : std::string();
    const AdviceLine line{asn, {event.sku.str(), event.lot.str()}};
    if (event.item.empty()) {
        if (arrives(event) && named) {
            add_to_line(event.edge.str(), {line, enters_damaged(event)}, event.qty.milli, changed);
        }
        return;
    }
    const auto known = counted_.find(event.item.str());
    if (moves && named && arrives(event)) {
        count_unit(event, {line, enters_damaged(event)}, changed);
    } else if (moves && known != counted_.end() && event.from == event.to) {
        CountedUnit graded = known->second;
        graded.damaged = enters_damaged(event);
        count_unit(event, graded, changed);
    } else if (moves && known != counted_.end() && is_virtual(event.to)) {
        counted_.erase(known);  // It did come; what becomes of it is no matter of its receipt.
        changed.push_back(row(event.edge.str(), kCountedUnitRows, event.item.str(), {}));
    } else if (!moves && named && !is_closed(asn)) {
        // Without it a sighting only says that the unit was seen again.
        if (const Result<ReceiptData> told = decode_receipt_data(event.data)) {
            count_unit(event, {{asn, {told->sku, told->lot}}, told->damaged}, changed);
        }
    }
}

void ReceiptBook::count_unit(const Event& event, CountedUnit unit, std::vector<StateRow>& changed) {
    const std::string& edge = event.edge.str();
    const auto known = counted_.find(event.item.str());
    if (known != counted_.end()) {
        if (known->second == unit) {
            return;
        }
        add_to_line(edge, known->second, -1'000, changed);
    }
    add_to_line(edge, unit, 1'000, changed);
    changed.push_back(row(edge, kCountedUnitRows, event.item.str(), text_of(unit)));
    counted_[event.item.str()] = std::move(unit);
}

void ReceiptBook::add_to_line(const std::string& edge, const CountedUnit& what, std::int64_t milli,
                              std::vector<StateRow>& changed) {
    ReceivedLine& line = received_[what.line];
    (what.damaged ? line.damaged_milli : line.good_milli) += milli;
    const bool is_empty = line == ReceivedLine{};
    changed.push_back(
        row(edge, kReceivedRows, text_of(what.line), is_empty ? std::string() : text_of(line)));
    if (is_empty) {
        received_.erase(what.line);
    }
}

void ReceiptBook::expect(const std::string& edge, const PalletRecord& pallet,
                         std::vector<StateRow>& changed) {
    using State = ExpectedUnit::State;
    const std::set<std::string> children(pallet.children.begin(), pallet.children.end());
    for (auto at = on_pallet_.lower_bound({pallet.sscc, {}});
         at != on_pallet_.end() && at->first == pallet.sscc;) {
        const std::string item = at->second;
        const ExpectedUnit& unit = expected_.at(item);
        const bool is_announced = children.contains(item) && unit.asn == pallet.asn;
        ++at;
        if (!is_announced && unit.state == State::awaited) {
            changed.push_back(row(edge, kExpectedRows, item, {}));
            on_pallet_.erase({pallet.sscc, item});
            expected_.erase(item);
        }
    }
    if (pallet.asn.empty()) {
        return;
    }
    for (const std::string& child : pallet.children) {
        const auto [at, is_new] =
            expected_.try_emplace(child, ExpectedUnit{pallet.asn, pallet.sscc, {}, false});
        if (!is_new && at->second.asn == pallet.asn && at->second.sscc == pallet.sscc) {
            continue;
        }
        if (at->second.asn != pallet.asn) {
            at->second.asn = pallet.asn;
            at->second.state = State::awaited;
            at->second.inferred = false;
        }
        on_pallet_.erase({at->second.sscc, child});
        at->second.sscc = pallet.sscc;  // The same advice, on another pallet: what came has come.
        on_pallet_.insert({pallet.sscc, child});
        changed.push_back(row(edge, kExpectedRows, child, text_of(at->second)));
    }
}

bool ReceiptBook::owns(std::string_view row_kind) {
    return row_kind == kExpectedRows || row_kind == kReceivedRows || row_kind == kCountedUnitRows ||
           row_kind == kClosedRows || row_kind == kInferredRows;
}

Result<void> ReceiptBook::load(const StateRow& stored) {
    if (stored.kind == kExpectedRows) {
        ExpectedUnit unit;
        std::int64_t state = 0;
        ObjectReader reader(stored.value, "expected unit");
        reader.text("asn", unit.asn);
        reader.optional_boolean("inferred", unit.inferred);
        reader.text("sscc", unit.sscc);
        reader.integer("state", state);
        TALLY_TRY(reader.finish());
        unit.state = state == 0   ? ExpectedUnit::State::awaited
                     : state == 1 ? ExpectedUnit::State::came
                                  : ExpectedUnit::State::came_damaged;
        on_pallet_.insert({unit.sscc, stored.key});
        expected_[stored.key] = std::move(unit);
    } else if (stored.kind == kCountedUnitRows) {
        CountedUnit unit;
        ObjectReader reader(stored.value, "received unit");
        reader.text("asn", unit.line.first);
        reader.optional_boolean("damaged", unit.damaged);
        reader.text("lot", unit.line.second.second);
        reader.text("sku", unit.line.second.first);
        TALLY_TRY(reader.finish());
        counted_[stored.key] = std::move(unit);
    } else if (stored.kind == kReceivedRows) {
        ReceivedLine line;
        ObjectReader reader(stored.value, "received line");
        reader.integer("damaged_milli", line.damaged_milli);
        reader.integer("good_milli", line.good_milli);
        TALLY_TRY(reader.finish());
        received_[line_key(stored.key)] = line;
    } else {
        (stored.kind == kClosedRows ? closed_ : inferred_).insert(stored.key);
    }
    return {};
}

void ReceiptBook::add_rows(const std::string& edge, std::vector<StateRow>& rows) const {
    for (const auto& [item, unit] : expected_) {
        rows.push_back(row(edge, kExpectedRows, item, text_of(unit)));
    }
    for (const auto& [key, line] : received_) {
        rows.push_back(row(edge, kReceivedRows, text_of(key), text_of(line)));
    }
    for (const auto& [item, unit] : counted_) {
        rows.push_back(row(edge, kCountedUnitRows, item, text_of(unit)));
    }
    for (const std::string& asn : closed_) {
        rows.push_back(row(edge, kClosedRows, asn, "1"));
    }
    for (const std::string& item : inferred_) {
        rows.push_back(row(edge, kInferredRows, item, "1"));
    }
}

}  // namespace tally

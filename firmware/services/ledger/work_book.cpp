#include "firmware/services/ledger/work_book.hpp"

#include "firmware/domain/place.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"
#include "firmware/messages/task_data.hpp"
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
    w.begin_object().key("asn").text(unit.asn).key("sscc").text(unit.sscc);
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

std::string text_of(const WorkBook::LineKey& key) {
    return key.first + " " + key.second.first + " " + key.second.second;
}

/// Advices and SKUs are names without blanks; a lot that somebody typed may have some.
WorkBook::LineKey line_key(const std::string& text) {
    const auto first = text.find(' ');
    const auto last = text.find(' ', first + 1);
    return {text.substr(0, first),
            {text.substr(first + 1, last - first - 1), text.substr(last + 1)}};
}

std::string quality_entered(const Event& event) {
    return event.quality_to.empty() ? event.quality : event.quality_to;
}

}  // namespace

std::string asn_cause(const std::string& asn) {
    return std::string(kAsnCause) + asn;
}

Result<void> WorkBook::apply(const Event& event, std::vector<StateRow>& changed) {
    if (event.type == EventType::task_changed) {
        return apply_task(event, changed);
    }
    if (event.qty.milli > 0) {
        note_move(event, changed);
    } else if (event.type == EventType::sighted) {
        note_inferred(event, changed);
    }
    return {};
}

Result<void> WorkBook::apply_task(const Event& event, std::vector<StateRow>& changed) {
    TALLY_TRY_ASSIGN(const TaskData data, decode_task_data(event.data));
    if (data.task.empty()) {
        if (const Task* same = task_of_key(data.opened.key)) {
            return fail(ErrorKind::conflict,
                        "task " + same->id + " is about the same (" + data.opened.key +
                            ") and not finished; finish or drop that one first");
        }
        Task task = data.opened;
        task.id = event_ref(event.edge, event.epoch, event.seq);
        task.t_ms = event.t_ms;
        keep(event.edge.str(), task, changed);
        return {};
    }
    const auto found = tasks_.find(data.task);
    if (found == tasks_.end()) {
        return fail(ErrorKind::conflict,
                    "there is no task " + data.task + "; `tally task ls` lists them");
    }
    TALLY_TRY_ASSIGN(Task next, step(found->second, {data.act, event.by, data.qty_milli}));
    if (data.act == TaskAct::take && next.kind == TaskKind::count && next.round <= 2) {
        // From here on the count freezes nothing: it is compared with the book as of this event.
        next.base_seq = event.seq.value();
        next.qty_milli = data.qty_milli;
    }
    if (data.act == TaskAct::finish && next.kind == TaskKind::receive && !next.document.empty()) {
        closed_.insert(next.document);
        changed.push_back(row(event.edge.str(), kClosedRows, next.document, "1"));
    }
    keep(event.edge.str(), next, changed);
    return {};
}

void WorkBook::keep(const std::string& edge, const Task& task, std::vector<StateRow>& changed) {
    changed.push_back(row(edge, kTaskRows, task.id, encode_task(task)));
    if (task.finished()) {
        const auto held = by_key_.find(task.key);
        if (held != by_key_.end() && held->second == task.id) {
            by_key_.erase(held);  // A later task of the same key may stand there by now.
        }
        finished_.insert({task.t_ms, task.id});
    } else {
        by_key_[task.key] = task.id;
    }
    tasks_[task.id] = task;
    forget_oldest(edge, changed);
}

void WorkBook::forget_oldest(const std::string& edge, std::vector<StateRow>& changed) {
    while (finished_.size() > kFinishedMax) {
        const std::string id = finished_.begin()->second;
        finished_.erase(finished_.begin());
        tasks_.erase(id);
        changed.push_back(row(edge, kTaskRows, id, {}));
    }
}

void WorkBook::note_move(const Event& event, std::vector<StateRow>& changed) {
    recent_.push_back(
        {event.seq.value(), event.item.str(), event.sku.str(), event.from.str(), event.to.str()});
    if (recent_.size() > kRecentMax) {
        recent_.pop_front();
    }
    if (!event.item.empty()) {
        note_inferred(event, changed);
    }
    note_expected(event, changed);
}

void WorkBook::note_inferred(const Event& event, std::vector<StateRow>& changed) {
    const auto set = [&](const std::string& key, bool there) {
        const bool changes = there ? inferred_.insert(key).second : inferred_.erase(key) > 0;
        if (changes) {
            changed.push_back(row(event.edge.str(), kInferredRows, key, there ? "1" : ""));
        }
    };
    const bool moves = event.qty.milli > 0;
    const bool by_scan = event.by.starts_with("user:") && event.evidence.starts_with("{\"scan\":");
    const bool was_inferred = is_inferred(event.item.str());
    set(event.item.str(), moves && event.data.find("\"inferred\":true") != std::string::npos);
    if (moves) {
        set(one_sided(event.item.str()), by_scan && event.from != event.to);
    } else if (!text_member(event.evidence, "direction").empty()) {
        set(one_sided(event.item.str()), false);  // A gate has decided: both sides have spoken.
    } else if (was_inferred) {
        set(one_sided(event.item.str()), true);  // Seen now, but no gate has had its word yet.
    }
}

void WorkBook::note_expected(const Event& event, std::vector<StateRow>& changed) {
    const std::string& edge = event.edge.str();
    const bool arrives = is_virtual(event.from) && !is_virtual(event.to);
    const auto unit = expected_.find(event.item.str());
    if (!event.item.empty() && unit != expected_.end()) {
        const ExpectedUnit before = unit->second;
        using State = ExpectedUnit::State;
        if (arrives || (before.state != State::awaited && event.from == event.to)) {
            unit->second.state =
                quality_entered(event) == kDamaged ? State::came_damaged : State::came;
        } else if (is_virtual(event.to) && event.cause == asn_cause(before.asn)) {
            unit->second.state = State::awaited;  // Its presence was a wrong inference.
        }
        if (!(unit->second == before)) {
            changed.push_back(row(edge, kExpectedRows, unit->first, text_of(unit->second)));
        }
        return;
    }
    if (!arrives || !event.cause.starts_with(kAsnCause)) {
        return;
    }
    const LineKey key{event.cause.substr(kAsnCause.size()), {event.sku.str(), event.lot.str()}};
    ReceivedLine& line = received_[key];
    (quality_entered(event) == kDamaged ? line.damaged_milli : line.good_milli) += event.qty.milli;
    changed.push_back(row(edge, kReceivedRows, text_of(key), text_of(line)));
}

void WorkBook::expect(const std::string& edge, const PalletRecord& pallet,
                      std::vector<StateRow>& changed) {
    if (pallet.asn.empty()) {
        return;
    }
    for (const std::string& child : pallet.children) {
        const auto [at, is_new] =
            expected_.try_emplace(child, ExpectedUnit{pallet.asn, pallet.sscc, {}});
        if (!is_new && at->second.asn == pallet.asn && at->second.sscc == pallet.sscc) {
            continue;
        }
        at->second = {pallet.asn, pallet.sscc, ExpectedUnit::State::awaited};
        changed.push_back(row(edge, kExpectedRows, child, text_of(at->second)));
    }
}

const Task* WorkBook::task_of_key(const std::string& key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : &tasks_.at(found->second);
}

bool WorkBook::owns(std::string_view row_kind) {
    return row_kind == kTaskRows || row_kind == kExpectedRows || row_kind == kReceivedRows ||
           row_kind == kClosedRows || row_kind == kInferredRows;
}

Result<void> WorkBook::load(const StateRow& stored) {
    if (stored.kind == kTaskRows) {
        TALLY_TRY_ASSIGN(Task task, decode_task(stored.value));
        task.id = stored.key;
        std::vector<StateRow> same;
        keep(stored.edge, task, same);
    } else if (stored.kind == kExpectedRows) {
        ExpectedUnit unit;
        std::int64_t state = 0;
        ObjectReader reader(stored.value, "expected unit");
        reader.text("asn", unit.asn);
        reader.text("sscc", unit.sscc);
        reader.integer("state", state);
        TALLY_TRY(reader.finish());
        unit.state = state == 0   ? ExpectedUnit::State::awaited
                     : state == 1 ? ExpectedUnit::State::came
                                  : ExpectedUnit::State::came_damaged;
        expected_[stored.key] = std::move(unit);
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

void WorkBook::add_rows(const std::string& edge, std::vector<StateRow>& rows) const {
    for (const auto& [id, task] : tasks_) {
        rows.push_back(row(edge, kTaskRows, id, encode_task(task)));
    }
    for (const auto& [item, unit] : expected_) {
        rows.push_back(row(edge, kExpectedRows, item, text_of(unit)));
    }
    for (const auto& [key, line] : received_) {
        rows.push_back(row(edge, kReceivedRows, text_of(key), text_of(line)));
    }
    for (const std::string& asn : closed_) {
        rows.push_back(row(edge, kClosedRows, asn, "1"));
    }
    for (const std::string& item : inferred_) {
        rows.push_back(row(edge, kInferredRows, item, "1"));
    }
}

}  // namespace tally

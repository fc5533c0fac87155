#include "firmware/services/ledger/work_book.hpp"

#include "firmware/messages/task_data.hpp"

namespace tally {

namespace {

StateRow row(const std::string& edge, std::string_view kind, std::string key, std::string value) {
    return {edge, std::string(kind), std::move(key), std::move(value)};
}

}  // namespace

std::string write_off_key(const std::string& what) {
    return "approve:" + what;
}

Result<void> WorkBook::apply(const Event& event, std::vector<StateRow>& changed) {
    if (event.type == EventType::task_changed) {
        return apply_task(event, changed);
    }
    if (event.qty.milli > 0) {
        note_move(event);
    }
    receipts_.apply(event, changed);
    note_seen(event, changed);
    return {};
}

/// Who is seen again is not gone: the write-off that waits for a second person learns of it.
void WorkBook::note_seen(const Event& event, std::vector<StateRow>& changed) {
    const bool moves = event.qty.milli > 0;
    const bool tells = (moves || event.type == EventType::sighted) && !is_inferred_move(event);
    if (event.item.empty() || !tells || by_key_.empty()) {
        return;
    }
    const Task* waiting = task_of_key(write_off_key(event.item.str()));
    const bool contradicts = waiting != nullptr && event.cause != waiting->id &&
                             (moves || waiting->text != kDamageReason);
    if (contradicts) {
        Task seen = *waiting;
        seen.seen_seq = event.seq.value();
        keep(event.edge.str(), seen, changed);
    }
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
    TALLY_TRY_ASSIGN(Task next,
                     step(found->second, {data.act, event.by, data.qty_milli, data.place}));
    if (data.act == TaskAct::take && next.kind == TaskKind::count && next.round <= 2) {
        // From here on the count freezes nothing: it is compared with the book as of this event.
        next.base_seq = event.seq.value();
        next.qty_milli = data.qty_milli;
    }
    if (data.act == TaskAct::finish && next.kind == TaskKind::receive && !next.document.empty()) {
        receipts_.close(event.edge.str(), next.document, changed);
    }
    if (next.finished()) {
        next.ended_seq = event.seq.value();
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
        finished_.insert({task.ended_seq, task.t_ms, task.id});
    } else {
        by_key_[task.key] = task.id;
    }
    note_way(task);
    tasks_[task.id] = task;
    forget_oldest(edge, changed);
}

/// Before the task takes its place among the tasks.
void WorkBook::note_way(const Task& task) {
    const auto before = tasks_.find(task.id);
    if (before != tasks_.end() && !before->second.via.empty()) {
        const auto cart = on_way_.find(before->second.via);
        if (cart != on_way_.end() && cart->second.erase(task.id) > 0 && cart->second.empty()) {
            on_way_.erase(cart);
        }
    }
    if (!task.finished() && task.via_milli > 0) {
        on_way_[task.via].insert(task.id);
    }
}

void WorkBook::forget_oldest(const std::string& edge, std::vector<StateRow>& changed) {
    while (finished_.size() > kFinishedMax) {
        const std::string id = std::get<std::string>(*finished_.begin());
        finished_.erase(finished_.begin());
        tasks_.erase(id);
        changed.push_back(row(edge, kTaskRows, id, {}));
    }
}

void WorkBook::note_move(const Event& event) {
    recent_.push_back({event.seq.value(), event.item.str(), event.sku.str(), event.from.str(),
                       event.to.str(), event.qty.milli, event.cause, event.by});
    if (recent_.size() > kRecentMax) {
        recent_.pop_front();
    }
}

const Task* WorkBook::task_of_key(const std::string& key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : &tasks_.at(found->second);
}

const std::set<std::string>& WorkBook::on_way(const std::string& cart) const {
    static const std::set<std::string> kNone;
    const auto found = on_way_.find(cart);
    return found == on_way_.end() ? kNone : found->second;
}

bool WorkBook::owns(std::string_view row_kind) {
    return row_kind == kTaskRows || ReceiptBook::owns(row_kind);
}

Result<void> WorkBook::load(const StateRow& stored) {
    if (stored.kind != kTaskRows) {
        return receipts_.load(stored);
    }
    TALLY_TRY_ASSIGN(Task task, decode_task(stored.value));
    task.id = stored.key;
    std::vector<StateRow> same;
    keep(stored.edge, task, same);
    return {};
}

void WorkBook::add_rows(const std::string& edge, std::vector<StateRow>& rows) const {
    for (const auto& [id, task] : tasks_) {
        rows.push_back(row(edge, kTaskRows, id, encode_task(task)));
    }
    receipts_.add_rows(edge, rows);
}

}  // namespace tally

#include "firmware/services/tasks/tasks.hpp"

#include <algorithm>
#include <tuple>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/messages/task_data.hpp"
#include "firmware/services/tasks/pick_scan.hpp"

namespace tally {

Tasks::Tasks(Inventory& inventory, Ledger& ledger, Receiving& receiving, Scheduler& scheduler)
    : inventory_(inventory), ledger_(ledger), receiving_(receiving), timer_(scheduler) {}

void Tasks::start() {
    look();
}

const Task* Tasks::find(const std::string& id) const {
    const auto& tasks = ledger_.registers().work().tasks();
    const auto found = tasks.find(id);
    return found == tasks.end() ? nullptr : &found->second;
}

Result<Seq> Tasks::open(const Task& task, const Actor& actor) {
    TaskData data;
    data.opened = task;
    Event event;
    event.type = EventType::task_changed;
    event.by = actor.by;
    event.cause = actor.cause;
    event.data = encode(data);
    return ledger_.write(std::move(event));
}

Result<Seq> Tasks::step(const Step& step, const Actor& actor) {
    const Task* task = find(step.id);
    if (task == nullptr) {
        return fail(ErrorKind::conflict,
                    "there is no task " + step.id + "; `tally task ls` lists them");
    }
    if (step.act == TaskAct::finish && task->via_milli > 0 && task->via_milli > step.qty_milli) {
        return fail(ErrorKind::refused,
                    format_units(task->via_milli) + " of task " + task->id + " are still on " +
                        task->via + "; scan them where they are put, or back where they came from");
    }
    TaskData data{step.id, {}, step.act, step.qty_milli, step.text, step.via};
    const bool waits = task->round > 2;  // For a second person: its difference stands.
    if (step.act == TaskAct::take && task->kind == TaskKind::count && !waits) {
        data.qty_milli = stock_at(ledger_.book(), task->to, task->sku);
    }
    Event event;
    event.type = EventType::task_changed;
    event.by = actor.by;
    event.cause = step.cause.empty() ? step.id : step.cause;
    event.data = encode(data);
    return ledger_.write(std::move(event));
}

Result<Carried> Tasks::scan(const TaskScan& scan, const Actor& actor) {
    const Task* found = find(scan.id);
    const bool names = found != nullptr && waits_for_name(inventory_.site(), ledger_, *found);
    if (found == nullptr || (found->finished() && !names)) {
        return fail(ErrorKind::conflict,
                    "task " + scan.id + " is not to be done; `tally task ls` lists what is");
    }
    const Task task = *found;
    if (!names && (task.state != TaskState::taken || task.who != actor.by)) {
        return fail(ErrorKind::refused,
                    "task " + scan.id + " is " +
                        (task.who.empty() ? "in nobody's hands" : "in the hands of " + task.who) +
                        "; take it first");
    }
    if (task.kind == TaskKind::count) {
        return fail(ErrorKind::conflict,
                    "a count is posted, not scanned: tally count post " + scan.id);
    }
    const std::string place = task.to.empty() ? scan.place : task.to;
    Result<Carried> carried = Carried{};
    if (task.kind == TaskKind::receive) {
        carried = receiving_.scan(
            {task.document, scan.code, scan.qty_milli, PlaceId(place), scan.lot, scan.condition},
            actor);
    } else {
        TALLY_TRY_ASSIGN(const Scanned what, read_goods(scan.code, inventory_, ledger_));
        if (!task.sku.empty() && what.sku != task.sku) {
            return fail(ErrorKind::refused,
                        "this is " + (what.sku.empty() ? what.id : "SKU " + what.sku) +
                            ", the task asks for SKU " + task.sku +
                            "; put it back where it stood and scan the right one");
        }
        if (task.kind == TaskKind::pick) {
            return scan_pick(task, scan, what, actor);
        }
        if (!task.item.empty() && what.what == Scanned::What::unit && what.id != task.item) {
            return fail(ErrorKind::refused, "this is unit " + what.id +
                                                ", the task asks for unit " + task.item +
                                                "; scan that one");
        }
        TALLY_TRY(fits(task, scan, what));
        if (is_transport(task.kind)) {
            return scan_transport(task, scan, actor);
        }
        const std::string quality = scan.condition == Condition::damaged ? "damaged" : "";
        carried =
            carry(inventory_, ledger_,
                  {scan.code, scan.qty_milli, PlaceId(task.from), PlaceId(place), task.id, quality},
                  actor);
    }
    TALLY_TRY(carried);
    if (carried->moved) {
        TALLY_TRY_ASSIGN(carried->seq,
                         step({scan.id, TaskAct::move_on, carried->qty_milli, {}}, actor));
    }
    sweep();
    return carried;
}

namespace {

/// Onto a cart, not yet where the task wants it.
bool is_loading(const Task& task, const Tasks::TaskScan& scan) {
    return is_transport(task.kind) && !scan.place.empty() && scan.place != task.to &&
           scan.place != task.from;
}

}  // namespace

/// From where it stood onto a cart, or from there (or straight) to where it is wanted.
Result<Carried> Tasks::scan_transport(const Task& task, const TaskScan& scan, const Actor& actor) {
    const bool loads = is_loading(task, scan);
    const std::string to = loads || task.to.empty() ? scan.place : task.to;
    const std::string from = !loads && task.via_milli > 0 ? task.via : task.from;
    const std::string quality = scan.condition == Condition::damaged ? "damaged" : "";
    Result<Carried> carried = Carried{};
    Result<Seq> stepped = ledger_.line().seq();
    ledger_.together([&] {
        carried =
            carry(inventory_, ledger_,
                  {scan.code, scan.qty_milli, PlaceId(from), PlaceId(to), task.id, quality}, actor);
        if (!carried || !carried->moved) {
            return;
        }
        const bool ends = task.kind == TaskKind::transfer && !loads && task.qty_milli > 0 &&
                          task.done_milli + carried->qty_milli >= task.qty_milli;
        stepped = step({scan.id,
                        ends ? TaskAct::finish : TaskAct::move_on,
                        carried->qty_milli,
                        {},
                        loads ? to : std::string()},
                       actor);
    });
    TALLY_TRY(carried);
    TALLY_TRY(stepped);
    carried->seq = ledger_.line().seq();
    sweep();
    return carried;
}

/// Counted goods are carried for a task up to what it asks for: a number is soon typed wrong. A
/// unit with a tag speaks for itself.
Result<void> Tasks::fits(const Task& task, const TaskScan& scan, const Scanned& what) {
    if (is_transport(task.kind) && !scan.place.empty() && scan.place == task.from &&
        scan.place != task.to) {
        return fail(ErrorKind::refused,
                    scan.place +
                        " is where the goods come from; name the cart while loading, and "
                        "nothing where they are to go");
    }
    const bool loads = is_loading(task, scan);
    const std::int64_t on_cart = loads ? task.via_milli : 0;
    if (loads && task.via_milli > 0 && scan.place != task.via) {
        return fail(ErrorKind::refused, "goods of task " + task.id + " are on " + task.via +
                                            " already; put these there, too, or bring those where "
                                            "they are to go first");
    }
    if (!loads && what.what == Scanned::What::goods && task.via_milli > 0) {
        const std::int64_t wanted =
            scan.qty_milli > 0 ? scan.qty_milli : what.units * Quantity::of_units(1).milli;
        if (wanted > task.via_milli) {
            return fail(ErrorKind::refused, format_units(task.via_milli) + " of task " + task.id +
                                                " are on " + task.via + ", not " +
                                                format_units(wanted) + "; scan those first");
        }
    }
    const std::int64_t left = task.qty_milli - task.done_milli - on_cart;
    const std::int64_t milli = scan.qty_milli > 0 ? scan.qty_milli : what.units * 1'000;
    if (what.what != Scanned::What::goods || task.qty_milli == 0 || milli <= left) {
        return {};
    }
    return fail(
        ErrorKind::refused,
        format_units(milli) + " are more than task " + task.id +
            " still asks for: " + format_units(left) + " of " + format_units(task.qty_milli) +
            "; look at the number, scan less, or finish the task: tally task done " + task.id);
}

/// A pick of an order ends with the scan that fills it; one that nobody ordered with its taker.
Result<Carried> Tasks::scan_pick(const Task& task, const TaskScan& scan, const Scanned& what,
                                 const Actor& actor) {
    const bool is_unit = what.what == Scanned::What::unit;
    const std::int64_t milli = is_unit              ? 1'000
                               : scan.qty_milli > 0 ? scan.qty_milli
                                                    : what.units * 1'000;
    const PlaceId to(task.to.empty() ? scan.place : task.to);
    TALLY_TRY_ASSIGN(const PickScan pick, judge_pick(inventory_, ledger_, task, {what, milli, to}));
    const bool is_damaged = scan.condition == Condition::damaged;
    if (is_damaged && pick.is_orders) {
        return fail(ErrorKind::refused,
                    "what is damaged is not picked; put it aside and scan another, or finish the "
                    "task short: tally task done " +
                        task.id);
    }
    Carry carrying;
    carrying.code = scan.code;
    carrying.qty_milli = milli;
    carrying.from = PlaceId(task.from);
    carrying.to = to;
    carrying.cause = task.id;
    carrying.quality_to = is_damaged ? "damaged" : "";
    carrying.lot = pick.lot;
    carrying.for_order = pick.is_orders;
    const std::int64_t before = left_to_pick(ledger_, task);
    Result<Carried> carried = Carried{};
    Result<Seq> stepped = Seq();
    ledger_.together([&] {
        carried = carry(inventory_, ledger_, carrying, actor);
        const std::int64_t left = left_to_pick(ledger_, task);
        const std::int64_t done = !carried         ? 0
                                  : pick.is_orders ? before - left
                                                   : carried->qty_milli;
        if (done > 0 && (pick.is_orders || carried->moved)) {
            const bool ends = pick.is_orders && left == 0;
            stepped = step({scan.id, ends ? TaskAct::finish : TaskAct::move_on, done, {}}, actor);
        }
    });
    TALLY_TRY(carried);
    TALLY_TRY(stepped);
    carried->seq = ledger_.line().seq();
    sweep();
    return carried;
}

Result<Carried> Tasks::seen(const std::string& code, const PlaceId& place, std::int64_t qty_milli,
                            const Actor& actor) {
    TALLY_TRY_ASSIGN(const Scanned what, read_scan(code, inventory_, ledger_));
    if (what.what == Scanned::What::goods) {
        return fail(ErrorKind::malformed, "SKU " + what.sku +
                                              " is tracked by count or its unit is not named; "
                                              "scan it for a task, or count the place");
    }
    Carry carrying;
    carrying.code = code;
    carrying.qty_milli = qty_milli;
    carrying.to = place;
    TALLY_TRY_ASSIGN(const Carried carried, carry(inventory_, ledger_, carrying, actor));
    sweep();
    return carried;
}

namespace {

/// What there is to do; of a write-off the task itself keeps but the reason.
std::string told(const Task& task) {
    const bool waits = task.kind == TaskKind::count && task.round == kApprovalRound;
    return waits ? "a second person agrees or drops it; " + task.document + " says: " + task.text
                 : task.text;
}

void write_task(CanonicalWriter& w, const Task& task) {
    w.begin_object().key("document").text(task.document);
    w.key("done_milli").integer(task.done_milli).key("from").text(task.from);
    w.key("id").text(task.id).key("item").text(task.item).key("kind").text(to_string(task.kind));
    w.key("lot").text(task.lot);
    // Who counts must not know what the book expects; who agrees must know to what.
    const bool counts = task.kind == TaskKind::count && task.round < kApprovalRound;
    w.key("qty_milli").integer(counts ? 0 : task.qty_milli);
    w.key("round").number(task.round).key("sku").text(task.sku);
    w.key("state").text(to_string(task.state)).key("t_ms").integer(task.t_ms);
    w.key("text").text(told(task)).key("to").text(task.to).key("via").text(task.via);
    w.key("via_milli").integer(task.via_milli).key("who").text(task.who).end_object();
}

bool takes(const TaskFilter& filter, const Task& task) {
    const bool state = filter.state.empty()
                           ? !task.finished()
                           : filter.state == "all" || filter.state == to_string(task.state);
    return state && (filter.kind.empty() || filter.kind == to_string(task.kind)) &&
           (filter.place.empty() || filter.place == task.from || filter.place == task.to) &&
           (filter.who.empty() || filter.who == task.who);
}

}  // namespace

std::string tasks_data(const WorkBook& work, const TaskFilter& filter) {
    std::vector<const Task*> rows;
    for (const auto& [id, task] : work.tasks()) {
        if (takes(filter, task)) {
            rows.push_back(&task);
        }
    }
    std::sort(rows.begin(), rows.end(), [](const Task* a, const Task* b) {
        return std::tie(a->t_ms, a->id) < std::tie(b->t_ms, b->id);
    });
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("rows").begin_array();
    for (const Task* task : rows) {
        write_task(w, *task);
    }
    w.end_array().end_object();
    return out;
}

std::string task_data(const Task& task) {
    std::string out;
    CanonicalWriter w(out);
    write_task(w, task);
    return out;
}

}  // namespace tally

// Tasks: what the rules open, drop and say.
#include <algorithm>
#include <map>
#include <set>

#include "firmware/domain/place.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/messages/task_data.hpp"
#include "firmware/services/tasks/tasks.hpp"

namespace tally {

namespace {

constexpr const char* kRule = "rule:tasks";

using Stock = std::map<std::pair<std::string, std::string>, std::int64_t>;  // SKU, place

/// Good stock of this box by SKU and place.
Stock good_stock(const Inventory& inventory, const Ledger& ledger) {
    Stock stock;
    for (const PositionView& position : ledger.book().positions()) {
        if (position.quality == kGoodQuality &&
            inventory.site().owner_of(PlaceId(position.place)) == ledger.edge()) {
            stock[{std::string(position.sku), std::string(position.place)}] +=
                position.quantity.milli;
        }
    }
    return stock;
}

/// The task that brings goods back from where they do not belong.
std::string misplaced_key(const std::string& item, const std::string& sku,
                          const std::string& place) {
    return "misplaced:" + (item.empty() ? place + " " + sku : item);
}

std::int64_t of(const Stock& stock, const std::string& sku, const std::string& place) {
    const auto found = stock.find({sku, place});
    return found == stock.end() ? 0 : found->second;
}

/// Every edge is told of every advice; those with a dock receive it.
bool receives(const SiteLayout& site, const EdgeId& edge) {
    const auto at_dock = [](const GateLayout& gate) { return gate.outer.str() == kSupplier; };
    const bool any = std::any_of(site.gates.begin(), site.gates.end(), at_dock);
    return !any || std::any_of(site.gates.begin(), site.gates.end(), [&](const GateLayout& gate) {
        return at_dock(gate) && site.owner_of(gate.inner) == edge;
    });
}

}  // namespace

void Tasks::look() {
    if (!ledger_.full() && ledger_.line().seq().value() != swept_) {
        sweep();
    }
    timer_.arm(kLook, [this] { look(); });
}

void Tasks::sweep() {
    receive_rule();
    plan_rules();
    write_off_rule();
    misplaced_rule();
    swept_ = ledger_.line().seq().value();
}

void Tasks::open_by_rule(Task task) {
    if (ledger_.registers().work().task_of_key(task.key) == nullptr) {
        static_cast<void>(
            open(task, {kRule, task.document.empty() ? "" : asn_cause(task.document)}));
    }
}

void Tasks::drop_by_rule(const Task& task, const std::string& why) {
    const bool is_on_cart = task.via_milli > 0;  // Somebody must say where they are to go.
    if (task.state == TaskState::open && !is_on_cart) {
        static_cast<void>(step({task.id, TaskAct::drop, 0, why}, {kRule, {}}));
    }
}

void Tasks::receive_rule() {
    if (!receives(inventory_.site(), ledger_.edge())) {
        return;
    }
    for (const std::string& asn : receiving_.advices()) {
        if (ledger_.registers().work().receipts().is_closed(asn)) {
            continue;
        }
        Task task;
        task.kind = TaskKind::receive;
        task.key = receive_key(asn);
        task.document = asn;
        task.text = "receive advice " + asn;
        open_by_rule(std::move(task));
    }
}

bool Tasks::is_dock(const std::string& place) const {
    const auto& gates = inventory_.site().gates;
    return std::any_of(gates.begin(), gates.end(), [&](const GateLayout& gate) {
        return gate.outer.str() == kSupplier && gate.inner.str() == place;
    });
}

/// What is on carts, for tasks that bring it where it is wanted: SKU and cart.
std::set<std::pair<std::string, std::string>> Tasks::under_way() const {
    std::set<std::pair<std::string, std::string>> goods;
    for (const auto& [id, task] : ledger_.registers().work().tasks()) {
        if (!task.finished() && task.via_milli > 0) {
            goods.insert({task.sku, task.via});
        }
    }
    return goods;
}

void Tasks::plan_rules() {
    const auto& plan = ledger_.registers().master().plan();
    if (plan.empty()) {
        return;
    }
    const Stock stock = good_stock(inventory_, ledger_);
    const auto carried = under_way();
    std::set<std::string> wanted;  // Keys of tasks that still have a reason.
    for (const auto& [key, line] : plan) {
        if (inventory_.site().owner_of(PlaceId(line.place)) != ledger_.edge()) {
            continue;
        }
        const std::int64_t here = of(stock, line.sku, line.place);
        const std::int64_t room = line.max_milli - here;
        std::string best;
        for (auto at = stock.lower_bound({line.sku, {}});
             at != stock.end() && at->first.first == line.sku; ++at) {
            const std::string& place = at->first.second;
            if (place == line.place || at->second <= 0 || room <= 0 ||
                carried.contains({line.sku, place})) {
                continue;
            }
            Task task;
            task.sku = line.sku;
            task.from = place;
            task.to = line.place;
            task.qty_milli = std::min(at->second, room);
            if (is_dock(place)) {
                task.kind = TaskKind::put_away;
                task.key = "put_away:" + place + " " + line.sku;
                task.text = "received, belongs to " + line.place;
                wanted.insert(task.key);
                open_by_rule(std::move(task));
            } else if (plan.find({place, line.sku}) == plan.end() &&
                       (best.empty() || at->second > of(stock, line.sku, best))) {
                best = place;
            }
        }
        const std::string replenish = "replenish:" + line.place + " " + line.sku;
        if (here < line.min_milli && !best.empty()) {
            Task task;
            task.kind = TaskKind::replenish;
            task.key = replenish;
            task.sku = line.sku;
            task.from = best;
            task.to = line.place;
            task.qty_milli = std::min(of(stock, line.sku, best), room);
            task.text = format_units(here) + " left at " + line.place + ", at least " +
                        format_units(line.min_milli) + " wanted";
            wanted.insert(replenish);
            open_by_rule(std::move(task));
        }
    }
    std::vector<Task> idle;
    for (const auto& [id, task] : ledger_.registers().work().tasks()) {
        const bool ruled = task.kind == TaskKind::put_away || task.kind == TaskKind::replenish;
        const bool mine = task.key.starts_with("put_away:") || task.key.starts_with("replenish:");
        if (ruled && mine && !wanted.contains(task.key)) {
            idle.push_back(task);
        }
    }
    for (const Task& task : idle) {
        drop_by_rule(task, "not needed any more");
    }
}

void Tasks::write_off_rule() {
    std::vector<Task> refuted;
    for (const auto& [id, task] : ledger_.registers().work().tasks()) {
        if (task.state == TaskState::open && task.seen_seq > 0) {
            refuted.push_back(task);
        }
    }
    for (const Task& task : refuted) {
        const std::string why = "unit " + task.item + " was seen after it was missed: event " +
                                std::to_string(task.seen_seq);
        drop_by_rule(task, why);
        std::vector<std::string> settled;
        for (const auto& [anomaly, open] : ledger_.registers().anomalies()) {
            if (open.what.next.ends_with(" " + task.id)) {
                settled.push_back(anomaly);
            }
        }
        for (const std::string& anomaly : settled) {
            inventory_.resolve(anomaly, why, kRule);
        }
    }
}

bool Tasks::is_allowed(const std::string& sku, const std::string& place) const {
    const auto& plan = ledger_.registers().master().plan();
    if (plan.find({place, sku}) != plan.end()) {
        return true;
    }
    const auto first = plan.lower_bound({place, {}});
    if (first == plan.end() || first->first.first != place) {
        return true;  // Nobody planned this place; anything may stand there.
    }
    const auto& tasks = ledger_.registers().work().tasks();
    return std::any_of(tasks.begin(), tasks.end(), [&](const auto& entry) {
        const Task& task = entry.second;
        const bool brings = task.kind != TaskKind::count;  // Who counts wants nothing to be there.
        return brings && !task.finished() && task.to == place && task.sku == sku;
    });
}

void Tasks::misplaced_rule() {
    std::vector<RecentMove> moves;
    for (const RecentMove& move : ledger_.registers().work().recent()) {
        if (move.seq > judged_) {
            moves.push_back(move);
        }
    }
    if (!moves.empty()) {
        judged_ = moves.back().seq;
    }
    for (const RecentMove& move : moves) {
        if (inventory_.site().owner_of(PlaceId(move.to)) == ledger_.edge()) {
            judge_place(move.item, move.sku, move.to);
        }
    }
    settle_places();
}

void Tasks::judge_place(const std::string& item, const std::string& sku, const std::string& place) {
    const auto held = ledger_.book().item(item);
    const bool is_there =
        item.empty() ? stock_at(ledger_.book(), place, sku) > 0 : held && held->place == place;
    if (!is_there || is_allowed(sku, place)) {
        return;
    }
    const std::string text = "SKU " + sku + " stands at " + place + ", where it does not belong";
    for (const auto& [id, open] : ledger_.registers().anomalies()) {
        if (open.what.kind == to_string(AnomalyKind::wrong_place) && open.item == item &&
            open.what.text == text) {
            return;
        }
    }
    AnomalyData about;
    about.place = place;
    about.text = text;
    const std::string right = planned_place(sku);
    if (!right.empty()) {
        about.next = "Carry it to " + right + " and scan it there, or change the planogram.";
    }
    inventory_.raise(AnomalyKind::wrong_place, item, about, {});
    if (right.empty()) {
        return;
    }
    Task task;
    task.kind = TaskKind::put_away;
    task.key = misplaced_key(item, sku, place);
    task.sku = sku;
    task.item = item;
    task.from = place;
    task.to = right;
    task.qty_milli = item.empty() ? 0 : 1'000;
    task.text = "stands at " + place + ", belongs to " + right;
    open_by_rule(std::move(task));
}

/// Where the planogram wants a SKU: a place of this box before one of another.
std::string Tasks::planned_place(const std::string& sku) const {
    std::string elsewhere;
    for (const auto& [key, line] : ledger_.registers().master().plan()) {
        if (line.sku != sku) {
            continue;
        }
        if (inventory_.site().owner_of(PlaceId(line.place)) == ledger_.edge()) {
            return line.place;
        }
        elsewhere = elsewhere.empty() ? line.place : elsewhere;
    }
    return elsewhere;
}

void Tasks::settle_places() {
    std::vector<std::pair<std::string, std::string>> over;  // Anomaly, key of its task.
    for (const auto& [id, open] : ledger_.registers().anomalies()) {
        if (open.what.kind != to_string(AnomalyKind::wrong_place)) {
            continue;
        }
        const std::string sku = open.what.text.substr(4, open.what.text.find(' ', 4) - 4);
        const auto held = ledger_.book().item(open.item);
        const bool is_there = open.item.empty() ? stock_at(ledger_.book(), open.what.place, sku) > 0
                                                : held && held->place == open.what.place;
        if (!is_there || is_allowed(sku, open.what.place)) {
            over.emplace_back(id, misplaced_key(open.item, sku, open.what.place));
        }
    }
    for (const auto& [id, key] : over) {
        const std::string why = "it does not stand there any more, or belongs there now";
        inventory_.resolve(id, why, kRule);
        if (const Task* task = ledger_.registers().work().task_of_key(key)) {
            drop_by_rule(Task(*task), why);
        }
    }
}

}  // namespace tally

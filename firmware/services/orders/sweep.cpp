// What orders do every kLook: promises for what waits, tasks that have lost their reason or were
// lost themselves, anomalies that are answered; in turns of bounded length.
#include <map>
#include <set>
#include <utility>

#include "firmware/services/goods/counting.hpp"
#include "firmware/services/orders/order_lines.hpp"
#include "firmware/services/orders/orders.hpp"

namespace tally {

namespace {

constexpr const char* kRule = "rule:orders";

/// The last word of an anomaly's `next`: what it waits for.
std::string last_word(const std::string& text) {
    const std::size_t blank = text.rfind(' ');
    return blank == std::string::npos ? text : text.substr(blank + 1);
}

}  // namespace

void Orders::look() {
    if (book().orders().empty()) {
        return;  // The next order arms it again.
    }
    go_on();
}

/// A turn of the sweep, if something has changed since the last one.
void Orders::go_on() {
    const bool can_write = !ledger_.full();
    if (can_write && ledger_.line().seq().value() != looked_ && !sweep()) {
        timer_.arm(kTurnPause, [this] { go_on(); });
    } else if (book().any_open() || !can_write) {
        look_later();
    }
}

void Orders::look_later() {
    if (!timer_.armed()) {
        timer_.arm(kLook, [this] { look(); });
    }
}

bool Orders::sweep() {
    const std::uint64_t until_seq = ledger_.line().seq().value() + kTurnRows;
    ledger_.together([&] {
        settle_counts(until_seq);
        cover_open(until_seq);
        drop_idle_picks(until_seq);
        open_lost_picks(until_seq);
        settle(until_seq);
    });
    const bool is_done = is_before(until_seq);
    if (is_done) {
        looked_ = ledger_.line().seq().value();
    }
    return is_done;
}

/// What open orders wait for, in their order.
void Orders::cover_open(std::uint64_t until_seq) {
    std::vector<std::string> waiting;
    std::set<std::string> skus;
    for (const std::string& id : book().open()) {
        const Order& order = *book().find(id);
        for (std::uint64_t line = 1; line <= order.lines.size(); ++line) {
            if (missing_milli(order, line) > 0) {
                skus.insert(order.lines[line - 1].sku);
                waiting.push_back(id);
            }
        }
    }
    waiting.erase(std::unique(waiting.begin(), waiting.end()), waiting.end());
    if (waiting.empty()) {
        return;
    }
    Availability stock(inventory_, ledger_, positions_, {skus, clock_.wall_now().ms()});
    for (const std::string& id : waiting) {
        if (!is_before(until_seq)) {
            return;
        }
        cover(id, {stock, until_seq});
    }
}

/// Picks that were in somebody's hands when their claim ended.
void Orders::drop_idle_picks(std::uint64_t until_seq) {
    std::vector<std::string> idle;
    for (const auto& [id, task] : ledger_.registers().work().tasks()) {
        const auto pick = task.kind == TaskKind::pick && task.state == TaskState::open
                              ? pick_of_key(task.key)
                              : std::nullopt;
        if (pick && book().find(pick->order) != nullptr &&
            book().claim({pick->order, pick->n}) == nullptr) {
            idle.push_back(id);
        }
    }
    for (const std::string& id : idle) {
        if (!is_before(until_seq)) {
            return;
        }
        static_cast<void>(
            tasks_.step({id, TaskAct::drop, 0, "the order needs it no more"}, {kRule, {}}));
    }
}

/// A claim that is not picked is always somebody's task.
void Orders::open_lost_picks(std::uint64_t until_seq) {
    const WorkBook& work = ledger_.registers().work();
    for (const std::string& id : book().open()) {
        if (!is_before(until_seq)) {
            return;
        }
        const Order order = *book().find(id);
        for (const auto& [n, claim] : order.claims) {
            if (is_before(until_seq) && claim.pick == 0 &&
                work.task_of_key(pick_key(id, claim)) == nullptr) {
                open_pick(order, claim);
            }
        }
    }
}

/// What orders have lost is answered where they have all again or have ended.
void Orders::settle(std::uint64_t until_seq) {
    std::vector<std::pair<std::string, std::string>> answered;
    for (const auto& [id, open] : ledger_.registers().anomalies()) {
        if (anomaly_kind_from(open.what.kind) != AnomalyKind::reservation_revoked) {
            continue;
        }
        const std::string waits_for = last_word(open.what.next);
        const Order* order = book().find(waits_for);
        const bool is_over = order == nullptr || is_finished(*order);
        if (is_over || missing_milli(*order) == 0) {
            answered.emplace_back(id, is_over ? "order " + waits_for + " has ended"
                                              : "order " + waits_for + " was promised other stock");
        }
    }
    resolve(answered, until_seq);
}

void Orders::resolve(const std::vector<std::pair<std::string, std::string>>& answered,
                     std::uint64_t until_seq) {
    for (const auto& [id, how] : answered) {
        if (!is_before(until_seq)) {
            return;
        }
        inventory_.resolve(id, how, kRule);
    }
}

/// What a short pick doubted is answered by a count that is done, with its recount where it needs
/// one; one that was dropped says nothing. Asked between turns only: a count that differs ends a
/// moment before its recount is opened.
void Orders::settle_counts(std::uint64_t until_seq) {
    const WorkBook& work = ledger_.registers().work();
    std::map<std::string, const Task*> last;  // of the counts of a place and SKU, by advice
    for (const auto& [id, task] : work.tasks()) {
        const bool is_count = task.kind == TaskKind::count && task.round < kApprovalRound &&
                              task.key == count_key(task.to, task.sku);
        if (!is_count || !task.finished()) {
            continue;
        }
        const Task*& newest = last[short_pick_advice(task.to, task.sku)];
        if (newest == nullptr || newest->ended_seq < task.ended_seq) {
            newest = &task;
        }
    }
    std::vector<std::pair<std::string, std::string>> answered;
    for (const auto& [id, open] : ledger_.registers().anomalies()) {
        const auto found = last.find(open.what.next);
        if (anomaly_kind_from(open.what.kind) != AnomalyKind::count_differs ||
            found == last.end()) {
            continue;
        }
        const Task& count = *found->second;
        if (count.state == TaskState::done && work.task_of_key(count.key) == nullptr) {
            answered.emplace_back(id, "SKU " + count.sku + " was counted at " + count.to);
        }
    }
    resolve(answered, until_seq);
}

}  // namespace tally

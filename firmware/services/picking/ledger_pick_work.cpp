#include "firmware/services/picking/ledger_pick_work.hpp"

#include <algorithm>
#include <deque>

namespace tally {

const std::map<std::string, Task>& LedgerPickWork::tasks() const {
    return ledger_.registers().work().tasks();
}

std::vector<const Task*> LedgerPickWork::on_way(const std::string& cart) const {
    const WorkBook& work = ledger_.registers().work();
    std::vector<const Task*> tasks;
    for (const std::string& id : work.on_way(cart)) {
        tasks.push_back(&work.tasks().at(id));
    }
    return tasks;
}

bool LedgerPickWork::holds_goods(const std::string& place) const {
    const std::vector<std::uint32_t>& slots = by_place_.of(ledger_, place);
    return std::any_of(slots.begin(), slots.end(), [&](std::uint32_t slot) {
        return ledger_.book().position(slot).quantity.milli > 0;
    });
}

bool LedgerPickWork::is_left(const Task& task) const {
    const Book& book = ledger_.book();
    if (!task.item.empty()) {
        const auto held = book.item(task.item);
        return held && held->place == task.from;
    }
    const std::vector<std::uint32_t>& slots = by_place_.of(ledger_, task.from);
    return std::any_of(slots.begin(), slots.end(), [&](std::uint32_t slot) {
        const PositionView position = book.position(slot);
        return position.quantity.milli > 0 && (task.sku.empty() || position.sku == task.sku) &&
               (task.lot.empty() || position.lot == task.lot);
    });
}

namespace {

/// Whether a device, not a person's scan, was the last to tell where the goods of this claim went.
bool was_told_by_device(const std::deque<RecentMove>& moves, const std::string& sku,
                        const Claim& claim) {
    const auto last = std::find_if(moves.rbegin(), moves.rend(), [&](const RecentMove& move) {
        return move.to == claim.place &&
               (claim.item.empty() ? move.sku == sku && move.from == claim.origin
                                   : move.item == claim.item);
    });
    return last != moves.rend() && last->by.starts_with("device:");
}

}  // namespace

bool LedgerPickWork::is_in_hand(const Task& task, const std::string& cart) const {
    const auto pick = task.kind == TaskKind::pick ? pick_of_key(task.key) : std::nullopt;
    const Order* const order = pick ? ledger_.registers().orders().find(pick->order) : nullptr;
    return order != nullptr &&
           std::any_of(order->claims.begin(), order->claims.end(), [&](const auto& held) {
               const Claim& claim = held.second;
               return claim.pick == pick->n && claim.parcel.empty() && claim.place != cart &&
                      was_told_by_device(ledger_.registers().work().recent(), task.sku, claim);
           });
}

Urgency LedgerPickWork::urgency_of(const Task& task) const {
    constexpr std::int64_t kFarMs = std::int64_t{365} * 86'400'000;  // More makes no difference.
    const Order* const order = ledger_.registers().orders().find(task.document);
    if (order == nullptr) {
        return {};
    }
    Urgency urgency;
    urgency.priority = static_cast<std::int32_t>(kUsualPriority - order->priority);
    if (const auto due = due_ms(*order)) {
        const std::int64_t left_ms = *due - ledger_.wall_now().ms();
        urgency.due_in = std::chrono::milliseconds(std::clamp(left_ms, -kFarMs, kFarMs));
    }
    return urgency;
}

}  // namespace tally

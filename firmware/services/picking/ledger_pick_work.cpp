#include "firmware/services/picking/ledger_pick_work.hpp"

#include <algorithm>

#include "firmware/domain/order/shelf_life.hpp"

namespace tally {

const std::map<std::string, Task>& LedgerPickWork::tasks() const {
    return ledger_.registers().work().tasks();
}

bool LedgerPickWork::holds_goods(const std::string& place) const {
    const Book& book = ledger_.book();
    for (std::uint32_t slot = 0; slot < book.position_count(); ++slot) {
        const PositionView position = book.position(slot);
        if (position.place == place && position.quantity.milli > 0) {
            return true;
        }
    }
    return false;
}

Urgency LedgerPickWork::urgency_of(const Task& task) const {
    constexpr std::int64_t kDayMs = 86'400'000;
    constexpr std::int64_t kFarMs = 365 * kDayMs;  // More makes no difference.
    const Order* const order = ledger_.registers().orders().find(task.document);
    if (order == nullptr) {
        return {};
    }
    Urgency urgency;
    urgency.priority = static_cast<std::int32_t>(kUsualPriority - order->priority);
    if (const auto day = day_of(order->due)) {
        const std::int64_t left_ms = *day * kDayMs - ledger_.wall_now().ms();
        urgency.due_in = std::chrono::milliseconds(std::clamp(left_ms, -kFarMs, kFarMs));
    }
    return urgency;
}

}  // namespace tally

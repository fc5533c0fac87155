#include "firmware/services/tasks/pick_scan.hpp"

#include "firmware/messages/csv.hpp"

namespace tally {

namespace {

/// Null: no order's pick, or an order that is not known any more.
const Order* order_of(const Ledger& ledger, const Task& task) {
    const auto pick = task.kind == TaskKind::pick ? pick_of_key(task.key) : std::nullopt;
    return pick ? ledger.registers().orders().find(pick->order) : nullptr;
}

/// Counted goods of the pick, by evidence without a scan, still where that evidence put them.
std::int64_t unnamed_milli(const Order& order, std::uint64_t pick) {
    std::int64_t sum = 0;
    for (const auto& [n, claim] : order.claims) {
        sum += claim.pick == pick && claim.parcel.empty() ? claim.qty_milli : 0;
    }
    return sum;
}

}  // namespace

std::int64_t left_to_pick(const Ledger& ledger, const Task& task) {
    const auto pick = pick_of_key(task.key);
    const Claim* claim = pick ? ledger.registers().orders().claim({pick->order, pick->n}) : nullptr;
    return claim == nullptr ? 0 : claim->qty_milli;
}

bool waits_for_name(const Ledger& ledger, const Task& task) {
    const Order* order = order_of(ledger, task);
    return order != nullptr && task.state == TaskState::done &&
           unnamed_milli(*order, pick_of_key(task.key)->n) > 0;
}

Result<PickScan> judge_pick(const Ledger& ledger, const Task& task, const Scanned& what,
                            std::int64_t milli) {
    const Order* order = order_of(ledger, task);
    if (order == nullptr) {
        return PickScan();
    }
    const PickOf pick = *pick_of_key(task.key);
    const OrderBook& orders = ledger.registers().orders();
    PickScan scan;
    scan.is_orders = true;
    const OrderLine& line = order->lines.at(pick.line - 1);
    const Claim* claim = orders.claim({order->id, pick.n});
    scan.lot = claim != nullptr ? claim->lot : line.lot;
    if (what.what == Scanned::What::unit) {
        if (const ClaimRef bound = orders.claim_of_item(what.id); !bound.order.empty()) {
            if (bound.order != order->id) {
                return fail(ErrorKind::refused, "unit " + what.id + " was picked for order " +
                                                    bound.order + "; scan another one");
            }
            scan.named_milli = 1'000;
            return scan;
        }
        const auto held = ledger.book().item(what.id);
        if (!line.lot.empty() && held && held->lot != line.lot) {
            return fail(ErrorKind::refused, "unit " + what.id + " is of lot " +
                                                std::string(held->lot) + ", order " + order->id +
                                                " asks for lot " + line.lot +
                                                "; put it back and scan one of that lot");
        }
    } else {
        scan.named_milli = std::min(milli, unnamed_milli(*order, pick.n));
    }
    const std::int64_t left = claim == nullptr ? 0 : claim->qty_milli;
    if (milli - scan.named_milli > left) {
        return fail(ErrorKind::refused,
                    "order " + order->id + " asks for " + format_units(left) + " more of SKU " +
                        line.sku + " here, not " + format_units(milli - scan.named_milli) +
                        "; leave the rest where it stands: tally order show " + order->id);
    }
    return scan;
}

}  // namespace tally

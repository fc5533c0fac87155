#include "firmware/services/tasks/pick_scan.hpp"

#include <algorithm>

#include "firmware/domain/order/shelf_life.hpp"
#include "firmware/messages/csv.hpp"

namespace tally {

namespace {

/// Null: no order's pick, or an order that is not known any more.
const Order* order_of(const Ledger& ledger, const Task& task) {
    const auto pick = task.kind == TaskKind::pick ? pick_of_key(task.key) : std::nullopt;
    return pick ? ledger.registers().orders().find(pick->order) : nullptr;
}

/// Goods of the pick where a weight or a gate has put them: a scan has not named them yet. What was
/// scanned elsewhere is named.
bool is_told_only(const SiteLayout& site, const Claim& claim, std::uint64_t pick) {
    const auto zone = site.around(PlaceId(claim.origin));
    return claim.pick == pick && claim.parcel.empty() && zone && zone->str() == claim.place;
}

/// Likewise, of counted goods.
bool is_unnamed(const SiteLayout& site, const Claim& claim, std::uint64_t pick) {
    return claim.item.empty() && is_told_only(site, claim, pick);
}

/// How much of a scan only names what a weight has told of for this pick, and moves nothing more
/// out of the slot.
std::int64_t named_of(const Inventory& inventory, const Order& order, const Task& task,
                      const PickTry& picked) {
    const std::uint64_t pick = pick_of_key(task.key)->n;
    std::int64_t sum = 0;
    for (const auto& [n, claim] : order.claims) {
        sum += is_unnamed(inventory.site(), claim, pick) ? claim.qty_milli : 0;
    }
    const std::int64_t fallen =
        inventory.carry_way(PlaceId(task.from), picked.to, task.sku, picked.milli).out.departed;
    return std::min({picked.milli, sum, fallen * Quantity::of_units(1).milli});
}

}  // namespace

std::int64_t left_to_pick(const Ledger& ledger, const Task& task) {
    const auto pick = pick_of_key(task.key);
    const Claim* claim = pick ? ledger.registers().orders().claim({pick->order, pick->n}) : nullptr;
    return claim == nullptr ? 0 : claim->qty_milli;
}

bool waits_for_name(const SiteLayout& site, const Ledger& ledger, const Task& task) {
    const Order* order = order_of(ledger, task);
    if (order == nullptr || task.state != TaskState::done) {
        return false;
    }
    const std::uint64_t pick = pick_of_key(task.key)->n;
    return std::any_of(order->claims.begin(), order->claims.end(), [&](const auto& held) {
        const Claim& claim = held.second;
        const bool is_unit = claim.pick == pick && claim.parcel.empty() && !claim.item.empty();
        return is_unit || is_unnamed(site, claim, pick);
    });
}

std::vector<ClaimRef> told_only(const SiteLayout& site, const Ledger& ledger, const Task& task) {
    const Order* order = order_of(ledger, task);
    std::vector<ClaimRef> refs;
    if (order == nullptr || task.state != TaskState::done) {
        return refs;
    }
    const std::uint64_t pick = pick_of_key(task.key)->n;
    for (const auto& [n, claim] : order->claims) {
        if (is_told_only(site, claim, pick)) {
            refs.push_back({order->id, n});
        }
    }
    return refs;
}

Result<void> check_sale(const Ledger& ledger, const Sale& sale) {
    const auto no = [&](const std::string& why) {
        return fail(ErrorKind::refused, sale.what + " of SKU " + sale.sku + " " + why +
                                            ", so no customer gets it; put it aside and take "
                                            "another");
    };
    if (sale.custody != kFreeCustody) {
        return no("is not free of customs (" + sale.custody + ")");
    }
    if (sale.quality != kGoodQuality) {
        return no("is not good (" + sale.quality + ")");
    }
    const auto& lots = ledger.registers().master().lots();
    const auto lot = lots.find({sale.sku, sale.lot});
    const ItemRecord* item = ledger.registers().sku(sale.sku);
    const std::int64_t days = item == nullptr ? 0 : item->min_life_days;
    if (lot != lots.end() && !is_sellable(lot->second.expiry, days, ledger.wall_now().ms())) {
        return no("is of lot " + sale.lot + ", which expires on " + lot->second.expiry +
                  " (at least " + std::to_string(days) + " days have to be left)");
    }
    return {};
}

Result<void> check_sale_of_unit(const Ledger& ledger, const std::string& item) {
    const auto held = ledger.book().item(item);
    return !held
               ? Result<void>()
               : check_sale(ledger, {"unit " + item, std::string(held->sku), std::string(held->lot),
                                     std::string(held->custody), std::string(held->quality)});
}

Result<PickScan> judge_pick(const Inventory& inventory, const Ledger& ledger, const Task& task,
                            const PickTry& picked) {
    const Scanned& what = picked.what;
    const std::int64_t milli = picked.milli;
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
        TALLY_TRY(check_sale_of_unit(ledger, what.id));
    } else {
        scan.named_milli = named_of(inventory, *order, task, picked);
        if (claim != nullptr && milli > scan.named_milli) {
            TALLY_TRY(check_sale(ledger, {"what is left to pick", line.sku, claim->lot,
                                          std::string(kFreeCustody), std::string(kGoodQuality)}));
        }
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

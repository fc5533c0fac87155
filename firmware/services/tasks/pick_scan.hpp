// What a scan for an order's pick may take. Pure rules over the ledger's registers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/domain/order/order.hpp"
#include "firmware/domain/task/task.hpp"
#include "firmware/services/goods/scanned.hpp"

namespace tally {

struct PickScan {
    bool is_orders = false;        ///< false: a pick that no order asked for; nothing below counts
    std::string lot;               ///< counted goods: take these
    std::int64_t named_milli = 0;  ///< of it, what a weight or a gate has told of already
};

/// `what` as read_goods() gives it, so much of it, and where it is put.
struct PickTry {
    Scanned what;
    std::int64_t milli = 0;
    PlaceId to;
};

/// Asked before anything is booked. refused for goods that the
/// order does not ask for (another lot, more than is left, in the hands of another order), a unit
/// that may not be sold, and where it asks for nothing any more: each with what to do.
Result<PickScan> judge_pick(const Inventory& inventory, const Ledger& ledger, const Task& task,
                            const PickTry& picked);

/// refused where goods of this custody, quality and lot may not go to a customer now: bonded, not
/// good, too near to expiry. `what` names them: "unit 30AB...".
struct Sale {
    std::string what, sku, lot;
    std::string custody, quality;
};
Result<void> check_sale(const Ledger& ledger, const Sale& sale);
/// The same of a unit; of one that is not in the book nothing is known that forbids it.
Result<void> check_sale_of_unit(const Ledger& ledger, const std::string& item);

/// What the order's claim of this pick still holds, in thousandths.
std::int64_t left_to_pick(const Ledger& ledger, const Task& task);

/// Whether goods of this finished pick are in hand that a scan may still name a place for: units,
/// and counted goods that are booked in front of their slot since its weight told of them.
bool waits_for_name(const SiteLayout& site, const Ledger& ledger, const Task& task);

/// What is in hand for this finished pick by the word of a weight or a gate alone, by claim: it is
/// booked beyond its slot, and no scan has said where it was put. Empty for a task that is not
/// finished.
std::vector<ClaimRef> told_only(const SiteLayout& site, const Ledger& ledger, const Task& task);

}  // namespace tally

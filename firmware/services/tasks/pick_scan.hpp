// What a scan for an order's pick may take. Pure rules over the ledger's registers.
#pragma once

#include <cstdint>
#include <string>

#include "firmware/domain/task/task.hpp"
#include "firmware/services/goods/scanned.hpp"

namespace tally {

struct PickScan {
    bool is_orders = false;        ///< false: a pick that no order asked for; nothing below counts
    std::string lot;               ///< counted goods: take these
    std::int64_t named_milli = 0;  ///< of it, what a weight or a gate has told of already
};

/// Asked before anything is booked. refused for goods that the order does not ask for (another lot,
/// more than is left, spoilt, in the hands of another order) and where it asks for nothing any
/// more: each with what to do.
Result<PickScan> judge_pick(const Ledger& ledger, const Task& task, const Scanned& what,
                            std::int64_t milli);

/// What the order's claim of this pick still holds, in thousandths.
std::int64_t left_to_pick(const Ledger& ledger, const Task& task);

/// Whether goods of this pick are in hand that no scan has named a place for.
bool waits_for_name(const Ledger& ledger, const Task& task);

}  // namespace tally

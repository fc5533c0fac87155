// What the lines of an order mean to a box: any code of a SKU stands for it.
#pragma once

#include "firmware/domain/order/order.hpp"
#include "firmware/services/ledger/registers.hpp"

namespace tally {

/// Gives lines their SKUs and quantities in units. conflict for an unknown code or a broken
/// quantity of goods that come in units, malformed for more than can be counted.
Result<void> name_skus(Order& order, const Registers& registers);

}  // namespace tally

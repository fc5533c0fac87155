// What a box answered to those who sent it orders, judged from its line alone.
#pragma once

#include <set>
#include <string>

#include "firmware/host/store/sqlite_store.hpp"
#include "sim/checkers/finding.hpp"

namespace tally::sim {

/// Every order that the box said it has taken stands on its line ("order.kept"), and none is added
/// twice ("order.once").
Findings check_orders_taken(host::SqliteStore& disk, const std::string& edge,
                            const std::set<std::string>& taken);

/// Every order that the box said is cancelled is so on its line ("order.cancelled"), none is
/// cancelled twice ("order.cancelled_once"), and nothing is promised or packed for it afterwards
/// ("order.served_after_cancel").
Findings check_orders_cancelled(host::SqliteStore& disk, const std::string& edge,
                                const std::set<std::string>& cancelled);

}  // namespace tally::sim

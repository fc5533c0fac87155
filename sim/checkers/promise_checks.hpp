// What a box promised to orders, judged from its line alone: rules of its own, no OrderBook.
#pragma once

#include <string>
#include <vector>

#include "firmware/host/store/sqlite_store.hpp"
#include "firmware/ports/journal_rows.hpp"
#include "sim/checkers/finding.hpp"

namespace tally::sim {

/// After every single event of the line no more is promised of a SKU and lot at a place than stands
/// there good and free ("promise.over"); no claim gives back more than it held, and no order holds
/// and got more than it asked for ("promise.sum"). One finding a kind is enough.
Findings check_promises(const std::vector<JournalRow>& rows);
Findings check_promises(host::SqliteStore& disk, const std::string& edge);

}  // namespace tally::sim

// I10, and what a scenario is there to show: what boxes report that nobody expects, and what they
// must have said and did not.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "firmware/host/store/sqlite_store.hpp"
#include "sim/checkers/finding.hpp"

namespace tally::sim {

/// Reports of severity error of one box that contain none of the expected parts
/// ("error.unexpected").
Findings check_errors(const std::string& box, const std::vector<std::string>& errors,
                      const std::vector<std::string>& expected);

/// How often something is said at least: anomalies by kind, other events by type.
using Said = std::map<std::string, std::size_t>;

/// What the line of `edge` on this disk says, added up.
void count_said(host::SqliteStore& disk, const std::string& edge, Said& said);

/// "said.missing", one for each that was said less often than it must have been.
Findings check_said(const Said& said, const Said& at_least);

}  // namespace tally::sim

// Inside of edge.toml: the [[printer]] tables. Use box_files.hpp.
#pragma once

#include <vector>

#include "firmware/messages/config/box_files.hpp"

namespace tally {

/// `tables` receives where each printer stands, for problems that show only beside the readers.
std::vector<PrinterConfig> read_printers(ConfigTable& root, std::vector<ConfigTable>& tables);

/// Verifying readers are readers of this file, ids are each device's own, and an edge that prints
/// tags gives out serials.
void check_printers(const EdgeConfig& config, std::vector<ConfigTable>& tables);

}  // namespace tally

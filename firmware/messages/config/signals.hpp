// Inside of edge.toml: the [[signal_bus]] and [[signal]] tables. Use box_files.hpp.
#pragma once

#include <vector>

#include "firmware/messages/config/box_files.hpp"

namespace tally {

/// Reads both lists into `config`; the shelf buses must have been read. `tables` receives where
/// each signal stands, for problems that show only beside the site.
void read_signals(ConfigTable& root, EdgeConfig& config, std::vector<ConfigTable>& tables);

/// Every signal stands at a gate of this edge, each gate has at most one.
void check_signals(const EdgeConfig& config, std::vector<ConfigTable>& tables);

}  // namespace tally

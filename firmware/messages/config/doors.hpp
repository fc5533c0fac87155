// Inside of edge.toml: the [[door]] tables. Use box_files.hpp.
#pragma once

#include <vector>

#include "firmware/messages/config/box_files.hpp"

namespace tally {

/// The buses must have been read. `tables` receives where each door stands, for problems that show
/// only beside the site.
std::vector<DoorConfig> read_doors(ConfigTable& root, const EdgeConfig& config,
                                   std::vector<ConfigTable>& tables);

/// Only the site's fleet master moves doors; each is at a stop of kind door of its own.
void check_doors(const EdgeConfig& config, std::vector<ConfigTable>& tables);

}  // namespace tally

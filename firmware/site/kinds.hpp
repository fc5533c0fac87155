// Whether there is a driver for everything a config names: asked beside the config's own checks,
// because the config reader knows no drivers.
#pragma once

#include "firmware/base/result.hpp"
#include "firmware/messages/config/box_files.hpp"

namespace tally {

/// malformed says which device is of a kind without a driver, and which kinds there are.
Result<void> check_kinds(const EdgeConfig& config);

}  // namespace tally

// The files and folders that a box's config names: is all of it there that the daemon will need.
#pragma once

#include "firmware/base/result.hpp"
#include "firmware/messages/config/box_files.hpp"

namespace tally {

/// For --check-config, and for a start before anything is made: users and passwords can be read, by
/// this user only; the broker's authority is there; the journal and the port file have a folder.
/// Looks only, opens no journal. `malformed`, one line a problem, each with the next step.
Result<void> check_named_files(const EdgeConfig& config);
Result<void> check_named_files(const BridgeConfig& config);

}  // namespace tally

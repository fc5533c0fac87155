// Secrets are paths in the config to files that only their user may read.
#pragma once

#include <filesystem>
#include <string>

#include "firmware/base/result.hpp"

namespace tally {

/// The text of a password or token file, without the line end. Refused with a sentence that names
/// the next command: a file that group or others may read, one that is missing, empty or larger
/// than 64 KiB. The secret itself never stands in an error.
Result<std::string> read_secret_file(const std::filesystem::path& path);

/// The check alone: a regular file, and its group and others have no rights on it.
Result<void> check_secret_file(const std::filesystem::path& path);

}  // namespace tally

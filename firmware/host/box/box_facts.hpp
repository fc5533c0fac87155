// What `doctor` wants to know of the box: space on the disk of the database, size of its files,
// whether the kernel calls the clock synchronised.
#pragma once

#include <filesystem>

#include "firmware/ports/operator_api.hpp"

namespace tally::host {

/// Cheap (a few system calls). Leaves version, sqlite_version and broker to the caller.
BoxFacts look_at_box(const std::filesystem::path& database);

}  // namespace tally::host

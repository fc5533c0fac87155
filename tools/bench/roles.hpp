// What the bench runs in processes of their own: `tally-bench role NAME ...`, for itself only.
#pragma once

#include <string>
#include <vector>

namespace tally::bench {

/// The command line of this program in a role.
std::vector<std::string> role_command(const std::string& role,
                                      const std::vector<std::string>& arguments);

/// box DATABASE: starts as tallyd does on the database, then holds 100,000 tags at a gate; prints
/// figures, one "name value" a line.
/// floor FILE: reads, checks and asks a floor (planner_floor.hpp); prints figures.
/// bridge PORT DATABASE FD: the bridge; prints "ready", and what it has committed goes to the
/// Progress behind FD.
/// sink PORT FD: subscribes to topic bench/raw; prints "ready", counts messages to FD.
int run_role(const std::vector<std::string>& words);

/// Where the raw rate of the broker is measured.
inline constexpr const char* kRawTopic = "bench/raw";

}  // namespace tally::bench

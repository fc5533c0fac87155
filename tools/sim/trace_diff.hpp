// Where two recorded traces part.
#pragma once

#include <string>

namespace tally::simtool {

/// Prints the last common lines and the first that differ. Gives the exit code: 0 the same,
/// verification failed if they differ, usage if one of them is no file with entries.
int trace_diff(const std::string& a, const std::string& b);

}  // namespace tally::simtool

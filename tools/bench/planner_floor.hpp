// The floor of 10,000 slots that the planner's benches stand on.
#pragma once

#include <string>

namespace tally::bench {

/// As a file (TOML): 50 aisles, 3 cross aisles, 200 places an aisle, "0-0" to "49-199".
std::string floor_text();

/// Reads the file, checks that every slot can be reached and left, and answers: the ways from 100
/// slots, a tour of 200 picks, the matrix of 2,000 slots. Prints seconds of processor time and peak
/// memory of this process as figures. Returns 0, or 1 if the floor is not sound.
int run_floor_role(const std::string& path);

}  // namespace tally::bench

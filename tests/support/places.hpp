// Where the build found things. Only places.cpp knows the paths of this clone: all other objects
// are the same in every folder, and a compiler cache serves them to each.
#pragma once

#include <string>

namespace tally::test {

/// The project's root.
std::string source_dir();

/// The build's folder (build/<preset>).
std::string build_dir();

/// The test-data folder that the build was configured with.
std::string configured_testdata();

}  // namespace tally::test

#include "tests/support/places.hpp"

namespace tally::test {

std::string source_dir() {
    return TALLY_SOURCE_DIR;
}

std::string build_dir() {
    return TALLY_BUILD_DIR;
}

std::string configured_testdata() {
    return TALLY_TESTDATA;
}

}  // namespace tally::test

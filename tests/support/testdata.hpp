// Where the real captures and golden vectors lie. They are read in place, never committed here.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <catch2/catch.hpp>

#include "tests/support/places.hpp"

namespace tally::test {

/// The test-data folder: environment TALLY_TESTDATA, else the path of the build.
inline std::filesystem::path testdata() {
    const char* from_environment = std::getenv("TALLY_TESTDATA");
    return from_environment != nullptr ? from_environment : configured_testdata();
}

/// True if the data is there. Otherwise says loudly that the test was skipped, or fails where the
/// environment says that data must be there (TALLY_TESTDATA_REQUIRED=1, set in CI).
inline bool have_testdata(const std::filesystem::path& part) {
    if (std::filesystem::exists(testdata() / part)) {
        return true;
    }
    const char* required = std::getenv("TALLY_TESTDATA_REQUIRED");
    if (required != nullptr && std::string(required) == "1") {
        FAIL("no test data at " << (testdata() / part) << ", and this run must not skip");
    }
    std::fprintf(stderr, "skipped: no test data (%s)\n", (testdata() / part).c_str());
    return false;
}

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace tally::test

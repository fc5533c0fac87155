#include <cstdint>
#include <set>

#include <catch2/catch.hpp>

#include "firmware/host/entropy/os_entropy.hpp"

namespace tally::host {
namespace {

TEST_CASE("no 64 fresh bits come twice, within a block of the kernel's or across blocks") {
    OsEntropy first;
    OsEntropy second;
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 100; ++i) {
        seen.insert(first.next_u64());
        seen.insert(second.next_u64());
    }
    CHECK(seen.size() == 200);
}

}  // namespace
}  // namespace tally::host

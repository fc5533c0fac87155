#include "sim/disk/disk_options.hpp"

#include <set>

#include <catch2/catch.hpp>

using namespace tally;
using sim::DiskOptions;

TEST_CASE("a disk is a function of its seed, and says every option by name") {
    std::set<std::vector<std::string>> drawn;
    std::set<std::string> values;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        const auto lines = describe(sim::draw_disk(Prng(seed)));
        CHECK(lines == describe(sim::draw_disk(Prng(seed))));
        drawn.insert(lines);
        values.insert(lines.begin(), lines.end());
    }
    CHECK(drawn.size() == 50);
    for (const char* both : {"disk.sector_bytes=512", "disk.sector_bytes=4096",
                             "disk.sync_max_us=0", "disk.slow_sync_ppm=0"}) {
        CHECK(values.contains(both));
    }
    const auto names = describe(DiskOptions{});
    CHECK(names.size() == 17);
    CHECK(std::set<std::string>(names.begin(), names.end()).size() == names.size());
    CHECK(names.front() == "disk.capacity_bytes=0");
    CHECK(names.back() == "disk.slow_sync_max_us=2000000");
}

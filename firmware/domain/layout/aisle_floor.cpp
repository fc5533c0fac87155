#include "firmware/domain/layout/aisle_floor.hpp"

#include <algorithm>

namespace tally {

namespace {

constexpr std::int32_t kAislesMax = 100'000;
constexpr std::size_t kCrossesMax = 1'000;
constexpr std::int64_t kLanesMax_mm = std::int64_t{1} << 29;

void check_sizes(const AisleFloor& floor, std::vector<std::string>& problems) {
    if (floor.aisles < 1 || floor.aisles > kAislesMax) {
        problems.push_back("the floor has " + std::to_string(floor.aisles) +
                           " aisles; write 1 to 100000");
    }
    if (floor.blocks_mm.empty() || floor.cross_count() > kCrossesMax) {
        problems.push_back("the floor has " + std::to_string(floor.cross_count()) +
                           " cross aisles; write the lengths of 1 to 999 blocks");
    }
    if (floor.spacing_mm < 0 || floor.turn_mm < 0) {
        problems.emplace_back("aisle spacing and turn cost are lengths; write 0 mm or more");
    }
    std::int64_t depth_mm = 0;
    for (const std::int32_t length_mm : floor.blocks_mm) {
        if (length_mm < 1) {
            problems.push_back("a block is " + std::to_string(length_mm) +
                               " mm long; two cross aisles are at least 1 mm apart");
            return;
        }
        depth_mm += length_mm;
    }
    const std::int64_t lanes_mm =
        depth_mm * floor.aisles + std::int64_t{floor.spacing_mm} * floor.aisles *
                                      static_cast<std::int64_t>(floor.cross_count());
    if (problems.empty() && lanes_mm > kLanesMax_mm) {
        problems.push_back("all lanes together are " + std::to_string(lanes_mm / 1'000'000) +
                           " km long; up to 536 km can be planned, so split the floor");
    }
}

void check_blockages(const AisleFloor& floor, std::vector<std::string>& problems) {
    const std::int32_t depth_mm = floor.cross_y_mm().back();
    for (const AisleBlockage& blockage : floor.blocked_aisles) {
        if (blockage.aisle < 0 || blockage.aisle >= floor.aisles || blockage.from_mm < 0 ||
            blockage.to_mm > depth_mm || blockage.from_mm >= blockage.to_mm) {
            problems.push_back("the blockage of aisle " + std::to_string(blockage.aisle) +
                               " from " + std::to_string(blockage.from_mm) + " to " +
                               std::to_string(blockage.to_mm) + " mm lies outside the floor");
        }
    }
    for (const CrossBlockage& blockage : floor.blocked_crosses) {
        if (blockage.cross < 0 || static_cast<std::size_t>(blockage.cross) >= floor.cross_count() ||
            blockage.aisle < 0 || blockage.aisle + 1 >= floor.aisles) {
            problems.push_back("the blockage of cross aisle " + std::to_string(blockage.cross) +
                               " behind aisle " + std::to_string(blockage.aisle) +
                               " lies outside the floor");
        }
    }
}

}  // namespace

std::vector<std::int32_t> AisleFloor::cross_y_mm() const {
    std::vector<std::int32_t> ys{0};
    ys.reserve(cross_count());
    for (const std::int32_t length_mm : blocks_mm) {
        ys.push_back(ys.back() + length_mm);
    }
    return ys;
}

std::vector<std::string> check_floor(const AisleFloor& floor) {
    std::vector<std::string> problems;
    check_sizes(floor, problems);
    if (!problems.empty()) {
        return problems;
    }
    check_blockages(floor, problems);
    if (!floor.directions.empty() &&
        floor.directions.size() != static_cast<std::size_t>(floor.aisles)) {
        problems.push_back("directions are given for " + std::to_string(floor.directions.size()) +
                           " of " + std::to_string(floor.aisles) +
                           " aisles; name all of them or none");
    }
    return problems;
}

}  // namespace tally

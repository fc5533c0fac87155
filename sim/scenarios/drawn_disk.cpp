#include "sim/scenarios/drawn_disk.hpp"

namespace tally::sim {

DiskOptions drawn_disk(const Draws& draws) {
    constexpr std::uint32_t kSmallSector = 512, kLargeSector = 4'096;
    DiskOptions disk;
    const auto ppm = [&](const char* key) { return static_cast<std::uint32_t>(draws.at(key)); };
    disk.sector_bytes = draws.at("disk.large_sectors") != 0 ? kLargeSector : kSmallSector;
    disk.ordered_ppm = ppm("disk.ordered_ppm");
    disk.lost_ppm = ppm("disk.lost_ppm");
    disk.torn_ppm = ppm("disk.torn_ppm");
    disk.zeros_ppm = ppm("disk.zeros_ppm");
    disk.evict_ppm = ppm("disk.evict_ppm");
    disk.sync_min = std::chrono::microseconds(draws.at("disk.sync_us"));
    disk.sync_max = disk.sync_min + std::chrono::microseconds(draws.at("disk.sync_spread_us"));
    disk.slow_sync_ppm = ppm("disk.stall_ppm");
    disk.slow_sync_max = std::chrono::milliseconds(draws.at("disk.stall_ms"));
    return disk;
}

}  // namespace tally::sim

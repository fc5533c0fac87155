#include "sim/disk/disk_options.hpp"

namespace tally::sim {

namespace {

std::string micros(Duration span) {
    return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(span).count());
}

}  // namespace

DiskOptions draw_disk(Prng prng) {
    DiskOptions disk;
    const bool large_sectors = prng.chance_ppm(500'000);
    disk.sector_bytes = large_sectors ? 4096 : 512;
    disk.ordered_ppm = static_cast<std::uint32_t>(prng.between(0, 1'000'000));
    disk.lost_ppm = static_cast<std::uint32_t>(prng.between(0, 1'000'000));
    disk.torn_ppm = static_cast<std::uint32_t>(prng.between(0, 1'000'000));
    disk.zeros_ppm = static_cast<std::uint32_t>(prng.between(0, 1'000'000));
    disk.evict_ppm = static_cast<std::uint32_t>(prng.between(0, 1'000'000));
    const bool takes_time = prng.chance_ppm(500'000);
    const auto least_us = prng.between(20, 5'000);
    const auto spread_us = prng.between(0, 20'000);
    const bool stalls = prng.chance_ppm(500'000);
    const auto slow_ppm = static_cast<std::uint32_t>(prng.between(1, 20'000));
    const auto slow_ms = prng.between(50, 5'000);
    if (takes_time) {
        disk.sync_min = std::chrono::microseconds(least_us);
        disk.sync_max = std::chrono::microseconds(least_us + spread_us);
        disk.slow_sync_ppm = stalls ? slow_ppm : 0;
        disk.slow_sync_max = std::chrono::milliseconds(slow_ms);
    }
    return disk;
}

std::vector<std::string> describe(const DiskOptions& options) {
    const bool honest = options.sync_truth == SyncTruth::honest;
    return {"disk.capacity_bytes=" + std::to_string(options.capacity_bytes),
            "disk.sector_bytes=" + std::to_string(options.sector_bytes),
            "disk.ordered_ppm=" + std::to_string(options.ordered_ppm),
            "disk.lost_ppm=" + std::to_string(options.lost_ppm),
            "disk.torn_ppm=" + std::to_string(options.torn_ppm),
            "disk.zeros_ppm=" + std::to_string(options.zeros_ppm),
            std::string("disk.sync_truth=") + (honest ? "honest" : "lies"),
            "disk.read_error_ppm=" + std::to_string(options.read_error_ppm),
            "disk.write_error_ppm=" + std::to_string(options.write_error_ppm),
            "disk.short_write_ppm=" + std::to_string(options.short_write_ppm),
            "disk.sync_error_ppm=" + std::to_string(options.sync_error_ppm),
            "disk.folder_error_ppm=" + std::to_string(options.folder_error_ppm),
            "disk.evict_ppm=" + std::to_string(options.evict_ppm),
            "disk.sync_min_us=" + micros(options.sync_min),
            "disk.sync_max_us=" + micros(options.sync_max),
            "disk.slow_sync_ppm=" + std::to_string(options.slow_sync_ppm),
            "disk.slow_sync_max_us=" + micros(options.slow_sync_max)};
}

}  // namespace tally::sim

#include "sim/scenarios/drawn_world.hpp"

#include "firmware/base/prng.hpp"

namespace tally::sim {

namespace {

/// A parameter of table `world` and the number of the model that it is.
struct Number {
    const char* key;
    std::int32_t WorldModel::*number;
};
constexpr Number kNumbers[] = {
    {"world.speed_mm_s", &WorldModel::speed_mm_s},
    {"world.approach_mm", &WorldModel::approach_mm},
    {"world.turn_past_mm", &WorldModel::turn_past_mm},
    {"world.pallet_length_mm", &WorldModel::pallet_length_mm},
    {"world.unit_length_mm", &WorldModel::unit_length_mm},
    {"world.antennas_apart_mm", &WorldModel::antennas_apart_mm},
    {"world.antennas_beside_mm", &WorldModel::antennas_beside_mm},
    {"world.eyes_apart_mm", &WorldModel::eyes_apart_mm},
    {"world.near_rssi_cdbm", &WorldModel::near_rssi_cdbm},
    {"world.loss_cdb_per_decade", &WorldModel::loss_cdb_per_decade},
    {"world.fading_cdb", &WorldModel::fading_cdb},
    {"world.sensitivity_cdbm", &WorldModel::sensitivity_cdbm},
    {"world.cross_read_rssi_cdbm", &WorldModel::cross_read_rssi_cdbm},
};

struct Share {
    const char* key;
    std::uint32_t WorldModel::*number;
};
constexpr Share kShares[] = {
    {"world.near_answer_ppm", &WorldModel::near_answer_ppm},
    {"world.shadowed_ppm", &WorldModel::shadowed_ppm},
    {"world.shadow_divisor", &WorldModel::shadow_divisor},
    {"world.dead_ppm", &WorldModel::dead_ppm},
    {"world.foreign_walk_ppm", &WorldModel::foreign_walk_ppm},
    {"world.foreign_programmed_ppm", &WorldModel::foreign_programmed_ppm},
    {"world.foreign_odd_ppm", &WorldModel::foreign_odd_ppm},
    {"world.cross_read_per_second_ppm", &WorldModel::cross_read_per_second_ppm},
    {"world.ghost_read_per_second_ppm", &WorldModel::ghost_read_per_second_ppm},
};

}  // namespace

WorldModel drawn_world(const Draws& draws) {
    WorldModel world;
    for (const Number& each : kNumbers) {
        world.*each.number = static_cast<std::int32_t>(draws.at(each.key));
    }
    for (const Share& each : kShares) {
        world.*each.number = static_cast<std::uint32_t>(draws.at(each.key));
    }
    return world;
}

std::map<std::string, std::int32_t> drawn_drift(const Draws& draws, const SiteLayout& site,
                                                std::uint64_t seed) {
    Prng clocks = Prng(seed).fork("clocks");
    const std::int64_t drift = draws.at("world.drift_ppm");
    std::map<std::string, std::int32_t> ppm;
    for (const EdgeId& edge : site.edges) {
        ppm[edge.str()] = static_cast<std::int32_t>(clocks.between(-drift, drift));
    }
    ppm["bridge"] = static_cast<std::int32_t>(clocks.between(-drift, drift));
    return ppm;
}

}  // namespace tally::sim

// The physics of the small world, as numbers. Integers only, so that every build draws the same
// world. Each number has its unit in its name; its source or assumption stands with its bounds and
// the range that a swarm draws from in sim/scenarios/parameters.cpp, table `world`.
#pragma once

#include <cstdint>

namespace tally::sim {

/// A doorway seen from the side: x runs from outside (negative) to inside, in mm, 0 in the doorway.
struct WorldModel {
    // People and what they carry.
    std::int32_t speed_mm_s = 1'200;
    std::int32_t approach_mm = 5'000;  ///< walks begin and end this far from the doorway
    std::int32_t turn_past_mm = 400;   ///< who turns back does so this far past it, at most
    std::int32_t pallet_length_mm = 1'200;
    std::int32_t unit_length_mm = 600;  ///< a carried unit with its carrier

    // The door frame. Antennas and photo-eyes stand half of it outside and half of it inside.
    std::int32_t antennas_apart_mm = 1'000;
    std::int32_t antennas_beside_mm = 800;  ///< of the way
    std::int32_t eyes_apart_mm = 400;

    // Radio: what reaches the reader (rssi_cdbm), and which of it is an answer (answer_ppm).
    std::int32_t near_rssi_cdbm = -4'500;  ///< of a tag at 0.5 m
    std::int32_t loss_cdb_per_decade = 4'000;
    std::int32_t fading_cdb = 300;  ///< either way, from look to look
    std::int32_t sensitivity_cdbm = -8'400;
    std::uint32_t near_answer_ppm = 900'000;

    // Tags.
    std::uint32_t shadowed_ppm = 50'000;
    std::uint32_t shadow_divisor = 8;  ///< how much more seldom a shadowed tag answers
    std::uint32_t dead_ppm = 0;

    // Of other people, and out of the air.
    std::uint32_t foreign_walk_ppm = 100'000;
    std::uint32_t foreign_programmed_ppm = 700'000;  ///< of those: an SGTIN of some company
    std::uint32_t foreign_odd_ppm = 0;               ///< of those: EPCs that are no 96 bits long
    std::uint32_t cross_read_per_second_ppm = 16'000;
    std::int32_t cross_read_rssi_cdbm = -7'700;
    std::uint32_t ghost_read_per_second_ppm = 0;

    // No physics: how finely time is cut. One antenna looks each tick, so each looks every 50 ms; a
    // look answers for each tag once or not.
    std::int32_t tick_ms = 25;
};

/// Signal strength at the reader for a tag at `distance_mm`, in hundredths of a dBm: the model's
/// from 0.5 m on, falling by its two-way loss, linear between some points and constant from 5 m on.
std::int32_t rssi_cdbm(const WorldModel& model, std::int32_t distance_mm);

/// Chance in a million that a look is answered at this signal strength: the model's where it is
/// 34 dB above the sensitivity, falling to nothing there.
std::uint32_t answer_ppm(const WorldModel& model, std::int32_t rssi_cdbm);

}  // namespace tally::sim

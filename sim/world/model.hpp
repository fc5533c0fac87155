// The physics of the small world, as numbers. Integers only, so that every build draws the same
// world. Each number has its unit in its name and its source or assumption beside it.
#pragma once

#include <cstdint>

namespace tally::sim {

/// A doorway seen from the side: x runs from outside (negative) to inside, in mm, 0 in the doorway.
struct WorldModel {
    // Assumption: a person with a pallet jack; walking speed of adults is 1.2 to 1.4 m/s.
    std::int32_t speed_mm_s = 1'200;
    // Assumption: walks begin and end this far from the doorway, out of reach of its antennas.
    std::int32_t approach_mm = 5'000;
    // Assumption: antennas on both sides of the door frame, 1 m apart along the way, 0.8 m beside.
    std::int32_t outer_antenna_mm = -500;
    std::int32_t inner_antenna_mm = 500;
    std::int32_t beside_mm = 800;
    // Assumption: photo-eyes 0.4 m apart: whoever passes breaks both at once for a while, and the
    // order still shows at walking speed (0.33 s).
    std::int32_t outer_eye_mm = -200;
    std::int32_t inner_eye_mm = 200;
    // Euro pallet: 1.2 m long. A carried unit with its carrier: 0.6 m (assumption).
    std::int32_t pallet_length_mm = 1'200;
    std::int32_t unit_length_mm = 600;
    // Assumption: each antenna looks every 50 ms; a look answers for each tag once or not.
    std::int32_t tick_ms = 25;
    // Assumption: one tag in twenty is shadowed (liquid, metal, orientation) and answers an eighth
    // as often. Field read rates of 60 to 70 % overall: devices.md 4, motivation of SMURF.
    std::uint32_t shadowed_ppm = 50'000;
    std::uint32_t shadow_divisor = 8;
    // Tags that never answer (broken in application or transport): devices.md 4.1, tagging faults.
    std::uint32_t dead_ppm = 0;
    // Assumption: fast fading of +-3 dB from look to look.
    std::int32_t fading_cdb = 300;
    // Assumption: one walk in ten brings somebody else's live tag (clothes, bags).
    std::uint32_t foreign_walk_ppm = 100'000;
    // Of those: EPCs that are no 96 bits long. Real reports carry 0 to 512 bits (devices.md 3.10).
    std::uint32_t foreign_odd_ppm = 0;
    // Assumption: once a minute and gate, a tag that stands near is read through the wall.
    std::uint32_t cross_read_per_second_ppm = 16'000;
    std::int32_t cross_read_rssi_cdbm = -7'700;
    // Reads of a code that no tag has: a broken answer whose 16-bit check sum fits by chance.
    std::uint32_t ghost_read_per_second_ppm = 0;
};

/// Signal strength at the reader for a tag at `distance_mm`, in hundredths of a dBm. Two-way path
/// loss of 40 dB a decade from -45 dBm at 0.5 m (an R420 shows -48 dBm for tags on its desk,
/// devices.md 3.4), linear between the points.
std::int32_t rssi_cdbm(std::int32_t distance_mm);

/// Chance in a million that a look is answered at this signal strength. Assumption: 90 % near by,
/// falling to nothing at -84 dBm, the sensitivity of such readers.
std::uint32_t answer_ppm(std::int32_t rssi_cdbm);

}  // namespace tally::sim

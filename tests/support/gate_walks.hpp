// Walks through a simulated doorway with known truth, and what a gate says of them. Radio is a
// model: two-way path loss of 40 dB a decade from -45 dBm at 0.5 m, answers as in sim/world,
// +-3 dB from look to look, standing waves of +-4 dB every 16 cm (half a wavelength at 920 MHz),
// 6 dB behind the carrier's body, one tag in twenty shadowed. Two antennas take turns every 25 ms.
#pragma once

#include <cstdint>
#include <vector>

#include "firmware/base/prng.hpp"
#include "tests/support/gate_record.hpp"

namespace tally::test {

/// How a gate is built. Its axis runs from outside (negative) to inside, 0 in the doorway.
struct Doorway {
    const char* name = "";
    double antenna_gap_m = 1.0;  ///< between the two, along the way
    double beside_m = 0.8;       ///< from the antennas to the way
    double behind_db = 0;        ///< weaker behind an antenna's back; 0: hears all around
    double eye_gap_m = 0.4;      ///< between the two beams
    bool has_eyes = true;
};

/// Under which conditions people walk through it.
struct Conditions {
    Doorway doorway;
    double speed_min_m_s = 0.8, speed_max_m_s = 1.6;
    double answered = 1.0;  ///< of the looks that the model answers, so many are really read
    GateOptions options = {};
};

/// What people do there.
enum class Course : std::uint8_t {
    alone,      ///< one carrier walks through
    lingering,  ///< one carrier stops within 0.8 m of the doorway, 1 to 8 s, and goes on
    following,  ///< three carriers the same way, 0.8 to 2.5 s after each other
    opposite,   ///< two carriers meet in the doorway, give or take 0.6 s
    bystander,  ///< somebody without tags stands in the doorway while a carrier walks through
    turned,     ///< one carrier is seen to go through, and comes back at once or 3 s later
    turned_at,  ///< one carrier turns within the beams
    came_near,  ///< one carrier comes to 1 to 2 m and leaves again
    traffic,    ///< six carriers of all kinds, 1 to 6 s apart
};
constexpr Course kCourses[] = {Course::alone,     Course::lingering, Course::following,
                               Course::opposite,  Course::bystander, Course::turned,
                               Course::turned_at, Course::came_near, Course::traffic};
const char* to_string(Course course) noexcept;

/// What the gate said of tags that went through and of tags that did not.
struct Score {
    // Went through.
    int through = 0;
    int right = 0;
    int undecided = 0;
    int wrong = 0;   ///< the other way, or there and back
    int silent = 0;  ///< no passage was told
    // Turned back, came near, or lay there.
    int remained = 0;
    int kept = 0;            ///< no passage, or there and back
    int kept_undecided = 0;  ///< undecided
    int moved_wrongly = 0;   ///< said to have gone through

    Score& operator+=(const Score& other) noexcept;
};

/// One scene of a course. The same arguments give the same scene.
Score play_scene(Course course, const Conditions& conditions, std::uint64_t seed);

}  // namespace tally::test

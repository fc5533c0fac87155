// What a link between two nodes does to traffic: every number that a seed may draw, by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "firmware/base/time.hpp"

namespace tally::sim {

/// Chances are in parts per million. The defaults are a healthy local network that never fails.
struct LinkOptions {
    Duration latency_min = std::chrono::microseconds(100);  ///< one way, drawn per segment
    Duration latency_max = std::chrono::microseconds(900);
    std::uint32_t loss_ppm = 0;  ///< of a segment; it is sent again, all behind it waits
    Duration retransmit_after = std::chrono::milliseconds(200);  ///< doubles with each further loss

    std::size_t segment_bytes_max = 1460;
    std::uint32_t split_ppm = 0;  ///< of a segment: cut shorter at a random place
    std::uint32_t merge_ppm = 0;  ///< of a segment: handed over later, with what follows it
    Duration merge_wait_max = std::chrono::milliseconds(5);
    std::size_t window_bytes = 65'536;  ///< sent but not yet read by the other end, at most

    std::uint32_t refuse_ppm = 0;   ///< of a dial: refused although somebody listens
    std::uint32_t reset_ppm = 0;    ///< of a segment: the connection breaks, both ends hear of it
    std::uint32_t silence_ppm = 0;  ///< of a segment: half-open from here on, nobody hears of it
    Duration connect_timeout = std::chrono::seconds(10);
    Duration give_up = std::chrono::minutes(15);  ///< unacknowledged bytes for so long: time-out
};

/// "link.loss_ppm=200", one line an option, in the order above; durations in microseconds.
std::vector<std::string> describe(const LinkOptions& options);

}  // namespace tally::sim

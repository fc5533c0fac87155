// One run of an edge against a bridge, and of the bare broker.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/ports/journal_rows.hpp"

namespace tally::bench {

struct FloodOptions {
    std::string folder;
    std::uint32_t waves = 30;
    std::vector<JournalCommit>* record = nullptr;  ///< takes what the edge commits; may be null
};

/// Processor time is microseconds an event.
struct FloodFigures {
    std::uint64_t events = 0;
    double events_per_s = 0;
    double edge_us = 0;
    double bridge_us = 0;
    double broker_us = 0;
};

/// Units pass the gate as fast as the edge takes their reads, in waves of 1,000, each unit read
/// once on each side; the time ends when the bridge has committed every event.
Result<FloodFigures> run_flood(const FloodOptions& options);

/// One read a millisecond, each of a new unit and so one event. Milliseconds from when each read
/// was due to the bridge's commit; the first second is left out.
Result<std::vector<double>> run_paced(const std::string& folder, std::uint32_t seconds);

/// Messages per second through a mosquitto at QoS 1, from the first publish to the last arrival in
/// another process.
Result<double> run_raw_broker(const std::string& folder, const std::vector<std::string>& messages);

}  // namespace tally::bench

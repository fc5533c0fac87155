#include "sim/kernel/broker_options.hpp"

namespace tally::sim {

namespace {

std::string micros(Duration span) {
    return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(span).count());
}

}  // namespace

std::vector<std::string> describe(const BrokerOptions& options) {
    const bool kept = options.retained_on_restart == RetainedOnRestart::kept;
    return {std::string("broker.retained_on_restart=") + (kept ? "kept" : "lost"),
            "broker.client_in_flight_max=" + std::to_string(options.client_in_flight_max),
            "broker.queued_messages_max=" + std::to_string(options.queued_messages_max),
            "broker.duplicate_ppm=" + std::to_string(options.duplicate_ppm),
            "broker.reorder_ppm=" + std::to_string(options.reorder_ppm),
            "broker.reorder_hold_max_us=" + micros(options.reorder_hold_max),
            "broker.refuse_ppm=" + std::to_string(options.refuse_ppm),
            "broker.break_ppm=" + std::to_string(options.break_ppm),
            "broker.late_will_ppm=" + std::to_string(options.late_will_ppm),
            "broker.late_will_max_us=" + micros(options.late_will_max),
            "broker.connect_timeout_us=" + micros(options.connect_timeout)};
}

}  // namespace tally::sim

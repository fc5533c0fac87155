#include "sim/kernel/link_options.hpp"

namespace tally::sim {

namespace {

std::string micros(Duration span) {
    return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(span).count());
}

}  // namespace

std::vector<std::string> describe(const LinkOptions& options) {
    return {"link.latency_min_us=" + micros(options.latency_min),
            "link.latency_max_us=" + micros(options.latency_max),
            "link.loss_ppm=" + std::to_string(options.loss_ppm),
            "link.retransmit_after_us=" + micros(options.retransmit_after),
            "link.segment_bytes_max=" + std::to_string(options.segment_bytes_max),
            "link.split_ppm=" + std::to_string(options.split_ppm),
            "link.merge_ppm=" + std::to_string(options.merge_ppm),
            "link.merge_wait_max_us=" + micros(options.merge_wait_max),
            "link.window_bytes=" + std::to_string(options.window_bytes),
            "link.refuse_ppm=" + std::to_string(options.refuse_ppm),
            "link.reset_ppm=" + std::to_string(options.reset_ppm),
            "link.silence_ppm=" + std::to_string(options.silence_ppm),
            "link.connect_timeout_us=" + micros(options.connect_timeout),
            "link.give_up_us=" + micros(options.give_up)};
}

}  // namespace tally::sim

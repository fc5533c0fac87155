#include "sim/scenarios/drawn_network.hpp"

namespace tally::sim {

LinkOptions drawn_link(const Draws& draws) {
    LinkOptions link;
    link.latency_min = std::chrono::microseconds(draws.at("link.latency_us"));
    link.latency_max = link.latency_min + std::chrono::microseconds(draws.at("link.jitter_us"));
    const auto ppm = [&](const char* key) { return static_cast<std::uint32_t>(draws.at(key)); };
    link.loss_ppm = ppm("link.loss_ppm");
    link.retransmit_after = std::chrono::milliseconds(draws.at("link.retransmit_ms"));
    link.merge_wait_max = std::chrono::milliseconds(draws.at("link.merge_wait_ms"));
    link.window_bytes = static_cast<std::size_t>(draws.at("link.window_bytes"));
    link.give_up = std::chrono::seconds(draws.at("link.give_up_s"));
    link.segment_bytes_max = static_cast<std::size_t>(draws.at("link.segment_bytes"));
    link.split_ppm = ppm("link.split_ppm");
    link.merge_ppm = ppm("link.merge_ppm");
    link.refuse_ppm = ppm("link.refuse_ppm");
    link.reset_ppm = ppm("link.reset_ppm");
    link.silence_ppm = ppm("link.silence_ppm");
    return link;
}

BrokerOptions drawn_broker(const Draws& draws) {
    BrokerOptions broker;
    const auto ppm = [&](const char* key) { return static_cast<std::uint32_t>(draws.at(key)); };
    broker.retained_on_restart =
        draws.at("broker.retained_lost") != 0 ? RetainedOnRestart::lost : RetainedOnRestart::kept;
    broker.client_in_flight_max = ppm("broker.client_in_flight_max");
    broker.queued_messages_max = ppm("broker.queued_messages_max");
    broker.duplicate_ppm = ppm("broker.duplicate_ppm");
    broker.reorder_ppm = ppm("broker.reorder_ppm");
    broker.reorder_hold_max = std::chrono::milliseconds(draws.at("broker.reorder_ms"));
    broker.late_will_max = std::chrono::seconds(draws.at("broker.late_will_s"));
    broker.refuse_ppm = ppm("broker.refuse_ppm");
    broker.break_ppm = ppm("broker.break_ppm");
    broker.late_will_ppm = ppm("broker.late_will_ppm");
    return broker;
}

}  // namespace tally::sim

// Somebody on the bus who hears every VDA 5050 order that is published, as any client may.
#pragma once

#include <functional>
#include <string>

#include "firmware/ports/message_bus.hpp"

namespace tally::test {

/// Whoever owns it subscribes it, and again when `come_again` asks for it.
struct OrderSpy final : BusHandler {
    void on_connected() override { connected = true; }
    void on_lost(const Error&) override {
        connected = false;
        come_again();
    }
    void on_published(std::uint64_t, const Result<void>&) override {}
    void on_message(const BusMessage& message) override {
        if (message.topic.ends_with("/order")) {
            on_order(message.payload);
        }
    }

    std::function<void()> come_again;
    std::function<void(const std::string& payload)> on_order;
    bool connected = false;
};

}  // namespace tally::test

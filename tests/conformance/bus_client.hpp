// The client that the bus suite watches.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "firmware/ports/message_bus.hpp"

namespace tally::conformance {

/// Writes down what a bus tells it, and whether it was told at a forbidden moment. The hooks run
/// after writing down and may call the bus.
class BusClient final : public BusHandler {
 public:
    explicit BusClient(MessageBus& used) : bus(used) {}

    void on_connected() override {
        note_call();
        ++connects;
        if (when_connected) {
            when_connected();
        }
    }
    void on_message(const BusMessage& message) override {
        note_call();
        message_before_connected = message_before_connected || connects == 0;
        messages.push_back(message);
        if (when_message) {
            when_message();
        }
    }
    void on_lost(const Error& why) override {
        note_call();
        ++losses;
        lost_why = why;
        if (when_lost) {
            when_lost();
        }
    }
    void on_published(std::uint64_t token, const Result<void>& outcome) override {
        note_call();
        unknown_token = unknown_token || tokens.count(token) == 0 || outcomes.count(token) > 0;
        outcomes.emplace(token, outcome);
    }

    void connect(BusSession session) {
        inside_call = true;
        bus.connect(session, *this);
        inside_call = false;
    }
    Result<std::uint64_t> publish(std::string topic, std::string payload,
                                  Retain retain = Retain::no, Qos qos = Qos::at_least_once) {
        inside_call = true;
        auto token = bus.publish({std::move(topic), std::move(payload), retain, qos});
        inside_call = false;
        if (token) {
            tokens.emplace(*token, true);
        }
        return token;
    }
    void disconnect() {
        inside_call = true;
        bus.disconnect();
        inside_call = false;
    }
    [[nodiscard]] bool all_published() const { return outcomes.size() == tokens.size(); }
    [[nodiscard]] std::vector<std::string> payloads() const {
        std::vector<std::string> list;
        for (const BusMessage& message : messages) {
            list.push_back(message.payload);
        }
        return list;
    }

    MessageBus& bus;
    int connects = 0;
    int losses = 0;
    int calls = 0;
    std::vector<BusMessage> messages;
    std::map<std::uint64_t, bool> tokens;
    std::map<std::uint64_t, Result<void>> outcomes;
    std::optional<Error> lost_why;
    bool inside_call = false;
    bool called_inside = false;
    bool message_before_connected = false;
    bool unknown_token = false;
    std::function<void()> when_connected, when_message, when_lost;

 private:
    void note_call() {
        ++calls;
        called_inside = called_inside || inside_call;
    }
};

}  // namespace tally::conformance

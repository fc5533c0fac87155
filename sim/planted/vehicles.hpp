// Bugs that are planted on purpose in what the fleet hears and says: all of them between the
// vehicles' driver and its broker, where messages can be bent without touching the services.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "firmware/ports/clock.hpp"
#include "sim/scenarios/wrapped.hpp"

namespace tally::sim {

/// Bends what comes to the fleet.
class BendingBus : public PassingBus, protected BusHandler {
 public:
    explicit BendingBus(MessageBus& inner) : PassingBus(inner) {}

    void connect(const BusSession& session, BusHandler& handler) override {
        handler_ = &handler;
        inner().connect(session, *this);
    }

 protected:
    virtual void bend_state(const std::string& topic, std::string& payload) = 0;

 private:
    void on_connected() override { handler_->on_connected(); }
    void on_message(const BusMessage& message) override {
        BusMessage bent = message;
        if (bent.topic.ends_with("/state")) {
            bend_state(bent.topic, bent.payload);
        }
        handler_->on_message(bent);
    }
    void on_lost(const Error& why) override { handler_->on_lost(why); }
    void on_published(std::uint64_t token, const Result<void>& outcome) override {
        handler_->on_published(token, outcome);
    }

    BusHandler* handler_ = nullptr;
};

/// Track is released before it is passed: a vehicle that drives is taken to be at its next node.
class HastyStates final : public BendingBus {
 public:
    using BendingBus::BendingBus;

 private:
    void bend_state(const std::string& topic, std::string& payload) override;
};

/// A stale state is accepted: every one is taken for the newest.
class AgelessStates final : public BendingBus {
 public:
    using BendingBus::BendingBus;

 private:
    void bend_state(const std::string& topic, std::string& payload) override;
    std::map<std::string, std::pair<std::uint64_t, std::string>> newest_;  ///< header, time
};

/// Orders as they were last published, by topic; and those that are cancelled, with the time.
struct PublishedOrders {
    std::map<std::string, std::string> last;
    std::map<std::string, MonoTime> cancelled;
};

/// An order that was cancelled is continued a few seconds later.
class StubbornOrders final : public PassingBus {
 public:
    /// `orders` outlives it, and the process it is in.
    StubbornOrders(MessageBus& inner, const Clock& clock, PublishedOrders& orders)
        : PassingBus(inner), clock_(clock), orders_(orders) {}

    Result<std::uint64_t> publish(BusMessage message) override;

 private:
    const Clock& clock_;
    PublishedOrders& orders_;
};

/// Ways are not released in time, for ever: after the first minutes nothing that continues an order
/// is sent.
class UnsentUpdates final : public PassingBus {
 public:
    UnsentUpdates(MessageBus& inner, const Clock& clock) : PassingBus(inner), clock_(clock) {}

    Result<std::uint64_t> publish(BusMessage message) override;

 private:
    const Clock& clock_;
};

/// A swap is missed: the two directions of a lane are taken for two lanes.
void split_lanes(FloorLayout& floor, std::int32_t& clearance_mm);

}  // namespace tally::sim

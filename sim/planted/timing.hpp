// Bugs that are planted on purpose in order and identity: timers by address, wills by name alone.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "firmware/messages/sync.hpp"
#include "firmware/messages/topics.hpp"
#include "sim/scenarios/wrapped.hpp"

namespace tally::sim {

/// Tasks of one instant run in the order of where their memory lies: as if each came some
/// nanoseconds later, more for a higher address.
class AddressScheduler final : public Scheduler {
 public:
    explicit AddressScheduler(Scheduler& inner) : inner_(inner) {}

    TimerId after(Duration delay, std::function<void()> task) override {
        marks_.push_back(std::make_unique<char>());
        const auto rank = reinterpret_cast<std::uintptr_t>(marks_.back().get()) / 16 % 16;
        if (marks_.size() > kMarksMax) {
            marks_.pop_front();
        }
        return inner_.after(delay + Duration(static_cast<std::int64_t>(rank)), std::move(task));
    }
    void cancel(TimerId id) override { inner_.cancel(id); }

 private:
    static constexpr std::size_t kMarksMax = 1'000;
    Scheduler& inner_;
    std::deque<std::unique_ptr<char>> marks_;
};

/// Takes a will for one of the newest session, whichever it was given for.
class GullibleBus final : public PassingBus, private BusHandler {
 public:
    explicit GullibleBus(MessageBus& inner) : PassingBus(inner) {}

    void connect(const BusSession& session, BusHandler& handler) override {
        handler_ = &handler;
        inner().connect(session, *this);
    }

 private:
    void on_connected() override { handler_->on_connected(); }
    void on_message(const BusMessage& message) override {
        const auto topic = parse_topic(message.topic);
        if (topic && topic->kind == TopicKind::birth) {
            if (const auto birth = decode_birth(message.payload)) {
                newest_[topic->edge.str()] = birth->session;
            }
        } else if (topic && topic->kind == TopicKind::death) {
            if (auto death = decode_death(message.payload)) {
                death->session = newest_[topic->edge.str()];
                return handler_->on_message({message.topic, encode(*death), message.retain});
            }
        }
        handler_->on_message(message);
    }
    void on_lost(const Error& why) override { handler_->on_lost(why); }
    void on_published(std::uint64_t token, const Result<void>& outcome) override {
        handler_->on_published(token, outcome);
    }

    BusHandler* handler_ = nullptr;
    std::map<std::string, std::string> newest_;
};

}  // namespace tally::sim

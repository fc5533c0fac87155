// Bugs of delivery that are planted on purpose between services and their ports. Each breaks one
// rule of the design; the checkers are believed because they have caught them.
#pragma once

#include <memory>
#include <utility>

#include "firmware/messages/sync.hpp"
#include "firmware/messages/topics.hpp"
#include "sim/scenarios/wrapped.hpp"

namespace tally::sim {

/// Says "durable" at once and commits a while later, as a cache without power would: whoever stands
/// on it lets effects leave before their commit.
class HastyJournal final : public PassingJournal {
 public:
    HastyJournal(Journal& inner, Scheduler& scheduler)
        : PassingJournal(inner), scheduler_(scheduler) {}

    void commit(JournalCommit commit, Committed reply) override {
        scheduler_.after(Duration(0), [commit, reply = std::move(reply)] { reply({}, commit); });
        scheduler_.after(std::chrono::milliseconds(300), [this, late = std::move(commit)] {
            inner().commit(late, [](const Result<void>&, const JournalCommit&) {});
        });
    }

 private:
    Scheduler& scheduler_;
};

/// Answers an edge in the bridge's place: whatever the edge has, the bridge is said to have. So the
/// edge never learns that it was restored, and goes on with numbers that it has used before.
class SelfAnsweringBus final : public PassingBus, private BusHandler {
 public:
    explicit SelfAnsweringBus(MessageBus& inner) : PassingBus(inner) {}

    void connect(const BusSession& session, BusHandler& handler) override {
        handler_ = &handler;
        inner().connect(session, *this);
    }

    Result<std::uint64_t> publish(BusMessage message) override {
        if (const auto birth = decode_birth(message.payload)) {
            told(birth->epoch, birth->seq, birth->head);
        } else if (const auto delta = decode_delta(message.payload)) {
            told(delta->header.epoch, delta->events.back().seq, delta->header.head);
        }
        return inner().publish(std::move(message));
    }

 private:
    void told(Epoch epoch, Seq seq, const Digest& head) {
        told_.epoch = epoch;
        told_.next_seq = seq.next();
        told_.head = head;
    }

    void on_connected() override { handler_->on_connected(); }
    void on_message(const BusMessage& message) override {
        auto ack = decode_ack(message.payload);
        if (!ack) {
            handler_->on_message(message);
            return;
        }
        ack->epoch = told_.epoch;
        ack->next_seq = told_.next_seq;
        ack->head = told_.head;
        handler_->on_message({message.topic, encode(*ack), message.retain});
    }
    void on_lost(const Error& why) override { handler_->on_lost(why); }
    void on_published(std::uint64_t token, const Result<void>& outcome) override {
        handler_->on_published(token, outcome);
    }

    BusHandler* handler_ = nullptr;
    Ack told_;
};

}  // namespace tally::sim

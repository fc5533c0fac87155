// Bugs that are planted on purpose between services and their ports. Each breaks one rule of the
// design; the checkers are believed because each of them has caught the bug it is named for.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "firmware/messages/sync.hpp"
#include "firmware/messages/topics.hpp"
#include "sim/scenarios/sim_site.hpp"

namespace tally::scenario {

/// Says "durable" at once and commits a while later, as a cache without power would: whoever stands
/// on it lets effects leave before their commit.
class HastyJournal final : public sim::PassingJournal {
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
class SelfAnsweringBus final : public sim::PassingBus, private BusHandler {
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

/// Options of a site in which box `at` stands on the journal that `make` gives, if it gives one.
template <typename Make>
sim::SimSiteOptions with_journal(const std::string& at, Make make) {
    sim::SimSiteOptions options;
    options.wrappers.journal = [at, make](const std::string& box, sim::Node& node,
                                          Journal& inner) -> std::unique_ptr<Journal> {
        return box == at ? std::unique_ptr<Journal>(make(node, inner)) : nullptr;
    };
    return options;
}

/// Box `at` is hasty in its first life; after a restart it keeps the rule.
inline sim::SimSiteOptions hasty(const std::string& at) {
    return with_journal(at, [](sim::Node& node, Journal& inner) {
        return node.life() == 1 ? std::make_unique<HastyJournal>(inner, node) : nullptr;
    });
}

}  // namespace tally::scenario

// Faults between services and their ports that the product must bear: a full disk, a batch altered
// on its way. Faults that it must not have are in planted_bugs_test.cpp.
#include <catch2/catch.hpp>

#include "tests/scenario/planted.hpp"
#include "tests/scenario/sync_bench.hpp"

using namespace tally;
using namespace tally::scenario;
using sim::caught_by;
using sim::to_text;

namespace {

using sim::PassingBus;
using sim::PassingJournal;

/// Refuses commits while `full`.
class FullDisk final : public PassingJournal {
 public:
    FullDisk(Journal& inner, Scheduler& scheduler, const bool& full)
        : PassingJournal(inner), full_(full), timer_(scheduler) {}

    void commit(JournalCommit commit, Committed reply) override {
        if (!full_) {
            inner().commit(std::move(commit), std::move(reply));
            return;
        }
        timer_.arm(Duration(0), [commit = std::move(commit), reply = std::move(reply)] {
            reply(fail(ErrorKind::exhausted, "the disk is full; make room"), commit);
        });
    }

 private:
    const bool& full_;
    Timer timer_;
};

/// Flips one letter in the events of each batch while `altering`.
class AlteringBus final : public PassingBus {
 public:
    AlteringBus(MessageBus& inner, const bool& altering) : PassingBus(inner), altering_(altering) {}

    Result<std::uint64_t> publish(BusMessage message) override {
        const std::size_t at = message.payload.find("version ");
        if (altering_ && at != std::string::npos) {
            message.payload[at] = 'V';
        }
        return inner().publish(std::move(message));
    }

 private:
    const bool& altering_;
};

/// While `repeating`, tells the last acknowledgement from before that again behind every tenth.
class ForgetfulBus final : public PassingBus, private BusHandler {
 public:
    ForgetfulBus(MessageBus& inner, const bool& repeating)
        : PassingBus(inner), repeating_(repeating) {}

    void connect(const BusSession& session, BusHandler& handler) override {
        handler_ = &handler;
        inner().connect(session, *this);
    }

 private:
    void on_connected() override { handler_->on_connected(); }
    void on_message(const BusMessage& message) override {
        handler_->on_message(message);
        if (!message.topic.ends_with("/ack")) {
            return;
        }
        if (!repeating_) {
            old_ = message;
        } else if (++acks_ % 10 == 0) {
            handler_->on_message(old_);
        }
    }
    void on_lost(const Error& why) override { handler_->on_lost(why); }
    void on_published(std::uint64_t token, const Result<void>& outcome) override {
        handler_->on_published(token, outcome);
    }

    const bool& repeating_;
    BusHandler* handler_ = nullptr;
    BusMessage old_;
    std::uint64_t acks_ = 0;
};

}  // namespace

TEST_CASE("while an edge's disk is full nothing is lost, and afterwards everything arrives") {
    bool full = false;
    SyncBench bench(with_journal("back", [&full](sim::Node& node, Journal& inner) {
        return std::make_unique<FullDisk>(inner, node, full);
    }));
    bench.write("back", 5);
    REQUIRE(bench.site.settle());
    full = true;
    bench.write("back", 40);
    bench.site.run_for(std::chrono::seconds(20));
    CHECK(bench.site.edge("back").ledger().queue().trouble());
    CHECK(bench.site.edge("back").ledger().durable_seq() <
          bench.site.edge("back").ledger().line().seq());
    full = false;
    REQUIRE(bench.site.settle());
    CHECK_FALSE(bench.site.edge("back").ledger().queue().trouble());
    CHECK(bench.site.edge("back").ledger().line().seq() >= Seq(45));
    CHECK(to_text(bench.check("back")) == "");
}

TEST_CASE("a batch altered on its way is refused until it comes as it was written") {
    bool altering = false;
    sim::SimSiteOptions options;
    options.wrappers.bus = [&altering](const std::string& box, sim::Node&,
                                       MessageBus& inner) -> std::unique_ptr<MessageBus> {
        return box == "back" ? std::make_unique<AlteringBus>(inner, altering) : nullptr;
    };
    SyncBench bench(std::move(options));
    bench.write("back", 3);
    REQUIRE(bench.site.settle());
    altering = true;
    bench.write("back", 5);
    CHECK_FALSE(bench.site.settle(std::chrono::seconds(20)));
    const EdgeLink& link = *bench.site.bridge().edges().at(EdgeId("back"));
    CHECK(link.trouble.find("altered on its way") != std::string::npos);
    CHECK(link.stored.line().seq().value() + 5 ==
          bench.site.edge("back").ledger().line().seq().value());
    altering = false;
    REQUIRE(bench.site.settle());
    CHECK(to_text(sim::check_equal(bench.site.disk("back"), bench.site.disk("bridge"), "back")) ==
          "");
    CHECK(caught_by(bench.check("back"), "identity.reused"));  // The witness heard both texts.
}

TEST_CASE("an acknowledgement told again much later costs one comparison, and no storm of them") {
    bool repeating = false;
    std::size_t compared = 0;
    std::size_t begun = 0;
    sim::SimSiteOptions options;
    options.link.latency_min = options.link.latency_max = std::chrono::milliseconds(150);
    options.on_trace = [&](const std::string& line) {
        compared += line.find("the bridge now holds") == std::string::npos ? 0 : 1;
        begun += line.find("streaming from event") == std::string::npos ? 0 : 1;
    };
    options.wrappers.bus = [&repeating](const std::string& box, sim::Node&,
                                        MessageBus& inner) -> std::unique_ptr<MessageBus> {
        return box == "back" ? std::make_unique<ForgetfulBus>(inner, repeating) : nullptr;
    };
    SyncBench bench(std::move(options));
    bench.write("back", 100);
    REQUIRE(bench.site.settle());
    repeating = true;
    begun = 0;
    for (int burst = 0; burst < 40; ++burst) {
        bench.write("back", 300);
        bench.site.run_for(std::chrono::milliseconds(100));
    }
    REQUIRE(bench.site.settle());
    INFO(compared << " comparisons, " << begun << " streams begun");
    CHECK(compared > 0);
    CHECK(begun <= compared);
    CHECK(to_text(bench.check("back")) == "");
}

// Faults that are planted between services and their ports: a full disk, a batch altered on its
// way, stock changed beside the ledger, and processes that break the first rule of the design
// (journal before effect). The last kind must be caught, each by the checker named for it.
#include <catch2/catch.hpp>

#include "firmware/domain/place.hpp"
#include "firmware/services/ledger/rows.hpp"
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

    void commit(JournalCommit commit, Reply<void> reply) override {
        if (!full_) {
            inner().commit(std::move(commit), std::move(reply));
            return;
        }
        timer_.arm(Duration(0), [reply = std::move(reply)] {
            reply(fail(ErrorKind::exhausted, "the disk is full; make room"));
        });
    }

 private:
    const bool& full_;
    Timer timer_;
};

/// Says "durable" at once and commits a while later, as a cache without power would.
class HastyJournal final : public PassingJournal {
 public:
    HastyJournal(Journal& inner, Scheduler& scheduler)
        : PassingJournal(inner), scheduler_(scheduler) {}

    void commit(JournalCommit commit, Reply<void> reply) override {
        scheduler_.after(Duration(0), [reply = std::move(reply)] { reply({}); });
        scheduler_.after(std::chrono::milliseconds(300), [this, late = std::move(commit)] {
            inner().commit(late, [](const Result<void>&) {});
        });
    }

 private:
    Scheduler& scheduler_;
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

sim::SimSiteOptions with_journal(const std::string& at, auto make) {
    sim::SimSiteOptions options;
    options.wrappers.journal = [at, make](const std::string& box, sim::Node& node,
                                          Journal& inner) -> std::unique_ptr<Journal> {
        return box == at ? std::unique_ptr<Journal>(make(node, inner)) : nullptr;
    };
    return options;
}

sim::SimSiteOptions hasty(const std::string& at) {
    return with_journal(at, [](sim::Node& node, Journal& inner) {
        return std::make_unique<HastyJournal>(inner, node);
    });
}

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

TEST_CASE("a bridge that acknowledges before its commit is caught when it dies") {
    SyncBench bench(hasty("bridge"));
    bench.write("back", 5);
    bench.site.run_for(std::chrono::seconds(10));
    bench.write("back", 5);
    const Seq last = bench.site.edge("back").ledger().line().seq();
    REQUIRE(bench.site.run_until(
        [&] { return bench.site.edge("back").outbox().health().acknowledged == last; }));
    bench.site.kill("bridge");
    CHECK(caught_by(bench.check("back"), "acknowledged.kept"));
}

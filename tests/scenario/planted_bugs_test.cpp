// Processes that break a rule of delivery on purpose. Each must be caught by the checker named for
// that rule, and the same scene without the bug must pass it.
#include <catch2/catch.hpp>

#include "tests/scenario/planted.hpp"
#include "tests/scenario/sync_bench.hpp"

using namespace tally;
using namespace tally::scenario;
using sim::caught_by;
using sim::to_text;

namespace {

/// An edge is killed the moment its newest event has been told, and what was under way arrives.
sim::Findings kill_once_told(sim::SimSiteOptions options) {
    SyncBench bench(std::move(options));
    bench.write("back", 5);
    REQUIRE(bench.site.settle());
    bench.site.run_for(std::chrono::seconds(1));
    bench.write("back", 5);
    const Seq last = bench.site.edge("back").ledger().line().seq();
    REQUIRE(bench.site.run_until([&] {
        return bench.site.witness().told().contains({"back", 1, last.value()});
    }));
    bench.site.kill("back");
    bench.site.run_for(std::chrono::seconds(1));
    sim::Findings dead = bench.check("back");
    bench.site.restart("back");
    REQUIRE(bench.site.settle());
    bench.write("back", 1);
    REQUIRE(bench.site.settle());
    // The product heals by opening an epoch, so that at rest all seems well but for that.
    sim::append(dead, sim::check_epochs(bench.site.disk("back"), "back", 0));
    return dead;
}

/// An edge's disk is exchanged for an older copy, and it goes on.
sim::Findings restore(sim::SimSiteOptions options) {
    SyncBench bench(std::move(options));
    bench.write("back", 5);
    REQUIRE(bench.site.settle());
    bench.site.kill("back");
    bench.site.copy_disk("back", "monday.db");
    bench.site.restart("back");
    REQUIRE(bench.site.settle());
    bench.write("back", 9);
    REQUIRE(bench.site.settle());
    bench.site.kill("back");
    bench.site.insert_disk("back", "monday.db");
    bench.site.restart("back");
    bench.site.run_for(std::chrono::seconds(1));
    bench.write("back", 3);
    bench.site.run_for(std::chrono::seconds(20));
    return bench.check("back");
}

}  // namespace

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

TEST_CASE("an edge that publishes before its commit is caught when it dies") {
    CHECK(to_text(kill_once_told({})) == "");
    const sim::Findings findings = kill_once_told(hasty("back"));
    CHECK(caught_by(findings, "told.durable"));
    CHECK(caught_by(findings, "bridge.complete"));
    CHECK(caught_by(findings, "epoch.explained"));
}

TEST_CASE("an edge that uses numbers again after a restore is caught") {
    CHECK(to_text(restore({})) == "");
    sim::SimSiteOptions options;
    options.wrappers.bus = [](const std::string& box, sim::Node&,
                              MessageBus& inner) -> std::unique_ptr<MessageBus> {
        return box == "back" ? std::make_unique<SelfAnsweringBus>(inner) : nullptr;
    };
    const sim::Findings findings = restore(std::move(options));
    CHECK(caught_by(findings, "identity.reused"));
    CHECK(caught_by(findings, "bridge.equal"));
    CHECK(caught_by(findings, "bridge.head"));
}

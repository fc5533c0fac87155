// Two ledgers of one edge: a copied disk that runs beside the original, a bridge that has forgotten
// an epoch, heads that differ.
#include <catch2/catch.hpp>

#include "firmware/messages/sync.hpp"
#include "tests/scenario/planted.hpp"
#include "tests/scenario/sync_bench.hpp"

using namespace tally;
using namespace tally::scenario;
using sim::to_text;

namespace {

/// Says another head than the edge has, in births and beats, while `lying`.
class LyingBus final : public sim::PassingBus {
 public:
    LyingBus(MessageBus& inner, const bool& lying) : PassingBus(inner), lying_(lying) {}

    Result<std::uint64_t> publish(BusMessage message) override {
        if (auto birth = decode_birth(message.payload); birth && lying_) {
            birth->head[0] ^= 1;
            message.payload = encode(*birth);
        }
        return inner().publish(std::move(message));
    }

 private:
    const bool& lying_;
};

/// Kills a box, copies its disk, and has it back.
void back_up(SyncBench& bench, const std::string& box, const std::string& to) {
    bench.site.kill(box);
    bench.site.copy_disk(box, to);
    bench.site.restart(box);
    REQUIRE(bench.site.settle());
}

}  // namespace

TEST_CASE("two live boxes with one identity yield to each other, and lose and mix up nothing") {
    SyncBench bench({});
    bench.write("back", 10);
    REQUIRE(bench.site.settle());
    back_up(bench, "back", "monday.db");
    bench.write("back", 5);
    REQUIRE(bench.site.settle());

    bench.site.add_copy("twin", "back", "monday.db");
    bench.site.restart("twin");
    for (int i = 0; i < 60; ++i) {
        bench.site.run_for(std::chrono::seconds(5));
        bench.write(i % 2 == 0 ? "back" : "twin", 1);
    }
    const EdgeLink& link = *bench.site.bridge().edges().at(EdgeId("back"));
    CHECK(link.stored.line().epoch() > Epoch(1));
    CHECK(link.stored.line().epoch() < Epoch(12));  // They do not fight over the name.
    CHECK(bench.bridge_anomalies("lost_by_restore") >= 5);

    bench.site.kill("twin");
    REQUIRE(bench.site.settle(std::chrono::minutes(30)));
    const auto stays_equal = [&] {
        return sim::check_equal(bench.site.disk("back"), bench.site.disk("bridge"), "back");
    };
    CHECK(to_text(stays_equal()) == "");
    CHECK(to_text(sim::check_stock(bench.site.disk("bridge"), "back")) == "");
    CHECK(to_text(sim::check_acknowledged(bench.site.witness(), bench.site.disk("bridge"),
                                          "back")) == "");
    for (const auto& [identity, texts] : bench.site.witness().told()) {
        INFO(std::get<0>(identity) << ":" << std::get<1>(identity) << ":" << std::get<2>(identity));
        CHECK(texts.size() == 1);
    }
}

TEST_CASE("a bridge restored to before an edge's epoch learns the epoch again") {
    SyncBench bench({});
    bench.write("back", 10);
    REQUIRE(bench.site.settle());
    back_up(bench, "back", "saved-edge.db");
    bench.write("back", 6);
    REQUIRE(bench.site.settle());
    back_up(bench, "bridge", "saved-bridge.db");
    bench.site.kill("back");
    bench.site.insert_disk("back", "saved-edge.db");
    bench.site.restart("back");
    REQUIRE(bench.site.settle());
    bench.write("back", 3);
    REQUIRE(bench.site.settle());
    REQUIRE(bench.site.edge("back").ledger().line().epoch() == Epoch(2));

    bench.site.kill("bridge");
    bench.site.insert_disk("bridge", "saved-bridge.db");
    bench.site.restart("bridge");
    REQUIRE(bench.site.settle());
    CHECK(bench.site.edge("back").ledger().line().epoch() == Epoch(2));  // Not a third one.
    CHECK(bench.bridge_anomalies("lost_by_restore") >= 6);
    CHECK(to_text(bench.check("back")) == "");
}

TEST_CASE("unequal heads at one event are an alarm that ends when they are equal again") {
    bool lying = false;
    sim::SimSiteOptions options;
    options.wrappers.bus = [&lying](const std::string& box, sim::Node&,
                                    MessageBus& inner) -> std::unique_ptr<MessageBus> {
        return box == "back" ? std::make_unique<LyingBus>(inner, lying) : nullptr;
    };
    SyncBench bench(std::move(options));
    bench.write("back", 4);
    REQUIRE(bench.site.settle());
    bench.site.run_for(std::chrono::seconds(70));
    CHECK(bench.bridge_anomalies("ledger_diverged") == 0);
    lying = true;
    bench.site.run_for(std::chrono::minutes(3));
    CHECK(bench.bridge_anomalies("ledger_diverged") == 1);
    CHECK(bench.bridge_anomalies("stock_diverged") == 0);
    lying = false;
    bench.site.run_for(std::chrono::seconds(70));
    CHECK(bench.bridge_anomalies("ledger_diverged") == 0);
    CHECK(to_text(bench.check("back")) == "");
}

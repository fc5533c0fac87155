// Divergence of stock and the way back: an alarm, never a silent overwrite, then a snapshot in
// chunks, also while the edge goes on writing.
#include <catch2/catch.hpp>

#include "firmware/messages/sync.hpp"
#include "tests/scenario/sync_bench.hpp"

using namespace tally;
using namespace tally::scenario;
using sim::caught_by;
using sim::to_text;

namespace {

constexpr int kUnits = 1'200;  // More than one chunk of 64 KiB.

std::string item_of(int number) {
    return sim::unit_tag(1, static_cast<std::uint64_t>(number)).str();
}

/// Counts the chunks that an edge sends, and makes each wait for its answer a while.
class SnapshotWatch final : public sim::PassingBus {
 public:
    SnapshotWatch(MessageBus& inner, std::set<std::string>& snapshots, int& chunks)
        : PassingBus(inner), snapshots_(snapshots), chunks_(chunks) {}

    Result<std::uint64_t> publish(BusMessage message) override {
        if (const auto chunk = decode_snapshot(message.payload)) {
            snapshots_.insert(chunk->header.id);
            ++chunks_;
        }
        return inner().publish(std::move(message));
    }

 private:
    std::set<std::string>& snapshots_;
    int& chunks_;
};

/// Edge back holds many units; the bridge's stock of it is then changed beside the ledger.
struct Diverged {
    Diverged() : bench(options()) {
        REQUIRE(site.settle());
        bench.write("back", 1);
        for (int i = 0; i < kUnits; ++i) {
            put(i, "back.hall");
        }
        REQUIRE(site.settle());
        REQUIRE(to_text(bench.check("back")) == "");
        change_beside_the_ledger();
    }

    sim::SimSiteOptions options() {
        sim::SimSiteOptions options;
        options.wrappers.bus = [this](const std::string& box, sim::Node&,
                                      MessageBus& inner) -> std::unique_ptr<MessageBus> {
            return box == "back" ? std::make_unique<SnapshotWatch>(inner, snapshots, chunks)
                                 : nullptr;
        };
        return options;
    }

    void put(int unit, const std::string& place) {
        REQUIRE(site.edge("back").inventory().correct(item_of(unit), PlaceId(place), "counted",
                                                      {"user:li.wei", ""}, {}));
    }

    EdgeLink& link() { return *site.bridge().edges().at(EdgeId("back")); }

    /// As somebody with a database tool would: unit 0 is said to be LOST, in all rows alike.
    void change_beside_the_ledger() {
        const Book& book = link().stored.line().book();
        Book changed;
        for (PositionView row : book.positions()) {
            row.quantity.milli += row.place == "back.hall" ? -1'000 : 0;
            REQUIRE(changed.load(row));
        }
        PositionView lost = book.positions().front();
        lost.place = "LOST";
        lost.quantity = Quantity::of_units(1);
        REQUIRE(changed.load(lost));
        for (ItemView row : book.items()) {
            row.place = row.item == item_of(0) ? "LOST" : row.place;
            REQUIRE(changed.load(row));
        }
        JournalCommit change;
        Line& line = link().stored.line();
        const std::uint64_t seq = line.seq().value();
        link().stored.replace(std::make_unique<Line>(line.with_book(std::move(changed))), seq,
                              change);
        site.bridge().own().add(std::move(change), {});
    }

    std::set<std::string> snapshots;
    int chunks = 0;
    SyncBench bench;
    sim::SimSite& site = bench.site;
};

}  // namespace

TEST_CASE("unequal stock at one event is an alarm on both sides, and nothing overwrites it") {
    Diverged scene;
    scene.site.run_for(std::chrono::seconds(70));  // A beat comes each minute.
    CHECK(scene.bench.bridge_anomalies("stock_diverged") == 1);
    CHECK(scene.bench.bridge_anomalies("ledger_diverged") == 0);
    CHECK(scene.site.edge("back").outbox().health().diverged);
    scene.put(kUnits, "back.hall");
    scene.site.run_for(std::chrono::minutes(3));
    CHECK(scene.bench.bridge_anomalies("stock_diverged") == 1);
    CHECK(scene.chunks == 0);
    CHECK(caught_by(scene.bench.check("back"), "bridge.stock"));

    REQUIRE(scene.site.bridge().request_snapshot(EdgeId("back")));
    scene.site.run_for(std::chrono::seconds(5));
    CHECK(scene.snapshots.size() == 1);
    CHECK(scene.chunks >= 2);
    CHECK(scene.bench.bridge_anomalies("stock_diverged") == 0);
    REQUIRE(scene.site.settle());
    CHECK_FALSE(scene.site.edge("back").outbox().health().diverged);
    CHECK(to_text(scene.bench.check("back")) == "");
    scene.site.kill("bridge");  // What was swapped in is what the disk has.
    scene.site.restart("bridge");
    REQUIRE(scene.site.settle());
    CHECK(to_text(scene.bench.check("back")) == "");
}

TEST_CASE("a snapshot of an edge that never pauses is brought forward by the events behind it") {
    Diverged scene;
    REQUIRE(scene.site.bridge().request_snapshot(EdgeId("back")));
    for (int unit = 1; unit <= 300; ++unit) {
        scene.put(kUnits + unit, "back.hall");
        scene.site.run_for(std::chrono::milliseconds(10));
    }
    CHECK(scene.snapshots.size() == 1);
    CHECK(scene.bench.bridge_anomalies("stock_diverged") == 0);
    REQUIRE(scene.site.settle());
    CHECK(to_text(scene.bench.check("back")) == "");
}

TEST_CASE("a snapshot that breaks off changes nothing, and the next one is taken") {
    Diverged scene;
    REQUIRE(scene.site.bridge().request_snapshot(EdgeId("back")));
    REQUIRE(scene.site.run_until([&] { return scene.chunks > 0; }));
    scene.site.broker().break_connections(scene.site.node("back"));
    scene.site.run_for(std::chrono::seconds(2));
    REQUIRE(scene.site.settle());
    CHECK(caught_by(scene.bench.check("back"), "bridge.stock"));
    REQUIRE(scene.site.bridge().request_snapshot(EdgeId("back")));
    scene.site.run_for(std::chrono::seconds(5));
    REQUIRE(scene.site.settle());
    CHECK(scene.snapshots.size() == 2);
    CHECK(to_text(scene.bench.check("back")) == "");
}

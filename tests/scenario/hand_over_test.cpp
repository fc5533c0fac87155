// Hand-overs between edges where one half is late, missing or contradicted, and where the bridge
// shows a unit meanwhile.
#include <array>

#include <catch2/catch.hpp>

#include "firmware/domain/place.hpp"
#include "tests/scenario/sync_bench.hpp"

using namespace tally;
using namespace tally::scenario;
using sim::to_text;

namespace {

const std::vector<sim::TagCode> kUnit = {sim::unit_tag(1, 7)};

/// A unit that has come in by the dock and stands in the back.
struct UnitInBack {
    explicit UnitInBack(sim::SimSiteOptions options = {}) : bench(std::move(options)) {
        bench.write("back", 1);
        bench.write("shop", 1);
        REQUIRE(site.world().add_unit(kUnit.front(), PlaceId("SUPPLIER")));
        for (const char* reader : {"dock-reader", "door-reader", "exit-reader"}) {
            REQUIRE(site.run_until([&] { return site.reader(reader).reading(); }));
        }
        REQUIRE(site.walk(kUnit, "dock", sim::Way::in));
        REQUIRE(site.run_until([&] { return shown() == "back.hall"; }));
    }

    /// Where the bridge shows it.
    std::string shown() {
        const auto unit = site.bridge().unit(item);
        return unit ? unit->place : "nowhere";
    }
    std::string booked(const std::string& edge) {
        const auto held = site.edge(edge).ledger().book().item(item);
        return held ? std::string(held->place) : "nowhere";
    }
    /// Units at a place over the books of both edges.
    std::int64_t sum_at(std::string_view place) {
        std::int64_t milli = 0;
        for (const char* edge : {"back", "shop"}) {
            for (const auto& [key, quantity] : sim::stored_stock(site.disk(edge), edge).positions) {
                milli += key[0] == place ? quantity : 0;
            }
        }
        return milli / 1'000;
    }
    /// A person says where the unit is. That it is gone from a real place takes two of them.
    void correct(const std::string& edge, const std::string& to) {
        EdgeSite& box = site.edge(edge);
        const Actor first{"user:li.wei", ""};
        const std::string held = booked(edge);
        const bool goes =
            is_virtual(PlaceId(to)) && held != "nowhere" && !is_virtual(PlaceId(held));
        if (goes) {
            Counting& counting = box.work().counting;
            const auto proposed =
                counting.propose({PlaceId(held), {}, item, -1'000, "unknown"}, first);
            REQUIRE(proposed);
            REQUIRE(counting.approve(
                event_ref(box.ledger().edge(), box.ledger().line().epoch(), *proposed),
                {"user:chen", ""}));
        }
        if (!goes || to != kLost) {
            REQUIRE(box.inventory().correct(item, PlaceId(to), "seen by a person", first, {}));
        }
        REQUIRE(site.settle());
    }
    void check_books() {
        CHECK(to_text(bench.check("back")) == "");
        CHECK(to_text(bench.check("shop")) == "");
    }

    SyncBench bench;
    sim::SimSite& site = bench.site;
    const std::string item = kUnit.front().str();
};

}  // namespace

TEST_CASE("half of a hand-over that stays alone is an anomaly until the other half comes") {
    sim::SimSiteOptions options;
    options.handover_limit = std::chrono::seconds(30);
    UnitInBack scene(std::move(options));
    scene.site.kill("shop");
    REQUIRE(scene.site.walk(kUnit, "door", sim::Way::in));
    REQUIRE(scene.site.run_until([&] { return scene.shown() == kInTransit; }));
    scene.site.run_for(std::chrono::seconds(20));
    CHECK(scene.bench.bridge_anomalies("handover_unmatched") == 0);
    scene.site.run_for(std::chrono::seconds(20));
    CHECK(scene.bench.bridge_anomalies("handover_unmatched") == 1);
    scene.site.kill("bridge");  // The open half and its anomaly outlive the bridge's process.
    scene.site.restart("bridge");
    scene.site.run_for(std::chrono::seconds(40));
    CHECK(scene.bench.bridge_anomalies("handover_unmatched") == 1);
    CHECK(scene.site.bridge().hand_overs().open().size() == 1);

    scene.site.restart("shop");
    REQUIRE(scene.site.settle());
    CHECK(scene.bench.bridge_anomalies("handover_unmatched") == 0);
    CHECK(scene.site.bridge().hand_overs().open().empty());
    CHECK(scene.shown() == "shop.floor");
    CHECK(scene.sum_at(kInTransit) == 0);
    scene.check_books();
}

TEST_CASE("news of a hand-over that comes after the unit has gone on explains what was seen") {
    UnitInBack scene;
    scene.site.network().partition(scene.site.node("back"), scene.site.broker().node());
    REQUIRE(scene.site.walk(kUnit, "door", sim::Way::in));
    REQUIRE(scene.site.run_until([&] { return scene.booked("back") == kInTransit; }));
    REQUIRE(scene.site.walk(kUnit, "exit", sim::Way::out));
    REQUIRE(scene.site.run_until([&] { return scene.booked("shop") == kCustomer; }));
    CHECK(scene.sum_at(kUnexplained) == -1);
    CHECK(scene.site.edge("shop").ledger().registers().anomalies().size() == 1);
    scene.site.run_for(std::chrono::seconds(30));

    scene.site.network().heal_all();
    REQUIRE(scene.site.settle());
    CHECK(scene.site.edge("shop").ledger().registers().anomalies().empty());
    CHECK(scene.booked("shop") == kCustomer);
    CHECK(scene.shown() == kCustomer);
    CHECK(scene.sum_at(kUnexplained) == 0);
    CHECK(scene.sum_at(kInTransit) == 0);
    CHECK(scene.site.bridge().hand_overs().open().empty());
    CHECK(scene.bench.bridge_anomalies("item_twice") == 0);
    scene.check_books();
}

TEST_CASE("one tag at places of two edges is an alarm until one of them lets it go") {
    UnitInBack scene;
    scene.correct("shop", "shop.floor");  // A copied tag, or somebody who errs.
    CHECK(scene.bench.bridge_anomalies("item_twice") == 1);
    scene.site.kill("bridge");
    scene.site.restart("bridge");
    REQUIRE(scene.site.settle());
    CHECK(scene.bench.bridge_anomalies("item_twice") == 1);
    scene.correct("back", std::string(kLost));
    CHECK(scene.bench.bridge_anomalies("item_twice") == 0);
    CHECK(scene.shown() == "shop.floor");
    scene.check_books();
}

TEST_CASE("of two edges' last words about a unit the bridge shows the one that says most") {
    struct Words {
        std::string_view back, shop, shown;
    };
    const std::array<Words, 5> table = {{{kLost, kCustomer, kCustomer},
                                         {kCustomer, kLost, kCustomer},
                                         {kLost, "shop.floor", "shop.floor"},
                                         {kSupplier, kCustomer, kSupplier},
                                         {kLost, kLost, kLost}}};
    for (const Words& words : table) {
        INFO("back says " << words.back << ", shop says " << words.shop);
        UnitInBack scene;
        if (words.shop == "shop.floor") {
            scene.correct("back", std::string(words.back));
            scene.correct("shop", std::string(words.shop));
        } else {
            scene.correct("shop", "shop.floor");
            scene.correct("shop", std::string(words.shop));
            scene.correct("back", std::string(words.back));
        }
        CHECK(scene.shown() == words.shown);
    }
}

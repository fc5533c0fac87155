// Weights of one slot: what is counted change by change is held against what all of it changed by.
#include "firmware/services/shelf/slot_watch.hpp"

#include <chrono>
#include <map>

#include <catch2/catch.hpp>

namespace tally {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Kind = WeightVerdict::Kind;

/// Screws of 100 g that differ by more than a gram each: 100 of them may be 33 g off.
struct Slot {
    SlotWatch watch{[] {
        SlotLayout layout;
        layout.division = Weight{1'000};
        return layout;
    }()};
    std::vector<UnitWeight> candidates{{"screws", {100'000}, {1'080}}};
    MonoTime now;
    std::map<std::string, std::int64_t> counted;

    WeightVerdict weigh(std::int64_t grams) {
        now = now + seconds(2);
        WeightVerdict verdict = watch.weigh({grams * 1'000}, now, candidates);
        for (const CountEstimate& estimate : verdict.estimates) {
            counted[estimate.sku] += estimate.units;
        }
        return verdict;
    }
};

}  // namespace

TEST_CASE("somebody who leans and shifts is nothing when he is gone") {
    Slot slot;
    slot.weigh(2'000);
    for (const std::int64_t grams : {13'430, 7'750, 15'970}) {
        CHECK(slot.weigh(grams).kind == Kind::units);
    }
    const WeightVerdict gone = slot.weigh(2'001);
    CHECK(gone.kind == Kind::units);
    CHECK_FALSE(gone.is_unsure);
    CHECK(slot.counted["screws"] == 0);  // Each for itself: 114, -57, 82, -140.
    CHECK_FALSE(slot.watch.counted());
}

TEST_CASE("what an auditor reads of a count made good covers the change") {
    Slot slot;
    slot.weigh(2'000);
    slot.weigh(13'430);
    slot.weigh(7'750);
    slot.weigh(15'970);
    const WeightVerdict gone = slot.weigh(2'000);
    REQUIRE(gone.estimates.size() == 1);
    const CountEstimate& estimate = gone.estimates.front();
    CHECK(distance(Weight{estimate.units * 100'000}, {-13'970'000}) <= estimate.tolerance);
}

TEST_CASE("goods that are taken while somebody leans stay taken") {
    Slot slot;
    slot.weigh(2'000);
    slot.weigh(13'430);
    slot.weigh(7'500);
    slot.weigh(1'702);
    CHECK(slot.counted["screws"] == -3);
}

TEST_CASE("a large delivery is counted, and what is taken of it") {
    Slot slot;
    slot.weigh(0);
    slot.weigh(11'425);  // 114 of them, a little heavy.
    CHECK(slot.counted["screws"] == 114);
    CHECK(slot.watch.counted());
    slot.weigh(11'324);
    slot.weigh(11'022);
    CHECK(slot.counted["screws"] == 110);
    SECTION("the rest leaves together") {
        slot.weigh(0);
        CHECK(slot.counted["screws"] == 0);
    }
    SECTION("after a while it is what stands there") {
        slot.now = slot.now + SlotWatch::kCountedLimit;
        slot.weigh(10'922);
        CHECK(slot.counted["screws"] == 109);
        CHECK_FALSE(slot.watch.counted());
    }
    SECTION("people say what stands there") {
        slot.watch.forget_counted();
        slot.weigh(10'922);
        CHECK(slot.counted["screws"] == 109);
        CHECK_FALSE(slot.watch.counted());
    }
}

TEST_CASE("counts that do not weigh what the weight changed by are said to be unsure") {
    Slot slot;
    slot.weigh(2'000);
    CHECK_FALSE(slot.weigh(13'430).is_unsure);  // 114, and 30 g that nobody sees.
    CHECK_FALSE(slot.weigh(11'445).is_unsure);  // -20, and 15 g.
    CHECK(slot.weigh(12'453).is_unsure);        // 10, and 8 g: 104, or 105, or something else.
    CHECK_FALSE(slot.watch.counted());
}

TEST_CASE("two SKUs in a slot: what looked like the one and the other is neither") {
    Slot slot;
    slot.candidates.push_back({"tins", {350'000}, {500}});
    slot.weigh(0);
    slot.weigh(6'025);  // 60 screws, a little heavy.
    REQUIRE(slot.counted["screws"] == 60);
    slot.weigh(7'075);  // 3 tins on top.
    REQUIRE(slot.counted["tins"] == 3);
    slot.weigh(1);
    CHECK(slot.counted["screws"] == 0);
    CHECK(slot.counted["tins"] == 0);
}

}  // namespace tally

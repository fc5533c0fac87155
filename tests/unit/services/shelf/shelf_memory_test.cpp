// What a slot keeps in mind: tagged units that were lifted or told before their weight, what is
// odd, and what stands there when it is weighed for the first time. Over darkness and restarts.
#include "tests/support/shelf_rig.hpp"

namespace tally {
namespace {

using std::chrono::seconds;
using test::kBoltMg;
using test::kTeaMg;
using test::ShelfRig;
using test::TeaRig;
using Kinds = std::vector<std::string>;

TEST_CASE("a unit lifted and put back leaves nothing open and binds no stranger") {
    TeaRig rig;
    rig.stock(2);
    rig.deliver(7);  // Stands in the aisle, on its way to another place.
    rig.put(1, -kTeaMg);
    rig.run(seconds(5));
    CHECK(rig.service->open_changes(PlaceId("a1")) == 1);
    rig.put(1, kTeaMg);
    rig.run(seconds(5));
    CHECK(rig.service->open_changes(PlaceId("a1")) == 0);
    CHECK(rig.base.place_of(test::tea(7)) == "aisle");
    rig.run(seconds(90));
    CHECK(rig.doubts().empty());
    CHECK(rig.units("a1", "tea") == 2);
    rig.put(1, -kTeaMg);  // But once it is a doubt no weight ends it: it may be the stranger now.
    rig.run(seconds(90));
    CHECK(rig.doubts() == Kinds{"unidentified_departure"});
    rig.put(1, kTeaMg);
    rig.run(seconds(5));
    CHECK(rig.doubts() == Kinds{"unidentified_departure"});
    CHECK(rig.base.place_of(test::tea(7)) == "aisle");
}

TEST_CASE("one lifted, two put back: the second is the arrival") {
    TeaRig rig;
    rig.stock(1);
    const std::string next = rig.deliver(2);
    rig.put(1, -kTeaMg);
    rig.run(seconds(5));
    rig.put(1, 2 * kTeaMg);
    rig.run(seconds(5));
    CHECK(rig.base.place_of(next) == "a1");
    CHECK(rig.service->open_changes(PlaceId("a1")) == 0);
    rig.run(seconds(90));
    CHECK(rig.doubts().empty());
}

TEST_CASE("a unit that left a dark slot is no doubt before the weight has had its say") {
    for (const bool restarts : {false, true}) {
        TeaRig rig;
        rig.stock(2);
        rig.rack.gateway().faults(1).dead = 1;
        rig.run(seconds(30));
        rig.base.in("exit", test::tea(1));
        rig.put(1, -kTeaMg);
        rig.run(seconds(120));
        CHECK(rig.doubts().empty());
        if (restarts) {
            rig.stop();
            rig.start();
            rig.run(seconds(5));
        }
        rig.rack.gateway().faults(1).dead = 0;
        rig.run(seconds(200));
        CHECK(rig.doubts().empty());
        CHECK(rig.service->open_changes(PlaceId("a1")) == 0);
        CHECK(rig.units("a1", "tea") == 1);
    }
}

TEST_CASE("a slot that sees again but swings is given time before what it missed is a doubt") {
    TeaRig rig;
    rig.stock(2);
    rig.rack.gateway().faults(1).dead = 1;
    rig.run(seconds(30));
    rig.base.in("exit", test::tea(1));
    rig.run(seconds(120));
    rig.rack.gateway().faults(1).dead = 0;
    for (int i = 0; i < 100; ++i) {  // Somebody rummages while it comes back.
        rig.put(1, i % 2 == 0 ? -kTeaMg : kTeaMg);
        rig.run(std::chrono::milliseconds(300));
    }
    CHECK(rig.doubts().empty());
    rig.put(1, -kTeaMg);
    rig.run(seconds(100));
    CHECK(rig.doubts().empty());
}

TEST_CASE("a unit booked out and back in waits for no weight") {
    TeaRig rig;
    rig.stock(2);
    rig.base.sight("exit", test::tea(1));  // Read through the wall, say.
    REQUIRE(rig.base.inventory.correct(test::tea(1), PlaceId("aisle"), "seen", rig.base.user, {}));
    REQUIRE(
        rig.base.inventory.correct(test::tea(1), PlaceId("a1"), "no, there", rig.base.user, {}));
    rig.run(seconds(100));
    CHECK(rig.doubts().empty());
}

TEST_CASE("an odd weight is one anomaly, also over a restart, and ends with the weight") {
    ShelfRig rig;
    rig.put(1, 10 * kBoltMg);
    rig.start();
    rig.run(seconds(5));
    rig.put(1, 37'000);
    rig.run(seconds(20));
    CHECK(rig.doubts() == Kinds{"count_differs"});
    for (int i = 0; i < 2; ++i) {
        rig.stop();
        rig.start();
        rig.run(seconds(30));
        CHECK(rig.doubts() == Kinds{"count_differs"});
    }
    rig.put(1, -37'000);
    rig.run(seconds(5));
    CHECK(rig.doubts().empty());
    CHECK(rig.units("a1", "bolts") == 10);
    CHECK(rig.bookings() == 1);
}

/// Stands in slot a1 by the book before it is weighed.
void stand(ShelfRig& rig, const std::string& sku, std::int64_t count) {
    Event event;
    event.type = EventType::received;
    event.by = "user:test";
    event.sku = SkuId(sku);
    event.lot = LotId(std::string(kDefaultLot));
    event.qty = Quantity::of_units(count);
    event.from = PlaceId("SUPPLIER");
    event.to = PlaceId("a1");
    rig.base.rig.write(event);
}

TEST_CASE("the first weighing compares all that the book has there, SKU by SKU") {
    struct Row {
        std::string what;
        std::vector<std::string> skus;
        std::vector<std::pair<std::string, std::int64_t>> book;
        std::int64_t bolts_of_weight;
        Kinds doubts;
    };
    const std::vector<Row> rows = {
        {"one SKU as booked", {"bolts"}, {{"bolts", 10}}, 10, {}},
        {"two SKUs as booked", {"bolts", "tins"}, {{"bolts", 4}, {"tins", 3}}, 10, {}},
        {"as many units, of another SKU", {"bolts"}, {{"tins", 10}}, 10, {"count_differs"}},
        {"one of two is missing",
         {"bolts", "tins"},
         {{"bolts", 4}, {"tins", 3}},
         9,
         {"count_differs"}},
        {"something of unknown weight",
         {"bolts"},
         {{"bolts", 1}, {"sand", 9}},
         10,
         {"count_differs"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        ShelfRig rig;
        REQUIRE(rig.base.inventory.import_master(
            {ItemRecord{"sand", "", "Sand", Tracking::by_count, 0}}, rig.base.user, {}));
        rig.base.site.shelves[0].slots[0].skus = row.skus;
        for (const auto& [sku, count] : row.book) {
            stand(rig, sku, count);
        }
        rig.put(1, row.bolts_of_weight * kBoltMg);
        rig.start();
        rig.run(seconds(5));
        CHECK(rig.doubts() == row.doubts);
        CHECK(rig.bookings() == 0);
    }
}

TEST_CASE("the memory of a slot is the same after writing and reading it") {
    SlotMemory memory;
    memory.baseline_mg = -5;
    memory.open = {{"back:1:7", "tea", -2, "back:1:9"}, {"back:1:8", "bolts", 3, {}}};
    memory.moves = {{"3034", "tea", 1, {}}, {{}, "bolts", -4, "back:1:10"}};
    memory.crossed = {{{}, "bolts", 2, {}}};
    memory.odd = OddWeight{1'037'000, "back:1:11"};
    memory.asked = AskedCommand{"tare", "back:1:12", 1'000'000};
    memory.never_weighed = true;
    memory.counted = CountedLately{11'430'000, {{"bolts", 114}, {"tins", -2}}};
    CHECK(decode_slot_memory(encode(memory)).value() == memory);
    CHECK(decode_slot_memory(encode(SlotMemory{})).value() == SlotMemory{});
    CHECK(decode_slot_memory(R"({"baseline_mg":5,"open":[]})").value().baseline_mg == 5);
    const std::string text = encode(memory);
    for (std::size_t size = 0; size < text.size(); ++size) {
        CHECK_FALSE(decode_slot_memory(text.substr(0, size)));
    }
}

}  // namespace
}  // namespace tally

// Opening balance and shadow run: files from people and from the old system.
#include "firmware/services/goods/opening.hpp"

#include "firmware/services/goods/shadow.hpp"
#include "tests/support/goods_rig.hpp"

using namespace tally;
using namespace tally::test;

namespace {

Result<OpeningOutcome> open(GoodsRig& rig, const std::string& text) {
    return book_opening(rig.inventory, rig.ledger, {text, "count.csv", "list 7"}, rig.user);
}

Result<ShadowReport> compare(const GoodsRig& rig, const std::string& text,
                             std::vector<std::string> doubts = {}) {
    ShadowQuestion question;
    question.text = text;
    question.file = "old.csv";
    question.mine = [&](const std::string& place) {
        return rig.site.owner_of(PlaceId(place)) == EdgeId("back");
    };
    question.doubts = [doubts](const std::string&) { return doubts; };
    return compare_shadow(rig.ledger, question);
}

}  // namespace

TEST_CASE("an opening balance books counted goods and units under a name, out of FOUND") {
    GoodsRig rig;
    const auto done = open(rig,
                           "place,sku,lot,units,item,quality\n"
                           "aisle,rice,R1,12.5,,\n"
                           "attic,oil,,3,,damaged\n"
                           "aisle,tea,T1,," +
                               tea(1) + ",\n");
    INFO(refusal(done));
    REQUIRE(done);
    CHECK(done->rows == 3);
    CHECK(rig.stock("aisle", "rice") == 12'500);
    CHECK(rig.stock("attic", "oil", "damaged") == 3'000);
    CHECK(rig.place_of(tea(1)) == "aisle");
    CHECK(rig.stock("FOUND", "rice") == -12'500);
    for (const Event& event : rig.events(EventType::corrected)) {
        CHECK(event.by == "user:li.wei");
        CHECK(event.data.find("opening balance list 7") != std::string::npos);
        CHECK(event.evidence.find("\"line\":") != std::string::npos);
    }
    CHECK(rig.events(EventType::corrected).size() == 3);
}

TEST_CASE("a row that cannot be opened is named by line and column, and nothing is booked") {
    GoodsRig rig;
    rig.put("aisle", "rice", 1'000);
    rig.in("dock-door", tea(9));
    struct Case {
        std::string row, says;
    };
    const std::vector<Case> cases = {
        {"till,rice,,1,", "line 3, column 1: place 'till'"},
        {"nowhere,rice,,1,", "line 3, column 1: place 'nowhere'"},
        {"aisle,salt,,1,", "line 3, column 2: SKU 'salt'"},
        {"aisle,rice,,1,", "line 3, column 4: the book has 1 of SKU rice"},
        {"attic,rice,,-1,", "line 3, column 4: '-1'"},
        {"attic,rice,,0,", "line 3, column 4: nothing"},
        {"attic,rice,,1," + tea(1), "line 3, column 5: SKU rice is tracked by count"},
        {"attic,tea,,1,", "line 3, column 5: SKU tea is tracked by item"},
        {"attic,tea,,2," + tea(2), "line 3, column 4: a unit is 1"},
        {"attic,tea,,1," + tea(9), "line 3, column 5: unit " + tea(9) + " is at dock"},
        {"attic,oil,,1,", "line 3, column 2: SKU oil, lot - stands twice"},
        {"attic,oil", "line 3: has 2 fields"},
    };
    for (const Case& bad : cases) {
        INFO(bad.row);
        const Seq before = rig.ledger.line().seq();
        const auto refused =
            open(rig, "place,sku,lot,units,item\nattic,oil,,1,\n" + bad.row + "\n");
        REQUIRE_FALSE(refused);
        INFO(refused.error().text);
        CHECK(refused.error().text.find("count.csv: " + bad.says) != std::string::npos);
        CHECK(refused.error().text.find(';') != std::string::npos);
        CHECK(rig.ledger.line().seq() == before);
    }
    CHECK(refusal(open(rig, "place,sku,colour\n")).find("column 3: the column 'colour'") !=
          std::string::npos);
    CHECK(refusal(open(rig, "sku\n")).find("'place' is missing") != std::string::npos);
    CHECK(refusal(open(rig, "")).find("no header") != std::string::npos);
}

TEST_CASE("the shadow run compares place by place and never nets errors") {
    GoodsRig rig;
    rig.put("aisle", "rice", 5'000);
    rig.put("attic", "rice", 5'000);
    rig.put("aisle", "oil", 2'000);
    rig.in("dock-door", tea(1));
    const auto report = compare(rig,
                                "place,sku,units,name\n"
                                "aisle,rice,10,Rice\n"
                                "aisle,oil,1,Oil\naisle,oil,1,Oil\n"
                                "dock,80614141123458,1,Tea\n");
    INFO(refusal(report));
    REQUIRE(report);
    CHECK(report->matching == 2);
    REQUIRE(report->differing.size() == 2);
    CHECK(report->differing[0].place == "aisle");
    CHECK(report->differing[0].old_milli == 10'000);
    CHECK(report->differing[0].tally_milli == 5'000);
    CHECK(report->differing[1].place == "attic");
    CHECK(report->differing[1].old_milli == 0);
    CHECK(report->accuracy_ppm() == 500'000);
    CHECK(report->explained == 0);
}

TEST_CASE("a difference says why where that is known") {
    GoodsRig rig;
    rig.put("aisle", "rice", 5'000);
    Event over;
    over.type = EventType::handed_over;
    over.by = "user:test";
    over.sku = SkuId("rice");
    over.lot = LotId("-");
    over.qty = Quantity{2'000};
    over.from = PlaceId("aisle");
    over.to = PlaceId("IN_TRANSIT");
    rig.rig.write(over);
    const auto report = compare(rig, "place,sku,units\naisle,rice,5\n", {"gate dock cannot see"});
    REQUIRE(report);
    REQUIRE(report->differing.size() == 1);
    CHECK(report->differing[0].reasons ==
          std::vector<std::string>{"gate dock cannot see", "in transit: 2"});
    CHECK(report->explained == 1);
    const auto bad = compare(rig, "place,sku,units\ntill,rice,5\naisle,salt,x\n");
    REQUIRE_FALSE(bad);
    CHECK(bad.error().text.find("old.csv: line 2, column 1: place 'till'") == 0);
    CHECK(bad.error().text.find("old.csv: line 3, column 2: code 'salt'") != std::string::npos);
    CHECK(bad.error().text.find("old.csv: line 3, column 3: 'x'") != std::string::npos);
}

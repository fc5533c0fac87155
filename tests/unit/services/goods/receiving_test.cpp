// Receiving against an advice: over, short, wrong, damaged, whole pallets, and late news.
#include "tests/support/goods_rig.hpp"

using namespace tally;
using namespace tally::test;

namespace {

const ReceiptLine& line_of(const ReceiptReport& report, const std::string& what) {
    for (const ReceiptLine& line : report.lines) {
        if (line.sscc == what || line.sku == what) {
            return line;
        }
    }
    FAIL("no line of " << what);
    return report.lines.front();
}

}  // namespace

TEST_CASE("what came is compared with what was announced, line by line") {
    GoodsRig rig;
    rig.advise();
    CHECK(rig.receiving.advices() == std::vector<std::string>{"ASN-7"});
    REQUIRE(rig.receive(tea(1)));
    REQUIRE(rig.receive(tea(2), 0, Condition::damaged));
    REQUIRE(rig.receive("rice", 12'000));
    const auto report = rig.receiving.report("ASN-7");
    REQUIRE(report);
    CHECK(report->supplier == "Tea House");
    const ReceiptLine& pallet = line_of(*report, kGoodsPallet);
    CHECK(pallet.expected_milli == 4'000);
    CHECK(pallet.good_milli == 1'000);
    CHECK(pallet.damaged_milli == 1'000);
    CHECK(pallet.missing == std::vector<std::string>{tea(3), tea(4)});
    CHECK(pallet.verdict() == "short");
    CHECK(line_of(*report, "rice").verdict() == "over");
    CHECK(rig.stock("dock", "tea", "damaged") == 1'000);
    CHECK(rig.open(tea(2)) == std::vector<std::string>{"receipt_damaged"});
    REQUIRE(rig.receiving.close("ASN-7", Closing::announced, rig.user));
    CHECK(rig.all_open() == std::vector<std::string>{"receipt_damaged", "receipt_over",
                                                     "receipt_short", "receipt_short"});
    CHECK(rig.receiving.report("ASN-7")->closed);
    CHECK_FALSE(rig.receiving.close("ASN-7", Closing::announced, rig.user));
}

TEST_CASE("a unit that gate and person both see come in is received once") {
    GoodsRig rig;
    rig.advise();
    rig.in("dock-door", tea(1));
    const auto scanned = rig.receive(tea(1));
    REQUIRE(scanned);
    CHECK_FALSE(scanned->moved);
    REQUIRE(rig.receive(tea(2)));
    rig.in("dock-door", tea(2));
    CHECK(rig.stock("dock", "tea") == 2'000);
    CHECK(rig.events(EventType::received).size() == 2);
    CHECK(rig.all_open().empty());
}

TEST_CASE("what the advice does not name is booked and said to be wrong, once") {
    GoodsRig rig;
    rig.advise();
    REQUIRE(rig.receive(tea(99)));
    REQUIRE(rig.receive(tea(99)));
    REQUIRE(rig.receive("oil", 2'000));
    CHECK(rig.place_of(tea(99)) == "dock");
    CHECK(rig.stock("dock", "oil") == 2'000);
    CHECK(rig.all_open() == std::vector<std::string>{"receipt_wrong", "receipt_wrong"});
    CHECK(refusal(rig.receive("nonsense")).find("no tag, no code") != std::string::npos);
    CHECK(refusal(rig.receiving.scan({"ASN-8", tea(1), 0, PlaceId("dock"), {}, {}}, rig.user))
              .find("no advice ASN-8") != std::string::npos);
    CHECK(refusal(rig.receiving.scan({"ASN-7", tea(1), 0, PlaceId("till"), {}, {}}, rig.user))
              .find("not one of edge back") != std::string::npos);
}

TEST_CASE("a gate that sees a unit before it passes confirms what was told first, and no more") {
    for (const bool by_label : {false, true}) {
        CAPTURE(by_label);
        GoodsRig rig;
        rig.advise();
        REQUIRE(rig.receive(by_label ? kGoodsPallet : tea(1)));
        rig.sight("dock-door", tea(1));
        CHECK_FALSE(rig.ledger.registers().work().is_inferred(tea(1)));  // It is here for sure.
        rig.sight("dock-door", tea(1));
        rig.in("dock-door", tea(1));
        CHECK(rig.all_open().empty());
        CHECK(rig.place_of(tea(1)) == "dock");
        CHECK(rig.stock("SUPPLIER", "tea") == (by_label ? -4'000 : -1'000));
        rig.in("dock-door", tea(1));  // The gate has had its word: now it did leave unseen.
        CHECK(rig.all_open() == std::vector<std::string>{"missed_passage"});
    }
}

TEST_CASE("the label makes the pallet whole, inferred; a full count takes back what is missing") {
    GoodsRig rig;
    rig.advise();
    const auto whole = rig.receive(kGoodsPallet);
    INFO(refusal(whole));
    REQUIRE(whole);
    CHECK(rig.stock("dock", "tea") == 4'000);
    CHECK(line_of(*rig.receiving.report("ASN-7"), kGoodsPallet).inferred == 4);
    REQUIRE(rig.receive(kGoodsPallet));
    CHECK(rig.stock("dock", "tea") == 4'000);
    REQUIRE(rig.receive("rice", 10'000));
    for (int serial : {1, 2, 4}) {
        REQUIRE(rig.receive(tea(serial)));
    }
    CHECK(line_of(*rig.receiving.report("ASN-7"), kGoodsPallet).inferred == 1);
    REQUIRE(rig.receiving.close("ASN-7", Closing::scanned, rig.user));
    CHECK(rig.stock("dock", "tea") == 3'000);
    CHECK(rig.place_of(tea(3)) == "UNEXPLAINED");
    CHECK(rig.open(tea(3)) == std::vector<std::string>{"receipt_short"});
    // It turns up after all: the anomaly answers itself.
    REQUIRE(rig.receive(tea(3)));
    CHECK(rig.place_of(tea(3)) == "dock");
    CHECK(rig.open(tea(3)).empty());
    CHECK(refusal(rig.receive("rice", 1'000)).find("is closed") != std::string::npos);
}

TEST_CASE("receipts, tasks and inferences are the same after a restart") {
    GoodsRig rig;
    rig.advise();
    REQUIRE(rig.receive(kGoodsPallet));
    REQUIRE(rig.receive(tea(2), 0, Condition::damaged));
    REQUIRE(rig.receive("rice", 3'000));
    rig.tasks.sweep();
    REQUIRE(rig.tasks.step({rig.task_id("receive:ASN-7"), TaskAct::take, 0, {}}, rig.user));
    rig.rig.run();
    const std::string before = all_of(rig.ledger);
    const std::string report = receipt_data(*rig.receiving.report("ASN-7"));
    CHECK(report.find("\"inferred\":3") != std::string::npos);
    REQUIRE(rig.rig.verify());
    LedgerRig& ledger = rig.rig;
    REQUIRE(ledger.restart());
    CHECK(all_of(*ledger.ledger) == before);
    REQUIRE(ledger.verify());
}

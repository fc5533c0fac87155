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
        CHECK_FALSE(
            rig.ledger.registers().work().receipts().is_inferred(tea(1)));  // It is here for sure.
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

TEST_CASE("a unit scanned at the receipt and inferred at a later gate was in somebody's hand") {
    GoodsRig rig;
    rig.advise();
    for (int serial : {1, 2, 3, 4}) {
        REQUIRE(rig.receive(tea(serial)));
    }
    for (int serial : {1, 2, 3}) {  // To the aisle as one pallet; the fourth tag is not read.
        rig.in("aisle-door", tea(serial));
    }
    rig.rig.run(std::chrono::seconds(4));
    REQUIRE(rig.place_of(tea(4)) == "aisle");
    CHECK(line_of(*rig.receiving.report("ASN-7"), kGoodsPallet).inferred == 0);
    REQUIRE(rig.receive("rice", 10'000));
    REQUIRE(rig.receiving.close("ASN-7", Closing::scanned, rig.user));
    CHECK(rig.place_of(tea(4)) == "aisle");
    CHECK(rig.all_open().empty());
}

TEST_CASE("tagged goods on no pallet count for their line, whoever tells first, gate or scan") {
    struct Case {
        const char* name;
        bool gate_first, scanned, gate_after;
    };
    for (const Case& way : {Case{"gate, scan", true, true, false}, Case{"gate", true, false, false},
                            Case{"scan, gate", false, true, true}}) {
        INFO(way.name);
        GoodsRig rig;
        rig.take({AsnRecord{"ASN-7", "Tea House", "", {{"tea", "L1", 2'000}}}});
        for (int serial : {1, 2}) {
            if (way.gate_first) {
                rig.in("dock-door", tea(serial));
            }
            for (int again = 0; way.scanned && again < 2; ++again) {
                REQUIRE(rig.receive(tea(serial)));
            }
            if (way.gate_after) {
                rig.in("dock-door", tea(serial));
            }
        }
        const auto report = rig.receiving.report("ASN-7");
        REQUIRE(report);
        REQUIRE(report->lines.size() == 1);
        CHECK(report->lines[0].good_milli == 2'000);
        CHECK(report->lines[0].verdict() == "as_announced");
        REQUIRE(rig.receive(tea(2), 0, Condition::damaged));
        CHECK(rig.receiving.report("ASN-7")->lines[0].damaged_milli == 1'000);
        REQUIRE(rig.receiving.close("ASN-7", Closing::announced, rig.user));
        CHECK(rig.all_open() == std::vector<std::string>{"receipt_damaged"});
        CHECK(rig.events(EventType::received).size() == 2);
        rig.rig.run();
        const std::string before = all_of(rig.ledger);
        REQUIRE(rig.rig.verify());
        REQUIRE(rig.rig.restart());
        CHECK(all_of(*rig.rig.ledger) == before);
    }
}

TEST_CASE(
    "where several advices wait for a SKU the gate takes none for granted, and a scan tells") {
    GoodsRig rig;
    rig.take({AsnRecord{"ASN-7", "", "", {{"tea", "L1", 1'000}}},
              AsnRecord{"ASN-8", "", "", {{"tea", "L1", 1'000}}}});
    rig.in("dock-door", tea(1));
    CHECK(line_of(*rig.receiving.report("ASN-7"), "tea").verdict() == "short");
    CHECK(line_of(*rig.receiving.report("ASN-8"), "tea").verdict() == "short");
    REQUIRE(rig.receive(tea(1)));
    CHECK(line_of(*rig.receiving.report("ASN-7"), "tea").verdict() == "as_announced");
    rig.in("dock-door", tea(2));  // Only ASN-8 waits now.
    CHECK(line_of(*rig.receiving.report("ASN-8"), "tea").verdict() == "as_announced");
    // A person who has the papers in hand knows better than the gate.
    rig.take({AsnRecord{"ASN-7", "", "", {{"tea", "L1", 2'000}}}});
    REQUIRE(rig.receive(tea(2)));
    CHECK(line_of(*rig.receiving.report("ASN-7"), "tea").verdict() == "as_announced");
    CHECK(line_of(*rig.receiving.report("ASN-8"), "tea").verdict() == "short");
}

TEST_CASE("a tag of counted goods is received once, with its lot, for its line or its pallet") {
    for (const bool on_pallet : {false, true}) {
        CAPTURE(on_pallet);
        GoodsRig rig;
        const std::string tag = tea(50);
        rig.take({BindingRecord{tag, "rice", "R1"}});
        if (on_pallet) {
            rig.take({PalletRecord{kGoodsPallet, {tea(1), tag}, "ASN-7"}});
            REQUIRE(rig.receive(tea(1)));
        } else {
            rig.take({AsnRecord{"ASN-7", "", "", {{"rice", "R1", 1'000}, {"rice", "R2", 1'000}}}});
        }
        CHECK(refusal(rig.receive(tag, 12'000)).find("a tag is one unit") == 0);
        for (const bool again : {false, true}) {
            const auto scanned = rig.receive(tag);
            REQUIRE(scanned);
            CHECK(scanned->moved == !again);
        }
        CHECK(rig.stock("dock", "rice") == 1'000);
        CHECK(rig.stock("SUPPLIER", "rice") == -1'000);
        CHECK(rig.stock("UNEXPLAINED", "rice") == 0);
        CHECK(lots_at(rig.ledger, PlaceId("dock"), "rice")[0].lot == "R1");
        CHECK(rig.all_open().empty());
        REQUIRE(rig.receiving.close("ASN-7", Closing::announced, rig.user));
        CHECK(rig.all_open().size() == (on_pallet ? 0 : 1));  // The other lot is short.
        rig.rig.run();
        const std::string before = all_of(rig.ledger);
        REQUIRE(rig.rig.verify());
        REQUIRE(rig.rig.restart());
        CHECK(all_of(*rig.rig.ledger) == before);
    }
}

TEST_CASE("of a SKU that is announced in two lots a scan without a lot is not guessed") {
    GoodsRig rig;
    rig.take({AsnRecord{"ASN-7", "", "", {{"rice", "L1", 10'000}, {"rice", "L2", 10'000}}}});
    const std::string why = refusal(rig.receive("rice", 10'000));
    CHECK(why.find("in lots L1, L2; say which this is") != std::string::npos);
    CHECK(rig.stock("dock", "rice") == 0);
    for (const char* lot : {"L1", "L2"}) {
        REQUIRE(rig.receiving.scan({"ASN-7", "rice", 10'000, PlaceId("dock"), lot, {}}, rig.user));
    }
    const auto report = rig.receiving.report("ASN-7");
    REQUIRE(report);
    for (const ReceiptLine& line : report->lines) {
        CHECK(line.verdict() == "as_announced");
    }
}

TEST_CASE("a changed pallet record awaits what it names now, and what came stays come") {
    GoodsRig rig;
    rig.advise();
    REQUIRE(rig.receive(tea(1)));
    rig.take({PalletRecord{kGoodsPallet, {tea(1), tea(2), tea(5)}, "ASN-7"}});
    const ReceiptLine now = line_of(*rig.receiving.report("ASN-7"), kGoodsPallet);
    CHECK(now.expected_milli == 3'000);
    CHECK(now.good_milli == 1'000);
    CHECK(now.missing == std::vector<std::string>{tea(2), tea(5)});
    // The rest of it comes on another pallet of the same advice; then this one on none.
    const std::string second = "3114257BF71952D3C0000001";
    rig.take({PalletRecord{kGoodsPallet, {tea(1), tea(2)}, "ASN-7"}});
    rig.take({PalletRecord{second, {tea(5)}, "ASN-7"}});
    CHECK(line_of(*rig.receiving.report("ASN-7"), second).missing ==
          std::vector<std::string>{tea(5)});
    rig.take({PalletRecord{second, {tea(5)}, ""}});
    CHECK(rig.receiving.report("ASN-7")->lines.size() == 2);
    rig.rig.run();
    const std::string before = all_of(rig.ledger);
    REQUIRE(rig.rig.verify());
    REQUIRE(rig.rig.restart());
    CHECK(all_of(*rig.rig.ledger) == before);
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

// Orders of head office on the command line: given to the bridge for an edge, taken there once,
// shown by the bridge as the edge tells them, in both languages.
#include <catch2/catch.hpp>

#include "tests/support/operator_rig.hpp"

using namespace tally;
using Catch::Contains;
using test::OperatorRig;
using test::Ran;

namespace {

struct OrderDay {
    OrderDay() {
        rig.typed_in = "sku,tracking\nRICE,by_count\n";
        REQUIRE(rig.tally({"master", "import", "-"}, rig.edge_url).code == 0);
        const auto counted = rig.dir.write("c.csv", "place,sku,units\nback.aisle,RICE,40\n");
        const Ran booked =
            rig.tally({"opening", "book", counted.string(), "--document", "list 1"}, rig.edge_url);
        INFO(booked.err);
        REQUIRE(booked.code == 0);
        rig.settle();
    }
    Ran bridge(std::vector<std::string> words, cli::Language in = cli::Language::english) {
        return rig.tally(std::move(words), rig.bridge_url, OperatorRole::manager, in);
    }
    std::vector<std::string> add(const std::string& id, const std::string& line) {
        return {"order", "add", "--order", id, "--line", line, "--edge", "back"};
    }
    void until_taken(const std::string& id) {
        REQUIRE(test::turn_until(
            rig.loop, [&] { return rig.edge->ledger().registers().orders().find(id) != nullptr; },
            std::chrono::seconds(20)));
        rig.settle();
    }

    OperatorRig rig;
};

}  // namespace

TEST_CASE("head office gives an order to an edge and sees what becomes of it", "[cli][bridge]") {
    OrderDay day;
    CHECK_THAT(day.bridge({"order", "add", "--order", "H-1", "--line", "RICE:41"}).err,
               Contains("no edge has all of it") &&
                   Contains("back lacks 1 of SKU RICE (40 on hand)") && Contains("shop is away") &&
                   Contains("--edge EDGE"));
    CHECK_THAT(
        day.bridge({"order", "add", "--order", "H-1", "--line", "RICE:3", "--edge", "moon"}).err,
        Contains("there is no edge moon"));
    const Ran sent = day.bridge(day.add("H-1", "RICE:3"));
    INFO(sent.err);
    CHECK(sent.code == 0);
    CHECK_THAT(sent.out, Contains("H-1") && Contains("passed_on"));
    day.until_taken("H-1");
    const Ran list = day.bridge({"order", "ls", "-o", "csv", "-q"});
    CHECK_THAT(list.out, Contains("H-1,back,reserved,5,,3000,0,"));
    CHECK_THAT(day.bridge({"order", "show", "H-1"}).out,
               Contains("H-1  back  reserved") && Contains("back.aisle") && Contains("RICE"));
    CHECK_THAT(day.bridge({"order", "show", "H-1"}, cli::Language::chinese).out,
               Contains("H-1  back  已预留"));

    CHECK_THAT(day.bridge(day.add("H-1", "RICE:3")).out, Contains("known") && Contains("reserved"));
    CHECK_THAT(day.bridge(day.add("H-1", "RICE:4")).err, Contains("known with other content"));
    std::vector<std::string> elsewhere = day.add("H-1", "RICE:3");
    elsewhere.back() = "shop";
    CHECK_THAT(day.bridge(elsewhere).err, Contains("is with edge back already"));
    CHECK_THAT(day.bridge({"order", "show", "H-9"}).err, Contains("no edge has told of an order"));
    CHECK_THAT(day.bridge({"order", "pack", "H-1"}).err, Contains("--url of that edge"));
    const auto& orders = day.rig.edge->ledger().registers().orders().orders();
    elsewhere[3] = "H-3";  // Said to the wrong box.
    CHECK_THAT(day.rig.tally(elsewhere, day.rig.edge_url).err,
               Contains("takes no orders for edge 'shop'") && Contains("--url of the bridge"));
    CHECK(orders.size() == 1);

    CHECK(day.bridge({"order", "cancel", "H-1", "--reason", "customer rang"}).code == 0);
    REQUIRE(test::turn_until(
        day.rig.loop, [&] { return orders.at("H-1").cancelled; }, std::chrono::seconds(20)));
    day.rig.settle();
    CHECK_THAT(day.bridge({"order", "ls", "--stage", "all"}).out, Contains("cancelled"));
    CHECK_THAT(day.bridge({"order", "cancel", "H-1", "--reason", "again"}).err,
               Contains("has ended"));
}

TEST_CASE("head office names no edge, and the bridge says where the order goes", "[cli][bridge]") {
    OrderDay day;
    const Ran sent = day.bridge(
        {"order", "add", "--order", "H-1", "--line", "RICE:3", "--due", "2026-12-01T16:00+08:00"});
    CHECK(sent.code == 0);
    CHECK_THAT(sent.out, Contains("goes to edge back: only there is all of it"));
    CHECK_THAT(day.bridge({"order", "ls"}).out, Contains("2026-12-01 16:00 +08:00"));
    day.until_taken("H-1");
    CHECK_THAT(day.bridge({"order", "ls", "-o", "csv", "-q"}).out,
               Contains("H-1,back,reserved,5,2026-12-01T08:00:00Z,3000,0,"));
    CHECK_THAT(day.bridge({"order", "show", "H-1"}).out,
               Contains("H-1  back  reserved  2026-12-01 16:00 +08:00"));
    CHECK_THAT(day.rig
                   .tally({"order", "add", "--order", "H-2", "--line", "RICE:1", "--due",
                           "2026-12-01T16:00"},
                          day.rig.edge_url)
                   .err,
               Contains("does not say its time zone"));
    CHECK(day.rig
              .tally({"order", "add", "--order", "H-3", "--line", "RICE:1", "--due", "2026-12-02"},
                     day.rig.edge_url)
              .code == 0);
    CHECK_THAT(day.rig.tally({"order", "ls"}, day.rig.edge_url).out,
               Contains("2026-12-02 23:59 +08:00"));
}

TEST_CASE("an order for an edge that is away is shown as passed on", "[cli][bridge]") {
    OrderDay day;
    std::vector<std::string> words = day.add("H-2", "RICE:3");
    words.back() = "shop";  // The rig has no such box.
    CHECK_THAT(day.bridge(words).out, Contains("passed_on"));
    CHECK_THAT(day.bridge({"order", "ls", "-o", "csv", "-q"}).out, Contains("H-2,shop,passed_on,"));
    CHECK_THAT(day.bridge({"order", "ls"}, cli::Language::chinese).out, Contains("已下发"));
    CHECK_THAT(day.bridge({"order", "show", "H-2"}).out, Contains("H-2  shop  passed_on"));
    CHECK_THAT(day.bridge(words).out, Contains("known"));
    words[5] = "RICE:5";
    CHECK_THAT(day.bridge(words).err, Contains("known with other content"));
    words.back() = "back";
    CHECK_THAT(day.bridge(words).err, Contains("is with edge shop already"));
    CHECK(day.bridge({"order", "ls", "--stage", "reserved", "-o", "csv", "-q"}).out.find("H-2") ==
          std::string::npos);
}

#include "firmware/domain/stock/rows.hpp"

#include <catch2/catch.hpp>

using namespace tally;

TEST_CASE("rows have exactly this text") {
    std::string out;
    append_row(out, PositionView{.place = "SUPPLIER",
                                 .sku = "tea",
                                 .lot = "-",
                                 .custody = "free",
                                 .quality = "good",
                                 .quantity = Quantity{-1500}});
    CHECK(out == R"(["position","SUPPLIER","tea","-","free","good",-1500])");
    out.clear();
    append_row(out, ItemView{.item = "3034",
                             .place = "cold",
                             .sku = "tea",
                             .lot = "L1",
                             .custody = "bonded",
                             .quality = "good",
                             .parent = "",
                             .seq = Seq(7)});
    CHECK(out == R"(["item","3034","cold","tea","L1","bonded","good","",7])");
}

TEST_CASE("the digest is the sum of row hashes in four big-endian lanes, in any order") {
    Digest a{};
    Digest b{};
    a[7] = 0xFF;
    a[31] = 3;
    b[7] = 2;
    b[8] = 1;
    StockDigest digest;
    CHECK(digest.hex() == std::string(64, '0'));
    digest.add(a);
    digest.add(b);
    CHECK(digest.hex() ==
          "0000000000000101"
          "0100000000000000"
          "0000000000000000"
          "0000000000000003");
    StockDigest other;
    other.add(b);
    other.add(a);
    CHECK(other == digest);
    digest.remove(a);
    digest.remove(b);
    CHECK(digest == StockDigest());
}

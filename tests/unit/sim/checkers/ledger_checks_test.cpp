// Each finding on a line can be found: shown what it must see, the checker says so, and which row.
#include "sim/checkers/ledger_checks.hpp"

#include "tests/unit/sim/checkers/written_line.hpp"

using namespace tally;
using namespace tally::sim;
using test::moved;
using test::WrittenLine;

namespace {

std::string said(WrittenLine& line) {
    return to_text(check_stock(line.disk(), "back"));
}

}  // namespace

TEST_CASE("a line whose stock is its fold holds") {
    WrittenLine line;
    line.write(moved("SUPPLIER", "back.hall"));
    line.stock("SUPPLIER", "tea", -1'000);
    line.stock("back.hall", "tea", 1'000);
    CHECK(said(line).empty());
}

TEST_CASE("stock beside the ledger is named, row by row") {
    WrittenLine line;
    line.write(moved("SUPPLIER", "back.hall"));
    line.stock("SUPPLIER", "tea", -1'000);
    line.stock("back.hall", "tea", 3'000);
    line.stock("back.s1", "rice", 2'000);
    const std::string text = said(line);
    CHECK(text.find("stock.fold") != std::string::npos);
    CHECK(text.find("back.hall tea - free good: stored 3000, by its events 1000") !=
          std::string::npos);
    CHECK(text.find("back.s1 rice - free good: stored 2000, by its events 0") != std::string::npos);
    CHECK(text.find("stock.sum: SKU rice of back sums to 2000") != std::string::npos);
    CHECK(text.find("stock.sum: SKU tea of back sums to 2000") != std::string::npos);
}

TEST_CASE("a real place below nothing is found, in the events and in the stored stock") {
    WrittenLine line;
    line.write(moved("back.hall", "CUSTOMER"));
    CHECK(caught_by(check_stock(line.disk(), "back"), "stock.negative"));
    WrittenLine stored;
    stored.stock("back.hall", "tea", -1'000);
    CHECK(said(stored).find("stock.negative: back.hall holds -1000/1000 of tea") !=
          std::string::npos);
}

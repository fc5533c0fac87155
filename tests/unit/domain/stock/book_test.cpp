#include "firmware/domain/stock/book.hpp"

#include <catch2/catch.hpp>

#include "tests/support/stock_samples.hpp"

using namespace tally;
using test::moved;

namespace {

PositionView key(std::string_view place, std::string_view sku) {
    return {.place = place, .sku = sku, .lot = "-", .custody = "free", .quality = "good"};
}

void must(Book& book, const Event& event) {
    BookChange change;
    const auto applied = book.apply(event, change);
    INFO((applied ? std::string() : applied.error().text));
    REQUIRE(applied);
}

// Refused, and nothing changed.
Error refusal(Book& book, const Event& event) {
    const auto before = book.positions();
    const auto items = book.items();
    const auto digest = book.digest();
    BookChange change;
    const auto applied = book.apply(event, change);
    REQUIRE_FALSE(applied);
    CHECK(change.positions.empty());
    CHECK(change.items.empty());
    CHECK(book.positions() == before);
    CHECK(book.items() == items);
    CHECK(book.digest() == digest);
    CHECK(book.check(event).error() == applied.error());
    return applied.error();
}

}  // namespace

TEST_CASE("a received unit stands at its place and is owed by the supplier") {
    Book book;
    BookChange change;
    Event event = moved({.item = "A", .sku = "tea", .from = "SUPPLIER", .to = "dock", .seq = 5});
    event.parent = "PAL";
    REQUIRE(book.apply(event, change));
    CHECK(book.quantity(key("dock", "tea")) == Quantity::of_units(1));
    CHECK(book.quantity(key("SUPPLIER", "tea")) == Quantity::of_units(-1));
    CHECK(book.quantity(key("cold", "tea")) == Quantity());
    const auto item = book.item("A");
    REQUIRE(item);
    CHECK(item->place == "dock");
    CHECK(item->parent == "PAL");
    CHECK(item->seq == Seq(5));
    CHECK_FALSE(book.item("B"));
    REQUIRE(change.positions.size() == 2);
    CHECK(book.position(change.positions[0].slot).place == "SUPPLIER");
    CHECK(change.positions[0].delta == Quantity::of_units(-1));
    CHECK(change.positions[1].quantity == Quantity::of_units(1));
    REQUIRE(change.items.size() == 1);
    CHECK(book.item_at(change.items[0]) == *item);
    CHECK(book.verify());
}

TEST_CASE("an item leaves only the position where the book has it") {
    Book book;
    must(book, moved({.item = "A", .sku = "tea", .from = "SUPPLIER", .to = "dock", .seq = 1}));
    const Error elsewhere =
        refusal(book, moved({.item = "A", .sku = "tea", .from = "cold", .to = "shop"}));
    CHECK(elsewhere.kind == ErrorKind::conflict);
    CHECK(elsewhere.text ==
          "item A is at 'dock' as tea, lot -, free, good since event 1, not at 'cold' as tea, "
          "lot -, free, good; book it from where it is");
    CHECK(refusal(book, moved({.item = "A", .sku = "oil", .from = "dock", .to = "shop"})).kind ==
          ErrorKind::conflict);
    CHECK(
        refusal(book, moved({.item = "A", .sku = "tea", .from = "SUPPLIER", .to = "shop"})).kind ==
        ErrorKind::conflict);
    must(book, moved({.item = "A", .sku = "tea", .from = "dock", .to = "CUSTOMER", .seq = 2}));
    CHECK(book.item("A")->place == "CUSTOMER");
    CHECK(book.quantity(key("dock", "tea")) == Quantity());
    must(book, moved({.item = "A", .sku = "tea", .from = "CUSTOMER", .to = "shop", .seq = 3}));
}

TEST_CASE("an item never met comes from a virtual place only") {
    Book book;
    const Error error =
        refusal(book, moved({.item = "A", .sku = "tea", .from = "dock", .to = "shop"}));
    CHECK(error.kind == ErrorKind::conflict);
    CHECK_THAT(error.text, Catch::Contains("never met"));
    must(book, moved({.item = "A", .sku = "tea", .from = "UNEXPLAINED", .to = "shop"}));
}

TEST_CASE("an item is one unit, and counting does not take named items away") {
    Book book;
    CHECK(
        refusal(book,
                moved({.item = "A", .sku = "tea", .from = "SUPPLIER", .to = "dock", .milli = 2000}))
            .kind == ErrorKind::malformed);
    must(book, moved({.item = "A", .sku = "tea", .from = "SUPPLIER", .to = "dock"}));
    must(book, moved({.item = {}, .sku = "tea", .from = "SUPPLIER", .to = "dock", .milli = 1500}));
    const Error error = refusal(
        book, moved({.item = {}, .sku = "tea", .from = "dock", .to = "shop", .milli = 1501}));
    CHECK(error.kind == ErrorKind::refused);
    CHECK_THAT(error.text, Catch::Contains("only 1500 thousandths"));
    must(book, moved({.item = {}, .sku = "tea", .from = "dock", .to = "shop", .milli = 1500}));
    CHECK(book.verify());
}

TEST_CASE("no real place goes below zero, a virtual place may") {
    Book book;
    CHECK(refusal(book, moved({.item = {}, .sku = "oil", .from = "dock", .to = "LOST"})).kind ==
          ErrorKind::refused);
    must(book, moved({.item = {}, .sku = "oil", .from = "FOUND", .to = "LOST", .milli = 7}));
    CHECK(book.quantity(key("FOUND", "oil")) == Quantity{-7});
}

TEST_CASE("a quantity stops before 2^53") {
    Book book;
    const std::int64_t most = (std::int64_t{1} << 53) - 1;
    must(book, moved({.item = {}, .sku = "oil", .from = "SUPPLIER", .to = "dock", .milli = most}));
    CHECK(refusal(book, moved({.item = {}, .sku = "oil", .from = "FOUND", .to = "dock"})).kind ==
          ErrorKind::exhausted);
    CHECK(refusal(book, moved({.item = {}, .sku = "oil", .from = "SUPPLIER", .to = "cold"})).kind ==
          ErrorKind::exhausted);
}

TEST_CASE("a change of custody moves between two positions of one place") {
    Book book;
    Event event = moved({.item = "A", .sku = "tea", .from = "SUPPLIER", .to = "dock"});
    event.custody_to = "bonded";
    must(book, event);
    CHECK(book.quantity(key("dock", "tea")) == Quantity());
    event = moved({.item = "A", .sku = "tea", .from = "dock", .to = "dock"});
    event.custody = "bonded";
    event.custody_to = "free";
    event.type = EventType::custody_changed;
    must(book, event);
    CHECK(book.quantity(key("dock", "tea")) == Quantity::of_units(1));
    event.custody = "free";
    event.custody_to.clear();
    CHECK(refusal(book, event).kind == ErrorKind::malformed);
}

TEST_CASE("a pallet keeps its children until it is unpacked or a child moves without it") {
    Book book;
    for (const char* item : {"A", "B", "C"}) {
        Event event = moved({.item = item, .sku = "tea", .from = "SUPPLIER", .to = "dock"});
        event.parent = "PAL";
        must(book, event);
    }
    must(book, moved({.item = "C", .sku = "tea", .from = "dock", .to = "cold", .seq = 2}));
    CHECK(book.item("C")->parent.empty());
    Event sighted;
    sighted.type = EventType::sighted;
    sighted.item = ItemId("A");
    must(book, sighted);
    CHECK(book.item("A")->parent == "PAL");
    Event unpacked;
    unpacked.type = EventType::unpacked;
    unpacked.item = ItemId("PAL");
    unpacked.seq = Seq(9);
    BookChange change;
    REQUIRE(book.apply(unpacked, change));
    CHECK(change.items.size() == 2);
    CHECK(book.item("A")->parent.empty());
    CHECK(book.item("B")->parent.empty());
    CHECK(book.item("B")->seq == Seq(9));
    CHECK(book.item("C")->seq == Seq(2));
}

TEST_CASE("changes of several events merge into one entry a row") {
    Book book;
    BookChange change;
    REQUIRE(
        book.apply(moved({.item = "A", .sku = "tea", .from = "SUPPLIER", .to = "dock"}), change));
    REQUIRE(
        book.apply(moved({.item = "B", .sku = "tea", .from = "SUPPLIER", .to = "dock"}), change));
    REQUIRE(book.apply(moved({.item = "A", .sku = "tea", .from = "dock", .to = "cold"}), change));
    change.merge();
    REQUIRE(change.positions.size() == 3);
    CHECK(change.positions[0].delta == Quantity::of_units(-2));
    CHECK(change.positions[1].delta == Quantity::of_units(1));
    CHECK(change.positions[1].quantity == Quantity::of_units(1));
    CHECK(change.items.size() == 2);
}

TEST_CASE("rows come ordered, and items of one place by their text") {
    Book book;
    for (const char* item : {"C", "A", "B"}) {
        must(book, moved({.item = item, .sku = "tea", .from = "SUPPLIER", .to = "dock"}));
    }
    must(book, moved({.item = "B", .sku = "tea", .from = "dock", .to = "cold"}));
    const auto positions = book.positions();
    REQUIRE(positions.size() == 3);
    CHECK(positions[0].place == "SUPPLIER");
    CHECK(positions[1].place == "cold");
    CHECK(positions[2].items == 2);
    const auto items = book.items_in("dock");
    REQUIRE(items.size() == 2);
    CHECK(items[0].item == "A");
    CHECK(items[1].item == "C");
}

TEST_CASE("rows that contradict each other are not loaded") {
    Book book;
    PositionView dock = key("dock", "tea");
    dock.quantity = Quantity::of_units(1);
    REQUIRE(book.load(dock));
    CHECK(book.load(dock).error().kind == ErrorKind::corrupt);
    CHECK(book.load(key("", "tea")).error().kind == ErrorKind::corrupt);
    ItemView item{.item = "A",
                  .place = "dock",
                  .sku = "tea",
                  .lot = "-",
                  .custody = "free",
                  .quality = "good",
                  .parent = "",
                  .seq = Seq(1)};
    REQUIRE(book.load(item));
    CHECK(book.load(item).error().kind == ErrorKind::corrupt);
    item.item = "B";
    item.place = "cold";
    CHECK(book.load(item).error().kind == ErrorKind::corrupt);
    item.place = "CUSTOMER";
    CHECK(book.load(item));
    CHECK_THAT(book.verify().error().text, Catch::Contains("sum to 1000"));
    item.item = "C";
    item.place = "dock";
    REQUIRE(book.load(item));
    CHECK_THAT(book.verify().error().text, Catch::Contains("below its 2 items"));
}

// When orders are due: what may be written, the one form it has afterwards, and what orders written
// by older versions mean.
#include "firmware/domain/order/due.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "firmware/domain/order/order.hpp"

using namespace tally;

namespace {

constexpr std::int32_t kShanghai = 480;

Order due(std::string when, std::string by = {}, std::uint64_t seq = 1) {
    Order order;
    order.id = "W-1";
    order.lines = {{"rice", "", "", 1'000, 0, 0}};
    order.due = std::move(when);
    order.due_by = std::move(by);
    order.seq = seq;
    return order;
}

}  // namespace

TEST_CASE("a moment is read with its zone and kept in UTC, a day stays a day") {
    const auto [text, kept] = GENERATE(table<std::string, std::string>({
        {"2026-12-01", "2026-12-01"},
        {"2026-12-01T16:00:00+08:00", "2026-12-01T08:00:00Z"},
        {"2026-12-01T16:00+08:00", "2026-12-01T08:00:00Z"},
        {"2026-12-01 16:00+08:00", "2026-12-01T08:00:00Z"},
        {"2026-12-01T08:00:00Z", "2026-12-01T08:00:00Z"},
        {"2026-12-01t08:00:00z", "2026-12-01T08:00:00Z"},
        {"2026-12-01T08:00:00.000Z", "2026-12-01T08:00:00Z"},
        {"2026-12-01T08:00:59.999999999Z", "2026-12-01T08:00:59Z"},
        {"2026-12-01T00:00-00:00", "2026-12-01T00:00:00Z"},
        {"2026-12-01T02:30:01-05:30", "2026-12-01T08:00:01Z"},
        {"2027-01-01T00:00:00+08:00", "2026-12-31T16:00:00Z"},
        {"2024-02-29T23:59:59-01:00", "2024-03-01T00:59:59Z"},
        {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"},
        {"0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"},
        {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
    }));
    CAPTURE(text);
    CHECK(read_due(text).value() == kept);
    CHECK(read_due(kept).value() == kept);
}

TEST_CASE("what is neither a day nor a moment is refused, saying what to write") {
    const std::string text = GENERATE(
        as<std::string>(), "", "soon", "2026-12-1", "2026-02-30", "2026-12-01T", "2026-12-01T16",
        "2026-12-01T16:0Z", "2026-12-01T24:00Z", "2026-12-01T16:60Z", "2026-12-01T16:00:60Z",
        "2026-12-01T16:00:00.Z", "2026-12-01T16:00:0Z", "2026-12-01T16.00Z", "2026-12-01X16:00Z",
        "2026-12-01T16:00:00+8:00", "2026-12-01T16:00:00+0800", "2026-12-01T16:00:00+24:00",
        "2026-12-01T16:00:00+08:60", "2026-12-01T16:00:00 +08:00", "2026-12-01T16:00:00Z ",
        "2026-12-01T-1:00Z", "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        "2026-12-01T16:00:00CST");
    CAPTURE(text);
    const auto read = read_due(text);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == ErrorKind::malformed);
    CHECK(read.error().text.find("like 2026-12-01T16:00:00+08:00, not '") != std::string::npos);
}

TEST_CASE("a moment without a zone is nobody's: what to write is said") {
    for (const std::string text : {"2026-12-01T16:00", "2026-12-01T16:00:00"}) {
        const auto read = read_due(text);
        REQUIRE_FALSE(read);
        CHECK(read.error().text == "due '" + text + "' does not say its time zone; write " + text +
                                       "+08:00 for eight hours east of UTC, or " + text +
                                       "Z for UTC");
    }
}

TEST_CASE("only the one form counts in the ledger") {
    CHECK(moment_ms("2026-12-01T08:00:00Z") == 1'796'112'000'000);
    CHECK(moment_ms("1970-01-01T00:00:01Z") == 1'000);
    CHECK(moment_ms("1969-12-31T23:59:59Z") == -1'000);
    for (const char* text :
         {"", "2026-12-01", "2026-12-01T08:00Z", "2026-12-01t08:00:00Z", "2026-12-01T08:00:00z",
          "2026-12-01T16:00:00+08:00", "2026-12-01T08:00:00.0Z", "2026-13-01T08:00:00Z"}) {
        CAPTURE(text);
        CHECK_FALSE(moment_ms(text));
    }
}

TEST_CASE("a day ends with its last second at the site") {
    CHECK(end_of_day("2026-12-01", 0) == "2026-12-01T23:59:59Z");
    CHECK(end_of_day("2026-12-01", kShanghai) == "2026-12-01T15:59:59Z");
    CHECK(end_of_day("2026-12-31", -300) == "2027-01-01T04:59:59Z");
    CHECK(end_of_day("9999-12-31", -300) == "9999-12-31T23:59:59Z");
    CHECK(end_of_day("0000-01-01", 14 * 60) == "0000-01-01T09:59:59Z");
}

TEST_CASE("people read the clocks of the site") {
    CHECK(local_text(1'796'112'000'000, kShanghai) == "2026-12-01 16:00 +08:00");
    CHECK(local_text(1'796'112'000'000, 0) == "2026-12-01 08:00 UTC");
    CHECK(local_text(1'796'112'000'000, -570) == "2026-11-30 22:30 -09:30");
    CHECK(local_text(-1, 0) == "1969-12-31 23:59 UTC");
    CHECK(local_text(INT64_MAX, kShanghai) == "9999-12-31 23:59 +08:00");
}

TEST_CASE("a cut-off at 14:00 comes before one at 18:00, and both before the end of the day") {
    std::vector<Order> orders = {
        due("", "", 1),
        due("2026-12-01", end_of_day("2026-12-01", kShanghai), 2),
        due("2026-12-01T10:00:00Z", "", 3),
        due("2026-12-01T06:00:00Z", "", 4),
        due("2026-12-02T06:00:00Z", "", 5),
    };
    orders.back().priority = kUrgentPriority;
    std::sort(orders.begin(), orders.end(),
              [](const Order& a, const Order& b) { return serve_rank(a) < serve_rank(b); });
    std::vector<std::uint64_t> served;
    for (const Order& order : orders) {
        CHECK(check_order(order));
        served.push_back(order.seq);
    }
    CHECK(served == std::vector<std::uint64_t>{5, 4, 3, 2, 1});
}

TEST_CASE(
    "days of orders that are in the ledger already mean what they meant: from their beginning") {
    CHECK(due_ms(due("2026-12-01")) == 1'796'083'200'000);
    CHECK_FALSE(due_ms(due("")));
    CHECK(check_order(due("2026-12-01")));
}

TEST_CASE("only a day has an end, and nothing but a day or a moment is due") {
    for (const Order& order :
         {due("2026-12-01T08:00:00Z", "2026-12-01T08:00:00Z"), due("", "2026-12-01T08:00:00Z"),
          due("2026-12-01", "2026-12-01"), due("2026-12-01T16:00:00+08:00"), due("soon")}) {
        CAPTURE(order.due, order.due_by);
        CHECK_FALSE(check_order(order));
    }
}

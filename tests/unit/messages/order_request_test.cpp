// Orders as they come in: the golden samples, CSV, and every way to write one wrong.
#include "firmware/messages/order_request.hpp"

#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "firmware/messages/order_answer.hpp"
#include "tests/support/places.hpp"

using namespace tally;

namespace {

std::string golden(const std::string& name) {
    std::ifstream file(test::source_dir() + "/tests/golden/orders/" + name + ".json");
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string why_not(const std::string& text) {
    const auto orders = read_orders(text, "till.json");
    return orders ? "(taken)" : orders.error().text;
}

}  // namespace

TEST_CASE("the golden orders are read as they are documented") {
    const auto one = read_orders(golden("in_order"), "");
    REQUIRE(one);
    REQUIRE(one->size() == 1);
    const Order& order = one->front();
    CHECK((order.id == "W-1001" && order.due == "2026-12-01" && order.priority == 3));
    CHECK(order.lines == std::vector<OrderLine>{{"tea-500", "", "", 2'000, 0, 0},
                                                {"rice", "L1", "shelf.4", 1'500, 0, 0}});
    const auto list = read_orders(golden("in_orders"), "");
    REQUIRE(list);
    REQUIRE(list->size() == 2);
    CHECK(list->at(0).priority == kUsualPriority);
    CHECK(list->at(1).lines.front().qty_milli == 250);
}

TEST_CASE("an order that is written as a request is read as the same") {
    const Order order = read_orders(golden("in_order"), "")->front();
    const std::string text = encode_order_request(order);
    const auto again = read_orders(text, "");
    REQUIRE(again);
    CHECK(*again == std::vector<Order>{order});
    CHECK(encode_order_request(again->front()) == text);
}

TEST_CASE("answers to senders are as the golden sample, and nothing else is one") {
    OrderAnswer answer{EdgeId("back"), std::string(64, 'a'), {}, {}};
    answer.orders = {{"W-1001", OrderOutcome::added, "reserved", 0, ""},
                     {"W-1002", OrderOutcome::known, "back_ordered", 2'000, ""},
                     {"W-1003", OrderOutcome::refused, "", 0, "order W-1003: 'gold' is no code"},
                     {"W-1004", OrderOutcome::cancelled, "cancelled", 0, ""}};
    const std::string text = encode(answer);
    CHECK(text + "\n" == golden("out_orders"));
    CHECK(*decode_order_answer(text) == answer);
    for (std::size_t size = 0; size < text.size(); ++size) {
        CHECK_FALSE(decode_order_answer(text.substr(0, size)));
    }
    std::string other = text;
    other.replace(other.find("known"), 5, "knows");
    CHECK_FALSE(decode_order_answer(other));
}

TEST_CASE("a message cancels one order, or brings some") {
    const auto cancel = read_order_message(golden("in_cancel"));
    REQUIRE(cancel);
    REQUIRE(cancel->cancel);
    CHECK(cancel->orders.empty());
    CHECK(cancel->cancel->order == "W-1001");
    CHECK(cancel->cancel->reason == "the customer rang");
    CHECK(encode_cancel_message(*cancel->cancel) + "\n" == golden("in_cancel"));
    const auto chinese =
        read_order_message(R"({"v":1,"cancel":"W-1","reason":"\u5ba2\u6237\u6765\u7535"})");
    REQUIRE(chinese);
    CHECK(chinese->cancel->reason == "\xE5\xAE\xA2\xE6\x88\xB7\xE6\x9D\xA5\xE7\x94\xB5");
    const auto orders = read_order_message(golden("in_orders"));
    REQUIRE(orders);
    CHECK_FALSE(orders->cancel);
    CHECK(orders->orders == *read_orders(golden("in_orders"), ""));
}

TEST_CASE("a broken cancellation is refused with what to write") {
    const auto [text, says] = GENERATE(table<std::string, std::string>({
        {R"({"cancel":"W-1","reason":"x"})", "\"v\":1"},
        {R"({"v":2,"cancel":"W-1","reason":"x"})", "\"v\":1"},
        {R"({"v":1,"cancel":"W-1"})", "'reason' says why order W-1 is cancelled"},
        {R"({"v":1,"cancel":"W-1","reason":""})", "a text of 1 to 400 bytes"},
        {R"({"v":1,"cancel":"W-1","reason":7})", "a text of 1 to 400 bytes"},
        {R"({"v":1,"cancel":"W-1","reason":")" + std::string(401, 'x') + "\"}", "1 to 400 bytes"},
        {R"({"v":1,"cancel":"a b","reason":"x"})", "'cancel' is the id of an order"},
        {R"({"v":1,"cancel":["W-1"],"reason":"x"})", "'cancel' is a text"},
        {R"({"v":1,"cancel":"W-1","reson":"x"})", "did you mean 'reason'"},
        {R"({"v":1,"cancel":"W-1","reason":"x","order":"W-1","lines":[]})", "unknown key"},
        {R"({"v":1,"orders":[{"cancel":"W-1","reason":"x"}]})", "unknown key 'cancel'"},
    }));
    CAPTURE(text);
    const auto message = read_order_message(text);
    REQUIRE_FALSE(message);
    CHECK(message.error().kind == ErrorKind::malformed);
    CHECK_THAT(message.error().text, Catch::Contains(says));
}

TEST_CASE("files and the API do not cancel by such a text, and say how it is done") {
    CHECK_THAT(why_not(golden("in_cancel")), Catch::Contains("tally order cancel ORDER"));
}

TEST_CASE("a table of orders is the same") {
    const auto orders = read_orders(
        "order,sku,units,lot,place,priority,due\n"
        "W-1001,tea-500,2,,,3,2026-12-01\nW-1001,rice,1.5,L1,shelf.4,,\nW-2,rice,1,,,,\n",
        "orders.csv");
    REQUIRE(orders);
    REQUIRE(orders->size() == 2);
    CHECK(order_content(orders->front()) ==
          order_content(read_orders(golden("in_order"), "")->front()));
}

TEST_CASE(
    "an order that is due at a moment is the same in each time zone, as JSON and as a table") {
    const auto one = read_orders(golden("in_order_due"), "");
    REQUIRE(one);
    CHECK(one->front().due == "2026-12-01T08:00:00Z");
    const auto table = read_orders(
        "order,sku,units,due\nW-1003,rice,1,2026-12-01T08:00Z\n"
        "W-1003,tea-500,2,2026-12-01T16:00:00+08:00\n",
        "orders.csv");
    REQUIRE(table);
    CHECK(order_content(table->front()) == order_content(one->front()));
    CHECK(why_not("order,sku,units,due\na,x,1,2026-12-01T16:00\n").find("line 2") !=
          std::string::npos);
}

TEST_CASE("a broken order is refused whole, saying where and what to write") {
    const auto [text, says] = GENERATE(table<std::string, std::string>({
        {"", "till.json"},
        {"{", "not JSON"},
        {"[]", "\"v\":1"},
        {R"({"v":2,"order":"a","lines":[]})", "\"v\":1"},
        {R"({"v":1,"order":"a","line":[]})", "did you mean 'lines'"},
        {R"({"v":1,"order":"a","lines":[]})", "1 to 100 lines"},
        {R"({"v":1,"order":"a b","lines":[{"sku":"x","units":1}]})", "1 to 64 characters"},
        {R"({"v":1,"lines":[{"sku":"x","units":1}]})", "1 to 64 characters"},
        {R"({"v":1,"order":"a","lines":[{"sku":"x","units":0}]})", "more than 0 units"},
        {R"({"v":1,"order":"a","lines":[{"sku":"x","units":-1}]})", "'units' is a number above 0"},
        {R"({"v":1,"order":"a","lines":[{"sku":"x","units":0.00001}]})", "three places"},
        {R"({"v":1,"order":"a","lines":[{"sku":"x","units":1e300}]})", "'units' is a number"},
        {R"({"v":1,"order":"a","lines":[{"sku":"x","units":true}]})", "'units' is a number"},
        {R"({"v":1,"order":"a","lines":[{"units":1}]})", "names a SKU"},
        {R"({"v":1,"order":"a","lines":[{"sku":"a\"b","units":1}]})", "plain characters"},
        {R"({"v":1,"order":"a","priority":0,"lines":[{"sku":"x","units":1}]})", "1 (first) to 9"},
        {R"({"v":1,"order":"a","priority":"x","lines":[{"sku":"x","units":1}]})", "whole number"},
        {R"({"v":1,"order":"a","due":"soon","lines":[{"sku":"x","units":1}]})", "2026-12-01"},
        {R"({"v":1,"order":"a","due":"2026-02-30","lines":[{"sku":"x","units":1}]})", "due is a"},
        {R"({"v":1,"order":"a","due":"2026-12-01T16:00","lines":[{"sku":"x","units":1}]})",
         "due '2026-12-01T16:00' does not say its time zone; write 2026-12-01T16:00+08:00 for"},
        {R"({"v":1,"order":"a","due":1,"lines":[{"sku":"x","units":1}]})", "'due' is a text"},
        {R"({"v":1,"orders":{}})", "is a list"},
        {R"({"v":1,"orders":[]})", "1 to 1000 orders"},
        {R"({"v":1,"orders":[{"order":"a","lines":[{"sku":"x","units":1}]},
                             {"order":"a","lines":[{"sku":"x","units":2}]}]})",
         "stands there twice"},
        {"order,sku\na,x\n", "units"},
        {"order,sku,units\na,x,-2\n", "line 2"},
        {"order,sku,units,due\na,x,1,2026-12-01\na,y,1,2026-12-02\n", "as in the first line"},
        {"order,sku,units,due\na,x,1,2026-12-01T16:00Z\na,y,1,2026-12-01T16:00+01:00\n",
         "as in the first line"},
        {"order,sku,units,due\na,x,1,noon\n", "due is a date like 2026-12-01, or a moment"},
        {"order,sku,units,priority\na,x,1,\na,y,1,1\n", "as in the first line of order a"},
        {"order,sku,units\na,x,1\nb,x,1\na,x,1\n", "stands there twice"},
    }));
    CAPTURE(text);
    CHECK(why_not(text).find(says) != std::string::npos);
    CHECK(why_not(text).find("(taken)") == std::string::npos);
}

TEST_CASE("every prefix and every flipped bit of a good order is taken or refused in words") {
    const std::string good = golden("in_order");
    for (std::size_t size = 0; size < good.size() - 2; ++size) {
        const auto orders = read_orders(good.substr(0, size), "");
        REQUIRE_FALSE(orders);
        CHECK(orders.error().kind == ErrorKind::malformed);
    }
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        std::string flipped = good;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        const auto orders = read_orders(flipped, "");
        const bool sound = orders ? check_order(orders->front()).has_value()
                                  : orders.error().kind == ErrorKind::malformed;
        CHECK(sound);
    }
}

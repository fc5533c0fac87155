// Orders over the broker: what comes twice is one, what cannot be taken is said in the ledger.
#include "firmware/services/orders/order_inbox.hpp"

#include "tests/support/order_rig.hpp"

using namespace tally;
using namespace tally::test;

namespace {

const std::string kGood =
    R"({"v":1,"order":"W-1","lines":[{"sku":"rice","units":2},{"sku":"tea","units":1}]})";

}  // namespace

TEST_CASE("a message that comes twice is one order, one that is wrong is refused in words, once") {
    OrderRig rig;
    rig.put("attic", "rice", 5'000);
    OrderInbox inbox(rig.orders, rig.ledger, rig.rig.node, rig.rig.node);
    inbox.take(kGood);
    inbox.take(kGood);
    CHECK(rig.orders.book().orders().size() == 1);
    CHECK(rig.claims("W-1") == std::vector<std::string>{"attic - 2"});
    CHECK(rig.events(EventType::command_refused).empty());

    inbox.take("{\"v\":1,\"order\":");
    inbox.take("{\"v\":1,\"order\":");
    inbox.take(R"({"v":1,"orders":[{"order":"W-2","lines":[{"sku":"gold","units":1}]},
                                   {"order":"W-3","lines":[{"sku":"rice","units":1}]}]})");
    inbox.take(R"({"v":1,"order":"W-1","lines":[{"sku":"rice","units":3}]})");
    const auto refused = rig.events(EventType::command_refused);
    REQUIRE(refused.size() == 3);
    CHECK(decode_refusal_data(refused[0].data)->reason.find("not JSON") != std::string::npos);
    CHECK(refused[0].raw_ref == to_hex(sha256(as_bytes("{\"v\":1,\"order\":"))));
    CHECK(refused[1].cause == "order:W-2");
    CHECK(refused[2].cause == "order:W-1");
    for (const Event& event : refused) {
        CHECK(event.by == "mqtt:in/orders");
        CHECK_FALSE(decode_refusal_data(event.data)->next.empty());
    }
    CHECK(rig.stage("W-3") == "reserved");  // One that is refused keeps no other out.
}

TEST_CASE("one moment in two time zones is one order") {
    OrderRig rig;
    OrderInbox inbox(rig.orders, rig.ledger, rig.rig.node, rig.rig.node);
    const auto order = [](const std::string& due) {
        return R"({"v":1,"order":"W-1","due":")" + due + R"(","lines":[{"sku":"rice","units":2}]})";
    };
    inbox.take(order("2026-12-01T16:00+08:00"));
    inbox.take(order("2026-12-01T08:00:00.000Z"));
    CHECK(rig.events(EventType::command_refused).empty());
    CHECK(rig.at("W-1").due == "2026-12-01T08:00:00Z");
    inbox.take(order("2026-12-01T16:00Z"));
    inbox.take(order("2026-12-01T16:00"));
    const auto refused = rig.events(EventType::command_refused);
    REQUIRE(refused.size() == 2);
    CHECK(decode_refusal_data(refused[1].data)->reason.find("does not say its time zone") !=
          std::string::npos);
}

TEST_CASE("a list with several refused orders that comes again is refused once each") {
    OrderRig rig;
    OrderInbox inbox(rig.orders, rig.ledger, rig.rig.node, rig.rig.node);
    const std::string list = R"({"v":1,"orders":[{"order":"W-2","lines":[{"sku":"gold","units":1}]},
                                                 {"order":"W-3","lines":[{"sku":"lead","units":1}]}]})";
    for (int i = 0; i < 3; ++i) {
        inbox.take(list);
        inbox.take(kGood);  // Is not refused, so the list's refusals are still the last.
    }
    CHECK(rig.events(EventType::command_refused).size() == 2);
    inbox.take("{");
    inbox.take(list);
    CHECK(rig.events(EventType::command_refused).size() == 5);
}

TEST_CASE("a message is answered once all of it is durable, and not before") {
    OrderRig rig;
    rig.put("attic", "rice", 1'000);
    OrderInbox inbox(rig.orders, rig.ledger, rig.rig.node, rig.rig.node);
    std::vector<OrderAnswer> answers;
    Seq written;
    inbox.on_answer([&](const std::string& text) {
        const auto answer = decode_order_answer(text);
        REQUIRE(answer);
        CHECK(rig.ledger.durable_seq() >= written);
        answers.push_back(*answer);
    });
    inbox.take(kGood);
    written = rig.ledger.line().seq();
    CHECK(rig.orders.book().orders().size() == 1);
    CHECK(answers.empty());  // A death now, and the sender has heard nothing.
    rig.rig.run(std::chrono::seconds(1));
    inbox.take(kGood);
    inbox.take("{");
    inbox.take(R"({"v":1,"orders":[{"order":"W-2","lines":[{"sku":"gold","units":1}]},
                                   {"order":"W-3","lines":[{"sku":"rice","units":1}]}]})");
    rig.rig.run(std::chrono::seconds(1));
    REQUIRE(answers.size() == 4);
    CHECK(answers[0].edge == EdgeId("back"));
    CHECK(answers[0].sha256 == to_hex(sha256(as_bytes(kGood))));
    CHECK(answers[0].orders ==
          std::vector<OrderTaken>{{"W-1", OrderOutcome::added, "back_ordered", 2'000, ""}});
    CHECK(answers[1].orders ==
          std::vector<OrderTaken>{{"W-1", OrderOutcome::known, "back_ordered", 2'000, ""}});
    CHECK(answers[2].orders.empty());
    CHECK(answers[2].text.find("not JSON") != std::string::npos);
    REQUIRE(answers[3].orders.size() == 2);
    CHECK(answers[3].orders[0].outcome == OrderOutcome::refused);
    CHECK(answers[3].orders[0].text.find("'gold'") != std::string::npos);
    CHECK(answers[3].orders[1].outcome == OrderOutcome::added);
}

TEST_CASE("an order is cancelled once, however often that is said, and each time answered") {
    OrderRig rig;
    rig.put("attic", "rice", 5'000);
    OrderInbox inbox(rig.orders, rig.ledger, rig.rig.node, rig.rig.node);
    std::vector<OrderAnswer> answers;
    Seq written;
    inbox.on_answer([&](const std::string& text) {
        CHECK(rig.ledger.durable_seq() >= written);
        answers.push_back(*decode_order_answer(text));
    });
    const std::string cancel = R"({"v":1,"cancel":"W-1","reason":"the customer rang"})";
    inbox.take(kGood);
    rig.rig.run(std::chrono::seconds(1));
    inbox.take(cancel);
    written = rig.ledger.line().seq();
    CHECK(answers.size() == 1);  // A death now, and the sender has heard nothing.
    rig.rig.run(std::chrono::seconds(1));
    inbox.take(cancel);
    inbox.take(kGood);  // Late: it is cancelled and stays so.
    rig.rig.run(std::chrono::seconds(1));
    REQUIRE(answers.size() == 4);
    CHECK(answers[1].sha256 == to_hex(sha256(as_bytes(cancel))));
    CHECK(answers[1].orders ==
          std::vector<OrderTaken>{{"W-1", OrderOutcome::cancelled, "cancelled", 0, ""}});
    CHECK(answers[2].orders ==
          std::vector<OrderTaken>{{"W-1", OrderOutcome::known, "cancelled", 0, ""}});
    CHECK(answers[3].orders ==
          std::vector<OrderTaken>{{"W-1", OrderOutcome::known, "cancelled", 0, ""}});
    std::size_t times = 0;
    for (const Event& event : rig.events(EventType::order_changed)) {
        const auto data = decode_order_data(event.data);
        if (data->act == OrderAct::cancel) {
            ++times;
            CHECK(event.by == "mqtt:in/orders");
            CHECK(data->text == "the customer rang");
        }
    }
    CHECK(times == 1);
    CHECK(rig.claims("W-1").empty());
    CHECK(rig.events(EventType::command_refused).empty());
    REQUIRE(rig.rig.restart());
    Orders again(rig.inventory, *rig.rig.ledger, rig.tasks, rig.rig.node, rig.rig.node);
    const auto known = again.withdraw("W-1", "the customer rang", rig.web);
    REQUIRE(known);
    CHECK_FALSE(known->is_new);
}

TEST_CASE("what is unknown, packed or gone is not cancelled, and the answer says why") {
    OrderRig rig;
    rig.put("attic", "rice", 9'000);
    OrderInbox inbox(rig.orders, rig.ledger, rig.rig.node, rig.rig.node);
    std::vector<OrderTaken> heard;
    inbox.on_answer([&](const std::string& text) {
        const auto answer = decode_order_answer(text);
        REQUIRE(answer);
        heard.insert(heard.end(), answer->orders.begin(), answer->orders.end());
    });
    const auto cancel = [&](const std::string& id) {
        for (int i = 0; i < 2; ++i) {  // Twice: it is written down once.
            inbox.take(R"({"v":1,"cancel":")" + id + R"(","reason":"the customer rang"})");
            rig.rig.run(std::chrono::seconds(1));
        }
        REQUIRE_FALSE(heard.empty());
        return heard.back();
    };
    const OrderTaken unknown = cancel("W-9");
    CHECK((unknown.outcome == OrderOutcome::refused && unknown.stage.empty()));
    CHECK(unknown.text.find("there is no order W-9 here") != std::string::npos);

    rig.add("W-1", {OrderRig::line("rice", 2'000)});
    const std::string pick = rig.pick_of("W-1");
    REQUIRE(rig.tasks.step({pick, TaskAct::take, 0, {}}, rig.user));
    REQUIRE(rig.tasks.scan({pick, "rice", 2'000, "aisle", {}}, rig.user));
    Packing::Wish wish;
    wish.order = "W-1";
    wish.place = PlaceId("aisle");
    wish.codes = {"rice", "rice"};
    const auto packed = rig.packing.pack(wish, rig.user);
    INFO((packed ? std::string() : packed.error().text));
    REQUIRE(packed);
    const OrderTaken in_parcel = cancel("W-1");
    CHECK((in_parcel.outcome == OrderOutcome::refused && in_parcel.stage == "packed"));
    CHECK(in_parcel.text.find("is packed into parcel " + packed->parcel.sscc) != std::string::npos);
    REQUIRE(rig.packing.hand_over({{}, "Carrier"}, rig.user));
    const OrderTaken gone = cancel("W-1");
    CHECK((gone.outcome == OrderOutcome::refused && gone.stage == "handed_over"));
    CHECK(gone.text.find("has left") != std::string::npos);
    const auto refused = rig.events(EventType::command_refused);
    REQUIRE(refused.size() == 3);
    CHECK(refused[0].cause == "order:W-9");
    CHECK(decode_refusal_data(refused[0].data)->command == "order_cancel");
}

TEST_CASE("a long list is taken in a turn at a time") {
    OrderRig rig;
    OrderInbox inbox(rig.orders, rig.ledger, rig.rig.node, rig.rig.node);
    std::string text;
    for (int i = 0; i < 40; ++i) {
        text += (i == 0 ? "" : ",") + std::string(R"({"order":"L-)") + std::to_string(i) +
                R"(","lines":[{"sku":"rice","units":1}]})";
    }
    inbox.take(R"({"v":1,"orders":[)" + text + "]}");
    CHECK(rig.orders.book().orders().size() < OrderInbox::kOrdersPerTurn);
    inbox.take(kGood);  // Behind it.
    std::vector<std::size_t> answered;
    inbox.on_answer([&](const std::string& answer) {
        answered.push_back(decode_order_answer(answer)->orders.size());
    });
    rig.rig.run(std::chrono::seconds(1));
    CHECK(rig.orders.book().orders().size() == 41);
    CHECK(answered == std::vector<std::size_t>{40, 1});  // One answer a message, in their order.
}

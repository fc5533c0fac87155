// Orders: taken once, promised what is there, picked by evidence, cancelled, never oversold.
#include "tests/support/order_rig.hpp"

using namespace tally;
using namespace tally::test;
using Lines = std::vector<std::string>;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the same order twice is one, other content under its id is a conflict") {
    OrderRig rig;
    rig.put("attic", "rice", 5'000);
    rig.add("W-1", {OrderRig::line("rice", 2'000)});
    const Seq before = rig.ledger.line().seq();
    const auto again =
        rig.orders.add(OrderRig::order("W-1", {OrderRig::line("rice", 2'000)}), rig.web);
    REQUIRE(again);
    CHECK_FALSE(again->is_new);
    CHECK(rig.ledger.line().seq() == before);
    const auto other =
        rig.orders.add(OrderRig::order("W-1", {OrderRig::line("rice", 3'000)}), rig.web);
    REQUIRE_FALSE(other);
    CHECK(other.error().kind == ErrorKind::conflict);
    CHECK(rig.ledger.line().seq() == before);
    const auto unknown =
        rig.orders.add(OrderRig::order("W-2", {OrderRig::line("gold", 1'000)}), rig.web);
    CHECK(has(refusal(unknown), "no code of a known SKU"));
    const auto elsewhere = rig.orders.add(
        OrderRig::order("W-3", {OrderRig::line("rice", 1'000, {}, "till")}), rig.web);
    CHECK(has(refusal(elsewhere), "only the edge that owns a place"));
    const auto half = rig.orders.add(OrderRig::order("W-4", {OrderRig::line("tea", 500)}), rig.web);
    CHECK(has(refusal(half), "whole units"));
}

TEST_CASE("what expires first is promised first, and nothing is promised twice") {
    OrderRig rig;
    rig.take({LotRecord{"rice", "L1", "2037-09-01", "", ""},
              LotRecord{"rice", "L2", "2037-03-01", "", ""},
              LotRecord{"rice", "L0", "2001-01-01", "", ""}});
    rig.put_lot("attic", "rice", "L1", 5'000);
    rig.put_lot("aisle", "rice", "L2", 3'000);
    rig.put_lot("aisle", "rice", "L0", 9'000);  // Long past.
    rig.add("W-1", {OrderRig::line("rice", 4'000)});
    CHECK(rig.claims("W-1") == Lines{"aisle L2 3", "attic L1 1"});
    CHECK(rig.stage("W-1") == "reserved");
    rig.add("W-2", {OrderRig::line("rice", 6'000)});
    CHECK(rig.claims("W-2") == Lines{"attic L1 4"});
    CHECK(rig.stage("W-2") == "back_ordered");
    CHECK(has(rig.history("W-2"),
              "line 1 waits for 2 of SKU rice: 17 on hand, 8 promised "
              "already, 9 too near to expiry"));
    rig.add("W-3", {OrderRig::line("rice", 1'000, "L0")});
    CHECK(rig.stage("W-3") == "back_ordered");
    rig.check_promises();
    CHECK(rig.todo() == Lines{"pick:W-1:1:1 open", "pick:W-1:1:2 open", "pick:W-2:1:1 open"});
    const Task task = *rig.tasks.find(rig.pick_of("W-1"));
    CHECK((task.from == "aisle" && task.to.empty() && task.document == "W-1"));
    CHECK((task.lot == "L2" && task.qty_milli == 3'000));
}

TEST_CASE("a claim that nobody has stock for is refused by the ledger itself") {
    OrderRig rig;
    rig.put("attic", "rice", 2'000);
    rig.add("W-1", {OrderRig::line("rice", 2'000)});
    rig.add("W-2", {OrderRig::line("rice", 2'000)});
    Claim claim;
    claim.n = 1;
    claim.line = 1;
    claim.place = "attic";
    claim.lot = "-";
    claim.qty_milli = 1'000;
    Event event;
    event.type = EventType::reserved;
    event.by = "user:test";
    event.data = encode(ReservedData{"W-2", "rice", claim});
    CHECK(has(refusal(rig.ledger.write(event)), "are promised already"));
}

TEST_CASE("goods that are not good, not free or in doubt are not promised") {
    OrderRig rig;
    rig.put("attic", "rice", 5'000);
    AnomalyData about;
    about.place = "attic";
    about.text = "something is wrong here";
    const std::string doubt = rig.inventory.raise(AnomalyKind::count_differs, {}, about, {});
    Event held;
    held.type = EventType::received;
    held.by = "user:test";
    held.sku = SkuId("rice");
    held.lot = LotId("-");
    held.qty = Quantity{4'000};
    held.from = PlaceId("SUPPLIER");
    held.to = PlaceId("aisle");
    held.quality = "hold";
    rig.rig.write(held);
    rig.add("W-1", {OrderRig::line("rice", 2'000)});
    CHECK(rig.stage("W-1") == "back_ordered");
    CHECK(has(rig.history("W-1"), "9 on hand, 5 in doubt at attic, 4 not good or not free"));
    rig.add("W-2", {OrderRig::line("rice", 1'000, {}, "attic")});  // A person says where.
    CHECK(rig.stage("W-2") == "reserved");
    rig.inventory.resolve(doubt, "counted", "user:mei");
    rig.rig.run(std::chrono::seconds(2));
    CHECK(rig.stage("W-1") == "reserved");
    rig.check_promises();
}

TEST_CASE(
    "less than promised revokes the newest of the last served in the same commit, and other "
    "stock is promised") {
    OrderRig rig;
    rig.put("attic", "rice", 5'000);
    rig.add("W-1", {OrderRig::line("rice", 2'000)}, 1);
    rig.add("W-2", {OrderRig::line("rice", 2'000)}, 9);
    rig.add("W-3", {OrderRig::line("rice", 1'000)}, 5);
    rig.rig.run();
    const std::size_t commits = rig.rig.journal->commits.size();
    const Seq before = rig.ledger.line().seq();
    REQUIRE(rig.lose("attic", "rice", 3'000));
    rig.rig.run();
    CHECK(rig.claims("W-1") == Lines{"attic - 2"});
    CHECK(rig.claims("W-2").empty());
    CHECK(rig.claims("W-3").empty());  // Newer and less urgent than W-1.
    CHECK(rig.all_open() == Lines{"reservation_revoked", "reservation_revoked"});
    // After every event of the line nothing is promised twice; all of it went down at once.
    std::size_t with_loss = 0;
    for (std::size_t i = commits; i < rig.rig.journal->commits.size(); ++i) {
        const auto& rows = rig.rig.journal->commits[i].rows;
        const auto has_seq = [&](std::uint64_t seq) {
            return std::any_of(rows.begin(), rows.end(),
                               [&](const JournalRow& row) { return row.seq == seq; });
        };
        with_loss += has_seq(before.value() + 1) && has_seq(rig.ledger.line().seq().value());
    }
    CHECK(with_loss == 1);
    CHECK(rig.todo() == Lines{"pick:W-1:1:1 open"});
    CHECK(has(rig.history("W-2"),
              "taken back: less is there than was promised: corrected by "
              "user:mei"));
    rig.put("aisle", "rice", 9'000);
    rig.rig.run(std::chrono::seconds(2));
    CHECK(rig.claims("W-2") == Lines{"aisle - 2"});
    CHECK(rig.all_open().empty());  // Answered.
    rig.check_promises();
}

TEST_CASE("a scan picks: the claim goes on where the goods are, and the order is picked") {
    OrderRig rig;
    rig.take({LotRecord{"rice", "L1", "2037-01-01", "", ""},
              LotRecord{"rice", "L2", "2037-09-01", "", ""}});
    rig.put_lot("attic", "rice", "L1", 5'000);
    rig.put_lot("attic", "rice", "L2", 5'000);
    rig.add("W-1", {OrderRig::line("rice", 3'000, "L2")});
    const std::string id = rig.pick_of("W-1");
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    CHECK(has(refusal(rig.tasks.scan({id, "rice", 4'000, "aisle", {}}, rig.user)),
              "asks for 3 more"));
    CHECK(has(refusal(rig.tasks.scan({id, "rice", 1'000, "aisle", Condition::damaged}, rig.user)),
              "damaged is not picked"));
    REQUIRE(rig.tasks.scan({id, "rice", 2'000, "aisle", {}}, rig.user));
    CHECK(rig.stage("W-1") == "picking");
    CHECK(rig.tasks.find(id)->state == TaskState::taken);
    REQUIRE(rig.tasks.scan({id, "rice", 1'000, "aisle", {}}, rig.user));
    CHECK(rig.stage("W-1") == "picked");
    CHECK(rig.tasks.find(id)->state == TaskState::done);
    CHECK(rig.tasks.find(id)->done_milli == 3'000);
    CHECK(rig.claims("W-1") == Lines{"aisle L2 3 in hand"});  // The lot it asked for.
    rig.check_promises();
    // What is in hand is promised to nobody else.
    rig.add("W-2", {OrderRig::line("rice", 3'000, "L2")});
    CHECK(rig.claims("W-2") == Lines{"attic L2 2"});
}

TEST_CASE("any unit of the SKU may be picked; the one scanned is bound to the order") {
    OrderRig rig;
    for (const int serial : {1, 2, 3}) {
        rig.in("dock-door", tea(serial));
    }
    rig.in("aisle-door", tea(3));
    rig.add("W-1", {OrderRig::line("tea", 2'000)});
    CHECK(rig.claims("W-1") == Lines{"dock - 2"});
    const std::string id = rig.pick_of("W-1");
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    REQUIRE(rig.tasks.scan({id, tea(3), 0, "attic", {}}, rig.user));  // From the aisle: fine.
    CHECK(rig.orders.book().claim_of_item(tea(3)).order == "W-1");
    CHECK(rig.claims("W-1") == Lines{"dock - 1", "attic - 1 in hand"});
    rig.add("W-2", {OrderRig::line("tea", 1'000)});
    const std::string other = rig.pick_of("W-2");
    REQUIRE(rig.tasks.step({other, TaskAct::take, 0, {}}, rig.other));
    CHECK(has(refusal(rig.tasks.scan({other, tea(3), 0, "aisle", {}}, rig.other)),
              "was picked for order W-1"));
    REQUIRE(rig.tasks.scan({id, tea(1), 0, "attic", {}}, rig.user));
    CHECK(rig.stage("W-1") == "picked");
    CHECK(rig.tasks.find(id)->state == TaskState::done);
    rig.in("aisle-door", tea(1));  // The cart goes on; the unit is seen and stays the order's.
    CHECK(rig.place_of(tea(1)) == "aisle");
    CHECK(rig.orders.book().claim_of_item(tea(1)).order == "W-1");
    rig.in("exit", tea(1));  // Out to the customer.
    CHECK(rig.at("W-1").lines[0].shipped_milli == 1'000);
    rig.check_promises();
}

TEST_CASE("a gate that sees a unit go closes the pick in hand; the scan after it names the place") {
    OrderRig rig;
    rig.in("dock-door", tea(1));
    rig.in("dock-door", tea(2));
    rig.add("W-1", {OrderRig::line("tea", 1'000)});
    const std::string id = rig.pick_of("W-1");
    SECTION("in hand: it is the pick") {
        REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
        rig.in("aisle-door", tea(2));
        CHECK(rig.tasks.find(id)->state == TaskState::done);
        CHECK(rig.claims("W-1") == Lines{"aisle - 1 in hand"});
        REQUIRE(rig.tasks.scan({id, tea(2), 0, "attic", {}}, rig.user));
        CHECK(rig.claims("W-1") == Lines{"attic - 1 in hand"});
        CHECK(rig.tasks.find(id)->done_milli == 1'000);  // Once.
        rig.in("aisle-door", tea(1));
        CHECK(rig.claims("W-1") == Lines{"attic - 1 in hand"});
    }
    SECTION("in nobody's hands: a stranger's, and the other unit is enough for the promise") {
        rig.in("aisle-door", tea(2));
        CHECK(rig.tasks.find(id)->state == TaskState::open);
        CHECK(rig.claims("W-1") == Lines{"dock - 1"});
        rig.in("aisle-door", tea(1));  // Now it is not; what is in the aisle is promised.
        CHECK(rig.claims("W-1") == Lines{"aisle - 1"});
        CHECK(rig.tasks.find(id)->state == TaskState::dropped);
        CHECK(rig.all_open().empty());
    }
    rig.check_promises();
}

TEST_CASE("a short pick is served from elsewhere, and the place is in doubt until it is counted") {
    OrderRig rig;
    rig.put("attic", "rice", 5'000);
    rig.put("aisle", "rice", 2'000);
    rig.add("W-1", {OrderRig::line("rice", 4'000)});
    CHECK(rig.claims("W-1") == Lines{"attic - 4"});
    const std::string id = rig.pick_of("W-1");
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    REQUIRE(rig.tasks.scan({id, "rice", 1'000, "dock", {}}, rig.user));
    REQUIRE(rig.tasks.step({id, TaskAct::finish, 0, {}}, rig.user));
    CHECK(rig.claims("W-1") == Lines{"dock - 1 in hand", "aisle - 2"});
    CHECK(rig.stage("W-1") == "picking");
    CHECK(has(rig.history("W-1"), "3 of SKU rice was not found at attic"));
    CHECK(has(rig.history("W-1"),
              "waits for 1 of SKU rice: 7 on hand, 3 promised already, "
              "4 in doubt at attic"));
    CHECK(rig.all_open() == Lines{"count_differs"});
    const std::string count = rig.task_id(count_key("attic", "rice"));
    REQUIRE(rig.tasks.step({count, TaskAct::take, 0, {}}, rig.other));
    CountPost post;
    post.task = count;
    post.counted_milli = 4'000;  // It was there after all.
    REQUIRE(rig.counting.post(post, rig.other));
    rig.rig.run(std::chrono::seconds(2));
    CHECK(rig.all_open().empty());
    CHECK(rig.claims("W-1") == Lines{"dock - 1 in hand", "aisle - 2", "attic - 1"});
    rig.check_promises();
}

TEST_CASE("a cancelled order frees what it holds; what is in hand goes back") {
    OrderRig rig;
    rig.put("attic", "rice", 5'000);
    rig.in("dock-door", tea(1));
    rig.add("W-1", {OrderRig::line("rice", 2'000), OrderRig::line("tea", 1'000)});
    const std::string id = rig.pick_of("W-1");
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    REQUIRE(rig.tasks.scan({id, "rice", 1'000, "aisle", {}}, rig.user));
    REQUIRE(rig.orders.cancel("W-1", "customer rang", rig.user));
    CHECK(rig.stage("W-1") == "cancelled");
    CHECK(rig.at("W-1").claims.empty());
    CHECK(rig.todo() == Lines{"pick:W-1:1:1 taken", "put_back:W-1:3 open"});
    const Task back = *rig.tasks.find(rig.task_id("put_back:W-1:3"));
    CHECK((back.from == "aisle" && back.to == "attic" && back.qty_milli == 1'000));
    CHECK(has(refusal(rig.tasks.scan({id, "rice", 1'000, "aisle", {}}, rig.user)),
              "asks for 0 more"));
    REQUIRE(rig.tasks.step({id, TaskAct::put_back, 0, {}}, rig.user));
    CHECK(rig.todo() == Lines{"put_back:W-1:3 open"});
    CHECK(has(refusal(rig.orders.cancel("W-1", "again", rig.user)), "cancelled already"));
    rig.add("W-2", {OrderRig::line("rice", 5'000)});
    CHECK(rig.stage("W-2") == "reserved");
    rig.check_promises();
}

TEST_CASE("what is due first is promised first, to the minute, and loses its promise last") {
    OrderRig rig;
    rig.add_due("W-18", 2'000, "2026-12-01T10:00:00Z");
    rig.add_due("W-14", 2'000, "2026-12-01T06:00:00Z");
    rig.add("W-any", {OrderRig::line("rice", 2'000)});
    CHECK(rig.orders.book().open() == Lines{"W-14", "W-18", "W-any"});
    rig.put("attic", "rice", 4'000);
    rig.rig.run(std::chrono::seconds(2));
    CHECK(rig.stage("W-14") == "reserved");
    CHECK(rig.stage("W-18") == "reserved");
    CHECK(rig.stage("W-any") == "back_ordered");
    REQUIRE(rig.lose("attic", "rice", 2'000));
    CHECK(rig.claims("W-14") == Lines{"attic - 2"});
    CHECK(rig.claims("W-18").empty());
    rig.check_promises();
}

TEST_CASE("a day ends at the midnight of the site, and that is written down with the order") {
    OrderRig rig;
    rig.site.utc_offset_min = 480;
    const Order day = rig.add_due("W-1", 1'000, "2026-12-01");
    CHECK(day.due == "2026-12-01");
    CHECK(day.due_by == "2026-12-01T15:59:59Z");
    CHECK(rig.add_due("W-2", 1'000, "2026-12-01T08:00:00Z").due_by.empty());
    CHECK(rig.orders.book().open() == Lines{"W-2", "W-1"});
    // The site's clocks are not what was asked for: the same order is the same.
    rig.site.utc_offset_min = 0;
    Order again = OrderRig::order("W-1", {OrderRig::line("rice", 1'000)});
    again.due = "2026-12-01";
    const auto known = rig.orders.add(again, rig.web);
    REQUIRE(known);
    CHECK_FALSE(known->is_new);
    CHECK(rig.at("W-1").due_by == "2026-12-01T15:59:59Z");
    const std::string before = all_of(rig.ledger);
    rig.rig.run();
    REQUIRE(rig.rig.verify());
    REQUIRE(rig.rig.restart());
    CHECK(all_of(*rig.rig.ledger) == before);
}

TEST_CASE("a day in an event of an older version counts from its beginning, as it did") {
    OrderRig rig;
    OrderData data;
    data.added = OrderRig::order("W-old", {OrderRig::line("rice", 1'000)});
    data.added.due = "2026-12-01";
    Event event;
    event.type = EventType::order_changed;
    event.by = "user:web";
    event.data = encode(data);
    REQUIRE(rig.ledger.write(event));
    rig.add_due("W-new", 1'000, "2026-12-01T00:00:01Z");
    CHECK(rig.orders.book().open() == Lines{"W-old", "W-new"});
    Order again = OrderRig::order("W-old", {OrderRig::line("rice", 1'000)});
    again.due = "2026-12-01";
    const auto known = rig.orders.add(again, rig.web);
    REQUIRE(known);
    CHECK_FALSE(known->is_new);
}

TEST_CASE("a restart forgets nothing: rows read back are the fold") {
    OrderRig rig;
    rig.put("attic", "rice", 5'000);
    rig.add("W-1", {OrderRig::line("rice", 7'000)}, 2);
    const std::string id = rig.pick_of("W-1");
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    REQUIRE(rig.tasks.scan({id, "rice", 2'000, "aisle", {}}, rig.user));
    rig.rig.run();
    const std::string before = all_of(rig.ledger);
    REQUIRE(rig.rig.verify());
    REQUIRE(rig.rig.restart());
    CHECK(all_of(*rig.rig.ledger) == before);
}

// Orders when something is off: scans that come twice or of the wrong goods, picks that find less,
// counts that differ or are dropped.
#include "tests/support/order_rig.hpp"

using namespace tally;
using namespace tally::test;
using Lines = std::vector<std::string>;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the scan of a pick that comes twice picks once, and takes nobody else's promise") {
    OrderRig rig;
    rig.put("attic", "rice", 10'000);
    rig.add("W-1", {OrderRig::line("rice", 6'000)});
    rig.add("W-2", {OrderRig::line("rice", 4'000)});
    const std::string id = rig.pick_of("W-1");
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    REQUIRE(rig.tasks.scan({id, "rice", 4'000, "aisle", {}}, rig.user));
    CHECK(has(refusal(rig.tasks.scan({id, "rice", 4'000, "aisle", {}}, rig.user)),
              "asks for 2 more"));
    REQUIRE(rig.tasks.scan({id, "rice", 2'000, "aisle", {}}, rig.user));
    CHECK(rig.tasks.find(id)->state == TaskState::done);
    CHECK(has(refusal(rig.tasks.scan({id, "rice", 1'000, "aisle", {}}, rig.user)),
              "is not to be done"));
    CHECK(rig.stock("aisle", "rice") == 6'000);
    CHECK(rig.claims("W-2") == Lines{"attic - 4"});
    CHECK(rig.all_open().empty());
}

TEST_CASE("a scan for a pick takes what is free and good, and leaves what stands beside it") {
    OrderRig rig;
    rig.take({LotRecord{"rice", "L1", "2037-01-01", "", ""},
              LotRecord{"rice", "L2", "2037-09-01", "", ""}});
    Event bonded;
    bonded.type = EventType::received;
    bonded.by = "user:test";
    bonded.sku = SkuId("rice");
    bonded.lot = LotId("L1");
    bonded.qty = Quantity{3'000};
    bonded.custody = "bonded";
    bonded.from = PlaceId("SUPPLIER");
    bonded.to = PlaceId("attic");
    rig.rig.write(bonded);
    rig.put_lot("attic", "rice", "L1", 2'000);
    rig.put_lot("attic", "rice", "L2", 2'000);
    rig.add("W-1", {OrderRig::line("rice", 4'000)});
    CHECK(rig.claims("W-1") == Lines{"attic L1 2", "attic L2 2"});
    for (int i = 0; i < 2; ++i) {
        const std::string id = rig.pick_of("W-1");
        REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
        REQUIRE(rig.tasks.scan({id, "rice", 2'000, "aisle", {}}, rig.user));
    }
    CHECK(rig.claims("W-1") == Lines{"aisle L1 2 in hand", "aisle L2 2 in hand"});
    CHECK(rig.stock("attic", "rice") == 3'000);
    CHECK(rig.stage("W-1") == "picked");
    Carry more;  // Nothing else there may go to a customer.
    more.code = "rice";
    more.qty_milli = 1'000;
    more.from = PlaceId("attic");
    more.to = PlaceId("aisle");
    more.for_order = true;
    CHECK(has(refusal(carry(rig.inventory, rig.ledger, more, rig.user)), "free of customs"));
    CHECK(rig.stock("attic", "rice") == 3'000);
    CHECK(rig.all_open().empty());
}

TEST_CASE("a unit that may not be sold is not picked") {
    OrderRig rig;
    rig.take({LotRecord{"tea", "L0", "2001-01-01", "", ""}});
    for (const int serial : {1, 2, 3}) {
        rig.in("dock-door", tea(serial));
    }
    Carry spoilt;
    spoilt.code = tea(2);
    spoilt.from = PlaceId("dock");
    spoilt.to = PlaceId("dock");
    spoilt.quality_to = "hold";
    REQUIRE(carry(rig.inventory, rig.ledger, spoilt, rig.user));
    Event old;
    old.type = EventType::received;
    old.by = "user:test";
    old.item = ItemId(tea(4));
    old.sku = SkuId("tea");
    old.lot = LotId("L0");
    old.qty = Quantity{1'000};
    old.from = PlaceId("SUPPLIER");
    old.to = PlaceId("dock");
    rig.rig.write(old);
    rig.add("W-1", {OrderRig::line("tea", 1'000)});
    const std::string id = rig.pick_of("W-1");
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    CHECK(has(refusal(rig.tasks.scan({id, tea(2), 0, "attic", {}}, rig.user)), "is not good"));
    CHECK(has(refusal(rig.tasks.scan({id, tea(4), 0, "attic", {}}, rig.user)),
              "expires on 2001-01-01"));
    CHECK(rig.stage("W-1") == "reserved");
    REQUIRE(rig.tasks.scan({id, tea(1), 0, "attic", {}}, rig.user));
    CHECK(rig.stage("W-1") == "picked");
}

TEST_CASE("a pick older than the finished tasks that are kept ends like any other") {
    OrderRig rig;
    rig.put("attic", "rice", 5'000);
    rig.add("W-1", {OrderRig::line("rice", 4'000)});
    const std::string id = rig.pick_of("W-1");
    for (std::size_t i = 0; i < WorkBook::kFinishedMax + 1; ++i) {
        rig.rig.run(std::chrono::milliseconds(2));
        Task task;
        task.kind = TaskKind::put_away;
        task.key = "test:" + std::to_string(i);
        task.sku = "oil";
        REQUIRE(rig.tasks.open(task, rig.user));
        REQUIRE(rig.tasks.step({rig.task_id(task.key), TaskAct::drop, 0, "test"}, rig.user));
    }
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.user));
    REQUIRE(rig.tasks.step({id, TaskAct::finish, 0, {}}, rig.user));  // Nothing was there.
    REQUIRE(rig.tasks.find(id) != nullptr);
    CHECK(rig.claims("W-1").empty());
    CHECK(rig.all_open() == Lines{"count_differs"});
    rig.rig.run();
    const std::string before = all_of(rig.ledger);
    REQUIRE(rig.rig.verify());
    REQUIRE(rig.rig.restart());
    CHECK(all_of(*rig.rig.ledger) == before);
}

TEST_CASE("a claim without a task gets one with the next look") {
    OrderRig rig;
    rig.put("attic", "rice", 5'000);
    rig.add("W-1", {OrderRig::line("rice", 9'000)});
    REQUIRE(rig.lose("attic", "rice", 5'000));
    Claim claim;
    claim.n = rig.at("W-1").last_claim + 1;
    claim.line = 1;
    claim.place = "aisle";
    claim.lot = "-";
    claim.qty_milli = 1'000;
    rig.put("aisle", "rice", 1'000);
    Event event;
    event.type = EventType::reserved;
    event.by = "user:test";
    event.data = encode(ReservedData{"W-1", "rice", claim});
    REQUIRE(rig.ledger.write(event));
    CHECK(rig.pick_of("W-1").empty());
    rig.rig.run(std::chrono::seconds(2));
    CHECK_FALSE(rig.pick_of("W-1").empty());
}

namespace {

/// W-1 found less rice in the attic than the book has; nothing else is there.
struct ShortRig : OrderRig {
    explicit ShortRig(const std::string& place = {}) {
        put("attic", "rice", 5'000);
        add("W-1", {line("rice", 4'000, {}, place)});
        const std::string id = pick_of("W-1");
        REQUIRE(tasks.step({id, TaskAct::take, 0, {}}, user));
        REQUIRE(tasks.step({id, TaskAct::finish, 0, {}}, user));
        run();
    }
    void run() { rig.run(std::chrono::seconds(2)); }
    [[nodiscard]] std::string count() const { return task_id(count_key("attic", "rice")); }
    CountOutcome::Verdict post(std::int64_t milli, const Actor& by) {
        CountPost post;
        post.task = count();
        post.counted_milli = milli;
        REQUIRE(tasks.step({post.task, TaskAct::take, 0, {}}, by));
        const auto outcome = counting.post(post, by);
        REQUIRE(outcome);
        return outcome->verdict;
    }
};

}  // namespace

TEST_CASE("a count that differs leaves the place in doubt until its recount is done") {
    ShortRig rig;
    CHECK(rig.claims("W-1").empty());
    CHECK(rig.post(1'000, rig.other) == CountOutcome::Verdict::recount);
    CHECK(rig.claims("W-1").empty());
    CHECK(rig.all_open() == Lines{"count_differs"});
    rig.run();
    CHECK(rig.claims("W-1").empty());
    CHECK(rig.all_open() == Lines{"count_differs"});
    CHECK(rig.post(5'000, rig.user) == CountOutcome::Verdict::agrees);
    rig.run();
    CHECK(rig.all_open().empty());
    CHECK(rig.claims("W-1") == Lines{"attic - 4"});
}

TEST_CASE("a count that is dropped has counted nothing") {
    ShortRig rig;
    REQUIRE(rig.tasks.step({rig.count(), TaskAct::drop, 0, "no time"}, rig.other));
    rig.run();
    CHECK(rig.claims("W-1").empty());
    CHECK(rig.all_open() == Lines{"count_differs"});
    REQUIRE(rig.counting.start(PlaceId("attic"), "rice", rig.user));
    CHECK(rig.post(5'000, rig.user) == CountOutcome::Verdict::agrees);
    rig.run();
    CHECK(rig.all_open().empty());
    CHECK(rig.claims("W-1") == Lines{"attic - 4"});
}

TEST_CASE("a line that names its place does not get back what its own pick did not find") {
    ShortRig rig("attic");
    CHECK(rig.claims("W-1").empty());
    CHECK(has(rig.history("W-1"), "5 in doubt at attic"));
    CHECK(rig.post(5'000, rig.other) == CountOutcome::Verdict::agrees);
    rig.run();
    CHECK(rig.claims("W-1") == Lines{"attic - 4"});
}

TEST_CASE("a pick that is given up is promised from elsewhere") {
    OrderRig rig;
    rig.put("attic", "rice", 5'000);
    rig.put("aisle", "rice", 4'000);
    rig.add("W-1", {OrderRig::line("rice", 4'000)});
    CHECK(rig.claims("W-1") == Lines{"attic - 4"});
    REQUIRE(rig.tasks.step({rig.pick_of("W-1"), TaskAct::drop, 0, "cannot reach it"}, rig.user));
    CHECK(rig.claims("W-1") == Lines{"aisle - 4"});
    rig.check_promises();
}

TEST_CASE("a quantity beyond counting is refused, not wrapped") {
    OrderRig rig;
    rig.take({AliasRecord{"PALLET", "shop", "rice", 1'000'000}});
    const auto refused = rig.orders.add(
        OrderRig::order("W-1", {OrderRig::line("PALLET", 10'000'000'000'000)}), rig.web);
    CHECK(has(refusal(refused), "more than this box can count"));
}

TEST_CASE("a note is cut between characters") {
    Order order;
    note(order, {0, "user:test", std::string(399, 'x') + "\u7bb1\u5b50"});
    CHECK(order.notes.front().text == std::string(399, 'x'));
}

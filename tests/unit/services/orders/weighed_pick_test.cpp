// A pick from a slot that weighs itself: the weight and the scan tell of one movement, whichever
// comes first, and the order has it once. A hand without a task is a stranger's.
#include "firmware/services/orders/orders.hpp"
#include "tests/support/shelf_rig.hpp"

namespace tally {
namespace {

using std::chrono::seconds;
using test::kBoltMg;
using test::ShelfRig;
using Lines = std::vector<std::string>;

/// Ten bolts weighed on a1, four of them ordered.
struct WeighedRig : ShelfRig {
    WeighedRig() {
        orders.start();
        put(1, 10 * kBoltMg);
        start();
        run(seconds(5));
        REQUIRE(units("a1", "bolts") == 10);
        Order order;
        order.id = "W-1";
        order.lines = {{"bolts", "", "", 4'000, 0, 0}};
        REQUIRE(orders.add(order, base.user));
        task = base.ledger.registers().work().tasks().begin()->first;
    }
    void take() { REQUIRE(tasks.step({task, TaskAct::take, 0, {}}, base.user)); }
    void weigh(std::int64_t count) {
        put(1, count * kBoltMg);
        run(seconds(5));
    }
    Result<Carried> scan(std::int64_t count) {
        return tasks.scan({task, "bolts", count * 1'000, "attic", {}}, base.user);
    }
    [[nodiscard]] Lines claims() const {
        Lines lines;
        for (const auto& [n, claim] : orders.book().find("W-1")->claims) {
            lines.push_back(claim.place + " " + std::to_string(claim.qty_milli / 1'000) +
                            (claim.pick != 0 ? " in hand" : ""));
        }
        return lines;
    }
    [[nodiscard]] TaskState state() const { return tasks.find(task)->state; }

    Receiving receiving{base.inventory, base.ledger};
    Tasks tasks{base.inventory, base.ledger, receiving, base.rig.node};
    Orders orders{base.inventory, base.ledger, tasks, base.rig.node, base.rig.node};
    std::string task;
};

}  // namespace

TEST_CASE("the weight closes the pick in hand, and the scan after it names the place") {
    WeighedRig rig;
    CHECK(rig.claims() == Lines{"a1 4"});
    rig.take();
    rig.weigh(-4);
    CHECK(rig.state() == TaskState::done);
    CHECK(rig.tasks.find(rig.task)->done_milli == 4'000);
    CHECK(rig.claims() == Lines{"aisle 4 in hand"});
    CHECK(stage_of(*rig.orders.book().find("W-1")) == OrderStage::picked);
    REQUIRE(rig.scan(4));
    CHECK(rig.claims() == Lines{"attic 4 in hand"});
    CHECK(rig.units("a1", "bolts") == 6);
    CHECK(rig.units("attic", "bolts") == 4);
    CHECK(rig.units("aisle", "bolts") == 0);
    rig.run(seconds(90));
    CHECK(rig.doubts().empty());
    CHECK(rig.tasks.find(rig.task)->done_milli == 4'000);
}

TEST_CASE("the scan after the weight names the place once, wherever that is") {
    const std::string place = GENERATE("attic", "aisle");
    WeighedRig rig;
    rig.take();
    rig.weigh(-4);
    REQUIRE(rig.tasks.scan({rig.task, "bolts", 4'000, place, {}}, rig.base.user));
    CHECK_FALSE(rig.tasks.scan({rig.task, "bolts", 4'000, place, {}}, rig.base.user));
    CHECK_FALSE(rig.tasks.scan({rig.task, "bolts", 1'000, place, {}}, rig.base.user));
    CHECK(rig.claims() == Lines{place + " 4 in hand"});
    CHECK(rig.units("a1", "bolts") == 6);
    rig.run(seconds(90));
    CHECK(rig.doubts().empty());
}

TEST_CASE("a scan before its weight falls is the pick, and the weight only agrees") {
    WeighedRig rig;
    rig.take();
    REQUIRE(rig.scan(4));
    CHECK(rig.state() == TaskState::done);
    rig.weigh(-4);
    rig.run(seconds(90));
    CHECK(rig.claims() == Lines{"attic 4 in hand"});
    CHECK(rig.units("a1", "bolts") == 6);
    CHECK(rig.units("attic", "bolts") == 4);
    CHECK(rig.doubts().empty());
}

TEST_CASE("half by weight, half by scan is the whole, once") {
    WeighedRig rig;
    rig.take();
    rig.weigh(-2);
    CHECK(rig.state() == TaskState::taken);
    CHECK(rig.claims() == Lines{"a1 2", "aisle 2 in hand"});
    REQUIRE(rig.scan(4));
    CHECK(rig.state() == TaskState::done);
    rig.weigh(-2);
    rig.run(seconds(90));
    CHECK(rig.units("a1", "bolts") == 6);
    CHECK(rig.units("attic", "bolts") == 4);
    CHECK(rig.claims() == Lines{"attic 4 in hand"});
    CHECK(rig.doubts().empty());
}

// Found by tally-sim, scenario picking, seed 13: goods that were packed out of a slot, by the book.
TEST_CASE("what a weight says was put away is nobody's pick, though one from there is in hand") {
    WeighedRig rig;
    rig.weigh(-5);  // A stranger's hand: they lie before the slot now.
    REQUIRE(rig.units("aisle", "bolts") == 5);
    rig.run(seconds(90));
    Order other;
    other.id = "W-2";
    other.lines = {{"bolts", "", "aisle", 3'000, 0, 0}};
    REQUIRE(rig.orders.add(other, rig.base.user));
    const Claim claim = rig.orders.book().find("W-2")->claims.begin()->second;
    REQUIRE(claim.place == "aisle");
    const std::string id =
        rig.base.ledger.registers().work().task_of_key(pick_key("W-2", claim))->id;
    REQUIRE(rig.tasks.step({id, TaskAct::take, 0, {}}, rig.base.user));
    rig.weigh(2);
    CHECK(rig.units("a1", "bolts") == 7);
    CHECK(rig.units("aisle", "bolts") == 3);
    CHECK(rig.tasks.find(id)->done_milli == 0);
    const auto& claims = rig.orders.book().find("W-2")->claims;
    REQUIRE(claims.size() == 1);
    CHECK(claims.begin()->second == claim);
}

// Found by tally-sim, scenario picking, seed 7: the order waited for ever for goods that a stranger
// had taken.
TEST_CASE("what a stranger took while the pick was in hand, the picker says nobody has") {
    WeighedRig rig;
    CHECK_FALSE(rig.orders.say_not_in_hand(rig.task, rig.base.user));
    rig.take();
    CHECK_FALSE(rig.orders.say_not_in_hand(rig.task, rig.base.user));
    rig.weigh(-3);  // A stranger's hand.
    rig.weigh(-1);
    REQUIRE(rig.scan(1));
    CHECK(rig.state() == TaskState::done);
    CHECK(rig.claims() == Lines{"aisle 3 in hand", "attic 1 in hand"});
    REQUIRE(rig.orders.say_not_in_hand(rig.task, rig.base.user));
    CHECK(rig.claims() == Lines{"attic 1 in hand", "a1 3"});
    CHECK(rig.doubts() == Lines{"count_differs"});
    CHECK(rig.tasks.find(rig.task)->state == TaskState::done);
    CHECK_FALSE(rig.orders.say_not_in_hand(rig.task, rig.base.user));
    // Nothing is promised from where the book has them until somebody has counted there.
    Order more;
    more.id = "W-2";
    more.lines = {{"bolts", "", "", 6'000, 0, 0}};
    REQUIRE(rig.orders.add(more, rig.base.user));
    CHECK(missing_milli(*rig.orders.book().find("W-2")) == 3'000);
}

TEST_CASE("a hand without a task takes what is free, then what is promised") {
    WeighedRig rig;
    rig.weigh(-6);
    CHECK(rig.claims() == Lines{"a1 4"});
    CHECK(rig.doubts().empty());
    rig.weigh(-3);  // One is left of four; three stand in the aisle and are promised from there.
    CHECK(rig.claims() == Lines{"a1 1", "aisle 3"});
    CHECK(rig.doubts().empty());
    CHECK(rig.units("a1", "bolts") == 1);
}

}  // namespace tally

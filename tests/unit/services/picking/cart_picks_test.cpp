// Picks of orders and the carts that they go on, on a real ledger: how urgent orders are, and when
// a cart leaves a slot whose weight, or a gate, has told of the pick before anybody scanned it.
#include "firmware/services/orders/orders.hpp"
#include "firmware/services/picking/ledger_pick_work.hpp"
#include "tests/support/shelf_rig.hpp"
#include "tests/unit/services/dispatch/paper_site.hpp"

namespace tally {
namespace {

using namespace std::chrono_literals;
using test::kBoltMg;
using test::ShelfRig;

/// Ten bolts weighed on a1, and as many on a2; one vehicle with a cart, a station in the attic.
struct CartRig : ShelfRig {
    CartRig() {
        base.site.places.push_back({PlaceId("cart"), EdgeId("back")});
        orders.start();
        put(1, 10 * kBoltMg);
        put(2, 10 * kBoltMg);
        start();
        run(5s);
        REQUIRE(units("a1", "bolts") == 10);
        REQUIRE(units("a2", "bolts") == 10);
        DispatchOptions dispatching;
        dispatching.vehicles = {{test::kFirst, 100, {}, {"cart"}}};
        FleetRow& row = fleet.rows_[test::kFirst];
        row.id = test::kFirst;
        row.node = "p9";
        row.status.reach = VehicleReach::online;
        row.status.battery_permille = 900;
        row.is_placed = true;
        const Dispatch::Ports ports{fleet, base.rig.node, base.rig.node, base.rig.node};
        dispatch.emplace(dispatching, ports);
        PickingOptions options;
        options.carts[test::kFirst] = "cart";
        options.stations = {"attic"};
        picking.emplace(options, Picking::Ports{work, *dispatch, fleet, base.rig.node,
                                                base.rig.node, base.rig.node});
    }
    /// The task that picks so much for an order, four bolts of a1 if nothing is said.
    std::string order(const std::string& id, std::int64_t priority = kUsualPriority,
                      const std::string& due = {},
                      const OrderLine& line = {"bolts", "", "a1", 4'000, 0, 0}) {
        Order order;
        order.id = id;
        order.priority = priority;
        order.due = due;
        order.lines = {line};
        REQUIRE(orders.add(order, base.user));
        for (const auto& [task, what] : work.tasks()) {
            if (what.document == id) {
                return task;
            }
        }
        FAIL("no pick for " << id);
        return {};
    }
    [[nodiscard]] Urgency urgency(const std::string& task) const {
        return work.urgency_of(work.tasks().at(task));
    }
    void take(const std::string& task) {
        REQUIRE(tasks.step({task, TaskAct::take, 0, {}}, base.user));
    }
    Result<Carried> scan(const std::string& task, const std::string& code, std::int64_t count,
                         const std::string& place) {
        return tasks.scan({task, code, count * 1'000, place, {}}, base.user);
    }
    void weigh(std::uint8_t unit, std::int64_t count) {
        put(unit, count * kBoltMg);
        run(5s);
    }
    void tick(int seconds = 3) {
        for (int i = 0; i < seconds; ++i) {
            run(1s);
            picking->tick();
            dispatch->tick();
        }
    }
    /// Where the vehicle waits, or is sent to: "waiting a1"; empty: it has no work.
    [[nodiscard]] std::string told() const {
        const Mission* const mission = dispatch->of_vehicle(test::kFirst);
        if (mission == nullptr || mission->kind != MissionKind::pick) {
            return {};
        }
        return std::string(to_string(mission->state)) + " " + mission->stop().place;
    }
    void arrive() {
        fleet.arrive(test::kFirst);
        tick();
    }
    void say_done() {
        const std::string id = dispatch->of_vehicle(test::kFirst)->id;
        REQUIRE(dispatch->go_on(id, Dispatch::Work::is_done));
        tick();
    }

    Receiving receiving{base.inventory, base.ledger};
    Tasks tasks{base.inventory, base.ledger, receiving, base.rig.node};
    Orders orders{base.inventory, base.ledger, tasks, base.rig.node, base.rig.node};
    LedgerPickWork work{base.ledger};
    test::PaperFleet fleet;
    std::optional<Dispatch> dispatch;
    std::optional<Picking> picking;
};

}  // namespace

TEST_CASE("a task is as urgent as its order, whose first priority is 1") {
    CartRig rig;
    const Urgency urgent = rig.urgency(rig.order("W-1", kUrgentPriority, "1969-07-20"));
    CHECK(urgent.priority > 0);
    REQUIRE(urgent.due_in);
    CHECK(*urgent.due_in < 0s);
    const Urgency idle = rig.urgency(rig.order("W-2", kIdlePriority, "9999-12-31"));
    CHECK(idle.priority < 0);
    REQUIRE(idle.due_in);
    CHECK(*idle.due_in > 24h);
    Task nobodys;
    CHECK(rig.work.urgency_of(nobodys).priority == 0);
    CHECK_FALSE(rig.work.urgency_of(nobodys).due_in);
}

TEST_CASE("a pick is due when its order is, to the second") {
    CartRig rig;
    constexpr std::int64_t kBeginMs = 1'767'225'600'000;  // Of the kernel's clock, 2026-01-01.
    const std::int64_t now_ms = rig.base.ledger.wall_now().ms() - kBeginMs;
    REQUIRE((now_ms >= 0 && now_ms < 80'000'000));
    const Urgency late = rig.urgency(rig.order("W-1", kUsualPriority, "2026-01-01T22:13:20Z"));
    REQUIRE(late.due_in);
    CHECK(*late.due_in == std::chrono::milliseconds(80'000'000 - now_ms));
    const Urgency day = rig.urgency(rig.order("W-2", kUsualPriority, "2026-01-01"));
    REQUIRE(day.due_in);
    CHECK(*day.due_in - *late.due_in == 6'399s);  // The end of that day.
}

TEST_CASE("a weight ends the pick, and the cart waits until the goods are scanned onto it") {
    CartRig rig;
    const std::string task = rig.order("W-1");
    rig.tick();
    rig.arrive();
    REQUIRE(rig.told() == "waiting a1");
    rig.take(task);
    rig.weigh(1, -4);
    rig.tick();
    CHECK(rig.work.tasks().at(task).state == TaskState::done);
    CHECK(rig.units("cart", "bolts") == 0);
    CHECK(rig.told() == "waiting a1");
    REQUIRE(rig.scan(task, "bolts", 4, "cart"));
    rig.tick();
    CHECK(rig.told() == "driving attic");
    rig.arrive();
    CHECK(rig.told() == "waiting attic");
    CHECK(rig.units("cart", "bolts") == 4);
    CHECK(rig.units("a1", "bolts") == 6);
}

TEST_CASE(
    "a weight that tells of a pick is named by a scan, also where goods came unscanned before") {
    CartRig rig;
    rig.weigh(2, -6);
    rig.weigh(1, 6);  // Somebody fills up the slot, and scans nothing.
    REQUIRE(rig.units("a1", "bolts") == 16);
    rig.run(2min);
    const std::string task = rig.order("W-1");
    rig.tick();
    rig.arrive();
    REQUIRE(rig.told() == "waiting a1");
    rig.take(task);
    rig.weigh(1, -4);
    REQUIRE(rig.work.tasks().at(task).state == TaskState::done);
    REQUIRE(rig.scan(task, "bolts", 4, "cart"));
    rig.tick();
    CHECK(rig.told() == "driving attic");
    CHECK(rig.units("cart", "bolts") == 4);
    CHECK(rig.units("a1", "bolts") == 12);
    rig.run(2min);  // No weight is waited for any more.
    CHECK(rig.doubts().empty());
}

TEST_CASE("what is scanned elsewhere does not hold the cart, and a half is not the whole") {
    CartRig rig;
    const std::string task = rig.order("W-1");
    rig.tick();
    rig.arrive();
    rig.take(task);
    rig.weigh(1, -4);
    REQUIRE(rig.scan(task, "bolts", 2, "cart"));
    rig.tick();
    CHECK(rig.told() == "waiting a1");
    REQUIRE(rig.scan(task, "bolts", 2, "attic"));
    rig.tick();
    CHECK(rig.told() == "driving attic");
}

TEST_CASE(
    "a person's word lets the cart go, and at the station it waits for what was not scanned") {
    CartRig rig;
    const std::string task = rig.order("W-1");
    rig.tick();
    rig.arrive();
    rig.take(task);
    rig.weigh(1, -4);
    rig.tick();
    REQUIRE(rig.told() == "waiting a1");
    rig.say_done();
    REQUIRE(rig.told() == "driving attic");
    rig.arrive();
    CHECK(rig.told() == "waiting attic");  // The cart is empty by the book, and four are on it.
    SECTION("they are scanned there") {
        REQUIRE(rig.scan(task, "bolts", 4, "attic"));
        rig.tick();
    }
    SECTION("or a person says again that it is done") {
        rig.say_done();
    }
    CHECK(rig.told().empty());
}

TEST_CASE("a slot whose goods wait in somebody's hands for a cart under way is driven to") {
    CartRig rig;
    const std::string first = rig.order("W-1");
    const std::string second =
        rig.order("W-2", kUsualPriority, {}, {"bolts", "", "a2", 2'000, 0, 0});
    rig.tick();
    const std::string near = rig.told();
    REQUIRE(near.starts_with("assigned a"));
    const bool is_first = near == "assigned a1";
    rig.arrive();
    rig.take(second);
    rig.take(first);
    rig.weigh(is_first ? 2 : 1, is_first ? -2 : -4);  // Before the cart is there.
    REQUIRE(rig.scan(is_first ? first : second, "bolts", is_first ? 4 : 2, "cart"));
    rig.tick();
    REQUIRE(rig.told() == (is_first ? "driving a2" : "driving a1"));
    rig.arrive();
    CHECK(rig.told() == (is_first ? "waiting a2" : "waiting a1"));
    REQUIRE(rig.scan(is_first ? second : first, "bolts", is_first ? 2 : 4, "cart"));
    rig.tick();
    CHECK(rig.told() == "driving attic");
}

TEST_CASE("a gate ends the pick of a unit, and the cart waits until that unit is scanned onto it") {
    CartRig rig;
    const std::string unit = test::tea(1);
    rig.base.in("dock-door", unit);
    rig.base.in("aisle-door", unit);
    const std::string task = rig.order("W-1", kUsualPriority, {}, {"tea", "", "", 1'000, 0, 0});
    rig.tick();
    rig.arrive();
    REQUIRE(rig.told() == "waiting aisle");
    rig.take(task);
    rig.base.out("aisle-door", unit);
    rig.tick();
    CHECK(rig.work.tasks().at(task).state == TaskState::done);
    CHECK(rig.told() == "waiting aisle");
    REQUIRE(rig.scan(task, unit, 1, "cart"));
    rig.tick();
    CHECK(rig.told() == "driving attic");
}

TEST_CASE("what is left of a task's goods is what the book has where they come from") {
    CartRig rig;
    Task task;
    task.sku = "bolts";
    task.from = "a1";
    CHECK(rig.work.is_left(task));
    task.lot = "other";
    CHECK_FALSE(rig.work.is_left(task));
    task.lot.clear();
    rig.weigh(1, -10);
    CHECK_FALSE(rig.work.is_left(task));
    const std::string unit = test::tea(1);
    rig.base.in("dock-door", unit);
    Task one;
    one.item = unit;
    one.from = "dock";
    CHECK(rig.work.is_left(one));
    rig.base.in("aisle-door", unit);
    CHECK_FALSE(rig.work.is_left(one));
}

}  // namespace tally

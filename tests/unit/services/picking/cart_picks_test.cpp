// Picks of orders and the carts that they go on, on a real ledger: how urgent orders are.
#include "firmware/services/orders/orders.hpp"
#include "firmware/services/picking/ledger_pick_work.hpp"
#include "tests/support/shelf_rig.hpp"

namespace tally {
namespace {

using namespace std::chrono_literals;
using test::kBoltMg;
using test::ShelfRig;

/// Ten bolts weighed on a1.
struct CartRig : ShelfRig {
    CartRig() {
        orders.start();
        put(1, 10 * kBoltMg);
        start();
        run(5s);
        REQUIRE(units("a1", "bolts") == 10);
    }
    /// The task that picks four bolts for an order.
    std::string order(const std::string& id, std::int64_t priority, const std::string& due = {}) {
        Order order;
        order.id = id;
        order.priority = priority;
        order.due = due;
        order.lines = {{"bolts", "", "", 4'000, 0, 0}};
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

    Receiving receiving{base.inventory, base.ledger};
    Tasks tasks{base.inventory, base.ledger, receiving, base.rig.node};
    Orders orders{base.inventory, base.ledger, tasks, base.rig.node, base.rig.node};
    LedgerPickWork work{base.ledger};
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

}  // namespace tally

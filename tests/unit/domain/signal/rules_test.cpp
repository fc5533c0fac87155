#include "firmware/domain/signal/rules.hpp"

#include <catch2/catch.hpp>

using namespace tally;

TEST_CASE("the worst that a gate knows of itself is what its lamps show") {
    struct Row {
        GateCondition condition;
        Light light;
        BarrierOrder order;  // of a policy that differs in each case
    };
    const BarrierPolicy cautious{BarrierOrder::open, BarrierOrder::closed, BarrierOrder::closed};
    const Row row = GENERATE(values<Row>({
        {{false, false, false}, Light::green, BarrierOrder::open},
        {{false, false, true}, Light::yellow, BarrierOrder::open},
        {{false, true, false}, Light::red, BarrierOrder::closed},
        {{false, true, true}, Light::red, BarrierOrder::closed},
        {{true, false, false}, Light::red_flashing, BarrierOrder::closed},
        {{true, true, true}, Light::red_flashing, BarrierOrder::closed},
    }));
    CHECK(light_of(row.condition) == row.light);
    CHECK(order_of(cautious, row.condition) == row.order);
}

TEST_CASE("an alarm holds the goods also where the gate no longer sees") {
    const BarrierPolicy free_when_blind{BarrierOrder::open, BarrierOrder::closed,
                                        BarrierOrder::open};
    CHECK(order_of(free_when_blind, {true, false, false}) == BarrierOrder::open);
    CHECK(order_of(free_when_blind, {true, true, false}) == BarrierOrder::closed);
}

TEST_CASE("nothing known is not well: the default of a condition promises nothing") {
    CHECK(light_of({}) == Light::red_flashing);
}

TEST_CASE("a forged tag stops goods, a count that differs does not") {
    CHECK(is_alarm(AnomalyKind::unknown_tag));
    CHECK(is_alarm(AnomalyKind::item_twice));
    CHECK_FALSE(is_alarm(AnomalyKind::count_differs));
    CHECK_FALSE(is_alarm(AnomalyKind::signal_fault));
}

TEST_CASE("orders are read by their names and nothing else is an order") {
    CHECK(barrier_order_from("open") == BarrierOrder::open);
    CHECK(barrier_order_from("closed") == BarrierOrder::closed);
    CHECK_FALSE(barrier_order_from("opened"));
    CHECK_FALSE(barrier_order_from(""));
}

#include "drivers/signal/barrier.hpp"

#include <catch2/catch.hpp>

using namespace tally;
using namespace tally::signal;

namespace {

using Position = BarrierPosition;
constexpr Duration kJustNow = std::chrono::milliseconds(100);
constexpr Duration kLongAgo = std::chrono::seconds(60);

BarrierWiring wiring() {
    BarrierWiring wiring;
    wiring.coil = 3;
    wiring.energised = BarrierOrder::open;
    wiring.travel = std::chrono::seconds(2);
    return wiring;
}

}  // namespace

TEST_CASE("two limit switches say where a barrier is, and when that is a fault") {
    struct Row {
        const char* name;
        bool open, closed;
        std::optional<BarrierOrder> told;
        Duration since;
        Position position;
        bool trouble;
    };
    const Row row = GENERATE(values<Row>({
        {"open as told", true, false, BarrierOrder::open, kLongAgo, Position::opened, false},
        {"shut as told", false, true, BarrierOrder::closed, kLongAgo, Position::shut, false},
        {"not yet begun", true, false, BarrierOrder::closed, kJustNow, Position::opened, false},
        {"on its way", false, false, BarrierOrder::closed, kJustNow, Position::moving, false},
        {"stuck between", false, false, BarrierOrder::closed, kLongAgo, Position::unknown, true},
        {"never began", true, false, BarrierOrder::closed, kLongAgo, Position::opened, true},
        {"both switches", true, true, BarrierOrder::open, kLongAgo, Position::unknown, true},
        {"never told", true, false, std::nullopt, kLongAgo, Position::opened, false},
        {"never told, between", false, false, std::nullopt, kLongAgo, Position::unknown, false},
    }));
    INFO(row.name);
    const auto verdict =
        judge_barrier(wiring(), {true, row.open, row.closed}, {row.told, row.since});
    CHECK(verdict.position == row.position);
    CHECK(verdict.trouble.empty() != row.trouble);
}

TEST_CASE("one switch knows its own end; the other is believed after its time only") {
    const auto at = [](bool closed, BarrierOrder told, Duration since) {
        return judge_barrier(wiring(), {true, std::nullopt, closed}, {told, since});
    };
    CHECK(at(true, BarrierOrder::closed, kLongAgo).position == Position::shut);
    CHECK(at(false, BarrierOrder::open, kJustNow).position == Position::moving);
    CHECK(at(false, BarrierOrder::open, kLongAgo).position == Position::opened);
    CHECK(at(false, BarrierOrder::closed, kLongAgo).position == Position::unknown);
    CHECK_FALSE(at(false, BarrierOrder::closed, kLongAgo).trouble.empty());
    CHECK_FALSE(at(true, BarrierOrder::open, kLongAgo).trouble.empty());
}

TEST_CASE("without switches the coil decides, and without that nothing is known") {
    CHECK(judge_barrier(wiring(), {true, {}, {}}, {BarrierOrder::open, kJustNow}).position ==
          Position::moving);
    CHECK(judge_barrier(wiring(), {true, {}, {}}, {BarrierOrder::open, kLongAgo}).position ==
          Position::opened);
    CHECK(judge_barrier(wiring(), {false, {}, {}}, {BarrierOrder::open, kLongAgo}).position ==
          Position::shut);
    const auto blind = judge_barrier(wiring(), {}, {BarrierOrder::open, kLongAgo});
    CHECK(blind.position == Position::unknown);
    CHECK(blind.trouble.empty());  // Nothing contradicts it.
}

// The shop's floor is one edge's, the stock another's: the bridge sees both and asks for a refill,
// once, whatever dies on the way.
#include "firmware/messages/refill.hpp"

#include <catch2/catch.hpp>

#include "firmware/messages/event_data.hpp"
#include "tests/scenario/sync_bench.hpp"

using namespace tally;
using namespace tally::scenario;
using sim::to_text;

namespace {

const std::string kKey = refill_key("shop.floor", "SKU-1");

struct Floor {
    explicit Floor(sim::SimSiteOptions options = {}, std::string_view kept_in = kFreeCustody,
                   int units = 8)
        : bench(std::move(options)), custody(kept_in) {
        REQUIRE(site.settle());
        bench.write("back", 1);  // The record of SKU-1.
        bench.write("shop", 1);
        plan(3, 5);
        for (int i = 0; i < units; ++i) {
            unit(i, "back", EventType::received, kSupplier, "back.hall");
        }
        REQUIRE(site.settle());
    }
    void plan(std::int64_t min, std::int64_t max) {
        REQUIRE(site.edge("shop").inventory().import_master(
            {PlanRecord{"shop.floor", "SKU-1", min * 1'000, max * 1'000}}, by, {}));
    }
    Seq unit(int number, const std::string& edge, EventType type, std::string_view from,
             std::string_view to, const std::string& cause = {}) {
        Event event;
        event.type = type;
        event.by = "device:door-reader";
        event.cause = cause;
        event.item = ItemId("3034257BF4019F4000000" + std::to_string(100 + number));
        event.sku = SkuId("SKU-1");
        event.lot = LotId("-");
        event.qty = Quantity::of_units(1);
        event.from = PlaceId(std::string(from));
        event.to = PlaceId(std::string(to));
        if (custody != kFreeCustody && type == EventType::received) {
            event.custody_to = custody;
        }
        if (type == EventType::handed_over) {
            HandOverData data;
            data.edge = "shop";
            data.place = "shop.floor";
            event.data = encode(data);
        }
        const auto seq = site.edge(edge).ledger().write(std::move(event));
        INFO((seq ? std::string() : seq.error().text));
        REQUIRE(seq);
        return *seq;
    }
    /// Through the door: the shop books its half when the bridge has told it to.
    void carry(int number) {
        unit(number, "back", EventType::handed_over, "back.hall", kInTransit);
    }
    [[nodiscard]] const Task* task() {
        return site.edge("back").ledger().registers().work().task_of_key(kKey);
    }
    /// How often such a task was opened.
    std::size_t opened() {
        std::size_t count = 0;
        for (const JournalRow& row : sim::stored_rows(site.disk("back"), "back", sim::Span::line)) {
            count += row.type == "task_changed" && row.canonical.find(kKey) != std::string::npos;
        }
        return count;
    }
    void wait(Duration time = std::chrono::seconds(20)) {
        site.run_for(time);
        REQUIRE(site.settle());
    }
    void take() {
        REQUIRE(site.edge("back").work().tasks.step({task()->id, TaskAct::take, 0, {}}, by));
    }

    SyncBench bench;
    sim::SimSite& site = bench.site;
    std::string custody;
    Actor by{"user:li.wei", {}};
};

}  // namespace

TEST_CASE("the floor of one edge is refilled from another, to its max and once") {
    Floor floor;
    floor.wait();
    REQUIRE(floor.task() != nullptr);
    const Task task = *floor.task();
    CHECK((task.kind == TaskKind::transfer && task.from == "back.hall" && task.to == "shop.floor"));
    CHECK(task.qty_milli == 5'000);
    CHECK(task.text == "0 left at shop.floor, at least 3 wanted");
    floor.wait(std::chrono::minutes(30));
    CHECK(floor.opened() == 1);
    floor.take();
    for (int i = 0; i < 5; ++i) {
        floor.carry(i);
        floor.wait(std::chrono::seconds(3));
    }
    CHECK(floor.task() == nullptr);  // The gate has told it.
    floor.wait(std::chrono::minutes(1));
    CHECK(floor.opened() == 1);
    CHECK(floor.site.edge("shop").ledger().book().quantity(
              {"shop.floor", "SKU-1", "-", kFreeCustody, kGoodQuality, {}, 0}) ==
          Quantity::of_units(5));
    // Sold down to two: asked for again, as many as are there.
    for (int i = 0; i < 3; ++i) {
        floor.unit(i, "shop", EventType::departed, "shop.floor", kCustomer);
    }
    floor.wait();
    REQUIRE(floor.task() != nullptr);
    CHECK(floor.task()->qty_milli == 3'000);
    CHECK(floor.opened() == 2);
    CHECK(to_text(floor.bench.check("back")).empty());
}

TEST_CASE("what is handed over and not told by the shop yet counts as there") {
    Floor floor;
    floor.wait();
    floor.take();
    floor.site.network().partition(floor.site.node("shop"), floor.site.node("broker"));
    for (int i = 0; i < 5; ++i) {
        floor.carry(i);  // Nobody has noticed yet that the shop is not heard.
    }
    floor.site.run_for(std::chrono::seconds(15));
    CHECK(floor.task() == nullptr);
    CHECK(floor.site.bridge().edges().at(EdgeId("shop"))->online);
    floor.site.run_for(std::chrono::minutes(15));
    CHECK(floor.opened() == 1);
    floor.site.network().heal(floor.site.node("shop"), floor.site.node("broker"));
    floor.wait(std::chrono::minutes(15));
    CHECK(floor.opened() == 1);
}

TEST_CASE("whichever change of a disk comes last, a refill is asked for once") {
    for (const char* const box : {"bridge", "back"}) {
        std::size_t deaths = 0;
        for (std::uint64_t change = 1; change <= 6; ++change) {
            INFO(box << " dies before change " << change << " of its disk");
            Floor floor;
            bool died = false;
            floor.site.kill_before(box, change, sim::Death::power, [&died] { died = true; });
            floor.site.run_for(std::chrono::seconds(20));
            floor.site.spare(box);
            deaths += died ? 1 : 0;
            if (!floor.site.is_up(box)) {
                floor.site.restart(box);
            }
            floor.wait(std::chrono::minutes(1));
            CHECK(floor.task() != nullptr);
            CHECK(floor.opened() == 1);
            CHECK(to_text(floor.bench.check("back")).empty());
        }
        CHECK(deaths > 1);  // Else nothing was shown.
    }
}

TEST_CASE("what is not needed any more is taken back, unless somebody has it in hand") {
    Floor floor;
    floor.wait();
    REQUIRE(floor.task() != nullptr);
    floor.plan(0, 5);
    floor.wait();
    CHECK(floor.task() == nullptr);
    CHECK(floor.opened() == 1);
    floor.plan(3, 5);
    floor.wait();
    REQUIRE(floor.task() != nullptr);
    floor.take();
    floor.plan(0, 5);
    floor.wait(std::chrono::minutes(1));
    REQUIRE(floor.task() != nullptr);
    CHECK(floor.task()->state == TaskState::taken);
}

TEST_CASE("what customs holds, or an order was promised, is not asked for") {
    Floor bonded({}, "bonded");
    bonded.wait(std::chrono::minutes(1));
    CHECK(bonded.opened() == 0);
    Floor floor({}, kFreeCustody, 0);
    floor.plan(0, 5);
    for (int i = 0; i < 4; ++i) {
        floor.unit(i, "back", EventType::received, kSupplier, "back.hall");
    }
    Order order;
    order.id = "W-1";
    order.lines = {{"SKU-1", {}, {}, 3'000, 0, 0}};
    REQUIRE(floor.site.edge("back").work().orders.add(order, floor.by));
    floor.wait();
    floor.plan(3, 5);
    floor.wait();
    REQUIRE(floor.task() != nullptr);
    CHECK(floor.task()->qty_milli == 1'000);
}

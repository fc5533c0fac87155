// A day without head office: orders come, are promised, picked, packed and handed over as on any
// other day, and head office learns all of it afterwards.
#include <catch2/catch.hpp>

#include "firmware/services/orders/orders_data.hpp"
#include "firmware/services/orders/packing.hpp"
#include "tests/scenario/sync_bench.hpp"

using namespace tally;
using namespace tally::scenario;
using namespace std::chrono_literals;

namespace {

const EdgeId kBack("back");
const PlaceId kHall("back.hall");
const PlaceId kDesk("back.desk");
const Actor kWeb{"user:web", ""};
const Actor kMei{"user:mei", ""};
constexpr int kHours = 24;
constexpr int kOrdersAnHour = 40;  // More in a day than one reservation of parcel numbers holds.

sim::SimSiteOptions with_numbers() {
    sim::SimSiteOptions options;
    options.site = sim::example_site(options.handover_limit);
    options.site->serial_ranges[kBack] = 7;
    options.site->places.push_back({kDesk, kBack});
    return options;
}

struct Day {
    Day() : bench(with_numbers()) {
        REQUIRE(site.settle());
        REQUIRE(edge().inventory().import_master(
            {ItemRecord{"rice", "", "Rice", Tracking::by_count, 0}}, kMei, {}));
        Event event;
        event.type = EventType::received;
        event.by = kMei.by;
        event.sku = SkuId("rice");
        event.lot = LotId(std::string(kDefaultLot));
        event.qty = Quantity{(kHours + 1) * kOrdersAnHour * 1'000};
        event.from = PlaceId("SUPPLIER");
        event.to = kHall;
        REQUIRE(edge().ledger().write(std::move(event)));
        REQUIRE(site.settle());
    }
    EdgeSite& edge() { return site.edge("back"); }

    /// From the order to the carrier's hands.
    void one_order() {
        Order order;
        order.id = "D-" + std::to_string(++orders);
        order.lines = {{"rice", {}, {}, 1'000, 0, 0}};
        REQUIRE(edge().work().orders.add(order, kWeb));
        site.run_for(2s);
        std::string pick;
        for (const auto& [id, task] : edge().ledger().registers().work().tasks()) {
            pick = task.document == order.id && !task.finished() ? id : pick;
        }
        INFO(order.id);
        REQUIRE(edge().work().tasks.step({pick, TaskAct::take, 0, {}}, kMei));
        const auto picked = edge().work().tasks.scan({pick, "rice", 1'000, kDesk.str(), {}}, kMei);
        INFO((picked ? std::string() : picked.error().text));
        REQUIRE(picked);
        site.run_for(1s);
        Packing::Wish parcel;
        parcel.order = order.id;
        parcel.place = kDesk;
        parcel.codes = {"rice"};
        const auto packed = edge().work().packing.pack(parcel, kMei);
        INFO((packed ? std::string() : packed.error().text));
        REQUIRE(packed);
        numbers.insert(packed->parcel.sscc);
    }
    void an_hour() {
        for (int i = 0; i < kOrdersAnHour; ++i) {
            one_order();
            site.run_for(1h / kOrdersAnHour - 3s);
        }
        const auto manifest = edge().work().packing.hand_over({{}, "SF"}, kMei);
        REQUIRE(manifest);
        CHECK(manifest->parcels.size() == kOrdersAnHour);
    }

    SyncBench bench;
    sim::SimSite& site = bench.site;
    int orders = 0;
    std::set<std::string> numbers;
};

}  // namespace

TEST_CASE("with the link to head office cut for a day, orders are picked, packed and sent") {
    Day day;
    day.an_hour();
    day.site.network().partition(day.site.node("back"), day.site.node("broker"));
    for (int hour = 0; hour < kHours; ++hour) {
        day.an_hour();
    }
    CHECK(day.site.bridge().edges().at(kBack)->stored.line().registers().orders().find("D-900") ==
          nullptr);
    day.site.network().heal(day.site.node("back"), day.site.node("broker"));
    REQUIRE(day.site.settle());
    CHECK(day.numbers.size() == (kHours + 1) * kOrdersAnHour);
    const auto shown = [](const Registers& registers) {
        return orders_data(registers.orders(), {kBack, {}}, "all");
    };
    CHECK(shown(day.site.bridge().edges().at(kBack)->stored.line().registers()) ==
          shown(day.edge().ledger().registers()));
    CHECK(sim::to_text(day.bench.check("back")).empty());
    CHECK(day.edge().ledger().registers().anomalies().empty());
}

// Orders over the broker, over every death: a till sends each until it is answered, and an edge
// answers only for what is on its disk. The judge reads the disk.
#include "sim/scenarios/till.hpp"

#include <catch2/catch.hpp>

#include "sim/checkers/order_checks.hpp"
#include "tests/scenario/planted.hpp"
#include "tests/scenario/sync_bench.hpp"

using namespace tally;
using namespace tally::scenario;
using sim::to_text;

namespace {

const EdgeId kBack("back");

struct Shop {
    explicit Shop(sim::SimSiteOptions options = {}) : bench(std::move(options)) {
        REQUIRE(site.settle());
        bench.write("back", 1);  // The record of SKU-1.
        REQUIRE(site.settle());
    }

    void order() {
        Order order;
        order.id = "T-" + std::to_string(++sent);
        order.lines = {{"SKU-1", {}, {}, 1'000, 0, 0}};
        till.send(kBack, order);
    }
    sim::Findings findings() {
        sim::Findings all = sim::check_orders_taken(site.disk("back"), "back", till.taken(kBack));
        const sim::Findings more =
            sim::check_orders_cancelled(site.disk("back"), "back", till.cancelled(kBack));
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    void back_dies_and_returns() {
        if (site.is_up("back")) {
            site.kill("back", sim::Death::power);
        }
        CHECK(to_text(findings()).empty());
        site.restart("back");
    }
    /// All that was sent is answered, stands on the line, and nothing twice.
    void check_all() {
        CHECK(site.run_until([this] { return till.unanswered() == 0; }));
        CHECK(till.refused() == 0);
        CHECK(till.taken(kBack).size() == static_cast<std::size_t>(sent));
        CHECK(to_text(findings()).empty());
    }

    SyncBench bench;
    sim::SimSite& site = bench.site;
    sim::Till till{site.broker(), site.node("scene"), site.site().id};
    int sent = 0;
};

}  // namespace

TEST_CASE("an order that is answered is on the disk, whichever change of the disk comes last") {
    Shop shop;
    std::size_t deaths = 0;
    for (std::uint64_t change = 1; change <= 24; ++change) {
        INFO("the box dies before change " << change << " of its disk");
        bool died = false;
        shop.site.kill_before("back", change, sim::Death::power, [&died] { died = true; });
        shop.order();
        shop.site.run_for(std::chrono::seconds(2));
        shop.site.spare("back");
        deaths += died ? 1 : 0;
        shop.back_dies_and_returns();
        shop.check_all();
    }
    CHECK(deaths > 10);  // Else nothing was shown.
    CHECK(shop.site.settle());
    CHECK(to_text(shop.bench.check("back")).empty());
}

TEST_CASE("a cancellation that is answered is on the disk, whichever change of it comes last") {
    Shop shop;
    std::size_t deaths = 0;
    for (std::uint64_t change = 1; change <= 12; ++change) {
        INFO("the box dies before change " << change << " of its disk");
        shop.order();
        shop.check_all();
        bool died = false;
        shop.site.kill_before("back", change, sim::Death::power, [&died] { died = true; });
        shop.till.cancel(kBack, "T-" + std::to_string(shop.sent));
        shop.site.run_for(std::chrono::seconds(2));
        shop.site.spare("back");
        deaths += died ? 1 : 0;
        shop.back_dies_and_returns();
        shop.check_all();
    }
    CHECK(deaths > 5);  // Else nothing was shown.
    CHECK(shop.till.cancelled(kBack).size() == 12);
    CHECK(shop.till.not_cancelled() == 0);
    CHECK(shop.site.settle());
    CHECK(to_text(shop.bench.check("back")).empty());
}

TEST_CASE("orders sent while edge and broker come and go are taken once") {
    sim::SimSiteOptions options;
    options.broker.duplicate_ppm = 300'000;
    options.broker.break_ppm = 20'000;
    Shop shop(std::move(options));
    for (int round = 0; round < 12; ++round) {
        for (int i = 0; i < 5; ++i) {
            shop.order();
        }
        shop.site.run_for(std::chrono::milliseconds(1 + 3 * round));
        const std::string box = round % 3 == 2 ? "broker" : "back";
        shop.site.kill(box, sim::Death::process);
        shop.site.run_for(std::chrono::seconds(1));
        shop.site.restart(box);
    }
    shop.check_all();
    CHECK(shop.sent == 60);
}

TEST_CASE("an edge that answers before its commit is caught") {
    Shop shop(hasty("back"));
    shop.order();
    REQUIRE(shop.site.run_until([&] { return shop.till.unanswered() == 0; }));
    shop.site.kill("back", sim::Death::power);
    CHECK(sim::caught_by(shop.findings(), "order.kept"));
}

TEST_CASE("an edge that answers a cancellation before its commit is caught") {
    Shop shop(hasty("back"));
    shop.order();
    REQUIRE(shop.site.run_until([&] { return shop.till.unanswered() == 0; }));
    shop.site.run_for(std::chrono::seconds(5));
    shop.till.cancel(kBack, "T-1");
    REQUIRE(shop.site.run_until([&] { return shop.till.unanswered() == 0; }));
    shop.site.kill("back", sim::Death::power);
    CHECK(sim::caught_by(shop.findings(), "order.cancelled"));
}

// Orders of head office: commands in the bridge's log, exactly once at their edge whatever dies on
// the way, and shown by the bridge as the edge has them.
#include <catch2/catch.hpp>

#include "firmware/messages/order_request.hpp"
#include "firmware/services/orders/orders_data.hpp"
#include "sim/checkers/order_checks.hpp"
#include "tests/scenario/sync_bench.hpp"

using namespace tally;
using namespace tally::scenario;
using sim::to_text;

namespace {

const EdgeId kBack("back");

struct Office {
    explicit Office(sim::SimSiteOptions options = {}) : bench(std::move(options)) {
        REQUIRE(site.settle());
        bench.write("back", 1);  // The record of SKU-1.
        REQUIRE(site.settle());
    }

    void order() {
        Order order;
        order.id = "H-" + std::to_string(sent.size() + 1);
        order.lines = {{"SKU-1", {}, {}, 1'000, 0, 0}};
        if (site.is_up("bridge") &&
            site.bridge().command({kBack}, "user:office", std::string(kOrderCommand),
                                  encode_order_request(order),
                                  [this, id = order.id] { sent.insert(id); })) {
            last = order.id;
        }
    }
    void cancel(const std::string& id) {
        REQUIRE(site.bridge().command({kBack}, "user:office", std::string(kOrderCancelCommand),
                                      encode_order_cancel({id, "customer rang"}), {}));
    }
    [[nodiscard]] std::string shown_by_edge() {
        return orders_data(site.edge("back").ledger().registers().orders(), kBack, "all");
    }
    [[nodiscard]] std::string shown_by_bridge() {
        return orders_data(site.bridge().edges().at(kBack)->stored.line().registers().orders(),
                           kBack, "all");
    }
    /// Every order whose command is durable stands on the edge's line, once, and the bridge shows
    /// what the edge shows.
    void check() {
        REQUIRE(site.settle());
        CHECK(to_text(sim::check_orders_taken(site.disk("back"), "back", sent)).empty());
        CHECK(shown_by_bridge() == shown_by_edge());
        CHECK(to_text(bench.check("back")).empty());
    }

    SyncBench bench;
    sim::SimSite& site = bench.site;
    std::set<std::string> sent;
    std::string last;
};

}  // namespace

TEST_CASE("an order of head office is taken once, whichever change of a disk comes last") {
    sim::SimSiteOptions options;
    options.broker.duplicate_ppm = 200'000;
    Office office(std::move(options));
    std::size_t deaths = 0;
    for (const char* const box : {"bridge", "back"}) {
        for (std::uint64_t change = 1; change <= 14; ++change) {
            INFO(box << " dies before change " << change << " of its disk");
            bool died = false;
            office.site.kill_before(box, change, sim::Death::power, [&died] { died = true; });
            office.order();
            office.site.run_for(std::chrono::seconds(2));
            office.site.spare(box);
            deaths += died ? 1 : 0;
            if (!office.site.is_up(box)) {
                office.site.restart(box);
            }
            office.check();
        }
    }
    CHECK(deaths > 10);  // Else nothing was shown.
    CHECK(office.sent.size() > 10);
}

TEST_CASE("the bridge shows each stage of an order as its edge tells it") {
    Office office;
    office.order();
    office.check();
    const std::string id = office.last;
    CHECK(office.shown_by_bridge().find("\"stage\":\"back_ordered\"") != std::string::npos);
    office.site.kill("bridge");
    office.site.restart("bridge");
    office.check();  // Also from its disk.
    office.cancel(id);
    office.check();
    CHECK(office.shown_by_bridge().find("\"stage\":\"cancelled\"") != std::string::npos);
    office.cancel(id);  // Nothing is there to cancel: that is said, too.
    office.check();
    bool refused = false;
    for (const JournalRow& row :
         sim::stored_rows(office.site.disk("back"), "back", sim::Span::line)) {
        refused = refused || (row.type == "command_refused" &&
                              row.canonical.find("order_cancel") != std::string::npos);
    }
    CHECK(refused);
}

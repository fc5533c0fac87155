// Orders of head office: commands in the bridge's log, exactly once at their edge whatever dies on
// the way, and shown by the bridge as the edge has them.
#include <catch2/catch.hpp>

#include "firmware/messages/order_request.hpp"
#include "firmware/services/api/bridge_orders.hpp"
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
    /// As the API of the bridge takes it in for an edge.
    ApiReply post(BridgeOrders& orders, const std::string& edge, const std::string& id,
                  std::int64_t milli = 1'000) {
        Order order;
        order.id = id;
        order.lines = {{"SKU-1", {}, {}, milli, 0, 0}};
        ApiCall call;
        call.work = Work::order_add;
        call.by = "user:office";
        call.target.query["edge"] = edge;
        call.body = encode_order_request(order);
        return orders.write(call);
    }
    static ApiReply show(BridgeOrders& orders, const std::string& id) {
        ApiCall call;
        call.work = Work::order;
        call.arguments = {id};
        return orders.read(call);
    }
    [[nodiscard]] std::string shown_by_edge() {
        return orders_data(site.edge("back").ledger().registers().orders(), {kBack, {}}, "all");
    }
    [[nodiscard]] std::string shown_by_bridge() {
        return orders_data(site.bridge().edges().at(kBack)->stored.line().registers().orders(),
                           {kBack, {}}, "all");
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

TEST_CASE("an order that its edge refused is known no more, and may be sent again") {
    Office office;
    BridgeOrders orders(office.site.bridge());
    ApiCall call;
    call.work = Work::order_add;
    call.by = "user:office";
    call.target.query["edge"] = "back";
    call.body = R"({"v":1,"order":"W-9","lines":[{"sku":"gold","units":1}]})";
    const std::string sent = orders.write(call).body;
    CHECK(sent.find("\"outcome\":\"passed_on\",\"stage\":\"passed_on\"") != std::string::npos);
    REQUIRE(office.site.settle());
    CHECK(Office::show(orders, "W-9").status == 404);
    CHECK(orders.write(call).body == sent);

    REQUIRE(office.post(orders, "back", "W-1").status == 200);
    REQUIRE(office.site.settle());
    const ApiReply other = office.post(orders, "back", "W-1", 2'000);
    CHECK(other.status == 409);
    CHECK(other.body.find("known with other content") != std::string::npos);
    call.body = R"({"v":1,"orders":[{"order":"W-1","lines":[{"sku":"gold","units":1}]},
                                    {"order":"W-2","lines":[{"sku":"SKU-1","units":1}]}]})";
    const std::string mixed = orders.write(call).body;  // A broken list is told as it is.
    CHECK(mixed.find("'gold'") != std::string::npos);
    CHECK(mixed.find("\"outcome\":\"refused\",\"stage\":\"\"") != std::string::npos);
}

TEST_CASE("an order that an edge has taken, and has not told of yet, goes to no second edge") {
    sim::SimSiteOptions options;
    options.outbox.window_batches_max = 1;
    options.link.latency_min = options.link.latency_max = std::chrono::milliseconds(20);
    Office office(std::move(options));
    BridgeOrders orders(office.site.bridge());
    const EdgeLink& back = *office.site.bridge().edges().at(kBack);
    office.site.network().partition(office.site.node("back"), office.site.node("broker"));
    office.bench.write("back", 4'000);
    office.site.network().heal(office.site.node("back"), office.site.node("broker"));
    REQUIRE(office.site.run_until(
        [&] { return office.site.edge("back").outbox().health().in_flight > 0; }));
    REQUIRE(office.post(orders, "back", "W-1").status == 200);
    const auto is_between = [&] {
        return back.commands.unacknowledged().empty() &&
               back.stored.line().registers().orders().find("W-1") == nullptr;
    };
    REQUIRE(office.site.run_until(is_between));
    CHECK(office.post(orders, "shop", "W-1").status == 409);
    CHECK(office.post(orders, "back", "W-1").body.find("\"outcome\":\"known\"") !=
          std::string::npos);
    CHECK(Office::show(orders, "W-1").status == 200);
    office.check();
    CHECK(office.post(orders, "shop", "W-1").status == 409);
}

// Orders of head office that name no edge: the bridge sends each to the edge that has all of it, as
// far as the edges have told, and says why; or refuses it, saying what each edge lacks.
#include <catch2/catch.hpp>

#include "firmware/messages/order_request.hpp"
#include "firmware/services/api/bridge_orders.hpp"
#include "tests/scenario/sync_bench.hpp"

using namespace tally;
using namespace tally::scenario;
using Catch::Contains;

namespace {

using Lines = std::vector<std::pair<std::string, std::int64_t>>;

struct TwoEdges {
    TwoEdges() : bench({}) {
        REQUIRE(site.settle());
        for (const std::string edge : {"back", "shop"}) {
            for (const std::string sku : {"rice", "oil"}) {
                ItemRecord record;
                record.sku = sku;
                record.tracking = Tracking::by_count;
                import(edge, record);
            }
        }
    }
    void import(const std::string& edge, MasterRecord record) {
        REQUIRE(site.edge(edge).inventory().import_master({std::move(record)}, by, {}));
    }
    void put(const std::string& edge, const std::string& sku, std::int64_t units,
             const std::string& expiry = {}) {
        Event event;
        event.type = EventType::received;
        event.by = by.by;
        event.sku = SkuId(sku);
        event.lot = LotId(expiry.empty() ? std::string(kDefaultLot) : "L" + expiry);
        event.qty = Quantity::of_units(units);
        event.from = PlaceId(kSupplier);
        event.to = PlaceId(edge == "back" ? "back.hall" : "shop.floor");
        if (!expiry.empty()) {
            import(edge, LotRecord{sku, event.lot.str(), expiry, {}, {}});
        }
        REQUIRE(site.edge(edge).ledger().write(event));
    }
    static Order order(const std::string& id, const Lines& lines) {
        Order order;
        order.id = id;
        for (const auto& [sku, units] : lines) {
            order.lines.push_back({sku, {}, {}, units * 1'000, 0, 0});
        }
        return order;
    }
    std::string post(const std::string& body, const std::string& edge = {}) {
        ApiCall call;
        call.work = Work::order_add;
        call.by = "user:office";
        call.body = body;
        if (!edge.empty()) {
            call.target.query["edge"] = edge;
        }
        return orders.write(call).body;
    }
    std::string post(const Order& order, const std::string& edge = {}) {
        return post(encode_order_request(order), edge);
    }
    bool is_at(const std::string& edge, const std::string& id) {
        REQUIRE(site.settle());
        return site.edge(edge).ledger().registers().orders().find(id) != nullptr;
    }

    SyncBench bench;
    sim::SimSite& site = bench.site;
    Actor by{"user:li.wei", {}};
    BridgeOrders orders{site.bridge()};
};

}  // namespace

TEST_CASE("an order goes to the edge that has all of it, and the answer says so") {
    TwoEdges sites;
    sites.put("back", "rice", 5);
    sites.put("back", "oil", 1);
    sites.put("shop", "rice", 5);
    REQUIRE(sites.site.settle());
    const Order wanted = TwoEdges::order("W-1", {{"rice", 2}, {"oil", 1}});
    CHECK_THAT(sites.post(wanted), Contains("\"outcome\":\"passed_on\"") &&
                                       Contains("goes to edge back: only there is all of it"));
    CHECK_THAT(sites.post(wanted), Contains("\"outcome\":\"known\""));  // Where it is, it stays.
    CHECK(sites.is_at("back", "W-1"));
    CHECK_FALSE(sites.is_at("shop", "W-1"));
    sites.put("shop", "oil", 9);
    REQUIRE(sites.site.settle());
    CHECK_THAT(sites.post(wanted), Contains("\"outcome\":\"known\""));
    CHECK_THAT(sites.post(TwoEdges::order("W-1", {{"rice", 3}})),
               Contains("known with other content"));
    // What is said by name is done.
    CHECK_THAT(sites.post(TwoEdges::order("W-2", {{"oil", 7}}), "back"),
               Contains("\"outcome\":\"passed_on\",\"stage\":\"passed_on\",\"text\":\"\""));
    CHECK(sites.is_at("back", "W-2"));
}

TEST_CASE("where several edges have all of it, what expires first goes first, then fewer picks") {
    TwoEdges sites;
    sites.put("back", "rice", 5, "2037-03-01");
    sites.put("shop", "rice", 5, "2037-01-31");
    sites.put("back", "oil", 4);
    sites.put("shop", "oil", 4);
    REQUIRE(sites.site.settle());
    CHECK_THAT(sites.post(TwoEdges::order("W-1", {{"rice", 4}})),
               Contains("goes to edge shop: all of it is there and at back, here it expires first, "
                        "on 2037-01-31"));
    // The shop has one left, as soon as the bridge has sent the first: nothing needs to be told.
    CHECK_THAT(sites.post(TwoEdges::order("W-2", {{"rice", 2}})),
               Contains("goes to edge back: only there is all of it"));
    REQUIRE(sites.site.settle());
    CHECK_THAT(sites.post(TwoEdges::order("W-3", {{"oil", 1}})),
               Contains("goes to edge back: all of it is there and at shop, nothing between them; "
                        "first in the site file"));
    sites.put("back", "rice", 1, "2037-01-31");
    REQUIRE(sites.site.settle());
    CHECK_THAT(sites.post(TwoEdges::order("W-4", {{"rice", 1}})),
               Contains("first in the site file"));
}

TEST_CASE("one request does not promise the same goods twice") {
    TwoEdges sites;
    sites.put("back", "rice", 3);
    sites.put("shop", "rice", 3);
    REQUIRE(sites.site.settle());
    const std::string answer =
        sites.post(R"({"v":1,"orders":[{"order":"W-1","lines":[{"sku":"rice","units":3}]},)"
                   R"({"order":"W-2","lines":[{"sku":"rice","units":2},{"sku":"rice","units":1}]},)"
                   R"({"order":"W-3","lines":[{"sku":"rice","units":1}]}]})");
    CHECK_THAT(answer, Contains("goes to edge back") && Contains("goes to edge shop") &&
                           Contains("order W-3 was not sent"));
    CHECK((sites.is_at("back", "W-1") && sites.is_at("shop", "W-2")));
    for (const std::string edge : {"back", "shop"}) {
        for (const auto& [id, order] :
             sites.site.edge(edge).ledger().registers().orders().orders()) {
            CHECK(missing_milli(order) == 0);
        }
    }
}

TEST_CASE("where no edge has all of it, it is refused with what each lacks") {
    TwoEdges sites;
    sites.put("back", "rice", 2);
    sites.put("shop", "oil", 2);
    REQUIRE(sites.site.settle());
    REQUIRE(sites.post(TwoEdges::order("W-0", {{"rice", 1}})).find("passed_on") !=
            std::string::npos);
    REQUIRE(sites.site.settle());
    const std::string answer = sites.post(TwoEdges::order("W-1", {{"rice", 2}, {"oil", 1}}));
    CHECK_THAT(answer,
               Contains("order W-1 was not sent: no edge has all of it, and an order is not split. "
                        "back lacks 1 of SKU rice (2 on hand, 1 promised already) and of 1 more "
                        "line; shop lacks 2 of SKU rice (0 on hand). Name the edge"));
    CHECK_FALSE(sites.is_at("back", "W-1"));
    CHECK_FALSE(sites.is_at("shop", "W-1"));
    CHECK_THAT(sites.post(TwoEdges::order("W-2", {{"gold", 1}})),
               Contains("'gold' is no code of a known SKU"));
    CHECK_THAT(sites.post(TwoEdges::order("W-3", {{"oil", 1}}), "moon"),
               Contains("there is no edge moon"));
}

TEST_CASE("an edge that is away is passed over") {
    TwoEdges sites;
    sites.put("back", "rice", 2);
    REQUIRE(sites.site.settle());
    sites.site.kill("back");
    REQUIRE(sites.site.run_until(
        [&] { return !sites.site.bridge().edges().at(EdgeId("back"))->online; }));
    CHECK_THAT(sites.post(TwoEdges::order("W-1", {{"rice", 1}})),
               Contains("back is away; shop lacks 1 of SKU rice (0 on hand)"));
    sites.site.restart("back");
    CHECK(sites.site.settle());
    CHECK_THAT(sites.post(TwoEdges::order("W-1", {{"rice", 1}})), Contains("goes to edge back"));
}

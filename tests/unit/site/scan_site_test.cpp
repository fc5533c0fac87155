// A whole box in virtual time: a person orders a scan, an emulated vehicle drives past slots with
// an emulated LLRP reader on it, which hears what stands near, and the ledger has the evidence.
#include <cmath>

#include <catch2/catch.hpp>

#include "firmware/host/store/inline_journal.hpp"
#include "firmware/messages/canonical_reader.hpp"
#include "firmware/site/edge_site.hpp"
#include "sim/devices/llrp_reader.hpp"
#include "sim/devices/vda5050_agv/agv.hpp"
#include "sim/kernel/broker.hpp"
#include "sim/kernel/streams.hpp"
#include "tests/support/inventory_rig.hpp"
#include "tests/support/places.hpp"

using namespace tally;
using namespace tally::test;
using namespace std::chrono_literals;

namespace {

/// The example site's warehouse with two slots of aisle 0 and one vehicle that carries a reader.
EdgeConfig with_reader() {
    EdgeConfig config = load_edge(test::source_dir() + "/deploy/example/back.toml").value().value;
    for (const char* slot : {"A-5", "A-9", "B-3"}) {
        config.site.places.push_back({PlaceId(slot), config.edge});
    }
    config.readers.push_back({DeviceId("r9"), "mast", 5084, "llrp", {}});
    config.fleet.vehicles.resize(1);
    config.fleet.vehicles[0].carries = DeviceId("r9");
    return config;
}

struct Box {
    Box() {
        for (const char* name : {"edge", "agv"}) {
            broker.set_rights(name, sim::BrokerRights::everything());
        }
        REQUIRE(reader.listen({"", 5084}));
        sim::agv::Setup setup;
        setup.serial = "agv1";
        setup.node = "a0c0";
        agv = std::make_unique<sim::agv::Agv>(sim::agv::Agv::Ports{*agv_bus, agv_node, agv_node},
                                              setup);
        agv->power_on();
        std::optional<Result<void>> started;
        site.start([&](Result<void> outcome) { started = std::move(outcome); });
        run(20s);
        REQUIRE(started);
        REQUIRE(*started);
        REQUIRE(site.fleet() != nullptr);
        REQUIRE(site.inventory().import_master(
            {ItemRecord{"tea", "80614141123458", "Tea", Tracking::by_item, 0}}, user, {}));
        put(1, "A-5");
        put(2, "A-5");
        put(3, "A-9");
        put(4, "B-3");
    }
    void put(int serial, const std::string& place) {
        Event event;
        event.type = EventType::received;
        event.item = ItemId(tea(serial));
        event.by = "user:test";
        event.sku = SkuId("tea");
        event.lot = LotId(std::string(kDefaultLot));
        event.qty = Quantity::of_units(1);
        event.from = PlaceId("SUPPLIER");
        event.to = PlaceId(place);
        REQUIRE(site.ledger().write(event));
    }
    /// What stands where: by metres along the aisle. The reader hears 2.5 m far.
    void run(Duration span) {
        for (Duration done{0}; done < span; done += 100ms) {
            kernel.run_for(100ms);
            for (const auto& [serial, y] : stands) {
                const double far = std::abs(agv ? agv->truth().y - y : 99.0);
                if (far < 2.5) {
                    reader.tag_seen({*sim::TagCode::parse(tea(serial)),
                                     1,
                                     static_cast<std::int8_t>(-45 - 10 * far),
                                     1,
                                     {}});
                }
            }
        }
    }
    Result<Seq> order_scan() {
        HandWish wish;
        wish.act = HandAct::scan;
        wish.place = "A-*";
        return site.fleet()->desk().order(wish, user);
    }
    std::vector<Event> events(EventType type) {
        RowQuery query;
        query.edge = "back";
        query.rows_max = 100'000;
        query.bytes_max = std::size_t{1} << 28;
        std::vector<Event> found;
        const auto rows = journal.store().rows(query);
        REQUIRE(rows);
        for (const FoundRow& row : *rows) {
            Event event = *decode_event(row.row.canonical);
            if (event.type == type) {
                found.push_back(std::move(event));
            }
        }
        return found;
    }

    EdgeConfig config = with_reader();
    Actor user{"user:li.wei", {}};
    sim::Kernel kernel{{.seed = 1}};
    sim::Node& node = kernel.add_node({.name = "back"});
    sim::Node& mast = kernel.add_node({.name = "mast"});
    sim::Node& host = kernel.add_node({.name = "broker"});
    sim::Node& agv_node = kernel.add_node({.name = "agv1"});
    sim::Network network{kernel, {}};
    sim::Streams streams{kernel, network};
    sim::SimBroker broker{kernel, network, host, {}};
    std::unique_ptr<MessageBus> bus = broker.client(node, "edge");
    std::unique_ptr<MessageBus> vehicle_bus = broker.client(node, "edge");
    std::unique_ptr<MessageBus> agv_bus = broker.client(agv_node, "agv");
    host::InlineJournal journal{host::SqliteStore::open({.path = ":memory:"}).value(), node};
    sim::LlrpReader reader{{mast, mast, streams.of(mast), mast}, {.name = "r9"}};
    std::unique_ptr<sim::agv::Agv> agv;
    /// Tea 2 is not there, tea 4 stands where the book does not have it.
    std::map<int, double> stands = {{1, 5.0}, {3, 9.0}, {4, 9.2}};
    EdgePorts ports{.clock = node,
                    .scheduler = node,
                    .entropy = node,
                    .events = node,
                    .journal = journal,
                    .bus = *bus,
                    .dialer = streams.of(node),
                    .vehicle_bus = vehicle_bus.get()};
    EdgeSite site{config, ports, [](const Error& error) { FAIL(error.text); }};
};

/// Tasks that are not over, "kind place sku".
std::vector<std::string> todo(Box& box) {
    std::vector<std::string> lines;
    for (const auto& [id, task] : box.site.ledger().registers().work().tasks()) {
        if (!task.finished() && task.kind == TaskKind::count) {
            lines.push_back(task.to + " " + task.sku + ": " + task.text);
        }
    }
    return lines;
}

std::vector<std::string> places_of(const std::vector<Event>& sighted) {
    std::vector<std::string> lines;
    for (const Event& event : sighted) {
        lines.push_back(text_member(event.evidence, "place") + " " + event.item.str());
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

}  // namespace

TEST_CASE("a vehicle drives past slots, and what its reader hears there is in the ledger") {
    Box box;
    REQUIRE(box.order_scan());
    box.run(180s);
    const auto& missions = box.site.fleet()->dispatch().missions();
    const auto scan = std::find_if(missions.begin(), missions.end(), [](const auto& one) {
        return one.second.kind == MissionKind::scan;
    });
    REQUIRE(scan != missions.end());
    CHECK(scan->second.state == MissionState::done);
    CHECK(scan->second.stops.size() == 2);
    const std::vector<Event> ordered = box.events(EventType::fleet_ordered);
    REQUIRE(ordered.size() == 1);
    CHECK(ordered[0].by == "user:li.wei");
    const std::vector<Event> sighted = box.events(EventType::sighted);
    CHECK(places_of(sighted) ==
          std::vector<std::string>{"A-5 " + tea(1), "A-9 " + tea(3), "A-9 " + tea(4)});
    for (const Event& event : sighted) {
        CHECK(event.seq > ordered[0].seq);
        CHECK(event.by == "device:r9");
        CHECK(event.cause == scan->first);
        CHECK(text_member(event.evidence, "vehicle") == "agv1");
    }
    CHECK(todo(box) == std::vector<std::string>{
                           "A-5 tea: reader r9 on agv1 did not hear 1 of 2 tagged units there"});
    CHECK(box.site.ledger().registers().anomalies_of(tea(4)).size() == 1);
    CHECK(box.site.ledger().registers().anomalies_of(tea(3)).empty());
    CHECK(box.events(EventType::moved).empty());
    CHECK(box.site.ledger().book().item(tea(2))->place == "A-5");
    CHECK(box.site.ledger().book().item(tea(4))->place == "B-3");
}

TEST_CASE("a carried reader that is down has seen no slot, so nothing is missed there") {
    Box box;
    box.reader.reboot(10min);
    box.run(60s);
    REQUIRE(box.order_scan());
    box.run(240s);
    CHECK(box.events(EventType::sighted).empty());
    CHECK(todo(box).empty());
    CHECK(box.site.ledger().state_rows(std::string(kSlotScanRows)).empty());
}

// A shelf in virtual time from the instrument's bytes to the ledger: emulated rack, streams, the
// driver, the service, an inventory on a real ledger. Slots a1 (unit 1) and a2 (unit 2) stand in
// the aisle of the small site; bolts (100 g) are counted, tea (250 g) is tagged.
#pragma once

#include <memory>

#include "drivers/registry.hpp"
#include "firmware/messages/config/register_map_file.hpp"
#include "firmware/services/shelf/shelf_service.hpp"
#include "sim/devices/modbus/stream_bus.hpp"
#include "sim/devices/shelf_rack.hpp"
#include "sim/kernel/streams.hpp"
#include "tests/support/inventory_rig.hpp"
#include "tests/support/places.hpp"

namespace tally::test {

inline RegisterMap shelf_map(const std::string& name) {
    auto map = load_register_map(test::source_dir() + "/deploy/registers/" + name + ".toml");
    INFO((map ? std::string() : map.error().text));
    REQUIRE(map);
    return *map;
}

constexpr std::int64_t kBoltMg = 100'000;
constexpr std::int64_t kTeaMg = 250'000;

struct ShelfRig {
    struct Wish {
        std::string map = "laumas";
        sim::ShelfMake make = sim::ShelfMake::laumas;
        std::string sku = "bolts";
    };
    ShelfRig() : ShelfRig(Wish{}) {}
    explicit ShelfRig(Wish wish) : wish_(std::move(wish)) {
        ShelfLayout shelf;
        shelf.id = "rack-1";
        shelf.edge = EdgeId("back");
        shelf.around = PlaceId("aisle");
        for (const char* name : {"a1", "a2"}) {
            base.site.places.push_back({PlaceId(name), EdgeId("back")});
            shelf.slots.push_back(
                {PlaceId(name), {wish_.sku}, Weight::of_grams(30'000), Weight::of_grams(1)});
        }
        base.site.shelves.push_back(shelf);
        ItemRecord bolts{"bolts", "", "Bolts", Tracking::by_count, kBoltMg};
        bolts.unit_sigma_mg = 500;
        ItemRecord tins{"tins", "", "Tins", Tracking::by_count, 2 * kBoltMg};
        ItemRecord tea{"tea", "80614141123458", "Tea", Tracking::by_item, kTeaMg};
        REQUIRE(base.inventory.import_master({bolts, tins, tea}, base.user, {}));
        sim::ShelfUnit::Setup setup;
        setup.make = wish_.make;
        for (const std::uint8_t id : {std::uint8_t{1}, std::uint8_t{2}}) {
            rack.add(id, setup);
        }
        REQUIRE(rack.listen({"127.0.0.1", 0}));
    }

    /// The box begins to watch the shelf; again after stop().
    void start() {
        ShelfBusSpec spec;
        spec.id = "rack-1";
        for (const auto& [place, unit] : {std::pair{"a1", 1}, std::pair{"a2", 2}}) {
            ShelfSlotSpec slot;
            slot.place = PlaceId(place);
            slot.unit = static_cast<std::uint8_t>(unit);
            slot.map = shelf_map(wish_.map);
            slot.offset = wish_.make == sim::ShelfMake::raw ? sim::ShelfUnit::kRawOffset : 0;
            slot.capacity = Weight::of_grams(30'000);
            slot.division = Weight::of_grams(1);
            spec.slots.push_back(slot);
        }
        bus = std::make_unique<sim::StreamBus>(streams.of(base.rig.node), base.rig.node,
                                               rack.bound());
        service = std::make_unique<ShelfService>(base.site, base.inventory, base.ledger,
                                                 base.rig.node, base.rig.node);
        driver = make_shelf_driver(
            spec, *bus,
            {streams.of(base.rig.node), base.rig.node, base.rig.node, base.rig.node, base.rig.node},
            *service);
        service->on_command([this](const PlaceId& slot, ShelfCommand what, auto reply) {
            driver->command(slot, what, std::move(reply));
        });
        service->start();
        driver->start();
    }
    void stop() {
        driver.reset();
        service.reset();
        bus.reset();
    }

    void run(Duration span) { base.rig.run(span); }
    void put(std::uint8_t unit, std::int64_t mg) { rack.unit(unit)->add(0, mg); }
    [[nodiscard]] std::int64_t units(const std::string& place, const std::string& sku) const {
        std::int64_t milli = 0;
        for (const PositionView& row : base.ledger.book().positions()) {
            milli += row.place == place && row.sku == sku ? row.quantity.milli : 0;
        }
        return milli / 1000;
    }
    /// Open anomalies by kind, in the order of their events.
    [[nodiscard]] std::vector<std::string> doubts() const { return base.open(""); }
    [[nodiscard]] std::vector<std::string> blind_causes() {
        std::vector<std::string> causes;
        for (const Event& event : base.events(EventType::blind_began)) {
            causes.push_back(decode_blind_data(event.data)->device + " " +
                             decode_blind_data(event.data)->cause);
        }
        return causes;
    }
    [[nodiscard]] std::size_t bookings() {
        std::size_t moving = 0;
        for (const Event& event : base.events(EventType::shelf_changed)) {
            moving += event.qty.milli > 0 ? 1 : 0;
        }
        return moving;
    }

    InventoryRig base;
    sim::Network network{base.rig.kernel, {}};
    sim::Streams streams{base.rig.kernel, network};
    sim::ShelfRack rack{{base.rig.node, base.rig.node, streams.of(base.rig.node)}};
    std::unique_ptr<sim::StreamBus> bus;
    std::unique_ptr<ShelfService> service;
    std::unique_ptr<ShelfDriver> driver;

 private:
    Wish wish_;
};

/// A rack for tagged tea.
struct TeaRig : ShelfRig {
    TeaRig() : ShelfRig({"laumas", sim::ShelfMake::laumas, "tea"}) {}

    /// Received at the dock, taken into the aisle.
    std::string deliver(int serial) {
        const std::string item = tea(serial);
        base.in("dock-door", item);
        base.in("aisle-door", item);
        REQUIRE(base.place_of(item) == "aisle");
        return item;
    }
    /// Delivered one by one, each put on slot a1 and known to be there.
    void stock(int count) {
        start();
        run(std::chrono::seconds(5));
        for (int serial = 1; serial <= count; ++serial) {
            const std::string item = deliver(serial);
            put(1, kTeaMg);
            run(std::chrono::seconds(5));
            REQUIRE(base.place_of(item) == "a1");
        }
        REQUIRE(doubts().empty());
    }
};

}  // namespace tally::test

// The signal of a gate in virtual time from the relay module's bytes to the ledger: emulated unit 9
// behind a gateway, streams, the driver, the service, an inventory on a real ledger. The gate is
// dock-door of the small site: coils 0 green, 1 yellow, 2 red, 3 barrier (on: it opens, 2 s).
#pragma once

#include <memory>
#include <set>

#include "drivers/registry.hpp"
#include "firmware/services/signal/signal_service.hpp"
#include "sim/devices/modbus/stream_bus.hpp"
#include "sim/devices/shelf_rack.hpp"
#include "sim/kernel/streams.hpp"
#include "tests/support/inventory_rig.hpp"

namespace tally::test {

struct SignalRig {
    static constexpr std::uint8_t kUnit = 9;

    SignalRig() {
        rack.add_relays(kUnit);
        REQUIRE(rack.listen({"127.0.0.1", 0}));
    }

    static SignalSpec spec() {
        SignalSpec spec;
        spec.id = DeviceId("dock-signal");
        spec.unit = kUnit;
        spec.wiring.green = 0;
        spec.wiring.yellow = 1;
        spec.wiring.red = 2;
        BarrierWiring barrier;
        barrier.coil = sim::RelayUnit::kBarrierCoil;
        barrier.open_input = sim::RelayUnit::kOpenInput;
        barrier.closed_input = sim::RelayUnit::kClosedInput;
        barrier.travel = std::chrono::seconds(3);
        spec.wiring.barrier = barrier;
        return spec;
    }

    /// The box begins to watch; again after stop().
    void start() {
        const BarrierPolicy policy{BarrierOrder::open, BarrierOrder::closed, BarrierOrder::open};
        bus = std::make_unique<sim::StreamBus>(streams.of(base.rig.node), base.rig.node,
                                               rack.bound());
        service = std::make_unique<SignalService>(
            std::vector<SignalSetup>{{DeviceId("dock-signal"), GateId("dock-door"),
                                      DeviceId("reader-dock-door"), policy}},
            base.inventory, base.ledger, base.rig.node, base.rig.node);
        driver = make_signal_driver(
            spec(), *bus,
            {streams.of(base.rig.node), base.rig.node, base.rig.node, base.rig.node, base.rig.node},
            *service);
        service->on_sees([this](const DeviceId&) { return sees; });
        service->on_hands({[this](const DeviceId&, Light light) { driver->show(light); },
                           [this](const DeviceId&, BarrierOrder order) { driver->move(order); }});
        driver->start();
        service->start();
    }
    void stop() {
        driver.reset();
        service.reset();
        bus.reset();
    }

    void run(Duration span) { base.rig.run(span); }
    sim::RelayUnit& relays() { return *rack.relays(kUnit); }
    const SignalHealth& health() { return *service->health(GateId("dock-door")); }
    [[nodiscard]] std::size_t orders() { return base.events(EventType::barrier_ordered).size(); }
    /// Whether the red coil was on, and was off, within a few seconds.
    bool red_flashes() {
        std::set<bool> seen;
        for (int i = 0; i < 40; ++i) {
            run(std::chrono::milliseconds(100));
            seen.insert(relays().coil(2));
        }
        return seen.size() == 2;
    }

    InventoryRig base;
    bool sees = true;
    sim::Network network{base.rig.kernel, {}};
    sim::Streams streams{base.rig.kernel, network};
    sim::ShelfRack rack{{base.rig.node, base.rig.node, streams.of(base.rig.node)}};
    std::unique_ptr<sim::StreamBus> bus;
    std::unique_ptr<SignalService> service;
    std::unique_ptr<SignalDriver> driver;
};

}  // namespace tally::test

// Commissioning in virtual time: emulated printer, streams, the ZPL driver, the service, an
// inventory on a real ledger. Tea is SKU "tea" of GTIN 80614141123458, an own prefix; the edge has
// serial range 7. The bridge is a flag.
#pragma once

#include <memory>

#include "drivers/registry.hpp"
#include "firmware/services/tags/commissioning.hpp"
#include "sim/devices/zpl_printer/printer.hpp"
#include "sim/kernel/streams.hpp"
#include "tests/support/inventory_rig.hpp"
#include "tests/support/ledger_rig.hpp"

namespace tally::test {

struct TagRig {
    TagRig() {
        site.serial_ranges[EdgeId("back")] = 7;
        REQUIRE(printer.listen({"", 9100}));
        begin();
        REQUIRE(inventory->import_master(
            {ItemRecord{"tea", "80614141123458", "Tea", Tracking::by_item, 0},
             ItemRecord{"foreign", "04012345123456", "Foreign", Tracking::by_item, 0},
             ItemRecord{"nameless", "", "No GTIN", Tracking::by_item, 0}},
            user, {}));
        run(std::chrono::seconds(3));
    }

    /// A life of the box begins.
    void begin() {
        inventory = std::make_unique<Inventory>(site, *rig.ledger, rig.node, rig.node);
        PrinterSetup setup;
        setup.id = DeviceId("desk");
        setup.verify_reader = DeviceId("desk-reader");
        setup.verify_antenna = 1;
        setup.verify_limit = std::chrono::seconds(20);
        service = std::make_unique<Commissioning>(std::vector<PrinterSetup>{setup}, *inventory,
                                                  *rig.ledger, rig.node, rig.node);
        driver = make_printer_driver({DeviceId("desk"), "zpl", {"desk", 9100}, {}},
                                     {streams.of(rig.node), rig.node, rig.node, rig.node, rig.node},
                                     *service);
        service->on_hands({[this](const DeviceId&, const PrintJob& job, auto reply) {
                               driver->print(job, std::move(reply));
                           },
                           [this](Seq seq) { return bridge && rig.ledger->durable_seq() >= seq; }});
        driver->start();
        service->start();
    }
    /// kill -9 and a start on the same disk.
    void crash() {
        driver.reset();
        service.reset();
        inventory.reset();
        REQUIRE(rig.restart());
        begin();
        run(std::chrono::seconds(3));
    }

    void run(Duration span) { rig.run(span); }
    std::vector<std::string> order(std::uint64_t units = 1, const std::string& replaces = {}) {
        const auto items = service->print({"tea", "L7", units, DeviceId("desk"), replaces}, user);
        INFO((items ? std::string() : items.error().text));
        REQUIRE(items);
        return *items;
    }
    void see(const std::string& item, std::uint16_t antenna = 1) {
        TagRead read;
        read.epc = *Epc::parse(item);
        read.antenna = antenna;
        const std::vector<TagRead> reads{read};
        service->on_reads(DeviceId("desk-reader"), reads);
        run(std::chrono::milliseconds(100));
    }
    /// "waiting", ..., "bound", "retired" or "unknown".
    std::string state(const std::string& item) {
        const Registers& registers = rig.ledger->registers();
        if (const Label* label = registers.tags().label(item)) {
            return std::string(to_string(label->state));
        }
        if (registers.tags().retired(item) != nullptr) {
            return "retired";
        }
        return registers.binding(item) != nullptr ? "bound" : "unknown";
    }

    LedgerRig rig;
    SiteLayout site = small_site();
    sim::Node& desk = rig.kernel.add_node({.name = "desk"});
    sim::Network network{rig.kernel, {}};
    sim::Streams streams{rig.kernel, network};
    sim::zpl::Printer printer{{desk, streams.of(desk)}};
    bool bridge = true;
    std::unique_ptr<Inventory> inventory;
    std::unique_ptr<Commissioning> service;
    std::unique_ptr<PrinterDriver> driver;
    Actor user{"user:li.wei", {}};
};

}  // namespace tally::test

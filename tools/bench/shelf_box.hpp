// The shelf side of an edge box, of the parts that tallyd has: buses with their threads, drivers,
// the shelf service, an inventory and a ledger on disk. And the emulated racks that it watches.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "drivers/modbus_bus/modbus_bus.hpp"
#include "drivers/registry.hpp"
#include "firmware/host/entropy/os_entropy.hpp"
#include "firmware/host/loop/loop.hpp"
#include "firmware/host/net/tcp.hpp"
#include "firmware/host/store/threaded_journal.hpp"
#include "firmware/services/shelf/shelf_service.hpp"
#include "tools/bench/bench_events.hpp"
#include "tools/bench/child.hpp"

namespace tally::bench {

constexpr int kUnitsOnRack = 16;

/// tally-emul with so many racks of 16 Laumas instruments; goods come and go, one a second.
class Racks {
 public:
    static Result<std::unique_ptr<Racks>> open(const std::string& folder, int racks);
    [[nodiscard]] const std::vector<std::uint16_t>& ports() const { return ports_; }
    [[nodiscard]] double processor_s() const { return emulator_->processor_s(); }

 private:
    std::unique_ptr<Child> emulator_;
    std::vector<std::uint16_t> ports_;
};

/// One bus with 16 slots on a rack, and its driver.
struct RackBus {
    std::unique_ptr<modbus::ModbusBus> bus;
    std::unique_ptr<ShelfDriver> driver;
};

Result<ShelfBusSpec> rack_spec(int rack, Duration period);
/// Opens the bus and makes its driver; it must not outlive loop, ports and feed.
RackBus open_rack(const ShelfBusSpec& spec, std::uint16_t port, host::Loop& loop,
                  const DriverPorts& ports, ShelfFeed& feed);

/// Watches racks until it ends.
class ShelfBox {
 public:
    static Result<std::unique_ptr<ShelfBox>> open(const std::string& database, const Racks& racks,
                                                  Duration period);
    void run_for(Duration span);

    struct Figures {
        std::uint64_t readings = 0;
        std::uint64_t events = 0;
        std::size_t blind = 0;
    };
    [[nodiscard]] Figures figures() const;

 private:
    ShelfBox();
    Result<void> start_ledger(const std::string& database);
    Result<void> start_shelves(const Racks& racks, Duration period);

    host::Loop loop_;
    BenchEvents events_;
    host::OsEntropy entropy_;
    std::unique_ptr<host::TcpDialer> dialer_;
    std::unique_ptr<host::ThreadedJournal> store_;
    std::unique_ptr<Ledger> ledger_;
    SiteLayout site_;
    std::unique_ptr<Inventory> inventory_;
    std::unique_ptr<ShelfService> service_;
    std::vector<RackBus> buses_;
    Result<void> outcome_;
};

}  // namespace tally::bench

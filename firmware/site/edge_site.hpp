// The wiring of one edge box: which service sits on which port, driver and topic, built from the
// config. The same object runs in a daemon and in virtual time; it never asks which.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "drivers/registry.hpp"
#include "firmware/messages/config/box_files.hpp"
#include "firmware/ports/journal.hpp"
#include "firmware/ports/message_bus.hpp"
#include "firmware/services/api/edge_view.hpp"
#include "firmware/services/commands/command_runner.hpp"
#include "firmware/services/gate/gate_service.hpp"
#include "firmware/services/inventory/inventory.hpp"
#include "firmware/services/ledger/ledger.hpp"
#include "firmware/services/orders/order_inbox.hpp"
#include "firmware/services/orders/packing.hpp"
#include "firmware/services/orders/transfers.hpp"
#include "firmware/services/outbox/outbox.hpp"
#include "firmware/services/plan/plan_service.hpp"
#include "firmware/site/fleet_wiring.hpp"
#include "firmware/site/printer_wiring.hpp"
#include "firmware/site/shelf_wiring.hpp"
#include "firmware/site/signal_wiring.hpp"

namespace tally {

/// The seams an edge stands on; all must outlive it.
struct EdgePorts {
    Clock& clock;
    Scheduler& scheduler;
    Entropy& entropy;
    Events& events;
    Journal& journal;
    MessageBus& bus;
    StreamDialer& dialer;
    OpenBus open_bus{};             ///< needed only where the config names Modbus buses
    PlanPool* plan_pool = nullptr;  ///< null: a box that plans nothing
    /// A connection of its own to the vehicles' broker; needed only where the config names any.
    MessageBus* vehicle_bus = nullptr;
};

/// A reader with its driver and the gates it watches.
struct ReaderUnit {
    std::unique_ptr<GateService> gates;
    std::unique_ptr<ReaderDriver> driver;
};

/// Single-threaded, on the loop of its ports.
class EdgeSite {
 public:
    using Ready = std::function<void(Result<void>)>;

    /// `fatal` hears of a journal that refuses commits for good; the process should end then.
    EdgeSite(const EdgeConfig& config, const EdgePorts& ports, CommitQueue::Fatal fatal,
             LedgerOptions ledger = {}, OutboxOptions outbox = {});
    ~EdgeSite();

    /// Loads the ledger, then starts readers, shelves, vehicles and sync. corrupt if stored stock
    /// contradicts it; malformed if the vehicles cannot be driven as the config says.
    void start(Ready ready);

    /// Orderly end: readers are left, a checkpoint is written, the bridge is told; `done` runs when
    /// all that was written is durable.
    void stop(std::function<void()> done);

    [[nodiscard]] const EdgeConfig& config() const { return config_; }
    [[nodiscard]] Ledger& ledger() { return ledger_; }
    [[nodiscard]] const Ledger& ledger() const { return ledger_; }
    [[nodiscard]] Inventory& inventory() { return inventory_; }
    [[nodiscard]] Outbox& outbox() { return outbox_; }
    [[nodiscard]] WorkServices work() {
        return {receiving_, tasks_, counting_, returns_, orders_, packing_, transfers_};
    }
    [[nodiscard]] const std::vector<ReaderUnit>& readers() const { return readers_; }
    [[nodiscard]] ShelfWiring& shelves() { return shelves_; }
    [[nodiscard]] PlanService& plans() { return plans_; }
    [[nodiscard]] GateSignals& signals() { return signals_; }
    [[nodiscard]] Printers& printers() { return printers_; }
    /// Null: this box drives no vehicles.
    [[nodiscard]] FleetWiring* fleet() { return fleet_ ? fleet_->get() : nullptr; }
    /// Why it drives none of those that it should; empty: it does, or there are none.
    [[nodiscard]] std::string fleet_problem() const {
        return fleet_ ? std::string() : fleet_.error().text;
    }

 private:
    [[nodiscard]] bool sees(const DeviceId& reader) const;
    [[nodiscard]] bool confirmed(Seq seq) const;

    EdgeConfig config_;
    Ledger ledger_;
    Inventory inventory_;
    Receiving receiving_;
    Tasks tasks_;
    Counting counting_;
    Returns returns_;
    Orders orders_;
    OrderInbox order_inbox_;
    CommandRunner commands_;
    Outbox outbox_;
    std::vector<ReaderUnit> readers_;
    Buses buses_;
    ShelfWiring shelves_;
    PlanService plans_;
    GateSignals signals_;
    Printers printers_;
    Packing packing_;
    Transfers transfers_;
    Result<std::unique_ptr<FleetWiring>> fleet_;
};

}  // namespace tally

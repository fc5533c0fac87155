// What the operators' API of an edge sees of it: plain references, because services do not know the
// site that wires them. All must outlive the API.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "firmware/messages/config/box_files.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/journal.hpp"
#include "firmware/ports/operator_api.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/services/fleet/doors.hpp"
#include "firmware/services/fleet/fleet_desk.hpp"
#include "firmware/services/gate/gate_service.hpp"
#include "firmware/services/goods/returns.hpp"
#include "firmware/services/inventory/inventory.hpp"
#include "firmware/services/ledger/ledger.hpp"
#include "firmware/services/orders/packing.hpp"
#include "firmware/services/outbox/outbox.hpp"
#include "firmware/services/plan/plan_service.hpp"
#include "firmware/services/shelf/shelf_service.hpp"
#include "firmware/services/signal/signal_service.hpp"
#include "firmware/services/tags/commissioning.hpp"

namespace tally {

/// One reader, as its gates and its driver know it.
struct ReaderView {
    const GateService& gates;
    std::string address;                  ///< host:port
    std::function<std::string()> status;  ///< the driver's line for people
};

/// The services of goods and people.
struct WorkServices {
    Receiving& receiving;
    Tasks& tasks;
    Counting& counting;
    Returns& returns;
    Orders& orders;
    Packing& packing;
};

/// The vehicles of a fleet master.
struct FleetView {
    FleetDesk& desk;
    const Doors& doors;
    const FleetConfig& config;
    std::string broker;               ///< host:port of the vehicles' broker
    std::function<bool()> connected;  ///< to it
};

struct EdgeView {
    const SiteLayout& site;
    Ledger& ledger;
    Inventory& inventory;
    Outbox& outbox;
    ShelfService* shelves;   ///< never null; may have no slot
    SignalService* signals;  ///< never null; may have no gate
    Journal& journal;
    Clock& clock;
    Scheduler& scheduler;
    WorkServices work;
    PlanService& plans;
    Commissioning& tags;
    std::vector<ReaderView> readers;
    std::function<BoxFacts()> box;
    std::optional<FleetView> fleet{};  ///< none: this box drives no vehicles
    std::string fleet_problem{};       ///< why it drives none of those that it should
};

}  // namespace tally

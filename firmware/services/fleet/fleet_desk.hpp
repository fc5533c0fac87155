// Where people order something of vehicles: looked at first, written in the ledger with how the
// vehicle stood, and done only once that is durable. So nobody frees a track, stops or sends a
// vehicle without the ledger saying who, when and why.
#pragma once

#include <string>
#include <vector>

#include "firmware/domain/fleet/hand_order.hpp"
#include "firmware/services/fleet/fleet.hpp"
#include "firmware/services/inventory/inventory.hpp"

namespace tally {

/// What a person asks for.
struct HandWish {
    HandAct act = HandAct::pause;
    DeviceId vehicle;
    std::string place;   ///< of send and release: a node of the floor, or a place with a stop
    std::string reason;  ///< needed for a release
};

/// Single-threaded, on the loop; what it stands on must outlive it.
class FleetDesk {
 public:
    FleetDesk(Fleet& fleet, Inventory& inventory, Ledger& ledger)
        : fleet_(fleet), inventory_(inventory), ledger_(ledger) {}

    /// The event, which is durable before anything is done. conflict: no such vehicle or place, or
    /// one that cannot do this now; offline: it is not heard; malformed: a release without reason.
    /// What is refused here leaves no event. What could not be done after all, because something
    /// happened in between, is a second event that says so.
    Result<Seq> order(const HandWish& wish, const Actor& actor);

    [[nodiscard]] std::vector<FleetRow> rows() const { return fleet_.rows(); }
    /// Null: no person ever ordered anything of it.
    [[nodiscard]] const HandOrderGiven* last_order(const DeviceId& vehicle) const {
        return ledger_.registers().fleet().last_order(vehicle.str());
    }

 private:
    [[nodiscard]] Result<void> check(const HandWish& wish, const FleetRow& row) const;
    Result<void> carry_out(const HandWish& wish);
    Result<Seq> write(const HandOrder& order, const Actor& actor, Ledger::Effect then);

    Fleet& fleet_;
    Inventory& inventory_;
    Ledger& ledger_;
};

}  // namespace tally

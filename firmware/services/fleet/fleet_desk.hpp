// Where people order something of vehicles: looked at first, written in the ledger with how the
// vehicle stood, and done only once that is durable. So nobody frees a track, stops or sends a
// vehicle without the ledger saying who, when and why.
#pragma once

#include <string>
#include <vector>

#include "firmware/domain/fleet/hand_order.hpp"
#include "firmware/services/fleet/fleet.hpp"
#include "firmware/services/inventory/inventory.hpp"
#include "firmware/services/picking/picking.hpp"
#include "firmware/services/rounds/scan_rounds.hpp"

namespace tally {

/// What a person asks for.
struct HandWish {
    HandAct act = HandAct::pause;
    DeviceId vehicle;
    std::string place{};   ///< of send and release: a node of the floor, or a place with a stop;
                           ///< of scan as in ScanRounds::ask()
    std::string reason{};  ///< needed but for send, pause, resume and unblock
    std::string to{};      ///< of a road: its other node
    Duration span{0};      ///< of a block: how long
    bool stands = false;   ///< of a block: who is in the road stands until it is open
    std::string mission{};
    bool is_done = false;  ///< of go_on: without the work at the stop it is at
};

/// Single-threaded, on the loop; what it stands on must outlive it.
class FleetDesk {
 public:
    struct Services {
        Fleet& fleet;
        Dispatch& dispatch;
        const Picking& picking;
        ScanRounds& rounds;
        Inventory& inventory;
        Ledger& ledger;
    };
    /// Listens to the fleet (when_back) for as long as it lives.
    explicit FleetDesk(const Services& services);
    ~FleetDesk() { services_.fleet.when_back({}); }
    FleetDesk(const FleetDesk&) = delete;
    FleetDesk& operator=(const FleetDesk&) = delete;

    /// The event, which is durable before anything is done. conflict: no such vehicle, place,
    /// road or mission, or one that cannot do this now; offline: it is not heard; malformed: no
    /// reason where one is needed.
    /// What is refused here leaves no event. What could not be done after all, because something
    /// happened in between, is a second event that says so.
    Result<Seq> order(const HandWish& wish, const Actor& actor);

    [[nodiscard]] std::vector<FleetRow> rows() const { return services_.fleet.rows(); }
    [[nodiscard]] std::string plan_trouble() const { return services_.fleet.plan_trouble(); }
    [[nodiscard]] std::vector<RoadBlock> blocks() const { return services_.fleet.blocks(); }
    [[nodiscard]] const Dispatch& dispatch() const { return services_.dispatch; }
    [[nodiscard]] const std::vector<UnservedTask>& unserved() const {
        return services_.picking.unserved();
    }
    /// Null: no person ever ordered anything of it.
    [[nodiscard]] const HandOrderGiven* last_order(const DeviceId& vehicle) const {
        return services_.ledger.registers().fleet().last_order(vehicle.str());
    }

 private:
    [[nodiscard]] Result<HandOrder> fact_of(const HandWish& wish) const;
    [[nodiscard]] Result<void> check(const HandWish& wish) const;
    [[nodiscard]] Result<void> check_vehicle(const HandWish& wish) const;
    [[nodiscard]] Result<FleetRow> row_of(const DeviceId& vehicle) const;
    Result<void> carry_out(const HandWish& wish);
    Result<void> note_back(const DeviceId& vehicle);
    Result<Seq> write(const HandOrder& order, const Actor& actor, Ledger::Effect then);

    Services services_;
};

}  // namespace tally

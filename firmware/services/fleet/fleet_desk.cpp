#include "firmware/services/fleet/fleet_desk.hpp"

#include <algorithm>
#include <utility>

namespace tally {

namespace {

HandOrder fact_of(const HandWish& wish, const FleetRow& row) {
    HandOrder order;
    order.act = wish.act;
    order.vehicle = wish.vehicle.str();
    order.place = wish.place;
    order.reason = wish.reason;
    order.phase = std::string(to_string(row.phase));
    order.node = row.node;
    for (const std::string& cell : row.track) {
        order.track += (order.track.empty() ? "" : " ") + cell;
    }
    order.why = row.text;
    return order;
}

Result<void> check_heard(const FleetRow& row) {
    const VehicleReach reach = row.status.reach;
    if (reach == VehicleReach::online || reach == VehicleReach::silent) {
        return {};
    }
    return fail(ErrorKind::offline,
                "vehicle " + row.id.str() + " is " + std::string(to_string(reach)) +
                    " and hears nothing; see that it is switched on and has radio, or stop it by "
                    "hand");
}

}  // namespace

Result<Seq> FleetDesk::order(const HandWish& wish, const Actor& actor) {
    const std::vector<FleetRow> all = fleet_.rows();
    const auto row = std::find_if(all.begin(), all.end(),
                                  [&](const FleetRow& each) { return each.id == wish.vehicle; });
    if (row == all.end()) {
        return fail(ErrorKind::conflict,
                    "there is no vehicle '" + wish.vehicle.str() + "'; `tally agv ls` shows them");
    }
    TALLY_TRY(check(wish, *row));
    HandOrder order = fact_of(wish, *row);
    return write(order, actor, [this, wish, order, actor]() mutable {
        if (const Result<void> done = carry_out(wish); !done) {
            order.refused = done.error().text;
            static_cast<void>(write(order, actor, {}));
        }
    });
}

Result<void> FleetDesk::check(const HandWish& wish, const FleetRow& row) const {
    switch (wish.act) {
        case HandAct::send:
            if (row.phase == FleetPhase::lost || row.phase == FleetPhase::held) {
                return fail(ErrorKind::conflict, "vehicle " + row.id.str() + " is " +
                                                     std::string(to_string(row.phase)) + ": " +
                                                     row.text);
            }
            return fleet_.may_send(wish.vehicle, wish.place);
        case HandAct::pause:
            return check_heard(row);
        case HandAct::resume:
            if (row.phase == FleetPhase::held) {
                return fail(ErrorKind::conflict, "vehicle " + row.id.str() +
                                                     " is held: " + row.text +
                                                     "; it goes on by itself once it is released");
            }
            return check_heard(row);
        case HandAct::release:
            if (wish.reason.empty()) {
                return fail(ErrorKind::malformed,
                            "say in 'reason' who saw the vehicle stand there: its track is given "
                            "to others on that word");
            }
            return fleet_.may_release(wish.vehicle, wish.place);
    }
    return {};
}

Result<void> FleetDesk::carry_out(const HandWish& wish) {
    switch (wish.act) {
        case HandAct::send:
            if (const auto sent = fleet_.send(wish.vehicle, {wish.place, {}}); !sent) {
                return fail(sent.error());
            }
            return {};
        case HandAct::pause:
            return fleet_.pause(wish.vehicle);
        case HandAct::resume:
            return fleet_.resume(wish.vehicle);
        case HandAct::release:
            return fleet_.release(wish.vehicle, wish.place);
    }
    return {};
}

Result<Seq> FleetDesk::write(const HandOrder& order, const Actor& actor, Ledger::Effect then) {
    Event event;
    event.type = EventType::fleet_ordered;
    event.by = actor.by;
    event.cause = actor.cause;
    event.data = encode(order);
    return inventory_.write(std::move(event), std::move(then));
}

}  // namespace tally

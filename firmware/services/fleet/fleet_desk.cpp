#include "firmware/services/fleet/fleet_desk.hpp"

#include <algorithm>
#include <utility>

namespace tally {

namespace {

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

Dispatch::Work work_of(const HandWish& wish) {
    return wish.is_done ? Dispatch::Work::is_done : Dispatch::Work::again;
}

}  // namespace

FleetDesk::FleetDesk(const Services& services) : services_(services) {
    services_.fleet.when_back([this](const DeviceId& vehicle) { return note_back(vehicle); });
}

/// No person orders that: the vehicle itself speaks.
Result<void> FleetDesk::note_back(const DeviceId& vehicle) {
    HandWish wish;
    wish.act = HandAct::back;
    wish.vehicle = vehicle;
    TALLY_TRY_ASSIGN(HandOrder order, fact_of(wish));
    TALLY_TRY_ASSIGN(const FleetRow row, row_of(vehicle));
    order.place = row.status.last_node;
    TALLY_TRY(write(order, {"device:" + vehicle.str(), {}},
                    [this, vehicle] { services_.fleet.let_back(vehicle); }));
    return {};
}

Result<FleetRow> FleetDesk::row_of(const DeviceId& vehicle) const {
    for (FleetRow& row : services_.fleet.rows()) {
        if (row.id == vehicle) {
            return std::move(row);
        }
    }
    return fail(ErrorKind::conflict,
                "there is no vehicle '" + vehicle.str() + "'; `tally agv ls` shows them");
}

Result<HandOrder> FleetDesk::fact_of(const HandWish& wish) const {
    HandOrder order;
    order.act = wish.act;
    order.vehicle = wish.vehicle.str();
    order.mission = wish.mission;
    order.place = wish.place;
    order.to = wish.to;
    order.for_ms = std::chrono::duration_cast<std::chrono::milliseconds>(wish.span).count();
    order.stands = wish.stands;
    order.reason = wish.reason;
    if (wish.act == HandAct::go_on || wish.act == HandAct::drop) {
        const Mission* mission = services_.dispatch.find(wish.mission);
        if (mission == nullptr) {
            return fail(ErrorKind::conflict, "there is no mission '" + wish.mission +
                                                 "'; `tally mission ls` shows them");
        }
        order.vehicle = mission->vehicle ? mission->vehicle->str() : std::string();
    }
    if (order.vehicle.empty()) {
        return order;
    }
    TALLY_TRY_ASSIGN(const FleetRow row, row_of(DeviceId(order.vehicle)));
    order.phase = std::string(to_string(row.phase));
    order.node = row.node;
    for (const std::string& cell : row.track) {
        order.track += (order.track.empty() ? "" : " ") + cell;
    }
    order.why = row.text;
    return order;
}

Result<Seq> FleetDesk::order(const HandWish& wish, const Actor& actor) {
    TALLY_TRY_ASSIGN(HandOrder order, fact_of(wish));
    TALLY_TRY(check(wish));
    return write(order, actor, [this, wish, order, actor]() mutable {
        if (const Result<void> done = carry_out(wish); !done) {
            order.refused = done.error().text;
            static_cast<void>(write(order, actor, {}));
        }
    });
}

Result<void> FleetDesk::check(const HandWish& wish) const {
    switch (wish.act) {
        case HandAct::send:
        case HandAct::pause:
        case HandAct::resume:
            return check_vehicle(wish);
        case HandAct::release:
            if (wish.reason.empty()) {
                return fail(ErrorKind::malformed,
                            "say in 'reason' who saw the vehicle stand there: its track is given "
                            "to others on that word");
            }
            return services_.fleet.may_release(wish.vehicle, wish.place);
        case HandAct::take_off:
            if (wish.reason.empty()) {
                return fail(ErrorKind::malformed,
                            "say in 'reason' who saw that the vehicle is off the floor: its track "
                            "is given to others on that word");
            }
            return services_.fleet.may_take_off(wish.vehicle);
        case HandAct::back:
            return fail(ErrorKind::malformed, "a vehicle is back when it says so itself");
        case HandAct::block:
            return services_.fleet.may_block(wish.place, wish.to);
        case HandAct::unblock:
            return services_.fleet.may_unblock(wish.place, wish.to);
        case HandAct::go_on:
            return services_.dispatch.may_go_on(wish.mission, work_of(wish));
        case HandAct::drop:
            return services_.dispatch.may_drop(wish.mission);
        case HandAct::scan:
            return services_.rounds.may_ask(wish.place);
    }
    return {};
}

Result<void> FleetDesk::check_vehicle(const HandWish& wish) const {
    TALLY_TRY_ASSIGN(const FleetRow row, row_of(wish.vehicle));
    const bool is_out = row.phase == FleetPhase::lost || row.phase == FleetPhase::held;
    if (wish.act == HandAct::send) {
        if (is_out) {
            return fail(ErrorKind::conflict, "vehicle " + row.id.str() + " is " +
                                                 std::string(to_string(row.phase)) + ": " +
                                                 row.text);
        }
        TALLY_TRY(services_.dispatch.may_give_up_rest(wish.vehicle));
        TALLY_TRY(services_.fleet.may_send(wish.vehicle, wish.place));
        if (!services_.fleet.way_mm(row.node, wish.place)) {
            return fail(ErrorKind::conflict, "no lane leads " + row.id.str() + " from " + row.node +
                                                 " to " + wish.place +
                                                 " past closed roads and lost vehicles");
        }
        return {};
    }
    if (wish.act == HandAct::resume && row.phase == FleetPhase::held) {
        return fail(ErrorKind::conflict, "vehicle " + row.id.str() + " is held: " + row.text +
                                             "; it goes on by itself once it is released");
    }
    return check_heard(row);
}

Result<void> FleetDesk::carry_out(const HandWish& wish) {
    switch (wish.act) {
        case HandAct::send:
            TALLY_TRY(services_.dispatch.give_up_rest(
                wish.vehicle, wish.vehicle.str() + " was sent to " + wish.place + " by a person"));
            if (const auto sent = services_.fleet.send(wish.vehicle, {wish.place}); !sent) {
                return fail(sent.error());
            }
            return {};
        case HandAct::pause:
            return services_.fleet.pause(wish.vehicle);
        case HandAct::resume:
            return services_.fleet.resume(wish.vehicle);
        case HandAct::release:
            return services_.fleet.release(wish.vehicle, wish.place);
        case HandAct::take_off:
            return services_.fleet.take_off(wish.vehicle);
        case HandAct::back:
            return {};
        case HandAct::block:
            return services_.fleet.block(
                {wish.place, wish.to, wish.reason, wish.span,
                 wish.stands ? RoadBlock::Inside::stands : RoadBlock::Inside::leaves});
        case HandAct::unblock:
            return services_.fleet.unblock(wish.place, wish.to);
        case HandAct::go_on:
            return services_.dispatch.go_on(wish.mission, work_of(wish));
        case HandAct::drop:
            return services_.dispatch.drop(wish.mission, wish.reason);
        case HandAct::scan:
            return services_.rounds.ask(wish.place);
    }
    return {};
}

Result<Seq> FleetDesk::write(const HandOrder& order, const Actor& actor, Ledger::Effect then) {
    Event event;
    event.type = EventType::fleet_ordered;
    event.by = actor.by;
    event.cause = actor.cause;
    event.data = encode(order);
    return services_.inventory.write(std::move(event), std::move(then));
}

}  // namespace tally

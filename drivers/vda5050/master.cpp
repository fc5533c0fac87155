// Orders and what must be sent; states are in master_state.cpp.
#include "drivers/vda5050/master.hpp"

#include <algorithm>
#include <utility>

namespace tally::vda5050 {

namespace {

/// A cancellation that has not come true for so long is told once more, under a new id.
constexpr Duration kCancelAgain = std::chrono::seconds(30);
/// Longer than a message stays in a broker or in the radio.
constexpr Duration kOnTheAir = std::chrono::seconds(10);
constexpr Duration kAskAgain = std::chrono::seconds(10);
/// A factsheet that was laid down at the broker is there within moments of the subscription.
constexpr Duration kSheetPatience = std::chrono::seconds(5);
constexpr Duration kSheetAgain = std::chrono::seconds(60);
constexpr int kSheetAsks = 3;  ///< per connection: not every vehicle knows the request

}  // namespace

Master::Master(MasterOptions options, MasterOutlet& outlet, VehicleFeed& feed)
    : options_(std::move(options)), outlet_(outlet), feed_(feed) {
    status_.reach = VehicleReach::no_line;
}

Header Master::header(Moment now, std::uint32_t& counter) const {
    return {++counter, now.wall, {}, options_.address.manufacturer, options_.address.serial};
}

std::string Master::next_action_id() {
    ++last_action_;
    return last_action_id();
}

std::string Master::last_action_id() const {
    return options_.run + "-" + options_.vehicle.str() + "-" + std::to_string(last_action_);
}

bool Master::can_hear() const {
    return status_.reach == VehicleReach::online || status_.reach == VehicleReach::silent;
}

Result<void> Master::may_drive() const {
    const std::string& name = options_.vehicle.str();
    if (!can_hear() || status_.heard_at == MonoTime{}) {
        return fail(ErrorKind::offline, "vehicle " + name + " is " +
                                            std::string(to_string(status_.reach)) +
                                            "; see that it is switched on and has radio");
    }
    if (status_.mode != VehicleMode::automatic && status_.mode != VehicleMode::semiautomatic) {
        return fail(ErrorKind::refused, "vehicle " + name + " is in mode " +
                                            std::string(to_string(status_.mode)) +
                                            "; switch it to automatic at its panel");
    }
    if (status_.emergency_stop) {
        return fail(ErrorKind::refused,
                    "vehicle " + name + " stands by emergency stop; see why, then release it");
    }
    return {};
}

Result<void> Master::order(Moment now, DriveOrder order) {
    TALLY_TRY(OrderRun::check(order));
    TALLY_TRY(may_drive());
    if (run_ && !run_->over()) {
        return fail(ErrorKind::conflict, "vehicle " + options_.vehicle.str() + " has order " +
                                             run_->status().id +
                                             "; wait for its end, continue or cancel it");
    }
    if (status_.busy) {
        return fail(ErrorKind::conflict, "vehicle " + options_.vehicle.str() +
                                             " still has order '" + status_.order_shown +
                                             "', which is not ours now; cancel it first");
    }
    if (!unanswered_cancel_.empty() && now.mono - cancel_sent_at_ < kOnTheAir) {
        return fail(ErrorKind::conflict, "a cancellation is still on its way to vehicle " +
                                             options_.vehicle.str() +
                                             " and could end this order; try again in ten seconds");
    }
    if (order.id == status_.order_shown || (run_ && order.id == run_->status().id)) {
        return fail(ErrorKind::conflict,
                    "order id " + order.id + " was used before; every order needs a new one");
    }
    run_.emplace(std::move(order));
    order_actions_.clear();
    repeat_at_ = MonoTime{};
    repeat_every_ = options_.repeat_first;
    tell_order();
    send_due(now);
    return {};
}

Result<void> Master::update(Moment now, std::vector<WayLeg> onward, std::size_t released) {
    if (!run_) {
        return fail(ErrorKind::conflict,
                    "vehicle " + options_.vehicle.str() + " has no order that could be continued");
    }
    TALLY_TRY(may_drive());
    TALLY_TRY(run_->update(std::move(onward), released));
    repeat_at_ = MonoTime{};
    repeat_every_ = options_.repeat_first;
    tell_order();
    send_due(now);
    return {};
}

Result<void> Master::cancel(Moment now) {
    const bool ours = run_ && !run_->over();
    if (!ours && !status_.busy) {
        return fail(ErrorKind::conflict,
                    "vehicle " + options_.vehicle.str() + " has no order to cancel");
    }
    if (ours && run_->status().phase == OrderPhase::cancelling) {
        return {};
    }
    send_cancel(now);
    return {};
}

void Master::send_cancel(Moment now) {
    std::string id = next_action_id();
    const bool ours = run_ && !run_->over();
    if (ours) {
        told_.forget(run_->cancel_action());
        run_->cancel(id);
        status_.order = run_->status();
    }
    cancel_at_ = now.mono;
    told_.add({std::move(id), "cancelOrder", Blocking::hard},
              ours ? ToldActions::Patience::endless : ToldActions::Patience::limited, now.mono);
    send_due(now);
    if (ours) {
        tell_order();
    }
}

Result<std::string> Master::act(Moment now, std::string type,
                                std::vector<ActionParameter> parameters) {
    if (!can_hear()) {
        return fail(ErrorKind::offline, "vehicle " + options_.vehicle.str() + " is " +
                                            std::string(to_string(status_.reach)) +
                                            "; see that it is switched on and has radio");
    }
    const std::string id = next_action_id();
    told_.add({id, std::move(type), Blocking::hard, std::move(parameters)},
              ToldActions::Patience::limited, now.mono);
    send_due(now);
    return id;
}

void Master::tell_order() {
    status_.order = run_->status();
    const OrderStatus told = status_.order;
    feed_.on_order(options_.vehicle, told);
}

/// Copies, for the feed may give orders from within.
void Master::tell_vehicle() {
    const VehicleStatus told = status_;
    feed_.on_vehicle(options_.vehicle, told);
}

void Master::send_due(Moment now) {
    if (!line_ || !can_hear()) {
        return;
    }
    const SentSizes before = sent_;
    if (run_ && now.mono >= repeat_at_) {
        if (const auto order = run_->to_send()) {
            repeat_at_ = now.mono + repeat_every_;
            repeat_every_ = std::min(repeat_every_ * 2, options_.repeat_max);
            const Header head = header(now, order_header_);
            std::string text = write_order(head, options_.version, *order);
            sent_.note(*order, text.size());
            outlet_.publish(topic_of(options_.address, Topic::order), std::move(text));
        }
    }
    const std::vector<VehicleAction> actions = told_.due(now.mono);
    for (const VehicleAction& action : actions) {
        if (action.type == "cancelOrder") {
            unanswered_cancel_ = action.id;
            cancel_sent_at_ = now.mono;
        }
    }
    if (!actions.empty()) {
        const Header head = header(now, instant_header_);
        std::string text = write_instant_actions(head, options_.version, actions);
        sent_.note(actions, text.size());
        outlet_.publish(topic_of(options_.address, Topic::instant_actions), std::move(text));
    }
    if (sent_ != before) {
        judge_sheet();
    }
}

/// The answer is a message of the vehicle, so nobody waits for the action's own end.
void Master::ask_for(Moment now, std::string type) {
    const VehicleAction ask{next_action_id(), std::move(type), Blocking::none};
    const Header head = header(now, instant_header_);
    outlet_.publish(topic_of(options_.address, Topic::instant_actions),
                    write_instant_actions(head, options_.version, {ask}));
}

void Master::ask_for_state(Moment now) {
    if (!line_) {
        return;
    }
    asked_at_ = now.mono;
    ask_for(now, "stateRequest");
}

/// A broker that lost what it kept, or a vehicle that does not have it kept.
void Master::ask_for_sheet(Moment now) {
    if (factsheet_ || sheet_asks_left_ == 0 || status_.reach != VehicleReach::online) {
        return;
    }
    const Duration patience = sheet_asks_left_ == kSheetAsks ? kSheetPatience : kSheetAgain;
    if (now.mono - sheet_asked_at_ >= patience) {
        sheet_asked_at_ = now.mono;
        --sheet_asks_left_;
        ask_for(now, "factsheetRequest");
    }
}

void Master::expect_sheet(Moment now) {
    sheet_asked_at_ = now.mono;
    sheet_asks_left_ = kSheetAsks;
}

void Master::on_line(Moment now) {
    line_ = true;
    reached_at_ = now.mono;
    repeat_at_ = MonoTime{};
    told_.repeat_now();
    expect_sheet(now);
    set_reach(said_);
    ask_for_state(now);
    send_due(now);
}

void Master::on_line_lost(Moment /*now*/) {
    line_ = false;
    set_reach(VehicleReach::no_line);
}

void Master::on_tick(Moment now) {
    for (const ActionReport& report : told_.expire(now.mono)) {
        feed_.on_action(options_.vehicle, report);
    }
    if (!line_) {
        return;
    }
    const bool quiet = now.mono - std::max(status_.heard_at, reached_at_) >= options_.silent_after;
    if (quiet && status_.reach == VehicleReach::online) {
        set_reach(VehicleReach::silent);
    }
    if (status_.reach == VehicleReach::silent && now.mono - asked_at_ >= kAskAgain) {
        ask_for_state(now);
    }
    if (run_ && run_->status().phase == OrderPhase::cancelling && can_hear() &&
        now.mono - cancel_at_ >= kCancelAgain) {
        send_cancel(now);
    }
    ask_for_sheet(now);
    send_due(now);
}

void Master::set_reach(VehicleReach reach) {
    if (status_.reach == reach) {
        return;
    }
    status_.reach = reach;
    tell_vehicle();
}

}  // namespace tally::vda5050

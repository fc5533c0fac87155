// Where vehicles say that they are, against the track they have.
#include <algorithm>
#include <utility>

#include "firmware/services/fleet/fleet.hpp"

namespace tally {

using planner::Cell;
using planner::State;

namespace {

constexpr Duration kCancelAgain = std::chrono::seconds(30);

std::string ways_to_know(const std::string& id) {
    return "switch it on, release it where it stands, or take it off (tally agv take-off " + id +
           ")";
}

}  // namespace

void Fleet::on_vehicle(const DeviceId& vehicle, const VehicleStatus& status) {
    if (const auto index = need(vehicle)) {
        vehicles_[*index].status = status;
        look_where_it_is(*index);
    }
}

/// Of one without an order: while it has one, the driver compares its states with its way.
void Fleet::look_where_it_is(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    if (!vehicle.way.empty() || vehicle.status.heard_at <= vehicle.placed_at ||
        vehicle.phase == FleetPhase::lost || vehicle.phase == FleetPhase::held) {
        return;
    }
    if (vehicle.released_by_hand) {
        look_whether_it_stops(index);
    } else if (vehicle.has_agreed || vehicle.is_vouched_for) {
        look_whether_it_stays(index);
    } else {
        find_its_place(index);
    }
}

/// A person has said where it stands, and its old order is being cancelled: its track is others'.
void Fleet::look_whether_it_stops(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    const VehicleStatus& said = vehicle.status;
    const std::string& place = names_[motion_.cell(graph_->at(index))];
    if (!come_back(index)) {
        return;
    }
    const bool is_elsewhere = !said.last_node.empty() && said.last_node != place;
    if (said.busy && (said.driving || is_elsewhere)) {
        hold_astray(index, "it was released at " + (place.empty() ? "no place" : place) +
                               ", and says that it " + (said.driving ? "drives" : "stands") +
                               " at " + said.last_node +
                               "; look where it stands, then release it there");
    } else if (!said.busy && is_over(vehicle.order.phase)) {
        vehicle.released_by_hand = false;
    }
}

void Fleet::look_whether_it_stays(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    const VehicleStatus& said = vehicle.status;
    const std::string& place = names_[motion_.cell(graph_->at(index))];
    if (said.busy && is_own(said.order_shown)) {
        hold_astray(index, "it drives order '" + said.order_shown +
                               "' of before it was released, and is told to stop; look where it "
                               "stands, then release it there");
        static_cast<void>(ports_.vehicles.cancel(vehicle.id));
    } else if (said.busy) {
        hold_astray(index, "it drives order '" + said.order_shown +
                               "', which is not the fleet's; stop it, look where it stands, then "
                               "release it there");
    } else if (!said.last_node.empty() && said.last_node != place) {
        hold_astray(index, "it says that it stands at " + said.last_node + ", and its track is " +
                               place + "; look where it stands, then release it there");
    } else {
        look_at_pose(index);
        if (!vehicle.has_agreed) {
            agree(index);
        }
    }
}

/// Nobody in this life of the program has said yet where it is: what it says itself counts.
void Fleet::find_its_place(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    const VehicleStatus& said = vehicle.status;
    const MonoTime now = ports_.clock.mono_now();
    if (!come_back(index)) {
        return;
    }
    if (vehicle.first_heard_at == MonoTime{}) {
        vehicle.first_heard_at = now;
    }
    if (said.busy && !is_own(said.order_shown)) {
        hold_astray(index, "it drives order '" + said.order_shown +
                               "', which is not the fleet's; stop it, look where it stands, then "
                               "release it there");
        return;
    }
    if (said.last_node.empty()) {
        vehicle.text =
            "it does not say where it stands; set its place at the vehicle, or release "
            "it there";
        return;
    }
    if (said.is_unlocalized && !said.busy) {
        // Between two nodes, maybe, if its order was ended there: what track it has it keeps.
        vehicle.text = "it does not know where it stands, " + said.last_node +
                       " is only where it came by last; localise it, or look where it stands and "
                       "release it there";
        return;
    }
    if (const Result<void> taken = take_its_word(index); !taken) {
        hold_astray(index,
                    "it says that it stands at " + said.last_node + ": " + taken.error().text);
        return;
    }
    if (said.busy) {
        stop_old_order(index);
        return;
    }
    look_at_pose(index);
    const bool is_expected = said.last_node == options_.vehicles[index].node;
    if (vehicle.is_coming_back) {
        vehicle.text = "it is back on the floor; it goes on once that is written down";
    } else if (is_expected || now - vehicle.first_heard_at >= options_.settle_after) {
        agree(index);
    } else {
        vehicle.text = "it has just been heard; it goes on in a moment";
    }
}

/// It speaks, so it is on the floor. False: nobody could be told, and it stays off.
bool Fleet::come_back(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    if (!vehicle.is_off_floor) {
        return true;
    }
    if (tell_back_) {
        vehicle.is_coming_back = true;
        if (const Result<void> told = tell_back_(vehicle.id); !told) {
            vehicle.is_coming_back = false;
            vehicle.text = "it is heard, and that cannot be written down: " + told.error().text;
            return false;
        }
    }
    vehicle.is_off_floor = false;
    return true;
}

void Fleet::let_back(const DeviceId& vehicle) {
    if (const auto index = need(vehicle)) {
        vehicles_[*index].is_coming_back = false;
    }
}

/// Its track is where it says that it is, and all it may still drive of an order of before.
Result<void> Fleet::take_its_word(std::uint32_t index) {
    const VehicleStatus& said = vehicles_[index].status;
    TALLY_TRY_ASSIGN(const Cell here, need_cell(said.last_node));
    std::vector<State> base;
    for (const std::string& node : said.base) {
        TALLY_TRY_ASSIGN(const Cell cell, need_cell(node));
        if (!base.empty() || cell != here) {  // Some name the node they stand at as well.
            base.push_back(motion_.at(cell, 0));
        }
    }
    if (graph_->at(index) != motion_.at(here, 0) || graph_->base(index) != base) {
        give_up_expected(here);
        for (const State state : base) {
            give_up_expected(motion_.cell(state));
        }
        TALLY_TRY(check_is_its(index, here, base));
        TALLY_TRY(graph_->put_back(index, motion_.at(here, 0), base));
        must_plan_ = true;
        settle(index);
    }
    return {};
}

/// Who is only expected there, and has said nothing yet, is somewhere else.
void Fleet::give_up_expected(Cell cell) {
    const std::span<const Cell> near = map_.near(cell);
    for (std::uint32_t i = 0; i < vehicles_.size(); ++i) {
        const Cell its = motion_.cell(graph_->at(i));
        const bool is_only_expected = vehicles_[i].first_heard_at == MonoTime{} &&
                                      !vehicles_[i].has_agreed && !vehicles_[i].is_vouched_for;
        if (is_only_expected &&
            (its == cell || std::find(near.begin(), near.end(), its) != near.end())) {
            static_cast<void>(
                graph_->put_back(i, motion_.at(static_cast<Cell>(off_floor_ + i), 0)));
            settle(i);
        }
    }
}

void Fleet::agree(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    vehicle.has_agreed = true;
    vehicle.text.clear();
    settle(index);
    if (std::exchange(vehicle.is_stopped, false) && !vehicle.paused_by_hand) {
        static_cast<void>(ports_.vehicles.act(vehicle.id, kStopPause, {}));
    }
}

/// An order of an earlier life of this program. Nobody can lengthen it, and the vehicle waits at
/// its end: it is to stop at its next node.
void Fleet::stop_old_order(std::uint32_t index) {
    Vehicle& vehicle = vehicles_[index];
    const MonoTime now = ports_.clock.mono_now();
    vehicle.text = "it ends an order of before this program was started";
    if (vehicle.cancel_at == MonoTime{} || now - vehicle.cancel_at >= kCancelAgain) {
        vehicle.cancel_at = now;
        static_cast<void>(ports_.vehicles.cancel(vehicle.id));
    }
}

bool Fleet::is_own(const std::string& order) const {
    return order.starts_with(options_.name + ".");
}

/// It may be where anybody else is to drive, and what it says may be of before it was heard.
bool Fleet::may_be_anywhere(std::uint32_t index) const {
    const Vehicle& vehicle = vehicles_[index];
    const MonoTime now = ports_.clock.mono_now();
    if (vehicle.is_coming_back) {
        return true;
    }
    if (vehicle.has_agreed || vehicle.is_vouched_for || vehicle.is_off_floor) {
        return false;
    }
    // What track it has is where the config expects it, not what it said on its way.
    if (vehicle.status.is_unlocalized && vehicle.cancel_at == MonoTime{}) {
        return true;
    }
    if (vehicle.first_heard_at != MonoTime{}) {
        return !is_on_floor(index) || now - vehicle.first_heard_at < options_.settle_after;
    }
    // Where it is expected is no word of it: it may lie dead in an aisle since before this life.
    return true;
}

bool Fleet::is_anybody_unknown() const {
    for (std::uint32_t i = 0; i < vehicles_.size(); ++i) {
        if (may_be_anywhere(i)) {
            return true;
        }
    }
    return false;
}

/// Nobody knows where it is, and waiting alone will not tell.
bool Fleet::is_unknown(std::uint32_t index) const {
    const Vehicle& vehicle = vehicles_[index];
    const bool is_settling = vehicle.first_heard_at != MonoTime{} && is_on_floor(index) &&
                             !vehicle.status.is_unlocalized;
    return may_be_anywhere(index) && !is_settling;
}

/// Empty: new track is given.
std::string Fleet::why_no_track() const {
    for (std::uint32_t i = 0; i < vehicles_.size(); ++i) {
        const std::string id = vehicles_[i].id.str();
        if (vehicles_[i].is_astray) {
            return "nobody gets track: " + id + " is where it has none: " + vehicles_[i].text;
        }
        if (is_unknown(i)) {
            return "nobody gets track: nobody knows where " + id + " is; " + ways_to_know(id);
        }
    }
    return {};
}

/// It may be where others have track, so it is stopped; and nobody gets more meanwhile.
void Fleet::hold_astray(std::uint32_t index, std::string text) {
    Vehicle& vehicle = vehicles_[index];
    vehicle.is_astray = true;
    hold(index, FleetPhase::held, std::move(text));
    // One that stands paused already was paused by a person, maybe in an earlier life.
    const bool is_anothers = vehicle.status.paused && !vehicle.is_stopped;
    if (ports_.vehicles.act(vehicle.id, kStartPause, {}) && !is_anothers) {
        vehicle.is_stopped = true;
    }
}

bool Fleet::is_anybody_astray() const {
    return std::any_of(vehicles_.begin(), vehicles_.end(),
                       [](const Vehicle& vehicle) { return vehicle.is_astray; });
}

}  // namespace tally

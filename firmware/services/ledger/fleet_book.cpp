#include "firmware/services/ledger/fleet_book.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tally {

namespace {

/// A road is the same in either order of its nodes.
std::string road_key(const HandOrder& order) {
    const auto [low, high] = std::minmax(order.place, order.to);
    return low + " " + high;
}

}  // namespace

Result<void> FleetBook::apply(const Event& event, std::vector<StateRow>& changed) {
    if (event.type != EventType::fleet_ordered) {
        return {};
    }
    TALLY_TRY_ASSIGN(HandOrder what, decode_hand_order(event.data));
    if (what.act == HandAct::block || what.act == HandAct::unblock) {
        apply_road({std::move(what), event.by, event.seq.value(), event.t_ms}, event.edge.str(),
                   changed);
        return {};
    }
    if (what.vehicle.empty()) {
        return {};  // Of a mission that no vehicle had.
    }
    HandOrderGiven& given = orders_[what.vehicle];
    given = {std::move(what), event.by, event.seq.value(), event.t_ms};
    changed.push_back({event.edge.str(), std::string(kHandOrderRows), given.what.vehicle,
                       encode_hand_order_row(given)});
    apply_off_floor(given, event.edge.str(), changed);
    return {};
}

/// A take-off that could not be done is the second event of its kind. What else is ordered of one
/// that is off the floor, of its mission for instance, does not bring it back.
void FleetBook::apply_off_floor(const HandOrderGiven& given, const std::string& edge,
                                std::vector<StateRow>& changed) {
    const HandAct act = given.what.act;
    const std::string& vehicle = given.what.vehicle;
    const bool is_done = given.what.refused.empty();
    if (act == HandAct::take_off && is_done) {
        off_floor_[vehicle] = given;
        changed.push_back(
            {edge, std::string(kOffFloorRows), vehicle, encode_hand_order_row(given)});
        return;
    }
    const bool is_on_floor =
        act == HandAct::take_off || (is_done && (act == HandAct::back || act == HandAct::release));
    if (is_on_floor && off_floor_.erase(vehicle) > 0) {
        changed.push_back({edge, std::string(kOffFloorRows), vehicle, {}});
    }
}

/// What was closed and could not be, was opened or is over by now leaves the book.
void FleetBook::apply_road(HandOrderGiven given, const std::string& edge,
                           std::vector<StateRow>& changed) {
    const std::string key = road_key(given.what);
    const bool is_closed = given.what.act == HandAct::block && given.what.refused.empty();
    for (auto at = roads_.begin(); at != roads_.end();) {
        const bool is_this = at->first == key;
        const bool is_gone = is_this || until_ms(at->second) <= given.t_ms;
        if (is_gone && !(is_this && is_closed)) {
            changed.push_back({edge, std::string(kClosedRoadRows), at->first, {}});
        }
        at = is_gone ? roads_.erase(at) : std::next(at);
    }
    if (is_closed) {
        changed.push_back({edge, std::string(kClosedRoadRows), key, encode_hand_order_row(given)});
        roads_[key] = std::move(given);
    }
}

std::int64_t FleetBook::until_ms(const HandOrderGiven& closed) {
    return closed.t_ms + closed.what.for_ms;
}

const HandOrderGiven* FleetBook::last_order(const std::string& vehicle) const {
    const auto found = orders_.find(vehicle);
    return found == orders_.end() ? nullptr : &found->second;
}

bool FleetBook::owns(std::string_view row_kind) {
    return row_kind == kHandOrderRows || row_kind == kOffFloorRows || row_kind == kClosedRoadRows;
}

Result<void> FleetBook::load(const StateRow& row) {
    TALLY_TRY_ASSIGN(HandOrderGiven given, decode_hand_order_row(row.value));
    auto& book = row.kind == kClosedRoadRows ? roads_
                 : row.kind == kOffFloorRows ? off_floor_
                                             : orders_;
    book[row.key] = std::move(given);
    return {};
}

void FleetBook::add_rows(const std::string& edge, std::vector<StateRow>& rows) const {
    for (const auto& [vehicle, given] : orders_) {
        rows.push_back({edge, std::string(kHandOrderRows), vehicle, encode_hand_order_row(given)});
    }
    for (const auto& [vehicle, given] : off_floor_) {
        rows.push_back({edge, std::string(kOffFloorRows), vehicle, encode_hand_order_row(given)});
    }
    for (const auto& [road, given] : roads_) {
        rows.push_back({edge, std::string(kClosedRoadRows), road, encode_hand_order_row(given)});
    }
}

}  // namespace tally

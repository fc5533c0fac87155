#include "firmware/services/ledger/fleet_book.hpp"

#include <utility>

namespace tally {

Result<void> FleetBook::apply(const Event& event, std::vector<StateRow>& changed) {
    if (event.type != EventType::fleet_ordered) {
        return {};
    }
    TALLY_TRY_ASSIGN(HandOrder what, decode_hand_order(event.data));
    if (what.vehicle.empty()) {
        return {};  // Of a road, or of a mission that no vehicle had.
    }
    HandOrderGiven& given = orders_[what.vehicle];
    given = {std::move(what), event.by, event.seq.value(), event.t_ms};
    changed.push_back({event.edge.str(), std::string(kHandOrderRows), given.what.vehicle,
                       encode_hand_order_row(given)});
    return {};
}

const HandOrderGiven* FleetBook::last_order(const std::string& vehicle) const {
    const auto found = orders_.find(vehicle);
    return found == orders_.end() ? nullptr : &found->second;
}

bool FleetBook::owns(std::string_view row_kind) {
    return row_kind == kHandOrderRows;
}

Result<void> FleetBook::load(const StateRow& row) {
    TALLY_TRY_ASSIGN(orders_[row.key], decode_hand_order_row(row.value));
    return {};
}

void FleetBook::add_rows(const std::string& edge, std::vector<StateRow>& rows) const {
    for (const auto& [vehicle, given] : orders_) {
        rows.push_back({edge, std::string(kHandOrderRows), vehicle, encode_hand_order_row(given)});
    }
}

}  // namespace tally

#include "drivers/vda5050/advice.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace tally::vda5050 {

namespace {

struct Row {
    std::string_view type;
    std::string_view text;
};

// Names of VDA 5050 2.x and those that vehicles in the field use for the same.
constexpr std::array kRows{
    Row{"validationError",
        "the vehicle could not read what it was sent; check that its protocol version is the one "
        "in the config"},
    Row{"noRouteError",
        "the vehicle sees no way to where it was sent from where it stands; drive it by hand onto "
        "a node of its map, then send it again"},
    Row{"orderError",
        "the vehicle does not take this order now; see the reason, clear it at the vehicle, then "
        "send it again"},
    Row{"orderUpdateError",
        "the vehicle did not take the continuation of its order; it stops at the end of what it "
        "has, and is told anew"},
    Row{"noOrderToCancel", "there was nothing to cancel on the vehicle; nothing needs to be done"},
    Row{"instantActionError",
        "the vehicle did not do what it was told at once; see the reason, then tell it again"},
    Row{"instantActionValidationError",
        "the vehicle could not read what it was told at once; check that its protocol version is "
        "the one in the config"},
    Row{"orderActionError",
        "an action of the order failed at the vehicle; look at its load, then finish by hand or "
        "cancel the order"},
    Row{"actionError",
        "an action failed at the vehicle; look at its load, then finish by hand or cancel the "
        "order"},
    Row{"batteryLowError",
        "the battery is so low that the vehicle stopped; push it to a charger by hand"},
    Row{"localizationError",
        "the vehicle does not know where it is; drive it by hand to a known place and set its "
        "position"},
    Row{"pathBlocked", "something stands in the vehicle's way; clear it"},
    Row{"zoneSetUnknown", "the vehicle lacks the map of these zones; load it at the vehicle"},
};

}  // namespace

bool is_rejection(const VehicleError& error) {
    constexpr std::array<std::string_view, 4> kTypes{"validationError", "noRouteError",
                                                     "orderError", "orderUpdateError"};
    return std::find(kTypes.begin(), kTypes.end(), error.type) != kTypes.end();
}

VehicleTrouble advice_of(const VehicleError& error) {
    VehicleTrouble trouble;
    trouble.weight = error.fatal ? VehicleTrouble::Weight::stops : VehicleTrouble::Weight::warning;
    trouble.kind = error.type;
    const auto* const row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& candidate) {
        return candidate.type == error.type;
    });
    const std::string words =
        error.description.empty() ? std::string() : " (it says: " + error.description + ")";
    if (row != kRows.end()) {
        trouble.text = std::string(row->text) + words;
    } else {
        trouble.text = "the vehicle reports '" + error.type + "'" + words +
                       (error.fatal ? "; it stands until somebody helps it: see its display"
                                    : "; it goes on: see its display");
    }
    if (!error.hint.empty()) {
        trouble.text += "; its hint: " + error.hint;
    }
    return trouble;
}

}  // namespace tally::vda5050

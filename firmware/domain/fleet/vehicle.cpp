#include "firmware/domain/fleet/vehicle.hpp"

namespace tally {

std::string_view to_string(OrderPhase phase) noexcept {
    switch (phase) {
        case OrderPhase::none:
            return "none";
        case OrderPhase::sent:
            return "sent";
        case OrderPhase::driving:
            return "driving";
        case OrderPhase::cancelling:
            return "cancelling";
        case OrderPhase::finished:
            return "finished";
        case OrderPhase::cancelled:
            return "cancelled";
        case OrderPhase::refused:
            return "refused";
        case OrderPhase::lost:
            return "lost";
    }
    return "?";
}

std::string_view to_string(ActionPhase phase) noexcept {
    switch (phase) {
        case ActionPhase::waiting:
            return "waiting";
        case ActionPhase::initializing:
            return "initializing";
        case ActionPhase::running:
            return "running";
        case ActionPhase::paused:
            return "paused";
        case ActionPhase::finished:
            return "finished";
        case ActionPhase::failed:
            return "failed";
        case ActionPhase::unknown:
            return "unknown";
    }
    return "?";
}

std::string_view to_string(VehicleReach reach) noexcept {
    switch (reach) {
        case VehicleReach::unknown:
            return "unknown";
        case VehicleReach::online:
            return "online";
        case VehicleReach::silent:
            return "silent";
        case VehicleReach::offline:
            return "offline";
        case VehicleReach::broken:
            return "broken";
        case VehicleReach::no_line:
            return "no_line";
    }
    return "?";
}

std::string_view to_string(VehicleMode mode) noexcept {
    switch (mode) {
        case VehicleMode::automatic:
            return "automatic";
        case VehicleMode::semiautomatic:
            return "semiautomatic";
        case VehicleMode::manual:
            return "manual";
        case VehicleMode::service:
            return "service";
        case VehicleMode::teach_in:
            return "teach_in";
    }
    return "?";
}

}  // namespace tally

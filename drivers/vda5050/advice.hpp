// What an error of a vehicle means to a person: what happened, why, what to do.
#pragma once

#include <string>

#include "drivers/vda5050/messages.hpp"
#include "firmware/domain/fleet/vehicle.hpp"

namespace tally::vda5050 {

/// Error types of the standard have a sentence of their own; others keep the vehicle's words.
VehicleTrouble advice_of(const VehicleError& error);

/// The error says that an order or an update of one was not taken.
bool is_rejection(const VehicleError& error);

}  // namespace tally::vda5050

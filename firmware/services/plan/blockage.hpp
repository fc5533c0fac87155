// Stretches of a floor that cannot be driven just now. Pure.
#pragma once

#include <string>

#include "firmware/base/result.hpp"
#include "firmware/messages/layout/floor_file.hpp"

namespace tally {

/// `closed` lists stretches, separated by commas: on an aisle floor "AISLE:FROM-TO" in mm (its
/// inside cannot be entered), on any other "NODE:NODE" (the lanes between the two). Stops inside
/// are taken off the floor. malformed: another form; refused: no such stretch.
Result<void> close_stretches(FloorFile& floor, const std::string& closed);

}  // namespace tally

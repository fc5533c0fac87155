// Places: real ones belong to exactly one edge and never hold less than nothing; virtual ones are
// the far ends of double entry and may be negative.
#pragma once

#include <string_view>

#include "firmware/domain/ids.hpp"

namespace tally {

inline constexpr std::string_view kSupplier = "SUPPLIER";        ///< where received goods come from
inline constexpr std::string_view kCustomer = "CUSTOMER";        ///< where departed goods go
inline constexpr std::string_view kInTransit = "IN_TRANSIT";     ///< between two edges
inline constexpr std::string_view kFound = "FOUND";              ///< counterpart of a surplus
inline constexpr std::string_view kLost = "LOST";                ///< counterpart of a loss
inline constexpr std::string_view kUnexplained = "UNEXPLAINED";  ///< counterpart of a contradiction

/// True for the six virtual places above.
bool is_virtual(const PlaceId& place) noexcept;

}  // namespace tally

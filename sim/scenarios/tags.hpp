// Tags and codes of the scenarios' goods, packed bit by bit from GS1 TDS 1.13 tables 14-1 and 14-3;
// shares nothing with domain/epc, so that a fault there cannot hide itself.
#pragma once

#include <cstdint>
#include <string>

#include "sim/devices/llrp_reader/tag.hpp"

namespace tally::sim {

/// The company whose goods the scenarios move (7 digits).
inline constexpr const char* kOwnPrefix = "0614141";

/// SGTIN-96 of a unit: filter 1, the own prefix, item reference `item` (0..99,999), `serial`.
TagCode unit_tag(std::uint32_t item, std::uint64_t serial);

/// SSCC-96 of a pallet: filter 2, the own prefix, extension digit 0, `serial` (0..999,999,999).
TagCode pallet_tag(std::uint64_t serial);

/// GTIN-14 of that item, with its check digit.
std::string gtin_of(std::uint32_t item);

}  // namespace tally::sim

// How far the book can be trusted at each place, and why not: blind readers and scales, open
// anomalies. Not knowing is a value (design 4.3).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/domain/layout/site.hpp"
#include "firmware/services/ledger/registers.hpp"

namespace tally {

enum class Confidence : std::uint8_t { sure, unsure, blind };

std::string_view to_string(Confidence confidence) noexcept;

/// Why the stock of a place is not sure. Empty reasons: sure.
struct PlaceTrust {
    Confidence confidence = Confidence::sure;
    std::vector<std::string> reasons;  ///< in words, English

    void doubt(Confidence level, std::string reason);
};
using PlaceTrusts = std::map<std::string, PlaceTrust>;  ///< places not listed are sure

/// The first half of the next: the blind spans.
void add_blindness(PlaceTrusts& trusts, const SiteLayout& site, const Registers& registers);

/// What one edge's ledger says against its places: a blind span marks both places of every gate
/// that the reader watches there, an open anomaly the place it names.
void add_doubts(PlaceTrusts& trusts, const SiteLayout& site, const Registers& registers);

}  // namespace tally

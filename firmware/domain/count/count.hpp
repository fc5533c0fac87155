// From a weight change to a number of units: certain, or said to be uncertain, never guessed.
//
// n units weigh n*unit, give or take z*sigma*sqrt(n) (independent units, z = 3) and one division of
// the scale (each of the two readings is rounded to half of one). A number is certain if the change
// lies in its band and in no other number's nor other SKU's. Hence the largest number that can be
// told from its neighbour: the largest n whose band does not touch that of n+1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/domain/shelf/weight.hpp"

namespace tally {

/// What one unit weighs and how much units differ; sigma is the standard deviation of one unit.
struct UnitWeight {
    std::string sku;
    Weight unit;
    Weight sigma;
};

/// No count beyond this is tried.
inline constexpr std::int64_t kCountMax = 100'000;

/// Half the width of the band of n units.
Weight count_tolerance(const UnitWeight& unit, Weight division, std::int64_t n);

/// The largest number of units whose band touches no neighbour's; 0: this scale cannot count them.
std::int64_t safe_count_max(const UnitWeight& unit, Weight division);

struct CountEstimate {
    std::string sku;
    std::int64_t units = 0;  ///< signed like the change
    Weight tolerance;
};

/// What a change of weight says about units: exactly one explanation, or why there is none.
struct ChangeExplained {
    std::optional<CountEstimate> estimate;
    std::string why_not;  ///< for a person; empty where there is an estimate
};

/// A change within the division is no change: ask before. Candidates of unknown weight (0) are left
/// out.
ChangeExplained explain_change(Weight change, Weight division,
                               const std::vector<UnitWeight>& candidates);

}  // namespace tally

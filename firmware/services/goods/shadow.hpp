// The shadow run: Tallyman beside the system it will replace. What both say of every place and SKU,
// and why they differ where that is known.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/services/ledger/ledger.hpp"

namespace tally {

/// One (place, SKU) on which the two do not agree.
struct ShadowRow {
    std::string place, sku;
    std::int64_t old_milli = 0, tally_milli = 0;
    std::vector<std::string> reasons;  ///< words: blind, anomaly open, in transit; empty: not known
};

struct ShadowReport {
    std::vector<ShadowRow> differing;  ///< ordered by place, then SKU
    std::uint64_t matching = 0;
    std::uint64_t explained = 0;  ///< differing, with a reason

    /// Record accuracy in millionths: matching of all records, errors never netted.
    [[nodiscard]] std::uint64_t accuracy_ppm() const;
};

struct ShadowQuestion {
    std::string_view text;  ///< CSV `place,sku,units`, further columns `lot` and `name` are ignored
    std::string file;
    /// What is known against a place: empty where it is sure.
    std::function<std::vector<std::string>(const std::string& place)> doubts;
    /// True for the places that are compared.
    std::function<bool(const std::string& place)> mine;
};

/// malformed with file, line and column. Rows of one place and SKU are summed; a place of the file
/// that is not mine is refused, so that no difference is hidden by a name.
Result<ShadowReport> compare_shadow(const Ledger& ledger, const ShadowQuestion& question);

/// `data` of the answer.
std::string shadow_data(const ShadowReport& report);

}  // namespace tally

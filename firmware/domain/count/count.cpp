#include "firmware/domain/count/count.hpp"

#include <algorithm>

namespace tally {

namespace {

/// The smallest r with r*r >= n.
std::int64_t root_up(std::int64_t n) {
    std::int64_t low = 0;
    std::int64_t high = 3'037'000'499;  // The root of 2^63 - 1.
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        if (middle * middle >= n) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

bool explains(const UnitWeight& unit, Weight division, std::int64_t n, std::int64_t change_mg) {
    return n >= 1 && n <= kCountMax &&
           distance({n * unit.unit.mg}, {change_mg}) <= count_tolerance(unit, division, n);
}

std::string grams(std::int64_t mg) {
    const std::int64_t tenths = (mg < 0 ? -mg : mg) / 100;
    return std::string(mg < 0 ? "-" : "") + std::to_string(tenths / 10) + "." +
           std::to_string(tenths % 10) + " g";
}

}  // namespace

Weight count_tolerance(const UnitWeight& unit, Weight division, std::int64_t n) {
    constexpr std::int64_t kSigmas = 3;
    const std::int64_t sigma = std::min<std::int64_t>(unit.sigma.mg, 1'000'000'000);
    // 3 * sigma * sqrt(n), rounded up; the root of n * 10^6 keeps three digits.
    const std::int64_t spread = (kSigmas * sigma * root_up(n * 1'000'000) + 999) / 1000;
    return {spread + division.mg};
}

std::int64_t safe_count_max(const UnitWeight& unit, Weight division) {
    if (unit.unit.mg <= 0) {
        return 0;
    }
    const auto apart = [&](std::int64_t n) {
        const Weight both =
            count_tolerance(unit, division, n) + count_tolerance(unit, division, n + 1);
        return both < unit.unit;
    };
    std::int64_t low = 0;  // Bands only widen, so what is safe is a beginning of the numbers.
    std::int64_t high = kCountMax;
    while (low < high) {
        const std::int64_t middle = low + (high - low + 1) / 2;
        if (apart(middle)) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

ChangeExplained explain_change(Weight change, Weight division,
                               const std::vector<UnitWeight>& candidates) {
    const std::int64_t size = change.mg < 0 ? -change.mg : change.mg;
    std::vector<CountEstimate> found;
    for (const UnitWeight& unit : candidates) {
        if (unit.unit.mg <= 0) {
            continue;
        }
        const std::int64_t nearest = (size + unit.unit.mg / 2) / unit.unit.mg;
        for (std::int64_t n = nearest - 1; n <= nearest + 1; ++n) {
            if (explains(unit, division, n, size)) {
                found.push_back(
                    {unit.sku, change.mg < 0 ? -n : n, count_tolerance(unit, division, n)});
            }
        }
    }
    if (found.size() == 1) {
        return {found.front(), {}};
    }
    if (found.empty()) {
        return {std::nullopt, "a change of " + grams(change.mg) +
                                  " is no whole number of anything that may stand here"};
    }
    std::string text = "a change of " + grams(change.mg) + " may be";
    for (std::size_t i = 0; i < found.size(); ++i) {
        text += (i == 0 ? " " : " or ") + std::to_string(found[i].units) + " of " + found[i].sku;
    }
    return {std::nullopt, text};
}

}  // namespace tally

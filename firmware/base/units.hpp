// Integer quantities with their unit in the type. Doubles never enter the ledger.
#pragma once

#include <compare>
#include <cstdint>

namespace tally {

/// Thousandths of an item's base unit; one piece is 1000. Signed: virtual places may be negative.
struct Quantity {
    std::int64_t milli = 0;

    static constexpr Quantity of_units(std::int64_t units) { return Quantity{units * 1000}; }

    auto operator<=>(const Quantity&) const = default;
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.milli + b.milli}; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.milli - b.milli}; }
    friend constexpr Quantity operator-(Quantity a) { return {-a.milli}; }
    Quantity& operator+=(Quantity b) {
        milli += b.milli;
        return *this;
    }
    Quantity& operator-=(Quantity b) {
        milli -= b.milli;
        return *this;
    }
};

/// Received signal strength in hundredths of a dBm, e.g. -4800 for -48 dBm.
struct CentiDbm {
    std::int32_t value = 0;

    auto operator<=>(const CentiDbm&) const = default;
};

}  // namespace tally

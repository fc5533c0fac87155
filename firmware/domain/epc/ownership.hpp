// Whose tag is it? Shoppers carry live tags of other shops through our doors: those are counted,
// never alarmed (design 5). A tag with our own prefix that nobody commissioned is an alarm.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/epc/epc.hpp"

namespace tally {

/// Whether commissioning bound this EPC to an item.
enum class Binding : std::uint8_t { bound, unbound };

enum class Ownership : std::uint8_t {
    ours,                 ///< bound to an item, whatever its prefix: suppliers number tags too
    ours_unknown_serial,  ///< numbered as ours, but never commissioned: an alarm
    foreign,              ///< nobody we know: counted only
};

std::string_view to_string(Ownership ownership) noexcept;

/// What a company configures.
struct OwnershipRules {
    /// GS1 company prefixes with leading zeros, 6 to 12 digits; compared whole: 6901234 does not
    /// claim tags that were numbered under 69012345.
    std::vector<std::string> company_prefixes;
    /// Leading bytes of tags numbered outside GS1, as hex of 1 to 8 whole bytes, e.g. "E280".
    std::vector<std::string> raw_headers;
};

/// Immutable. Asking costs a decode and a binary search, and allocates nothing.
class TagOwnership {
 public:
    /// Claims nothing: every unbound tag is foreign.
    TagOwnership() = default;

    /// Malformed if an entry is not digits or hex of the stated length.
    static Result<TagOwnership> make(const OwnershipRules& rules);

    [[nodiscard]] Ownership classify(const Epc& epc, Binding binding) const noexcept;

    /// True if the number alone makes the tag ours.
    [[nodiscard]] bool claims(const Epc& epc) const noexcept;

 private:
    struct RawHeader {
        std::size_t size = 0;
        std::uint64_t value = 0;
    };

    std::vector<std::uint64_t> prefixes_;  ///< sorted prefix_key()s
    std::vector<RawHeader> raw_headers_;
};

}  // namespace tally

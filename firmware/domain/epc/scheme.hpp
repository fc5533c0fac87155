// What the bits of an EPC mean: the five 96-bit GS1 schemes a warehouse meets, decoded and encoded
// after the GS1 EPC Tag Data Standard (TDS 2.3, section 14 and its partition tables). Everything
// else keeps its bits and is named by its header only: nothing is dropped, nothing is guessed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/base/result.hpp"
#include "firmware/domain/epc/epc.hpp"

namespace tally {

/// The schemes that we decode. The wire name, e.g. "sgtin-96", is to_string().
enum class EpcScheme : std::uint8_t {
    sgtin_96,  ///< a trade item: GTIN + serial
    sscc_96,   ///< a logistic unit, e.g. a pallet
    sgln_96,   ///< a place: GLN + extension (0 means none)
    grai_96,   ///< a returnable asset + serial
    giai_96,   ///< an individual asset
};

std::string_view to_string(EpcScheme scheme) noexcept;

/// Why bits are not one of the five schemes.
enum class EpcFault : std::uint8_t {
    none,
    wrong_length,             ///< the header is ours but there are not 96 bits
    other_header,             ///< another scheme or none: see header_name()
    partition_7,              ///< partition value 7 exists in no scheme
    company_prefix_overflow,  ///< the prefix needs more digits than its partition gives
    reference_overflow,       ///< the second field needs more digits than its partition gives
    reserved_bits_nonzero,    ///< the last 24 bits of an SSCC-96 must be zero
};

/// A sentence fragment for people: "the partition value 7 exists in no scheme".
std::string_view to_string(EpcFault fault) noexcept;

/// The numeric fields of a GS1 EPC. `partition` 0..6 gives the digits of the company prefix (12..6)
/// and thereby the leading zeros of both numbers.
struct Gs1Epc {
    EpcScheme scheme = EpcScheme::sgtin_96;
    std::uint8_t filter = 0;     ///< 0..7, e.g. 1 = point-of-sale item; its meaning is per scheme
    std::uint8_t partition = 0;  ///< 0..6
    std::uint64_t company_prefix = 0;  ///< GS1 company prefix
    /// SGTIN indicator + item, SSCC extension + serial, SGLN location, GRAI asset type, GIAI asset.
    std::uint64_t reference = 0;
    std::uint64_t serial = 0;  ///< SGTIN and GRAI 38 bits, SGLN extension 41 bits; else 0

    [[nodiscard]] unsigned company_digits() const noexcept { return 12U - partition; }

    bool operator==(const Gs1Epc&) const = default;
};

/// What decode_gs1() found: fields where fault is none, otherwise the reason.
struct Gs1Decode {
    EpcFault fault = EpcFault::other_header;
    Gs1Epc fields;

    [[nodiscard]] bool ok() const noexcept { return fault == EpcFault::none; }
};

/// Makes every check of TDS 2.3 on the way. Allocates nothing; some ten nanoseconds. That it
/// decodes does not make a tag ours: hand-numbered tags decode "validly" (see ownership.hpp).
[[nodiscard]] Gs1Decode decode_gs1(const Epc& epc) noexcept;

/// The inverse: encode(decode(x)) = x. Refused as malformed where a field does not fit.
Result<Epc> encode_gs1(const Gs1Epc& fields);

/// The SGTIN-96 of a GTIN. `gtin` has 8, 12, 13 or 14 digits with a right check digit;
/// `company_digits` is the length of its company prefix, 6..12; `serial` has at most 38 bits.
struct SgtinParts {
    std::string_view gtin;
    unsigned company_digits = 7;
    std::uint8_t filter = 1;
    std::uint64_t serial = 0;
};
Result<Gs1Epc> sgtin_from_gtin(const SgtinParts& parts);

/// Reads "urn:epc:tag:sgtin-96:3.0614141.812345.6789" and its siblings of the other schemes.
Result<Gs1Epc> parse_tag_uri(std::string_view uri);

/// The scheme a header byte announces by TDS 2.3 table 14-1 ("gid-96", "sgtin+", ...), also those
/// that we keep raw; "unprogrammed" for 00, "reserved" for E2 (tag manufacturer data look like it),
/// "unknown" for the rest.
std::string_view header_name(std::uint8_t header) noexcept;

}  // namespace tally

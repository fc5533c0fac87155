// The texts of an EPC for people and partners: URIs of TDS 2.3 section 6 and 12, and the element
// strings of GS1 barcodes. Made on demand only; rules and tables work on the numbers of scheme.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/domain/epc/scheme.hpp"

namespace tally {

/// "urn:epc:tag:sgtin-96:3.0614141.812345.6789"; for bits that are none of the five schemes
/// raw_uri(). Never empty, never fails.
std::string tag_uri(const Epc& epc);
std::string tag_uri(const Gs1Epc& fields);

/// "urn:epc:id:sgtin:0614141.812345.6789": the same without filter and length.
std::string pure_uri(const Gs1Epc& fields);

/// "urn:epc:raw:<bits>.x<HEX>": the bits as one number, ceil(bits / 4) digits (TDS 2.3 12.3.3).
std::string raw_uri(const Epc& epc);

/// The GS1 key in digits, check digit included where the key has one: GTIN-14, SSCC-18, GLN-13,
/// GRAI-13 (without serial), and the GIAI.
std::string gs1_key(const Gs1Epc& fields);

/// "(01)80614141123458(21)6789", "(00)...", "(414)...(254)...", "(8003)0...", "(8004)...".
std::string element_string(const Gs1Epc& fields);

/// The company prefix with its leading zeros.
std::string company_prefix_text(const Gs1Epc& fields);

/// The GS1 check digit (General Specifications 7.9) that belongs behind `digits` (0-9 only).
char check_digit(std::string_view digits) noexcept;

}  // namespace tally

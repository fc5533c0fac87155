// Texts back to fields: tag URIs and GTINs, each checked digit by digit.
#include <array>
#include <charconv>

#include "firmware/domain/epc/scheme.hpp"
#include "firmware/domain/epc/scheme_tables.hpp"
#include "firmware/domain/epc/text.hpp"

namespace tally {

namespace {

bool all_digits(std::string_view text) noexcept {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Digits to a number; false if they are none, or beyond 64 bits. No digits at all are 0.
bool to_number(std::string_view digits, std::uint64_t& out) noexcept {
    out = 0;
    if (digits.empty()) {
        return true;
    }
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return error == std::errc() && end == digits.data() + digits.size();
}

tl::unexpected<Error> bad_uri(std::string_view uri, std::string_view why) {
    return fail(ErrorKind::malformed,
                '\'' + std::string(uri) + "' is not an EPC tag URI: " + std::string(why) +
                    "; expected e.g. urn:epc:tag:sgtin-96:3.0614141.812345.6789");
}

/// "filter.prefix.reference[.serial]" of one scheme.
Result<Gs1Epc> parse_body(EpcScheme scheme, std::string_view uri, std::string_view body) {
    const bool has_serial = scheme != EpcScheme::sscc_96 && scheme != EpcScheme::giai_96;
    const std::size_t part_count = has_serial ? 4 : 3;
    std::array<std::string_view, 4> parts;
    std::size_t found = 0;
    while (found < part_count) {
        const std::size_t dot = body.find('.');
        parts[found++] = body.substr(0, dot);
        if (dot == std::string_view::npos) {
            body = {};
            break;
        }
        body.remove_prefix(dot + 1);
    }
    if (found != part_count || !body.empty()) {
        return bad_uri(uri, "it has not the right number of fields");
    }
    const auto [filter, prefix, reference, serial] = parts;
    if (filter.size() != 1 || filter[0] < '0' || filter[0] > '7') {
        return bad_uri(uri, "the filter is not one digit from 0 to 7");
    }
    if (prefix.size() < 6 || prefix.size() > 12) {
        return bad_uri(uri, "the company prefix has not 6 to 12 digits");
    }
    Gs1Epc fields;
    fields.scheme = scheme;
    fields.filter = static_cast<std::uint8_t>(filter[0] - '0');
    fields.partition = static_cast<std::uint8_t>(12 - prefix.size());
    const unsigned digits = epc_tables::layout(scheme).reference_digits[fields.partition];
    const bool length_ok = scheme == EpcScheme::giai_96
                               ? !reference.empty() && reference.size() <= digits
                               : reference.size() == digits;
    if (!length_ok) {
        return bad_uri(uri, "the reference has not the digits this company prefix leaves");
    }
    if ((has_serial && serial.empty()) || !to_number(prefix, fields.company_prefix) ||
        !to_number(reference, fields.reference) || !to_number(serial, fields.serial)) {
        return bad_uri(uri, "a field is not a number");
    }
    TALLY_TRY(encode_gs1(fields));
    if (tag_uri(fields) != uri) {
        return bad_uri(uri, "a number has leading zeros");
    }
    return fields;
}

}  // namespace

Result<Gs1Epc> parse_tag_uri(std::string_view uri) {
    static constexpr std::string_view kScheme = "urn:epc:tag:";
    if (uri.substr(0, kScheme.size()) != kScheme) {
        return bad_uri(uri, "it does not begin with urn:epc:tag:");
    }
    const std::string_view rest = uri.substr(kScheme.size());
    const std::size_t colon = rest.find(':');
    for (std::size_t i = 0; i < epc_tables::kLayouts.size(); ++i) {
        const auto scheme = static_cast<EpcScheme>(i);
        if (colon != std::string_view::npos && rest.substr(0, colon) == to_string(scheme)) {
            return parse_body(scheme, uri, rest.substr(colon + 1));
        }
    }
    return bad_uri(uri, "its scheme is none of sgtin-96, sscc-96, sgln-96, grai-96, giai-96");
}

Result<Gs1Epc> sgtin_from_gtin(const SgtinParts& parts) {
    const std::size_t size = parts.gtin.size();
    const bool length_ok = size == 8 || size == 12 || size == 13 || size == 14;
    if (!length_ok || !all_digits(parts.gtin) ||
        check_digit(parts.gtin.substr(0, size - 1)) != parts.gtin.back()) {
        return fail(ErrorKind::malformed,
                    '\'' + std::string(parts.gtin) +
                        "' is not a GTIN: 8, 12, 13 or 14 digits with a right check digit; "
                        "check the item master");
    }
    if (parts.company_digits < 6 || parts.company_digits > 12) {
        return fail(ErrorKind::malformed,
                    "a GS1 company prefix has 6 to 12 digits; correct its length");
    }
    const std::string gtin = std::string(14 - size, '0') + std::string(parts.gtin);
    Gs1Epc fields;
    fields.filter = parts.filter;
    fields.partition = static_cast<std::uint8_t>(12 - parts.company_digits);
    const std::string_view digits = gtin;
    std::uint64_t item = 0;
    to_number(digits.substr(1, parts.company_digits), fields.company_prefix);
    to_number(digits.substr(1 + parts.company_digits, 12 - parts.company_digits), item);
    const std::uint64_t indicator = static_cast<std::uint64_t>(gtin[0] - '0');
    fields.reference = indicator * epc_tables::kPowersOfTen[12 - parts.company_digits] + item;
    fields.serial = parts.serial;
    TALLY_TRY(encode_gs1(fields));
    return fields;
}

}  // namespace tally

#include "firmware/domain/epc/text.hpp"

#include "firmware/domain/epc/scheme_tables.hpp"

namespace tally {

namespace {

/// Exactly `digits` decimal digits of a number that has no more; nothing for 0 digits.
std::string padded(std::uint64_t value, unsigned digits) {
    std::string text(digits, '0');
    for (std::size_t i = digits; i > 0; --i) {
        text[i - 1] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return text;
}

std::string reference_text(const Gs1Epc& fields) {
    if (fields.scheme == EpcScheme::giai_96) {
        return std::to_string(fields.reference);
    }
    return padded(fields.reference,
                  epc_tables::layout(fields.scheme).reference_digits[fields.partition]);
}

/// "prefix.reference[.serial]": the part that tag URI and pure identity URI share.
std::string uri_body(const Gs1Epc& fields) {
    std::string text = company_prefix_text(fields) + '.' + reference_text(fields);
    if (fields.scheme != EpcScheme::sscc_96 && fields.scheme != EpcScheme::giai_96) {
        text += '.' + std::to_string(fields.serial);
    }
    return text;
}

std::string with_check_digit(std::string digits) {
    digits.push_back(check_digit(digits));
    return digits;
}

}  // namespace

char check_digit(std::string_view digits) noexcept {
    unsigned sum = 0;
    unsigned weight = 3;
    for (std::size_t i = digits.size(); i > 0; --i) {
        sum += weight * static_cast<unsigned>(digits[i - 1] - '0');
        weight = 4 - weight;
    }
    return static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::string company_prefix_text(const Gs1Epc& fields) {
    return padded(fields.company_prefix, fields.company_digits());
}

std::string tag_uri(const Epc& epc) {
    const Gs1Decode decoded = decode_gs1(epc);
    return decoded.ok() ? tag_uri(decoded.fields) : raw_uri(epc);
}

std::string tag_uri(const Gs1Epc& fields) {
    return "urn:epc:tag:" + std::string(to_string(fields.scheme)) + ':' +
           std::to_string(fields.filter) + '.' + uri_body(fields);
}

std::string pure_uri(const Gs1Epc& fields) {
    std::string_view name = to_string(fields.scheme);
    name.remove_suffix(std::string_view("-96").size());
    return "urn:epc:id:" + std::string(name) + ':' + uri_body(fields);
}

std::string raw_uri(const Epc& epc) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    const std::size_t bit_count = epc.bit_count();
    const std::size_t digit_count = (bit_count + 3) / 4;
    std::string hex(digit_count, '0');
    // The bits are one number: the last bit of the EPC is the lowest bit of the last digit.
    for (std::size_t bit = 0; bit < bit_count; ++bit) {
        const bool set = ((epc.bytes()[bit / 8] >> (7 - bit % 8)) & 1) != 0;
        const std::size_t from_right = bit_count - 1 - bit;
        char& digit = hex[digit_count - 1 - from_right / 4];
        digit = static_cast<char>(digit + (set ? 1 << (from_right % 4) : 0));
    }
    for (char& digit : hex) {
        digit = kDigits[digit - '0'];
    }
    return "urn:epc:raw:" + std::to_string(bit_count) + ".x" + hex;
}

std::string gs1_key(const Gs1Epc& fields) {
    const std::string prefix = company_prefix_text(fields);
    const std::string reference = reference_text(fields);
    switch (fields.scheme) {
        case EpcScheme::sgtin_96:
        case EpcScheme::sscc_96:
            return with_check_digit(reference.front() + prefix + reference.substr(1));
        case EpcScheme::sgln_96:
        case EpcScheme::grai_96:
            return with_check_digit(prefix + reference);
        case EpcScheme::giai_96:
            return prefix + reference;
    }
    return {};
}

std::string element_string(const Gs1Epc& fields) {
    const std::string key = gs1_key(fields);
    const std::string serial = std::to_string(fields.serial);
    switch (fields.scheme) {
        case EpcScheme::sgtin_96:
            return "(01)" + key + "(21)" + serial;
        case EpcScheme::sscc_96:
            return "(00)" + key;
        case EpcScheme::sgln_96:
            return "(414)" + key + (fields.serial == 0 ? "" : "(254)" + serial);
        case EpcScheme::grai_96:
            return "(8003)0" + key + serial;
        case EpcScheme::giai_96:
            return "(8004)" + key;
    }
    return {};
}

}  // namespace tally

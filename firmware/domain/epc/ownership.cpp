#include "firmware/domain/epc/ownership.hpp"

#include <algorithm>

#include "firmware/domain/epc/scheme.hpp"

namespace tally {

namespace {

/// Prefix value and digit count in one number: 0614141 and 614141 are two companies.
std::uint64_t prefix_key(std::uint64_t value, unsigned digits) {
    return value * 16 + digits;
}

std::uint64_t leading_bytes(ByteView bytes, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        value = (value << 8) | bytes[i];
    }
    return value;
}

}  // namespace

std::string_view to_string(Ownership ownership) noexcept {
    switch (ownership) {
        case Ownership::ours:
            return "ours";
        case Ownership::ours_unknown_serial:
            return "ours_unknown_serial";
        case Ownership::foreign:
            return "foreign";
    }
    return "";
}

Result<TagOwnership> TagOwnership::make(const OwnershipRules& rules) {
    TagOwnership ownership;
    for (const std::string& prefix : rules.company_prefixes) {
        if (prefix.size() < 6 || prefix.size() > 12 ||
            prefix.find_first_not_of("0123456789") != std::string::npos) {
            return fail(ErrorKind::malformed,
                        "company prefix '" + prefix +
                            "' has not 6 to 12 digits; write it with its leading zeros");
        }
        ownership.prefixes_.push_back(
            prefix_key(std::stoull(prefix), static_cast<unsigned>(prefix.size())));
    }
    for (const std::string& header : rules.raw_headers) {
        Bytes bytes;
        if (!from_hex(header, bytes) || bytes.empty() || bytes.size() > 8) {
            return fail(ErrorKind::malformed,
                        "raw header '" + header + "' is not hex of 1 to 8 bytes; e.g. \"E280\"");
        }
        ownership.raw_headers_.push_back({bytes.size(), leading_bytes(bytes, bytes.size())});
    }
    std::sort(ownership.prefixes_.begin(), ownership.prefixes_.end());
    return ownership;
}

bool TagOwnership::claims(const Epc& epc) const noexcept {
    const Gs1Decode decoded = decode_gs1(epc);
    if (decoded.ok() && std::binary_search(prefixes_.begin(), prefixes_.end(),
                                           prefix_key(decoded.fields.company_prefix,
                                                      decoded.fields.company_digits()))) {
        return true;
    }
    const ByteView bytes = epc.bytes();
    for (const RawHeader& header : raw_headers_) {
        if (epc.bit_count() >= header.size * 8 &&
            leading_bytes(bytes, header.size) == header.value) {
            return true;
        }
    }
    return false;
}

Ownership TagOwnership::classify(const Epc& epc, Binding binding) const noexcept {
    if (binding == Binding::bound) {
        return Ownership::ours;
    }
    return claims(epc) ? Ownership::ours_unknown_serial : Ownership::foreign;
}

}  // namespace tally

#include "firmware/domain/epc/scanned_text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "firmware/domain/epc/scheme.hpp"

namespace tally {

namespace {

constexpr std::size_t kGtinDigits = 14;

struct GtinAndSerial {
    std::string_view gtin, serial;
};

bool is_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The parts of an element string with or without brackets; nothing if it is none.
std::optional<GtinAndSerial> split(std::string_view code) {
    const bool brackets = code.starts_with("(01)");
    const std::string_view first = brackets ? "(01)" : "01";
    const std::string_view second = brackets ? "(21)" : "21";
    if (!code.starts_with(first) || code.size() <= first.size() + kGtinDigits + second.size()) {
        return std::nullopt;
    }
    const std::string_view gtin = code.substr(first.size(), kGtinDigits);
    const std::string_view rest = code.substr(first.size() + kGtinDigits);
    if (!is_digits(gtin) || !rest.starts_with(second)) {
        return std::nullopt;
    }
    return GtinAndSerial{gtin, rest.substr(second.size())};
}

}  // namespace

Result<Epc> unit_of_code(std::string_view code, const std::vector<std::string>& own_prefixes) {
    const auto parts = split(code);
    // Digits are hex too: only where a prefix of ours stands in its place is it a GTIN of ours.
    const bool ours =
        parts &&
        std::any_of(own_prefixes.begin(), own_prefixes.end(), [&](const std::string& prefix) {
            return parts->gtin.substr(1, prefix.size()) == prefix;
        });
    if (const auto epc = ours || code.empty() ? std::nullopt : Epc::parse(code)) {
        return *epc;
    }
    if (!parts) {
        return fail(ErrorKind::malformed, "'" + std::string(code) +
                                              "' is neither an EPC nor a GTIN with a serial; scan "
                                              "the tag or its QR code again");
    }
    std::uint64_t serial = 0;
    const char* const end = parts->serial.data() + parts->serial.size();
    const bool leading_zero = parts->serial.size() > 1 && parts->serial.front() == '0';
    const auto read = std::from_chars(parts->serial.data(), end, serial);
    if (!is_digits(parts->serial) || leading_zero || read.ec != std::errc() || read.ptr != end) {
        return fail(ErrorKind::malformed, "serial '" + std::string(parts->serial) +
                                              "' is no number that a 96-bit tag can hold");
    }
    for (const std::string& prefix : own_prefixes) {
        if (parts->gtin.substr(1, prefix.size()) == prefix) {
            TALLY_TRY_ASSIGN(
                const Gs1Epc fields,
                sgtin_from_gtin({parts->gtin, static_cast<unsigned>(prefix.size()), 1, serial}));
            return encode_gs1(fields);
        }
    }
    return fail(ErrorKind::malformed, "GTIN " + std::string(parts->gtin) +
                                          " is another company's: where its prefix ends is not "
                                          "known here; scan the tag itself");
}

}  // namespace tally

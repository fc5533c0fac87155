#include "firmware/domain/epc/scheme.hpp"

#include "firmware/domain/epc/scheme_tables.hpp"

namespace tally {

namespace {

using epc_tables::kFirstHeader;
using epc_tables::kPowersOfTen;
using epc_tables::kPrefixBits;

/// 96 bits as one number; a decode is then shifts and masks.
struct Bits96 {
    std::uint32_t high = 0;
    std::uint64_t low = 0;

    /// The `count` (1..64) bits that start `from` bits after the most significant one.
    [[nodiscard]] std::uint64_t field(unsigned from, unsigned count) const noexcept {
        const unsigned right = 96 - from - count;
        std::uint64_t value = low;
        if (right >= 64) {
            value = high >> (right - 64);
        } else if (right > 0) {
            value = (low >> right) | (std::uint64_t{high} << (64 - right));
        }
        return count == 64 ? value : value & ((std::uint64_t{1} << count) - 1);
    }

    /// Ors `value` into the `count` bits that start at `from`; the value must fit.
    void set_field(unsigned from, unsigned count, std::uint64_t value) noexcept {
        const unsigned right = 96 - from - count;
        if (right >= 64) {
            high |= static_cast<std::uint32_t>(value << (right - 64));
        } else {
            low |= value << right;
            high |= right == 0 ? 0U : static_cast<std::uint32_t>(value >> (64 - right));
        }
    }
};

Bits96 load(ByteView bytes) noexcept {
    Bits96 bits;
    for (std::size_t i = 0; i < 4; ++i) {
        bits.high = (bits.high << 8) | bytes[i];
    }
    for (std::size_t i = 4; i < 12; ++i) {
        bits.low = (bits.low << 8) | bytes[i];
    }
    return bits;
}

bool fits(std::uint64_t value, unsigned bit_count) noexcept {
    return bit_count >= 64 || value < (std::uint64_t{1} << bit_count);
}

/// The first rule that the fields break, whichever way they came.
EpcFault check_fields(const Gs1Epc& fields) noexcept {
    if (fields.partition >= epc_tables::kPartitions) {
        return EpcFault::partition_7;
    }
    if (fields.company_prefix >= kPowersOfTen[fields.company_digits()]) {
        return EpcFault::company_prefix_overflow;
    }
    const epc_tables::Layout& layout = epc_tables::layout(fields.scheme);
    if (fields.reference >= kPowersOfTen[layout.reference_digits[fields.partition]]) {
        return EpcFault::reference_overflow;
    }
    if (fields.scheme == EpcScheme::sscc_96 && fields.serial != 0) {
        return EpcFault::reserved_bits_nonzero;
    }
    return EpcFault::none;
}

}  // namespace

Gs1Decode decode_gs1(const Epc& epc) noexcept {
    Gs1Decode result;
    const ByteView bytes = epc.bytes();
    if (bytes.empty() || bytes[0] < kFirstHeader ||
        bytes[0] >= kFirstHeader + epc_tables::kLayouts.size()) {
        return result;
    }
    Gs1Epc& fields = result.fields;
    fields.scheme = static_cast<EpcScheme>(bytes[0] - kFirstHeader);
    if (epc.bit_count() != 96) {
        result.fault = EpcFault::wrong_length;
        return result;
    }
    const Bits96 bits = load(bytes);
    fields.filter = static_cast<std::uint8_t>(bits.field(8, 3));
    fields.partition = static_cast<std::uint8_t>(bits.field(11, 3));
    if (fields.partition < epc_tables::kPartitions) {
        const epc_tables::Layout& layout = epc_tables::layout(fields.scheme);
        const unsigned prefix_bits = kPrefixBits[fields.partition];
        const unsigned reference_bits = layout.reference_bits[fields.partition];
        fields.company_prefix = bits.field(14, prefix_bits);
        fields.reference = bits.field(14 + prefix_bits, reference_bits);
        if (layout.tail_bits > 0) {
            fields.serial = bits.field(14 + prefix_bits + reference_bits, layout.tail_bits);
        }
    }
    result.fault = check_fields(fields);
    return result;
}

Result<Epc> encode_gs1(const Gs1Epc& fields) {
    const EpcFault fault = check_fields(fields);
    if (fault != EpcFault::none) {
        return fail(ErrorKind::malformed, std::string(to_string(fields.scheme)) + ": " +
                                              std::string(to_string(fault)) +
                                              "; correct the field and encode again");
    }
    const epc_tables::Layout& layout = epc_tables::layout(fields.scheme);
    const unsigned prefix_bits = kPrefixBits[fields.partition];
    const unsigned reference_bits = layout.reference_bits[fields.partition];
    if (fields.filter > 7 || !fits(fields.serial, layout.tail_bits) ||
        !fits(fields.reference, reference_bits)) {
        return fail(ErrorKind::malformed,
                    std::string(to_string(fields.scheme)) +
                        ": filter, reference or serial needs more bits than the scheme has; "
                        "correct the field and encode again");
    }
    Bits96 bits;
    bits.set_field(0, 8, kFirstHeader + static_cast<std::uint64_t>(fields.scheme));
    bits.set_field(8, 3, fields.filter);
    bits.set_field(11, 3, fields.partition);
    bits.set_field(14, prefix_bits, fields.company_prefix);
    bits.set_field(14 + prefix_bits, reference_bits, fields.reference);
    if (layout.tail_bits > 0) {
        bits.set_field(14 + prefix_bits + reference_bits, layout.tail_bits, fields.serial);
    }
    ByteWriter writer;
    writer.u32(bits.high);
    writer.u64(bits.low);
    return *Epc::from_bits(writer.bytes(), 96);
}

std::string_view to_string(EpcScheme scheme) noexcept {
    switch (scheme) {
        case EpcScheme::sgtin_96:
            return "sgtin-96";
        case EpcScheme::sscc_96:
            return "sscc-96";
        case EpcScheme::sgln_96:
            return "sgln-96";
        case EpcScheme::grai_96:
            return "grai-96";
        case EpcScheme::giai_96:
            return "giai-96";
    }
    return "";
}

std::string_view to_string(EpcFault fault) noexcept {
    switch (fault) {
        case EpcFault::none:
            return "no fault";
        case EpcFault::wrong_length:
            return "the header announces 96 bits but there are not 96";
        case EpcFault::other_header:
            return "the header is none of the five 96-bit GS1 schemes";
        case EpcFault::partition_7:
            return "the partition value 7 exists in no scheme";
        case EpcFault::company_prefix_overflow:
            return "the company prefix has more digits than its partition gives";
        case EpcFault::reference_overflow:
            return "the reference has more digits than its partition gives";
        case EpcFault::reserved_bits_nonzero:
            return "the last 24 bits of an SSCC-96 must be zero";
    }
    return "";
}

std::string_view header_name(std::uint8_t header) noexcept {
    switch (header) {
        case 0x00:
            return "unprogrammed";
        case 0x2c:
            return "gdti-96";
        case 0x2d:
            return "gsrn-96";
        case 0x2e:
            return "gsrnp";
        case 0x2f:
            return "usdod-96";
        case 0x30:
            return "sgtin-96";
        case 0x31:
            return "sscc-96";
        case 0x32:
            return "sgln-96";
        case 0x33:
            return "grai-96";
        case 0x34:
            return "giai-96";
        case 0x35:
            return "gid-96";
        case 0x36:
            return "sgtin-198";
        case 0x37:
            return "grai-170";
        case 0x38:
            return "giai-202";
        case 0x39:
            return "sgln-195";
        case 0x3b:
            return "adi-var";
        case 0x3c:
            return "cpi-96";
        case 0x3e:
            return "gdti-174";
        case 0x3f:
            return "sgcn-96";
        case 0x40:
            return "itip-110";
        case 0xe2:
            return "reserved";
        case 0xe9:
            return "sgln++";
        case 0xeb:
            return "grai++";
        case 0xee:
            return "giai++";
        case 0xef:
            return "sscc++";
        case 0xf1:
            return "grai+";
        case 0xf2:
            return "sgln+";
        case 0xf7:
            return "sgtin+";
        case 0xf9:
            return "sscc+";
        case 0xfa:
            return "giai+";
        case 0xfb:
            return "dsgtin+";
        case 0xfc:
            return "dsgtin++";
        case 0xfd:
            return "sgtin++";
        default:
            return "unknown";
    }
}

}  // namespace tally

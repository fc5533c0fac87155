#include "drivers/llrp/tag_parts.hpp"

#include <algorithm>

#include "drivers/llrp/big_endian.hpp"
#include "firmware/domain/read.hpp"

namespace tally::llrp {
namespace {

constexpr std::uint16_t kEpcData = 241;
constexpr std::uint16_t kCustom = 1023;
constexpr std::uint32_t kImpinj = 25882;
constexpr std::uint32_t kImpinjPeakRssi = 57;
constexpr std::size_t kCustomNameBytes = 8;  // vendor and subtype
constexpr std::size_t kImpinjPeakRssiBytes = 10;

/// Whole length of a type-value parameter by its first byte; 0 if it is none that is known.
constexpr std::array<std::uint8_t, 256> type_value_bytes() {
    constexpr std::array<std::uint8_t, 21> kByType = {0, 3, 9,  9, 9, 9, 2, 3, 3, 5, 3,
                                                      3, 3, 13, 3, 3, 5, 3, 5, 3, 3};
    std::array<std::uint8_t, 256> lengths{};
    for (std::size_t type = 0; type < kByType.size(); ++type) {
        lengths[0x80 + type] = kByType[type];
    }
    return lengths;
}
constexpr std::array<std::uint8_t, 256> kTypeValueBytes = type_value_bytes();

/// The longest of them: EPC-96.
constexpr std::size_t kTypeValueBytesMax = 13;

/// A search under way; what the next part depends on stays in registers.
struct Search {
    Search(const std::uint8_t* front, TagParts& found)
        : body(front),
          parts(found),
          has(found.has),
          rssi_unit(found.rssi_unit),
          epc_found(found.epc != 0) {}

    const std::uint8_t* body;
    TagParts& parts;
    std::uint8_t has;
    TagParts::Rssi rssi_unit;
    bool epc_found;
    const std::uint8_t* front_end = nullptr;

    [[nodiscard]] std::uint16_t offset(const std::uint8_t* at) const {
        return static_cast<std::uint16_t>(at - body);
    }

    bool take_epc(const std::uint8_t* at, std::size_t bits) {
        if (epc_found || bits > Epc::kBitsMax) {
            return false;
        }
        epc_found = true;
        parts.epc = offset(at);
        parts.epc_bits = static_cast<std::uint16_t>(bits);
        return true;
    }
};

/// Takes the type-value parameter at the front and gives its whole length (LLRP 1.1 section 17.2);
/// 0 if there is none that is known. The lengths are constants of the branches, not a table: so the
/// processor runs ahead to the next parameter instead of waiting for a load.
inline std::size_t take_type_value(const std::uint8_t* at, Search& search) {
    TagParts& parts = search.parts;
    switch (*at) {
        case 0x80 + 1:
            parts.antenna = search.offset(at + 1);
            search.has |= TagRead::antenna_known;
            return 3;
        case 0x80 + 2:
        case 0x80 + 3:
            parts.first_seen = search.offset(at + 1);
            search.has |= TagRead::first_seen_known | ((*at & 1) != 0 ? 0 : TagRead::reader_utc);
            return 9;
        case 0x80 + 4:
        case 0x80 + 5:
            parts.last_seen = search.offset(at + 1);
            search.has |= TagRead::last_seen_known | ((*at & 1) != 0 ? 0 : TagRead::reader_utc);
            return 9;
        case 0x80 + 6:
            if (search.rssi_unit != TagParts::Rssi::centi_dbm) {
                parts.rssi = search.offset(at + 1);
                search.has |= TagRead::rssi_known;
            }
            return 2;
        case 0x80 + 8:
            parts.count = search.offset(at + 1);
            search.has |= TagRead::count_known;
            return 3;
        case 0x80 + 13:
            return search.take_epc(at + 1, 96) ? 13 : 0;
        case 0x80 + 9:   // ROSpecID
        case 0x80 + 16:  // AccessSpecID
        case 0x80 + 18:  // C1G2SingulationDetails
            return 5;
        case 0x80 + 7:   // ChannelIndex
        case 0x80 + 10:  // InventoryParameterSpecID
        case 0x80 + 11:  // C1G2_CRC
        case 0x80 + 12:  // C1G2_PC
        case 0x80 + 14:  // SpecIndex
        case 0x80 + 15:  // ClientRequestOpSpecResult
        case 0x80 + 17:  // OpSpecID
        case 0x80 + 19:  // C1G2_XPCW1
        case 0x80 + 20:  // C1G2_XPCW2
            return 3;
        default:
            return 0;
    }
}

bool take_impinj_rssi(ByteView custom, Search& search) {
    if (custom.size() >= kImpinjPeakRssiBytes && u32_at(custom.data()) == kImpinj &&
        u32_at(custom.data() + 4) == kImpinjPeakRssi) {
        search.parts.rssi = search.offset(custom.data() + kCustomNameBytes);
        search.rssi_unit = TagParts::Rssi::centi_dbm;
        search.has |= TagRead::rssi_known;
    }
    return true;
}

bool take_epc_data(ByteView body, Search& search) {
    const std::size_t bits = body.size() < 2 ? 0 : u16_at(body.data());
    return body.size() == 2 + (bits + 7) / 8 && search.take_epc(body.data() + 2, bits);
}

bool take_result(std::uint16_t type, const std::uint8_t* at, Search& search) {
    if (search.front_end == nullptr) {
        search.front_end = at;
    }
    return type >= 128;
}

/// Takes the TLV at the front and gives its whole length; 0 if there is none that fits.
inline std::size_t take_tlv(const std::uint8_t* at, std::size_t remaining, Search& search) {
    const Tlv tlv = tlv_at(at, remaining);
    if (tlv.length == 0) {
        return 0;
    }
    const ByteView body(at + kTlvHeaderBytes, tlv.length - kTlvHeaderBytes);
    const bool good = tlv.type == kEpcData  ? take_epc_data(body, search)
                      : tlv.type == kCustom ? take_impinj_rssi(body, search)
                                            : take_result(tlv.type, at, search);
    return good ? tlv.length : 0;
}

/// Adds what stands from `from` on to `parts`. False if it breaks its format, or if there is not
/// exactly one EPC then.
bool find(ByteView body, std::size_t from, TagParts& parts) {
    Search search(body.data(), parts);
    const std::uint8_t* at = body.data() + from;
    const std::uint8_t* const end = body.data() + body.size();
    while (at < end) {
        const auto remaining = static_cast<std::size_t>(end - at);
        if (remaining < kTypeValueBytesMax && kTypeValueBytes[*at] > remaining) {
            return false;
        }
        std::size_t length = take_type_value(at, search);
        if (length == 0) {
            length = take_tlv(at, remaining, search);
        }
        if (length == 0) {
            return false;
        }
        at += length;
    }
    parts.has = search.has;
    parts.rssi_unit = search.rssi_unit;
    parts.front_bytes = search.offset(search.front_end == nullptr ? end : search.front_end);
    return search.epc_found;
}

}  // namespace

const TagParts* TagShape::search(ByteView body) {
    parts_ = {};
    if (!find(body, 0, parts_)) {
        return nullptr;
    }
    if (parts_.front_bytes == searched_front_bytes_) {
        learn(body.first(parts_.front_bytes));
    }
    searched_front_bytes_ = parts_.front_bytes;
    return &parts_;
}

const TagParts* TagShape::search_rest(ByteView body) {
    // Results of operations add nothing; as a rule they are all there is.
    const std::size_t results =
        results_bytes(body.data() + known_bytes_, body.size() - known_bytes_);
    if (known_.epc != 0 && known_bytes_ + results == body.size()) {
        return &known_;
    }
    if (results == 0) {
        return search(body);  // Its front is longer than what is known, and may be the new fashion.
    }
    parts_ = known_;
    return find(body, known_bytes_, parts_) ? &parts_ : nullptr;
}

/// Of the front of a good body. What says where things stand is the type of each parameter, the
/// length of each TLV, the bit count of an EPC and the name of a Custom parameter.
void TagShape::learn(ByteView front) {
    if (front.size() < sizeof(Word) || front.size() > kKnownBytesMax) {
        return;
    }
    mask_ = {};
    for (std::size_t at = 0; at < front.size();) {
        std::size_t telling = 1;
        std::size_t length = kTypeValueBytes[front[at]];
        if (length == 0) {
            const Tlv tlv = tlv_at(front.data() + at, front.size() - at);
            length = tlv.length;
            telling =
                kTlvHeaderBytes + (tlv.type == kEpcData ? sizeof(std::uint16_t) : kCustomNameBytes);
        }
        std::fill_n(mask_.begin() + static_cast<std::ptrdiff_t>(at), std::min(telling, length),
                    std::uint8_t{0xff});
        at += length;
    }
    std::copy(front.begin(), front.end(), expected_.begin());
    known_ = {};
    find(front, 0, known_);
    known_bytes_ = front.size();
}

}  // namespace tally::llrp

// Where the parts of a TagReportData stand. A reader sends the same parts in the same order tag
// after tag, so what was found once is only compared, a few words at a time, until it differs.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "drivers/llrp/result_runs.hpp"
#include "firmware/base/bytes.hpp"

namespace tally::llrp {

/// Offsets of values in the body of one TagReportData (what follows its header).
struct TagParts {
    std::uint8_t has = 0;  ///< TagRead::Has of what is there; the offsets of the rest are 0
    enum class Rssi : std::uint8_t { dbm, centi_dbm } rssi_unit = Rssi::dbm;
    std::uint16_t epc_bits = 0;
    std::uint16_t epc = 0;
    std::uint16_t antenna = 0;
    std::uint16_t rssi = 0;  ///< PeakRSSI (one byte), or ImpinjPeakRSSI (two) where there is one
    std::uint16_t first_seen = 0;
    std::uint16_t last_seen = 0;
    std::uint16_t count = 0;
    std::uint16_t front_bytes = 0;  ///< up to the first part that differs from tag to tag
};

/// Finds the parts of one body after the other and remembers how they begin: which bytes say what
/// stands where, and their values. What differs from tag to tag (results of operations) is always
/// looked at, and all of a body that begins otherwise. Two of those in a row that begin alike are
/// worth remembering. Single-threaded.
class TagShape {
 public:
    /// The parts of a body, valid until the next call. Nothing if a part breaks its format, or if
    /// there is not exactly one EPC of at most 512 bits.
    const TagParts* parts_of(ByteView body) {
        if (!begins_as_known(body)) {
            return search(body);
        }
        return body.size() == known_bytes_ && known_.epc != 0 ? &known_ : search_rest(body);
    }

    /// The same, but where a result stands behind what is known, takes for granted that nothing but
    /// results does. They are added to `results`: until its check passed, the parts may be wrong,
    /// and so may be that there are none.
    const TagParts* parts_of(ByteView body, ResultRuns& results) {
        if (!begins_as_known(body)) {
            return search(body);
        }
        const std::size_t rest = body.size() - known_bytes_;
        if (known_.epc == 0 || (rest != 0 && !begins_result(body.data() + known_bytes_, rest))) {
            return search_rest(body);
        }
        return rest == 0 || results.add(body.data() + known_bytes_, rest) ? &known_ : nullptr;
    }

 private:
    static constexpr std::size_t kKnownBytesMax = 192;
    using Pattern = std::array<std::uint8_t, kKnownBytesMax>;

    using Word = std::uint64_t;
    /// Two words in one register; g++ and clang both have them.
    using Words [[gnu::vector_size(16)]] = std::uint64_t;

    template <typename Piece>
    static Piece piece_at(const std::uint8_t* at) {
        Piece piece;
        std::memcpy(&piece, at, sizeof piece);
        return piece;
    }

    template <typename Piece>
    [[nodiscard]] Piece difference(const std::uint8_t* body, std::size_t offset) const {
        return (piece_at<Piece>(body + offset) ^ piece_at<Piece>(expected_.data() + offset)) &
               piece_at<Piece>(mask_.data() + offset);
    }

    /// Over all that is known; the last piece overlaps the one before.
    template <typename Piece>
    [[nodiscard]] Piece differences(const std::uint8_t* body) const {
        Piece different = difference<Piece>(body, known_bytes_ - sizeof(Piece));
        for (std::size_t at = 0; at + sizeof(Piece) < known_bytes_; at += sizeof(Piece)) {
            different |= difference<Piece>(body, at);
        }
        return different;
    }

    [[nodiscard]] bool begins_as_known(ByteView body) const {
        if (body.size() < known_bytes_) {
            return false;
        }
        if (known_bytes_ < sizeof(Words)) {
            return differences<Word>(body.data()) == 0;
        }
        const Words different = differences<Words>(body.data());
        return (different[0] | different[1]) == 0;
    }

    const TagParts* search(ByteView body);
    const TagParts* search_rest(ByteView body);
    void learn(ByteView front);

    TagParts parts_;                        ///< of the newest body
    std::size_t searched_front_bytes_ = 0;  ///< of the newest body that was searched whole
    TagParts known_;                        ///< of the bytes that are known
    std::size_t known_bytes_ = SIZE_MAX;    ///< at the front of a body; SIZE_MAX: none
    Pattern mask_{};
    Pattern expected_{};
};

}  // namespace tally::llrp

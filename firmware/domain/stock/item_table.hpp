// Inside of the book: items by identity in little memory. Use book.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "firmware/base/sha256.hpp"

namespace tally {

/// Items found by their text in O(1): open addressing over numbers into one array of records, the
/// texts in chunks that never move. About 110 bytes an item of 24 characters. Items are never
/// removed, so a number stays good. Move-only.
class ItemTable {
 public:
    struct Record {
        const char* text = nullptr;
        std::uint64_t seq = 0;
        std::uint32_t position = 0;  ///< slot in the book's positions
        std::uint32_t parent = 0;    ///< in the book's text pool, 0: none
        std::uint32_t hash = 0;
        std::uint32_t text_size = 0;
        Digest row{};  ///< SHA-256 of its row, as it stands in the stock digest
    };

    [[nodiscard]] std::size_t size() const noexcept { return records_.size(); }
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view item) const;
    /// The item must not be there yet.
    std::uint32_t add(std::string_view item);

    Record& operator[](std::uint32_t slot) { return records_[slot]; }
    const Record& operator[](std::uint32_t slot) const { return records_[slot]; }
    [[nodiscard]] std::string_view text(std::uint32_t slot) const {
        return {records_[slot].text, records_[slot].text_size};
    }

 private:
    static constexpr std::size_t kChunkBytes = 64 * 1024;

    const char* keep(std::string_view text);
    void place(std::uint32_t slot);
    void grow();

    std::vector<Record> records_;
    std::vector<std::uint32_t> index_;  // slot + 1, 0 is free; the size is a power of two
    std::vector<std::unique_ptr<char[]>> chunks_;
    std::size_t chunk_used_ = kChunkBytes;
};

}  // namespace tally

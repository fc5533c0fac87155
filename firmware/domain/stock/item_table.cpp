#include "firmware/domain/stock/item_table.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

#include "firmware/base/check.hpp"

namespace tally {

namespace {

std::uint32_t hash_of(std::string_view text) {
    const std::uint64_t hash = std::hash<std::string_view>()(text);
    return static_cast<std::uint32_t>(hash ^ (hash >> 32));
}

}  // namespace

std::optional<std::uint32_t> ItemTable::find(std::string_view item) const {
    if (index_.empty()) {
        return std::nullopt;
    }
    const std::uint32_t hash = hash_of(item);
    const std::size_t mask = index_.size() - 1;
    for (std::size_t at = hash & mask; index_[at] != 0; at = (at + 1) & mask) {
        const std::uint32_t slot = index_[at] - 1;
        if (records_[slot].hash == hash && text(slot) == item) {
            return slot;
        }
    }
    return std::nullopt;
}

std::uint32_t ItemTable::add(std::string_view item) {
    if ((records_.size() + 1) * 4 > index_.size() * 3) {
        grow();
    }
    const auto slot = static_cast<std::uint32_t>(records_.size());
    Record record;
    record.text = keep(item);
    record.hash = hash_of(item);
    record.text_size = static_cast<std::uint32_t>(item.size());
    records_.push_back(record);
    place(slot);
    return slot;
}

void ItemTable::place(std::uint32_t slot) {
    const std::size_t mask = index_.size() - 1;
    std::size_t at = records_[slot].hash & mask;
    while (index_[at] != 0) {
        at = (at + 1) & mask;
    }
    index_[at] = slot + 1;
}

void ItemTable::grow() {
    index_.assign(std::max<std::size_t>(64, index_.size() * 2), 0);
    for (std::uint32_t slot = 0; slot < records_.size(); ++slot) {
        place(slot);
    }
}

const char* ItemTable::keep(std::string_view text) {
    TALLY_CHECK(text.size() <= kChunkBytes, "an item's text is checked before it is kept");
    if (chunk_used_ + text.size() > kChunkBytes) {
        chunks_.push_back(std::make_unique<char[]>(kChunkBytes));
        chunk_used_ = 0;
    }
    char* start = chunks_.back().get() + chunk_used_;
    std::memcpy(start, text.data(), text.size());
    chunk_used_ += text.size();
    return start;
}

}  // namespace tally

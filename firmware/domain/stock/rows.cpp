#include "firmware/domain/stock/rows.hpp"

#include <charconv>
#include <initializer_list>

namespace tally {

namespace {

void append_texts(std::string& out, std::initializer_list<std::string_view> texts) {
    char before = '[';
    for (const std::string_view text : texts) {
        out.push_back(before);
        out.push_back('"');
        out.append(text);
        out.push_back('"');
        before = ',';
    }
}

template <typename Int>
void append_last(std::string& out, Int value) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.push_back(',');
    out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
    out.push_back(']');
}

std::uint64_t lane(const Digest& digest, std::size_t index) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        value = (value << 8) | digest[index * 8 + i];
    }
    return value;
}

}  // namespace

void append_row(std::string& out, const PositionView& row) {
    append_texts(out, {"position", row.place, row.sku, row.lot, row.custody, row.quality});
    append_last(out, row.quantity.milli);
}

void append_row(std::string& out, const ItemView& row) {
    append_texts(
        out, {"item", row.item, row.place, row.sku, row.lot, row.custody, row.quality, row.parent});
    append_last(out, row.seq.value());
}

void StockDigest::add(const Digest& row) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        lanes_[i] += lane(row, i);
    }
}

void StockDigest::remove(const Digest& row) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        lanes_[i] -= lane(row, i);
    }
}

Digest StockDigest::bytes() const {
    Digest bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(lanes_[i / 8] >> (56 - 8 * (i % 8)));
    }
    return bytes;
}

}  // namespace tally

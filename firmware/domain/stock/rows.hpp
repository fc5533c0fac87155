// The rows of the book as everybody sees them, their canonical text, and the digest over them.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/base/sha256.hpp"
#include "firmware/base/units.hpp"
#include "firmware/domain/ids.hpp"

namespace tally {

/// One position: how much of one key stands at one place. Texts are views into whatever gave the
/// row; those of a book live as long as the book, the numbers are those of the moment.
struct PositionView {
    std::string_view place, sku, lot, custody, quality;
    Quantity quantity{};
    std::uint32_t items = 0;  ///< items tracked by identity among the quantity

    auto operator<=>(const PositionView&) const = default;
};

/// Where one item is, as what, on which pallet, since which event.
struct ItemView {
    std::string_view item, place, sku, lot, custody, quality;
    std::string_view parent;  ///< pallet, or empty
    Seq seq{};                ///< event that last changed it

    auto operator<=>(const ItemView&) const = default;
};

/// Appends `["position",place,sku,lot,custody,quality,quantity]`. Ledger text needs no escapes
/// (ledger/event_form.hpp), so this is canonical JSON. The same text is hashed for the digest and
/// sent in snapshots.
void append_row(std::string& out, const PositionView& row);

/// Appends `["item",item,place,sku,lot,custody,quality,parent,seq]`.
void append_row(std::string& out, const ItemView& row);

/// Order-free sum over rows: four 64-bit lanes, modulo 2^64, of the rows' SHA-256; lanes
/// big-endian. It finds faults; against tampering stands the ledger head (docs/adr/0003).
class StockDigest {
 public:
    void add(const Digest& row);
    void remove(const Digest& row);

    [[nodiscard]] Digest bytes() const;
    [[nodiscard]] std::string hex() const { return to_hex(bytes()); }

    bool operator==(const StockDigest&) const = default;

 private:
    std::array<std::uint64_t, 4> lanes_{};
};

}  // namespace tally

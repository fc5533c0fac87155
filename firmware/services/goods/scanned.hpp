// What a scan means: the text of a tag, a barcode, a place label. And the movement that it is
// evidence of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/services/inventory/inventory.hpp"

namespace tally {

struct Scanned {
    enum class What : std::uint8_t { unit, pallet, goods, place } what = What::goods;
    std::string id;          ///< the unit's or pallet's EPC, or the place
    std::string sku;         ///< of a unit or of goods
    std::int64_t units = 1;  ///< one scan of goods stands for so many
};

/// malformed where a code is nothing that this box knows; the text says what to do.
Result<Scanned> read_scan(const std::string& code, const Inventory& inventory,
                          const Ledger& ledger);
/// The same, but the tag of a unit that is tracked by count stands for one of its SKU.
Result<Scanned> read_goods(const std::string& code, const Inventory& inventory,
                           const Ledger& ledger);

/// Goods brought from one place to another by a person who scanned them.
struct Carry {
    std::string code;
    std::int64_t qty_milli = 0;  ///< goods tracked by count; 0: what the code stands for
    PlaceId from, to;            ///< from: where they say they took it; may be empty for units
    std::string cause;           ///< task, advice or empty
    std::string quality_to;      ///< e.g. "damaged"; empty: as it was
    std::string lot = {};        ///< counted goods: of this lot first; empty: by expiry alone
    /// Counted goods for a customer: only what is free of customs and good, out of `from` itself
    /// only of `lot` where one is named. refused, and nothing is booked, where only others stand
    /// there.
    bool for_order = false;
};

struct Carried {
    Seq seq;  ///< of the last event
    std::string item, sku;
    std::int64_t qty_milli = 0;
    bool moved = false;  ///< false: the book had it there already
};

/// Books it. refused for a place that is not this box's, malformed for a code that is unknown or
/// a quantity that cannot be. What the book lacks at `from` is booked out of UNEXPLAINED and
/// raises count_differs: evidence is not refused. Lots go by expiry, the earliest first.
Result<Carried> carry(Inventory& inventory, const Ledger& ledger, const Carry& what,
                      const Actor& actor);

/// Evidence of a person's scan, canonical JSON of at most 512 bytes.
std::string scan_evidence(const std::string& code);

/// One position of a SKU at a place.
struct LotStock {
    std::string lot, custody, quality;
    std::int64_t milli = 0;  ///< without the units tracked by item
};
/// Positions that are not empty, the lot that expires first in front (design: FEFO).
std::vector<LotStock> lots_at(const Ledger& ledger, const PlaceId& place, const std::string& sku);

/// All of a SKU at a place, units included, of one quality (empty: any).
std::int64_t stock_at(const Book& book, std::string_view place, std::string_view sku,
                      std::string_view quality = {});

}  // namespace tally

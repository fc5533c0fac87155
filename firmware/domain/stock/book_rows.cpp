// The book's rows: shown, read back, and held against the invariants.
#include <algorithm>
#include <map>

#include "firmware/domain/ledger/event_form.hpp"
#include "firmware/domain/place.hpp"
#include "firmware/domain/stock/book.hpp"

namespace tally {

namespace {

tl::unexpected<Error> corrupt(std::string text) {
    return fail(ErrorKind::corrupt,
                "stock: " + std::move(text) + "; rebuild the stock from the ledger");
}

bool good_name(std::string_view text) {
    return !text.empty() && is_ledger_text(text);
}

std::string name(const PositionView& row) {
    std::string text;
    append_row(text, row);
    return text;
}

}  // namespace

void BookChange::merge() {
    std::stable_sort(positions.begin(), positions.end(),
                     [](const Position& a, const Position& b) { return a.slot < b.slot; });
    std::size_t kept = 0;
    for (const Position& next : positions) {
        if (kept > 0 && positions[kept - 1].slot == next.slot) {
            positions[kept - 1].delta += next.delta;
            positions[kept - 1].quantity = next.quantity;
        } else {
            positions[kept++] = next;
        }
    }
    positions.resize(kept);
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
}

void BookChange::clear() {
    positions.clear();
    items.clear();
}

PositionView Book::position(std::uint32_t slot) const {
    const Position& at = positions_[slot];
    return {.place = pool_.text(at.key.place),
            .sku = pool_.text(at.key.sku),
            .lot = pool_.text(at.key.lot),
            .custody = pool_.text(at.key.custody),
            .quality = pool_.text(at.key.quality),
            .quantity = at.quantity,
            .items = at.items};
}

ItemView Book::item_at(std::uint32_t slot) const {
    const ItemTable::Record& record = items_[slot];
    const PositionView at = position(record.position);
    return {.item = items_.text(slot),
            .place = at.place,
            .sku = at.sku,
            .lot = at.lot,
            .custody = at.custody,
            .quality = at.quality,
            .parent = pool_.text(record.parent),
            .seq = Seq(record.seq)};
}

Book::ItemAt Book::item_record(std::uint32_t slot) const {
    const ItemTable::Record& record = items_[slot];
    return {.item = items_.text(slot),
            .parent = pool_.text(record.parent),
            .position = record.position,
            .seq = Seq(record.seq)};
}

std::optional<ItemView> Book::item(std::string_view item) const {
    const auto slot = items_.find(item);
    return slot ? std::optional(item_at(*slot)) : std::nullopt;
}

Quantity Book::quantity(const PositionView& key) const {
    const auto slot = find(key);
    return slot ? positions_[*slot].quantity : Quantity();
}

std::vector<PositionView> Book::positions() const {
    std::vector<PositionView> rows;
    for (std::uint32_t slot = 0; slot < positions_.size(); ++slot) {
        if (positions_[slot].quantity.milli != 0) {
            rows.push_back(position(slot));
        }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

std::vector<ItemView> Book::items() const {
    std::vector<ItemView> rows;
    rows.reserve(items_.size());
    for (std::uint32_t slot = 0; slot < items_.size(); ++slot) {
        rows.push_back(item_at(slot));
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

std::vector<ItemView> Book::items_in(std::string_view place) const {
    std::vector<ItemView> rows;
    for (std::uint32_t slot = 0; slot < items_.size(); ++slot) {
        if (pool_.text(positions_[items_[slot].position].key.place) == place) {
            rows.push_back(item_at(slot));
        }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

Result<std::uint32_t> Book::load(const PositionView& row) {
    if (!good_name(row.place) || !good_name(row.sku) || !good_name(row.lot) ||
        !good_name(row.custody) || !good_name(row.quality) || row.quantity.milli > kEventIntMax ||
        row.quantity.milli < -kEventIntMax) {
        return corrupt("a position breaks its form: " + name(row));
    }
    const std::size_t before = positions_.size();
    const std::uint32_t slot = find_or_add(row);
    if (slot != before) {
        return corrupt("a position is there twice: " + name(row));
    }
    positions_[slot].quantity = row.quantity;
    positions_[slot].dirty = true;
    dirty_.push_back(slot);
    return slot;
}

Result<void> Book::load(const ItemView& row) {
    const PositionView key{.place = row.place,
                           .sku = row.sku,
                           .lot = row.lot,
                           .custody = row.custody,
                           .quality = row.quality};
    auto slot = find(key);
    if (!slot && !is_virtual(PlaceId(row.place))) {
        return corrupt("item " + std::string(row.item) + " stands where nothing is: " + name(key));
    }
    if (!slot) {
        TALLY_TRY_ASSIGN(slot, load(key));
    }
    return load(ItemAt{.item = row.item, .parent = row.parent, .position = *slot, .seq = row.seq});
}

Result<void> Book::load(const ItemAt& row) {
    if (!good_name(row.item) || !is_ledger_text(row.parent) || row.position >= positions_.size()) {
        return corrupt("item '" + std::string(row.item) + "' breaks its form");
    }
    if (items_.find(row.item)) {
        return corrupt("item " + std::string(row.item) + " is there twice");
    }
    const std::uint32_t slot = items_.add(row.item);
    items_[slot].position = row.position;
    items_[slot].parent = pool_.add(row.parent);
    items_[slot].seq = row.seq.value();
    ++positions_[row.position].items;
    digest_item(slot);
    return {};
}

Result<void> Book::verify() const {
    std::map<std::string_view, std::uint64_t> sums;  // modulo 2^64: rows may be hostile
    for (std::uint32_t slot = 0; slot < positions_.size(); ++slot) {
        const Position& at = positions_[slot];
        sums[pool_.text(at.key.sku)] += static_cast<std::uint64_t>(at.quantity.milli);
        if (at.real && at.quantity < Quantity::of_units(at.items)) {
            return corrupt("below zero, or below its " + std::to_string(at.items) +
                           " items: " + name(position(slot)));
        }
    }
    for (const auto& [sku, sum] : sums) {
        if (sum != 0) {
            return corrupt("all places of " + std::string(sku) + " sum to " +
                           std::to_string(static_cast<std::int64_t>(sum)) +
                           " thousandths instead of zero");
        }
    }
    return {};
}

}  // namespace tally

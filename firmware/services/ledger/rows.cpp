#include "firmware/services/ledger/rows.hpp"

#include <utility>

namespace tally {

JournalRow to_journal_row(const Event& event, HashedText text) {
    JournalRow row;
    row.edge = event.edge.str();
    row.epoch = event.epoch.value();
    row.seq = event.seq.value();
    row.type = std::string(to_string(event.type));
    row.t_ms = event.t_ms;
    row.item = event.item.str();
    row.sku = event.sku.str();
    row.lot = event.lot.str();
    row.qty_milli = event.qty.milli;
    row.from_place = event.from.str();
    row.to_place = event.to.str();
    row.leaf = text.leaf;
    row.canonical = std::move(text.canonical);
    return row;
}

namespace {

PositionRow to_position_row(const EdgeId& edge, const PositionView& view, Quantity delta) {
    PositionRow row;
    row.edge = edge.str();
    row.place = view.place;
    row.sku = view.sku;
    row.lot = view.lot;
    row.custody = view.custody;
    row.quality = view.quality;
    row.delta_milli = delta.milli;
    row.qty_milli = view.quantity.milli;
    return row;
}

ItemRow to_item_row(const EdgeId& edge, const ItemView& view) {
    ItemRow row;
    row.edge = edge.str();
    row.item = view.item;
    row.sku = view.sku;
    row.lot = view.lot;
    row.place = view.place;
    row.custody = view.custody;
    row.quality = view.quality;
    row.parent = view.parent;
    row.seq = view.seq.value();
    return row;
}

}  // namespace

void append_stock_rows(const EdgeId& edge, const Book& book, const BookChange& change,
                       JournalCommit& into) {
    for (const BookChange::Position& touched : change.positions) {
        into.positions.push_back(to_position_row(edge, book.position(touched.slot), touched.delta));
        into.positions.back().qty_milli = touched.quantity.milli;
    }
    for (const std::uint32_t slot : change.items) {
        into.items.push_back(to_item_row(edge, book.item_at(slot)));
    }
}

void append_whole_stock(const EdgeId& edge, const Book& book, JournalCommit& into) {
    for (const PositionView& view : book.positions()) {
        into.positions.push_back(to_position_row(edge, view, view.quantity));
    }
    for (const ItemView& view : book.items()) {
        into.items.push_back(to_item_row(edge, view));
    }
}

}  // namespace tally

#include "firmware/messages/stock_rows.hpp"

#include <initializer_list>
#include <string>

#include "firmware/messages/canonical_scan.hpp"

namespace tally {

namespace {

constexpr std::string_view kItemStart = R"(["item",)";

tl::unexpected<Error> malformed(const char* kind, std::string_view row) {
    return fail(ErrorKind::malformed,
                std::string("stock row: not ") + kind + " row: " + std::string(row.substr(0, 100)));
}

// `["<kind>",text,...,` up to the number that ends the row.
bool read_texts(canonical::Cursor& cursor, std::string_view kind,
                std::initializer_list<std::string_view*> texts) {
    std::string_view found;
    bool good = cursor.take('[', "") && cursor.plain_text(found) && found == kind;
    for (std::string_view* text : texts) {
        good = good && cursor.take(',', "") && cursor.plain_text(*text);
    }
    return good && cursor.take(',', "");
}

}  // namespace

Result<PositionView> decode_position_row(std::string_view row) {
    canonical::Cursor cursor(row);
    PositionView view;
    if (!read_texts(cursor, "position",
                    {&view.place, &view.sku, &view.lot, &view.custody, &view.quality}) ||
        !cursor.integer(view.quantity.milli) || !cursor.take(']', "") || !cursor.at_end()) {
        return malformed("a position", row);
    }
    return view;
}

Result<ItemView> decode_item_row(std::string_view row) {
    canonical::Cursor cursor(row);
    ItemView view;
    std::uint64_t seq = 0;
    if (!read_texts(cursor, "item",
                    {&view.item, &view.place, &view.sku, &view.lot, &view.custody, &view.quality,
                     &view.parent}) ||
        !cursor.number(seq) || !cursor.take(']', "") || !cursor.at_end()) {
        return malformed("an item", row);
    }
    view.seq = Seq(seq);
    return view;
}

Result<void> load_row(Book& book, std::string_view row) {
    if (row.substr(0, kItemStart.size()) == kItemStart) {
        TALLY_TRY_ASSIGN(const ItemView view, decode_item_row(row));
        return book.load(view);
    }
    TALLY_TRY_ASSIGN(const PositionView view, decode_position_row(row));
    TALLY_TRY(book.load(view));
    return {};
}

}  // namespace tally

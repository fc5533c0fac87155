#include "firmware/services/ledger/line_fold.hpp"

#include <utility>

#include "firmware/messages/event_json.hpp"
#include "firmware/services/ledger/rows.hpp"

namespace tally {

LineFold::LineFold(Journal& journal, Line& line, Parts parts)
    : journal_(journal), line_(line), parts_(parts) {}

void LineFold::run(Done done, std::uint64_t up_to) {
    up_to_ = up_to;
    done_ = std::move(done);
    ask(line_.seq().value());
}

void LineFold::ask(std::uint64_t after_seq) {
    RowQuery query;
    query.edge = line_.edge().str();
    query.after_seq = after_seq;
    query.rows_max = kSliceRows;
    query.bytes_max = kSliceBytes;
    journal_.rows(std::move(query), [this](auto rows) { take(std::move(rows)); });
}

/// The next slice is asked for before this one is folded, so that the store reads meanwhile. Its
/// answer comes in another turn: between slices others have their turn, too.
void LineFold::take(Result<std::vector<FoundRow>> rows) {
    if (!rows) {
        end(fail(std::move(rows).error()));
        return;
    }
    if (!folded_) {
        end(folded_);  // Not before now: nothing may be on its way to a fold that is done.
        return;
    }
    const bool last = rows->empty() || (up_to_ != 0 && rows->back().row.seq >= up_to_);
    if (!last) {
        ask(rows->back().row.seq);
    }
    folded_ = fold(*rows);
    if (last) {
        end(folded_);
    }
}

void LineFold::end(Result<void> outcome) {
    const Done done = std::move(done_);  // It may destroy this fold.
    done(std::move(outcome));
}

Result<void> LineFold::fold(const std::vector<FoundRow>& rows) {
    for (const FoundRow& found : rows) {
        if (up_to_ != 0 && found.row.seq > up_to_) {
            break;
        }
        if (const Result<void> folded = fold(found.row); !folded) {
            return fail(ErrorKind::corrupt, "stored event " + std::to_string(found.row.seq) +
                                                " of edge " + found.row.edge +
                                                " does not fold: " + folded.error().text);
        }
    }
    return {};
}

Result<void> LineFold::fold(const JournalRow& row) {
    TALLY_TRY_ASSIGN(const Event event, decode_event(row.canonical));
    switch (parts_) {
        case Parts::stock:
            return line_.replay(event, row.leaf);
        case Parts::rehash: {
            const JournalRow rebuilt =
                to_journal_row(event, {row.canonical, leaf_hash(row.canonical)});
            if (rebuilt.leaf != row.leaf) {
                return fail(ErrorKind::corrupt,
                            "its text does not have the hash it was stored "
                            "with; restore the database from its backup");
            }
            if (rebuilt != row) {
                return fail(ErrorKind::corrupt,
                            "the columns stored beside its text say something else; restore the "
                            "database from its backup");
            }
            return line_.replay(event, rebuilt.leaf);
        }
        case Parts::all: {
            JournalCommit unused;
            return line_.apply(event, row.canonical, unused);
        }
    }
    return {};
}

Result<void> compare_stored_positions(const Book& book, const std::vector<PositionRow>& rows) {
    std::size_t seen = 0;
    for (const PositionRow& row : rows) {
        const Quantity held =
            book.quantity({row.place, row.sku, row.lot, row.custody, row.quality, {}, 0});
        if (held.milli != row.qty_milli) {
            return fail(ErrorKind::corrupt, "stored stock of SKU " + row.sku + " at " + row.place +
                                                " is " + std::to_string(row.qty_milli) +
                                                "/1000, but the ledger says " +
                                                std::to_string(held.milli) +
                                                "/1000; somebody changed it beside the "
                                                "ledger: restore the database from its backup");
        }
        ++seen;
    }
    if (const std::size_t expected = book.positions().size(); seen != expected) {
        return fail(ErrorKind::corrupt, "the ledger gives " + std::to_string(expected) +
                                            " positions, " + std::to_string(seen) +
                                            " are stored; restore the database from its backup");
    }
    return {};
}

Result<void> compare_stored_items(const Book& book, const std::vector<ItemRow>& rows) {
    for (const ItemRow& row : rows) {
        const auto held = book.item(row.item);
        const ItemView stored{row.item,    row.place,   row.sku,    row.lot,
                              row.custody, row.quality, row.parent, Seq(row.seq)};
        if (!held || *held != stored) {
            return fail(ErrorKind::corrupt, "stored item " + row.item +
                                                " is not where the ledger " +
                                                "has it; somebody changed it beside the ledger: " +
                                                "restore the database from its backup");
        }
    }
    if (rows.size() != book.item_count()) {
        return fail(ErrorKind::corrupt, "the ledger gives " + std::to_string(book.item_count()) +
                                            " items, " + std::to_string(rows.size()) +
                                            " are stored; restore the database from its backup");
    }
    return {};
}

Result<void> compare_states(const LineState& folded, const LineState& live) {
    if (folded.seq != live.seq || folded.epoch != live.epoch) {
        return fail(ErrorKind::corrupt,
                    "the stored line ends at event " + std::to_string(folded.seq.value()) +
                        ", the running one at " + std::to_string(live.seq.value()));
    }
    if (folded.head != live.head) {
        return fail(ErrorKind::corrupt, "the ledger head differs from the stored events at event " +
                                            std::to_string(live.seq.value()));
    }
    if (folded.digest != live.digest) {
        return fail(ErrorKind::corrupt, "stock differs from the fold of the ledger at event " +
                                            std::to_string(live.seq.value()));
    }
    return {};
}

}  // namespace tally

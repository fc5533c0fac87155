// From the values of the domain to the plain rows of the journal port.
#pragma once

#include <string>
#include <vector>

#include "firmware/domain/ledger/event.hpp"
#include "firmware/domain/stock/book.hpp"
#include "firmware/ports/journal_rows.hpp"

namespace tally {

/// The canonical text of an event, with its leaf hash (domain/ledger/merkle.hpp).
struct HashedText {
    std::string canonical;
    Digest leaf{};
};

/// The row of an event whose canonical text is given.
JournalRow to_journal_row(const Event& event, HashedText text);

/// Appends what an event changed to the stock rows of a commit.
void append_stock_rows(const EdgeId& edge, const Book& book, const BookChange& change,
                       JournalCommit& into);

/// Appends the whole book as rows, for a commit that replaces an edge's stock.
void append_whole_stock(const EdgeId& edge, const Book& book, JournalCommit& into);

}  // namespace tally

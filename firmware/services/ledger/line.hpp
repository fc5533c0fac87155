// The fold of one edge's line of events: book, registers and tree head, moved on event by event.
// The edge folds what it writes, the bridge what it receives, start-up what is stored: one code.
#pragma once

#include <string>
#include <utility>

#include "firmware/base/result.hpp"
#include "firmware/domain/ledger/event.hpp"
#include "firmware/domain/ledger/merkle.hpp"
#include "firmware/domain/stock/book.hpp"
#include "firmware/ports/journal_rows.hpp"
#include "firmware/services/ledger/registers.hpp"
#include "firmware/services/ledger/rows.hpp"

namespace tally {

/// Where a line stands: what two boxes compare to know whether they hold the same.
struct LineState {
    Epoch epoch{1};
    Seq seq;             ///< of the last event; 0: none
    Digest head{};       ///< RFC 6962 root over events 1..seq
    std::string digest;  ///< stock digest, hex

    bool operator==(const LineState&) const = default;
};

/// Single-threaded value.
class Line {
 public:
    explicit Line(EdgeId edge) : edge_(std::move(edge)) {}

    /// Folds the next event of the line, whose canonical text is given, and appends to `into` every
    /// row that must become durable with it. conflict or malformed if the event does not fit (wrong
    /// seq, or a rule of the book); nothing has changed then.
    Result<void> apply(const Event& event, HashedText text, JournalCommit& into);
    Result<void> apply(const Event& event, std::string canonical, JournalCommit& into);

    /// Folds a stored event again without producing rows (start-up, verification).
    Result<void> replay(const Event& event, const Digest& leaf);

    [[nodiscard]] const EdgeId& edge() const { return edge_; }
    [[nodiscard]] Epoch epoch() const { return epoch_; }
    [[nodiscard]] Seq seq() const { return seq_; }
    /// Costs one SHA-256 a position touched since the last call.
    [[nodiscard]] LineState state();
    [[nodiscard]] const Book& book() const { return book_; }
    [[nodiscard]] const Registers& registers() const { return registers_; }
    [[nodiscard]] const TreeHead& tree() const { return tree_; }

    /// Start-up: a checkpoint's book and frontier taken in, stored registers taken in.
    void restore(Epoch epoch, Seq seq, Book book, TreeHead tree);
    /// The book, taken out; the line is of no further use.
    [[nodiscard]] Book take_book() { return std::move(book_); }
    /// The same line with another book: a snapshot taken in.
    [[nodiscard]] Line with_book(Book book) const;
    Result<void> load(const StateRow& row) { return registers_.load(row); }

 private:
    Result<void> fits(const Event& event) const;
    /// A claim on more than is there and not promised yet is refused, whoever writes it.
    Result<void> fits_stock(const Event& event) const;

    EdgeId edge_;
    Epoch epoch_{1};
    Seq seq_;
    Book book_;
    BookChange change_;  ///< scratch
    Registers registers_;
    TreeHead tree_;
};

}  // namespace tally

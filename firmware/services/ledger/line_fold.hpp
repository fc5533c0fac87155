// Folding a stored line into a Line, slice by slice, so that the loop never stalls: start-up, full
// verification, and rebuilding after an epoch change all go through here.
#pragma once

#include <cstdint>
#include <functional>

#include "firmware/ports/journal.hpp"
#include "firmware/services/ledger/line.hpp"

namespace tally {

/// One fold. Single-threaded; the line, the ports and the owner of the fold live until it is done.
class LineFold {
 public:
    /// What is folded: `stock` trusts stored leaf hashes and leaves the registers alone; `rehash`
    /// hashes every event again (an audit must read all bytes, not only roots); `all` folds the
    /// registers too.
    enum class Parts { stock, rehash, all };
    using Done = std::function<void(Result<void>)>;

    LineFold(Journal& journal, Line& line, Parts parts);

    /// Folds from the line's seq on, up to and including `up_to` (0: all there is). `done` may
    /// destroy the fold. corrupt names the event that does not fit.
    void run(Done done, std::uint64_t up_to = 0);

 private:
    void ask(std::uint64_t after_seq);
    void take(Result<std::vector<FoundRow>> rows);
    void end(Result<void> outcome);
    Result<void> fold(const std::vector<FoundRow>& rows);
    Result<void> fold(const JournalRow& row);

    static constexpr std::size_t kSliceRows = 2'048;  ///< some 6 ms to fold
    static constexpr std::size_t kSliceBytes = std::size_t{2} << 20;

    Journal& journal_;
    Line& line_;
    Parts parts_;
    std::uint64_t up_to_ = 0;
    Done done_;
    Result<void> folded_;  ///< all slices so far
};

/// The stored positions of a book's edge against the book; corrupt names the first difference.
Result<void> compare_stored_positions(const Book& book, const std::vector<PositionRow>& rows);

/// The same for stored items.
Result<void> compare_stored_items(const Book& book, const std::vector<ItemRow>& rows);

/// Two states of the same line; corrupt says which part differs.
Result<void> compare_states(const LineState& folded, const LineState& live);

}  // namespace tally

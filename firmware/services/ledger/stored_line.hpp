// One edge's line together with what is stored of it: start-up from a checkpoint, heads of the
// past, checkpoints, refolding. The edge has one, the bridge one for each edge.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include "firmware/ports/journal.hpp"
#include "firmware/services/ledger/line.hpp"
#include "firmware/services/ledger/line_fold.hpp"

namespace tally {

struct StoredLineOptions {
    std::uint64_t checkpoint_every_rows = 50'000;  ///< bounds what a start-up must fold
    std::uint64_t frontier_every_rows = 8'192;     ///< bounds the hashing for a head in the past
};

/// Single-threaded. The ports must outlive it.
class StoredLine {
 public:
    using Ready = std::function<void(Result<void>)>;
    using Tree = std::function<void(Result<TreeHead>)>;
    using Refolded = std::function<void(Result<std::unique_ptr<Line>>)>;

    StoredLine(EdgeId edge, Journal& journal, StoredLineOptions options);

    /// Takes in what is stored: checkpoint, registers, the tail after the checkpoint; compares the
    /// fold with the stored positions (corrupt if they differ: somebody changed stock beside the
    /// ledger).
    void start(const JournalStart& start, Ready ready);

    [[nodiscard]] Line& line() { return *line_; }
    [[nodiscard]] const Line& line() const { return *line_; }

    /// To be called after each applied event, with the commit that carries it.
    void note_applied(JournalCommit& change);

    /// A commit of its own with a checkpoint of the line as it stands, if one is due.
    enum class When { due, now };
    std::optional<JournalCommit> checkpoint(When when);

    /// The tree at a size that is stored. corrupt if the stored line has a gap below it.
    void tree_at(std::uint64_t size, Tree reply);

    /// A new line folded from the stored events 1..up_to, registers included. One at a time.
    void refold(std::uint64_t up_to, Refolded reply);

    /// `from`, a line at an earlier event, with the stored events behind it folded on: its book
    /// comes to where this line is. Registers are left alone. One fold at a time.
    void fold_on(std::unique_ptr<Line> from, Refolded reply);

    /// The whole stored line folded anew, every byte hashed again; 0 events are fine.
    void rehash(Refolded reply);
    [[nodiscard]] bool folding() const { return fold_ != nullptr; }

    /// Makes `line` the line, and `change` the commit that stores it instead of the present one:
    /// stock replaced whole, registers brought up to date, marks above `common` dropped. The event
    /// rows of `change` stay as they are.
    void replace(std::unique_ptr<Line> line, std::uint64_t common, JournalCommit& change);

 private:
    Result<void> load(const JournalStart& start);
    void fold(std::unique_ptr<Line> from, LineFold::Parts parts, std::uint64_t up_to,
              Refolded reply);
    void add_mark(JournalCommit& change);

    EdgeId edge_;
    Journal& journal_;
    StoredLineOptions options_;
    std::unique_ptr<Line> line_;
    std::unique_ptr<Line> folded_;  ///< by the fold under way
    std::unique_ptr<LineFold> fold_;
    std::map<std::uint64_t, TreeHead> marks_;  ///< frontiers by size
    std::uint64_t checkpoint_seq_ = 0;
};

}  // namespace tally

// Port: the durable ledger of one box (its own edge) or of the bridge (every edge). Real: SQLite,
// WAL, one writer thread; the one interface behind which the bridge may get a second engine.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/base/sha256.hpp"
#include "firmware/ports/journal_rows.hpp"

namespace tally {

/// All calls from the loop; every answer comes back on the loop, never inside the call, and in the
/// order of the calls. Commits run in order, each durable (fsync) before its answer; a full disk is
/// `exhausted` and changes nothing, so the same commit may be tried again.
class Journal {
 public:
    template <typename T>
    using Reply = std::function<void(Result<T>)>;

    /// The outcome of a commit, and the commit as it was handed over: to be tried again, or its
    /// room to be used again.
    using Committed = std::function<void(Result<void>, JournalCommit)>;

    virtual ~Journal() = default;
    virtual void commit(JournalCommit commit, Committed reply) = 0;
    virtual void start(Reply<JournalStart> reply) = 0;
    virtual void rows(RowQuery query, Reply<std::vector<FoundRow>> reply) = 0;
    virtual void positions(std::string edge, Reply<std::vector<PositionRow>> reply) = 0;
    virtual void items(std::string edge, Reply<std::vector<ItemRow>> reply) = 0;
    /// The edge's command log in order, all epochs of it, behind its after_seq-th row.
    virtual void commands(std::string edge, std::uint64_t after_seq, std::size_t rows_max,
                          Reply<std::vector<CommandRow>> reply) = 0;
    /// Leaf hashes of the edge's line for seq in (after_seq, up_to_seq], to rebuild a head.
    virtual void leaves(std::string edge, std::uint64_t after_seq, std::uint64_t up_to_seq,
                        Reply<std::vector<Digest>> reply) = 0;
};

}  // namespace tally

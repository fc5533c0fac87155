// The rows that pass through the Journal port: plain values, no behaviour.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "firmware/base/sha256.hpp"

namespace tally {

/// One ledger event as stored. `canonical` is the text that was hashed, sent and shown; the other
/// columns repeat parts of it so that SQL can find them. Key: (edge, epoch, seq); seq starts at 1.
/// Rows of one edge are appended in ascending (epoch, seq).
struct JournalRow {
    std::string edge;
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;
    std::string type;
    std::int64_t t_ms = 0;
    std::string item, sku, lot;  ///< empty: none
    std::int64_t qty_milli = 0;
    std::string from_place, to_place;
    std::string canonical;
    Digest leaf{};  ///< RFC 6962 leaf hash of `canonical`

    bool operator==(const JournalRow&) const = default;
};

/// A quantity at a position after a commit; 0 removes the row. `delta_milli` is how much this
/// commit moved, so that the store can refuse (corrupt) a row that someone changed beside the
/// ledger.
struct PositionRow {
    std::string edge, place, sku, lot, custody, quality;
    std::int64_t delta_milli = 0;
    std::int64_t qty_milli = 0;
};

/// Where an item tracked by identity is after a commit. An empty `place` removes the row.
struct ItemRow {
    std::string edge, item, sku, lot, place, custody, quality, parent;
    std::uint64_t seq = 0;  ///< event that last changed it
};

/// Any other projection (anomaly, blind interval, item master, cursor), as canonical JSON text.
/// An empty `value` removes the row.
struct StateRow {
    std::string edge, kind, key, value;
};

/// One row of the bridge's command log for an edge. Dense from 1 within (edge, epoch).
struct CommandRow {
    std::string edge;
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;
    std::string canonical;
};

/// A named point of an edge's ledger from which a start-up folds on.
struct CheckpointRow {
    std::string edge;
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;
    std::string digest_hex;  ///< stock digest at seq
    std::string body;        ///< positions and items at seq, format of messages/checkpoint
};

/// Everything one transaction makes durable. All or nothing.
struct JournalCommit {
    /// Appended in this order; a row not above its edge's last (epoch, seq) is a conflict, and
    /// nothing is stored.
    std::vector<JournalRow> rows;
    std::vector<PositionRow> positions;
    std::vector<ItemRow> items;
    std::vector<StateRow> states;
    std::vector<CommandRow> commands;
    std::optional<CheckpointRow> checkpoint;  ///< replaces the edge's older checkpoints but one

    /// Removes an edge's unpublished rows above `after_seq`, of every epoch, and the checkpoints
    /// above it, before anything else (opening a new epoch).
    struct Truncate {
        std::string edge;
        std::uint64_t after_seq = 0;
    };
    std::optional<Truncate> truncate;
    /// Deletes an edge's positions and items first (a snapshot or a refold is swapped in); the
    /// positions of this commit then carry delta_milli == qty_milli.
    std::optional<std::string> replace_stock_of;
};

/// The last row of an edge's line.
struct LineEnd {
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;

    bool operator==(const LineEnd&) const = default;
};

/// What start-up needs: everything but the event rows and the stock rows.
struct JournalStart {
    std::vector<StateRow> states;
    std::map<std::string, CheckpointRow> checkpoints;  ///< newest per edge that is on its line
    std::map<std::string, LineEnd> ends;               ///< edges that have rows
};

/// Selects event rows. The line of an edge is what its newest epochs left standing: rows of epoch e
/// at or above the first seq of a later epoch do not belong to it. Answers come in order of
/// arrival, which along one line is the order of seq.
struct RowQuery {
    std::string edge{};  ///< empty: any edge
    /// Only rows behind this seq; with any edge or whole_history: behind this arrival number.
    std::uint64_t after_seq = 0;
    std::string item{};  ///< empty: any item
    std::string type{};  ///< empty: any type
    std::size_t rows_max = 256;
    std::size_t bytes_max = std::size_t{1} << 20;  ///< of canonical text; at least one row is given
    bool whole_history = false;                    ///< also rows that a later epoch replaced
};

struct FoundRow {
    /// Ascending in the order of commits here, never given twice (a truncation leaves a gap); the
    /// feed's cursor.
    std::uint64_t arrival = 0;
    JournalRow row;
};

}  // namespace tally

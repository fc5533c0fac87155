// The promises between an edge and the bridge, checked on their disks (design 4; invariants I1 to
// I5 of the notes on sync).
#pragma once

#include "firmware/host/store/sqlite_store.hpp"
#include "sim/checkers/finding.hpp"
#include "sim/checkers/witness.hpp"

namespace tally::sim {

/// I4, I5 on one disk, for one edge's line: stock is the fold of the events ("stock.fold"), sums
/// over all places are zero ("stock.sum"), no real place is negative ("stock.negative"), the line
/// is dense and each row is what its text says ("line.dense", "line.text").
Findings check_stock(host::SqliteStore& disk, const std::string& edge);

/// I1, I2, I3 when all is quiet: the bridge holds the edge's line byte for byte, in order, once
/// ("bridge.complete", "bridge.equal", "bridge.head", "bridge.stock").
Findings check_equal(host::SqliteStore& edge_disk, host::SqliteStore& bridge_disk,
                     const std::string& edge);

/// What the bridge once acknowledged it still holds, with that very head ("acknowledged.kept").
Findings check_acknowledged(const Witness& witness, host::SqliteStore& bridge_disk,
                            const std::string& edge);

/// The same two promises at any moment at which the box that made them is down, and its disk was
/// never exchanged: what was acknowledged, or told, so far is on it ("acknowledged.kept",
/// "told.durable"). Afterwards the box would be told again, or number anew, and all seem well.
/// A null disk does not open, so it holds nothing.
Findings check_acknowledged_at_rest(const Witness& witness, host::SqliteStore* bridge_disk,
                                    const std::string& edge);
Findings check_told_at_rest(const Witness& witness, host::SqliteStore* edge_disk,
                            const std::string& edge);

/// What an edge once told under an identity is what it holds under it ("told.kept"), and no
/// identity was told with a second text while a box knew the first ("identity.reused"). Identities
/// of epochs that the edge no longer has (restored from a backup) are compared with the bridge's
/// history only.
Findings check_told(const Witness& witness, host::SqliteStore& edge_disk,
                    host::SqliteStore& bridge_disk, const std::string& edge);

/// Whether a disk holds that identity with another text, on its edge's line or left from an earlier
/// epoch.
bool holds_another(host::SqliteStore& disk, const Witness::Identity& identity,
                   const std::string& text);

/// Journal before effect, on the edge's side: every event that was told is on the disk of the box
/// that told it ("told.durable"), whatever became of its process. Only for a box whose disk was
/// never exchanged, and after what was under way has been heard.
Findings check_durable(const Witness& witness, host::SqliteStore& edge_disk,
                       const std::string& edge);

/// An epoch is opened by an exchanged disk and by nothing else: an edge that opened more of them
/// than its disk was exchanged has told what it then did not hold ("epoch.explained").
Findings check_epochs(host::SqliteStore& edge_disk, const std::string& edge,
                      std::size_t disks_exchanged);

}  // namespace tally::sim

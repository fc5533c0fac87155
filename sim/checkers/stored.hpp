// A journal's contents as a checker sees them, folded by rules of its own (ADR 0003 read again, in
// the plainest way): no Book, no tree with a frontier, only maps, recursion and nodes kept whole.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "firmware/base/sha256.hpp"
#include "firmware/host/store/sqlite_store.hpp"
#include "sim/checkers/finding.hpp"

namespace tally::sim {

/// RFC 6962 2.1, literally: the root over leaf hashes. Nodes of full subtrees are kept, so that
/// roots of a growing line cost their height.
class PlainTree {
 public:
    /// Forgets the leaves from `at` on and puts this one there; `at` is at most the number of
    /// leaves.
    void put(std::size_t at, const Digest& leaf);
    [[nodiscard]] Digest root() const;

 private:
    [[nodiscard]] Digest root_of(std::size_t from, std::size_t count) const;

    std::vector<std::vector<Digest>> levels_;  ///< each: nodes over 2^level leaves, in order
};

/// SHA-256(0x00 || text).
Digest plain_leaf(const std::string& text);

/// The stored events of one edge: those on its line, or all that ever arrived.
enum class Span { line, history };
std::vector<JournalRow> stored_rows(host::SqliteStore& disk, const std::string& edge, Span span);

/// Where everything is after a line of events.
struct PlainFold {
    /// place, sku, lot, custody, quality -> thousandths; no zero rows.
    std::map<std::array<std::string, 5>, std::int64_t> positions;
    std::map<std::string, std::string> items;  ///< item -> place
};

/// Folds events; says what cannot be folded ("line.dense", "line.text").
PlainFold plain_fold(const std::vector<JournalRow>& rows, Findings& findings);

/// Stored stock of one edge as the journal holds it beside the events.
PlainFold stored_stock(host::SqliteStore& disk, const std::string& edge);

bool is_outside(const std::string& place);  ///< one of the six virtual places

}  // namespace tally::sim

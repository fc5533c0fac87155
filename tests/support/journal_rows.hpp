// Rows to fill a journal with: small, told apart by their numbers, with true leaf hashes.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "firmware/ports/journal_rows.hpp"

namespace tally::test {

/// RFC 6962 section 2.1, written here once more so that the store is not its own judge.
inline Digest leaf_of(const std::string& canonical) {
    static constexpr std::array<std::uint8_t, 1> kZero{0};
    return sha256({ByteView(kZero), as_bytes(canonical)});
}

struct RowKey {
    std::string edge = "back";
    std::uint64_t epoch = 1;
    std::uint64_t seq = 1;
};

inline JournalRow row(const RowKey& key, const std::string& item = "",
                      const std::string& type = "moved") {
    JournalRow made;
    made.edge = key.edge;
    made.epoch = key.epoch;
    made.seq = key.seq;
    made.type = type;
    made.t_ms = 1'790'000'000'000 + static_cast<std::int64_t>(key.seq);
    made.item = item;
    made.sku = "sku-7";
    made.lot = "-";
    made.qty_milli = 1000;
    made.from_place = "dock";
    made.to_place = "aisle-1";
    made.canonical = R"({"edge":")" + key.edge + R"(","epoch":)" + std::to_string(key.epoch) +
                     R"(,"seq":)" + std::to_string(key.seq) + R"(,"type":")" + type + R"("})";
    made.leaf = leaf_of(made.canonical);
    return made;
}

/// Rows of consecutive seq, first and last included.
struct Stretch {
    std::string edge = "back";
    std::uint64_t epoch = 1;
    std::uint64_t first = 1;
    std::uint64_t last = 1;
};

inline std::vector<JournalRow> rows_of(const Stretch& stretch) {
    std::vector<JournalRow> made;
    for (std::uint64_t seq = stretch.first; seq <= stretch.last; ++seq) {
        made.push_back(row({stretch.edge, stretch.epoch, seq}));
    }
    return made;
}

inline JournalCommit commit_of(std::vector<JournalRow> rows) {
    JournalCommit commit;
    commit.rows = std::move(rows);
    return commit;
}

/// A quantity at `place` of edge "back" after a move of `delta`.
inline PositionRow position(const std::string& place, std::int64_t delta, std::int64_t qty) {
    return {"back", place, "sku-7", "-", "free", "good", delta, qty};
}

}  // namespace tally::test

// One edge's whole stock at a named seq, in chunks; the receiver builds it beside the live rows and
// swaps it in whole. docs/wire/snapshot.md
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/base/sha256.hpp"
#include "firmware/domain/stock/book.hpp"

namespace tally {

struct SnapshotHeader {
    EdgeId edge;
    std::string id;  ///< 16 lower-case hex digits; one for all chunks of a snapshot
    Epoch epoch;
    Seq seq;          ///< the stock stands after this event
    Digest head{};    ///< ledger root at seq
    Digest digest{};  ///< stock digest at seq

    bool operator==(const SnapshotHeader&) const = default;
};

/// One chunk as read. `rows` are views into the message: positions before items.
struct SnapshotChunk {
    SnapshotHeader header;
    std::uint64_t chunk = 0;  ///< from 0
    std::uint64_t chunks = 1;
    std::vector<std::string_view> rows;
};

/// All chunks, each at most 64 KiB; at least one. About 110 bytes an item in total.
std::vector<std::string> encode_snapshot(const SnapshotHeader& header, const Book& book);

/// `malformed` for anything that encode_snapshot() does not give; rows are read by the assembly.
Result<SnapshotChunk> decode_snapshot(std::string_view text);

/// Puts the chunks of one snapshot together. A chunk of another snapshot starts anew at its chunk
/// 0; a chunk that was taken already is left alone.
class SnapshotAssembly {
 public:
    enum class Progress : std::uint8_t { incomplete, complete };

    /// `conflict` for a chunk out of order (ask for a new snapshot), `corrupt` where the rows
    /// contradict each other or do not have the header's digest; the assembly is then empty.
    Result<Progress> add(const SnapshotChunk& chunk);

    /// The header of the snapshot that is being put together.
    [[nodiscard]] const SnapshotHeader& header() const noexcept { return header_; }

    /// The stock, after `complete`. Leaves the assembly empty.
    Book take();

 private:
    Result<Progress> finish();
    void clear();

    SnapshotHeader header_;
    std::uint64_t next_ = 0;
    std::uint64_t chunks_ = 0;
    Book book_;
};

}  // namespace tally

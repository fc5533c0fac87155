// A batch of ledger events on its way to the bridge. The events are the canonical texts that were
// hashed and stored, put in as they are and taken out as they are. docs/wire/delta.md
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/base/sha256.hpp"
#include "firmware/domain/ledger/event.hpp"

namespace tally {

inline constexpr std::size_t kBatchRowsMax = 256;
inline constexpr std::size_t kBatchBytesMax = 64 * 1024;  ///< of the whole message

struct DeltaHeader {
    EdgeId edge;
    std::string session;
    Epoch epoch;         ///< of every event in the batch
    Seq first_seq;       ///< of the first; the others follow one by one
    Digest prev_head{};  ///< root before the first event
    Digest head{};       ///< root after the last
    Epoch cmd_epoch;
    Seq cmd_next;  ///< first command not yet committed here: acknowledges those before it
    std::int64_t sent_ms = 0;

    bool operator==(const DeltaHeader&) const = default;
};

/// A batch as read. `canonical` are views into the message: it must live as long.
struct Delta {
    DeltaHeader header;
    std::vector<std::string_view> canonical;
    std::vector<Event> events;  ///< the same, decoded
};

/// How many of these texts, from the first on, fit one batch: at least one, at most kBatchRowsMax
/// and kBatchBytesMax. The caller also ends a batch where the epoch changes.
std::size_t batch_size(std::span<const std::string_view> canonical);

std::string encode_delta(const DeltaHeader& header, std::span<const std::string_view> canonical);

/// `malformed` for anything that encode_delta() does not give, and for events that are not the
/// header's edge and epoch with seq dense from first_seq. Heads are for the receiver to compute.
Result<Delta> decode_delta(std::string_view text);

}  // namespace tally

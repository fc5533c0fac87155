// What the bridge holds of an edge, published (retained) after each of its commits and as the
// answer to a birth. docs/wire/ack.md
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/base/sha256.hpp"
#include "firmware/domain/ids.hpp"

namespace tally {

struct Ack {
    enum class Stock : std::uint8_t { ok, diverged };

    EdgeId edge;
    std::string session;  ///< of the edge's connection this answers; any other starts nothing
    Epoch epoch;
    Seq next_seq;               ///< first event that is not committed at the bridge
    Digest head{};              ///< root over the events before next_seq
    std::optional<Seq> common;  ///< answer to probes: largest of them at which the heads are equal
    std::vector<Seq> probe;  ///< the sizes asked about, that `common` answers; left out where empty
    Stock stock = Stock::ok;  ///< diverged: digests differ at one seq

    bool operator==(const Ack&) const = default;
};

std::string encode(const Ack& ack);

/// `malformed` for anything that encode() does not give.
Result<Ack> decode_ack(std::string_view text);

}  // namespace tally

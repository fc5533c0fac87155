// The ledger head: the Merkle tree hash of RFC 6962 section 2.1 (leaf SHA-256(0x00 || data), node
// SHA-256(0x01 || left || right)), its inclusion and consistency proofs (RFC 9162 sections 2.1.3
// and 2.1.4). Leaf n of an edge's tree is the event with seq n + 1. Pure; not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/base/sha256.hpp"

namespace tally {

Digest leaf_hash(std::string_view canonical);
Digest node_hash(const Digest& left, const Digest& right);

/// The growing head: keeps one digest a set bit of the size (at most 64), so that an append costs
/// one node hash on average and root() at most 64. A value: copy it to try a batch.
class TreeHead {
 public:
    void append(const Digest& leaf);

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// Of an empty tree: SHA-256 of nothing.
    [[nodiscard]] Digest root() const;

    /// Roots of the perfect subtrees, largest first: all that must be stored to go on.
    [[nodiscard]] std::span<const Digest> frontier() const noexcept { return frontier_; }

    /// `corrupt` where the number of digests is not the number of set bits of `size`.
    static Result<TreeHead> restore(std::uint64_t size, std::span<const Digest> frontier);

    /// "<size> <hex of the frontier>" and back, for state rows and checkpoints.
    [[nodiscard]] std::string str() const;
    static Result<TreeHead> parse(std::string_view text);

    bool operator==(const TreeHead&) const = default;

 private:
    std::uint64_t size_ = 0;
    std::vector<Digest> frontier_;
};

/// Root over leaf hashes from the first on.
Digest tree_root(std::span<const Digest> leaves);

/// That leaf `index` is in the tree of `leaves`; `index` must be below their number. O(n) hashes.
std::vector<Digest> inclusion_proof(std::span<const Digest> leaves, std::uint64_t index);

/// That the first `size1` leaves are a prefix of `leaves`; 1 <= size1 <= their number. O(n) hashes.
std::vector<Digest> consistency_proof(std::span<const Digest> leaves, std::uint64_t size1);

struct InclusionClaim {
    std::uint64_t index = 0;  ///< 0-based
    std::uint64_t size = 0;
    Digest leaf{};  ///< leaf hash
    Digest root{};
};

struct ConsistencyClaim {
    std::uint64_t size1 = 0, size2 = 0;
    Digest root1{}, root2{};
};

/// `refused` with the reason where the proof does not show the claim.
Result<void> verify_inclusion(const InclusionClaim& claim, std::span<const Digest> proof);

/// The same for two sizes. size1 = 0 is refused whatever the proof: every tree extends the empty
/// one, so such a claim shows nothing and a caller that asks has lost its first head. Equal sizes
/// need equal roots and an empty proof.
Result<void> verify_consistency(const ConsistencyClaim& claim, std::span<const Digest> proof);

}  // namespace tally

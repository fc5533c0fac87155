#include "firmware/domain/ledger/merkle.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

#include "firmware/base/check.hpp"

namespace tally {

namespace {

constexpr std::array<std::uint8_t, 1> kLeafPrefix = {0x00};
constexpr std::array<std::uint8_t, 1> kNodePrefix = {0x01};

Result<void> not_shown(std::string text) {
    return fail(ErrorKind::refused, "proof: " + std::move(text));
}

}  // namespace

Digest leaf_hash(std::string_view canonical) {
    return sha256({ByteView(kLeafPrefix), as_bytes(canonical)});
}

Digest node_hash(const Digest& left, const Digest& right) {
    std::array<std::uint8_t, 65> bytes;
    bytes[0] = kNodePrefix[0];
    std::copy(left.begin(), left.end(), bytes.begin() + 1);
    std::copy(right.begin(), right.end(), bytes.begin() + 33);
    return sha256(ByteView(bytes));
}

void TreeHead::append(const Digest& leaf) {
    Digest node = leaf;
    for (std::uint64_t full = size_; (full & 1) != 0; full >>= 1) {
        node = node_hash(frontier_.back(), node);
        frontier_.pop_back();
    }
    frontier_.push_back(node);
    ++size_;
}

Digest TreeHead::root() const {
    if (frontier_.empty()) {
        return sha256(ByteView());
    }
    Digest node = frontier_.back();
    for (std::size_t i = frontier_.size() - 1; i > 0; --i) {
        node = node_hash(frontier_[i - 1], node);
    }
    return node;
}

Result<TreeHead> TreeHead::restore(std::uint64_t size, std::span<const Digest> frontier) {
    if (static_cast<std::size_t>(std::popcount(size)) != frontier.size()) {
        return fail(ErrorKind::corrupt, "tree head: " + std::to_string(frontier.size()) +
                                            " digests cannot stand for " + std::to_string(size) +
                                            " leaves; rebuild the head from the ledger");
    }
    TreeHead head;
    head.size_ = size;
    head.frontier_.assign(frontier.begin(), frontier.end());
    return head;
}

std::string TreeHead::str() const {
    std::string text = std::to_string(size_) + " ";
    for (const Digest& digest : frontier_) {
        text += to_hex(digest);
    }
    return text;
}

Result<TreeHead> TreeHead::parse(std::string_view text) {
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    const auto used = static_cast<std::size_t>(end - text.data());
    Bytes bytes;
    if (error != std::errc() || used == text.size() || text[used] != ' ' ||
        !from_hex(text.substr(used + 1), bytes) || bytes.size() % sizeof(Digest) != 0) {
        return fail(ErrorKind::corrupt,
                    "tree head: not '<size> <hex>'; rebuild the head from the ledger");
    }
    std::vector<Digest> frontier(bytes.size() / sizeof(Digest));
    for (std::size_t i = 0; i < frontier.size(); ++i) {
        const ByteView part = ByteView(bytes).subspan(i * sizeof(Digest), sizeof(Digest));
        std::copy(part.begin(), part.end(), frontier[i].begin());
    }
    return restore(size, frontier);
}

Digest tree_root(std::span<const Digest> leaves) {
    TreeHead head;
    for (const Digest& leaf : leaves) {
        head.append(leaf);
    }
    return head.root();
}

// RFC 9162 section 2.1.3.1, unrolled from the root to the leaf and then turned round.
std::vector<Digest> inclusion_proof(std::span<const Digest> leaves, std::uint64_t index) {
    TALLY_CHECK(index < leaves.size(), "an inclusion proof is about a leaf of the tree");
    std::vector<Digest> proof;
    while (leaves.size() > 1) {
        const std::size_t split = std::bit_floor(leaves.size() - 1);
        const bool left = index < split;
        proof.push_back(tree_root(left ? leaves.subspan(split) : leaves.first(split)));
        leaves = left ? leaves.first(split) : leaves.subspan(split);
        index -= left ? 0 : split;
    }
    std::reverse(proof.begin(), proof.end());
    return proof;
}

// RFC 9162 section 2.1.4.1, SUBPROOF, likewise.
std::vector<Digest> consistency_proof(std::span<const Digest> leaves, std::uint64_t size1) {
    TALLY_CHECK(size1 >= 1 && size1 <= leaves.size(), "a prefix has 1 to n leaves");
    std::vector<Digest> proof;
    bool whole = true;  // the prefix is still a complete subtree of the older head
    while (size1 < leaves.size()) {
        const std::size_t split = std::bit_floor(leaves.size() - 1);
        if (size1 <= split) {
            proof.push_back(tree_root(leaves.subspan(split)));
            leaves = leaves.first(split);
        } else {
            proof.push_back(tree_root(leaves.first(split)));
            leaves = leaves.subspan(split);
            size1 -= split;
            whole = false;
        }
    }
    if (!whole) {
        proof.push_back(tree_root(leaves));
    }
    std::reverse(proof.begin(), proof.end());
    return proof;
}

// RFC 9162 section 2.1.3.2.
Result<void> verify_inclusion(const InclusionClaim& claim, std::span<const Digest> proof) {
    if (claim.index >= claim.size) {
        return not_shown("leaf " + std::to_string(claim.index) + " is not in a tree of " +
                         std::to_string(claim.size));
    }
    std::uint64_t fn = claim.index;
    std::uint64_t sn = claim.size - 1;
    Digest node = claim.leaf;
    for (const Digest& sibling : proof) {
        if (sn == 0) {
            return not_shown("it is longer than the path to the root");
        }
        if ((fn & 1) != 0 || fn == sn) {
            node = node_hash(sibling, node);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            node = node_hash(node, sibling);
        }
        fn >>= 1;
        sn >>= 1;
    }
    if (sn != 0) {
        return not_shown("it is shorter than the path to the root");
    }
    return node == claim.root ? Result<void>() : not_shown("it leads to another root");
}

// RFC 9162 section 2.1.4.2.
Result<void> verify_consistency(const ConsistencyClaim& claim, std::span<const Digest> proof) {
    if (claim.size1 == 0 || claim.size1 > claim.size2) {
        return not_shown("sizes " + std::to_string(claim.size1) + " and " +
                         std::to_string(claim.size2) + " cannot be compared");
    }
    if (claim.size1 == claim.size2) {
        return proof.empty() && claim.root1 == claim.root2
                   ? Result<void>()
                   : not_shown("equal sizes need equal roots and an empty proof");
    }
    if (proof.empty()) {
        return not_shown("it is empty");
    }
    std::size_t next = 0;
    const Digest first = std::has_single_bit(claim.size1) ? claim.root1 : proof[next++];
    std::uint64_t fn = claim.size1 - 1;
    std::uint64_t sn = claim.size2 - 1;
    while ((fn & 1) != 0) {
        fn >>= 1;
        sn >>= 1;
    }
    Digest older = first;
    Digest newer = first;
    for (; next < proof.size(); ++next) {
        if (sn == 0) {
            return not_shown("it is longer than the path to the root");
        }
        if ((fn & 1) != 0 || fn == sn) {
            older = node_hash(proof[next], older);
            newer = node_hash(proof[next], newer);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            newer = node_hash(newer, proof[next]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    const bool shown = sn == 0 && older == claim.root1 && newer == claim.root2;
    return shown ? Result<void>() : not_shown("it leads to other roots");
}

}  // namespace tally

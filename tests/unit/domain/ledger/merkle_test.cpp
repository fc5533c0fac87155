#include "firmware/domain/ledger/merkle.hpp"

#include <array>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/testdata.hpp"

using namespace tally;

namespace {

// The published vectors write digests in base64, some of a wrong length on purpose; those stand as
// some other digest of 32 bytes, different for different texts.
Digest digest_from_base64(const std::string& text) {
    static const std::string kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    Bytes bytes;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        if (c == '=') {
            break;
        }
        bits = (bits << 6) | static_cast<std::uint32_t>(kDigits.find(c));
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes.push_back(static_cast<std::uint8_t>(bits >> count));
        }
    }
    Digest digest{};
    if (bytes.size() != digest.size()) {
        return sha256(ByteView(bytes));
    }
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
}

std::vector<Digest> proof_of(const nlohmann::json& vector) {
    std::vector<Digest> proof;
    for (const auto& text : vector["proof"].is_null() ? nlohmann::json::array() : vector["proof"]) {
        proof.push_back(digest_from_base64(text.get<std::string>()));
    }
    return proof;
}

nlohmann::json vectors() {
    return nlohmann::json::parse(
        test::read_file(test::testdata() / "ledger/merkle-proof-vectors.json"));
}

std::vector<Digest> leaves(std::size_t count) {
    std::vector<Digest> result;
    for (std::size_t i = 0; i < count; ++i) {
        result.push_back(leaf_hash("leaf " + std::to_string(i)));
    }
    return result;
}

// The definition of RFC 6962 section 2.1, as a recursion: slow and obvious.
Digest defined_root(std::span<const Digest> part) {
    if (part.empty()) {
        return sha256(as_bytes(""));
    }
    if (part.size() == 1) {
        return part[0];
    }
    std::size_t split = 1;
    while (split * 2 < part.size()) {
        split *= 2;
    }
    return node_hash(defined_root(part.first(split)), defined_root(part.subspan(split)));
}

}  // namespace

TEST_CASE("an empty tree has the root SHA-256 of nothing, and leaf and node have their prefixes") {
    CHECK(to_hex(TreeHead().root()) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(to_hex(leaf_hash("")) ==
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    CHECK(node_hash(leaf_hash("a"), leaf_hash("b")) != node_hash(leaf_hash("b"), leaf_hash("a")));
}

TEST_CASE("the growing head equals the definition at every size, also after store and restore") {
    const auto all = leaves(130);
    TreeHead head;
    for (std::size_t size = 0; size <= all.size(); ++size) {
        REQUIRE(head.root() == defined_root(std::span(all).first(size)));
        const auto restored = TreeHead::parse(head.str());
        REQUIRE(restored);
        REQUIRE(*restored == head);
        if (size < all.size()) {
            head.append(all[size]);
        }
    }
}

TEST_CASE("a stored head that contradicts itself is corrupt") {
    const auto all = leaves(2);
    CHECK(TreeHead::restore(3, std::span(all).first(1)).error().kind == ErrorKind::corrupt);
    for (const char* text : {"", "5", "x ", "1 zz", "1 00", "2 ", "1  "}) {
        CHECK(TreeHead::parse(text).error().kind == ErrorKind::corrupt);
    }
}

TEST_CASE("the published inclusion vectors are decided as published") {
    if (!test::have_testdata("ledger/merkle-proof-vectors.json")) {
        return;
    }
    const nlohmann::json all = vectors();
    int right = 0;
    for (const auto& vector : all["inclusion"]) {
        INFO(vector["file"]);
        const InclusionClaim claim{.index = vector["leafIdx"].get<std::uint64_t>(),
                                   .size = vector["treeSize"].get<std::uint64_t>(),
                                   .leaf = digest_from_base64(vector["leafHash"]),
                                   .root = digest_from_base64(vector["root"])};
        // A leaf of another length is a claim that our types cannot say.
        const bool shown = vector["leafHash"].get<std::string>().size() == 44 &&
                           verify_inclusion(claim, proof_of(vector)).has_value();
        CHECK(shown == !vector["wantErr"].get<bool>());
        right += shown == !vector["wantErr"].get<bool>() ? 1 : 0;
    }
    CHECK(right == 98);
}

TEST_CASE("the published consistency vectors are decided as published") {
    if (!test::have_testdata("ledger/merkle-proof-vectors.json")) {
        return;
    }
    const nlohmann::json all = vectors();
    int right = 0;
    for (const auto& vector : all["consistency"]) {
        INFO(vector["file"]);
        const ConsistencyClaim claim{.size1 = vector["size1"].get<std::uint64_t>(),
                                     .size2 = vector["size2"].get<std::uint64_t>(),
                                     .root1 = digest_from_base64(vector["root1"]),
                                     .root2 = digest_from_base64(vector["root2"])};
        const bool shown = verify_consistency(claim, proof_of(vector)).has_value();
        CHECK(shown == !vector["wantErr"].get<bool>());
        right += shown == !vector["wantErr"].get<bool>() ? 1 : 0;
    }
    CHECK(right == 98);
}

TEST_CASE("every proof that is made is accepted, and refused once one bit of it is changed") {
    const auto all = leaves(21);
    for (std::uint64_t size = 1; size <= all.size(); ++size) {
        const auto tree = std::span(all).first(size);
        const Digest root = tree_root(tree);
        for (std::uint64_t i = 0; i < size; ++i) {
            InclusionClaim claim{.index = i, .size = size, .leaf = all[i], .root = root};
            auto proof = inclusion_proof(tree, i);
            REQUIRE(verify_inclusion(claim, proof));
            for (Digest& digest : proof) {
                digest[7] ^= 1;
                REQUIRE_FALSE(verify_inclusion(claim, proof));
                digest[7] ^= 1;
            }
            claim.leaf[0] ^= 1;
            REQUIRE_FALSE(verify_inclusion(claim, proof));
        }
        for (std::uint64_t size1 = 1; size1 <= size; ++size1) {
            ConsistencyClaim claim{.size1 = size1,
                                   .size2 = size,
                                   .root1 = tree_root(tree.first(size1)),
                                   .root2 = root};
            auto proof = consistency_proof(tree, size1);
            REQUIRE(verify_consistency(claim, proof));
            for (Digest& digest : proof) {
                digest[31] ^= 1;
                REQUIRE_FALSE(verify_consistency(claim, proof));
                digest[31] ^= 1;
            }
            claim.root1[0] ^= 1;
            REQUIRE_FALSE(verify_consistency(claim, proof));
        }
    }
}

#include "firmware/base/sha256.hpp"

#include <algorithm>
#include <memory>

#include <openssl/evp.h>

#include "firmware/base/check.hpp"

namespace tally {

namespace {

struct ContextDeleter {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct MethodDeleter {
    void operator()(EVP_MD* method) const { EVP_MD_free(method); }
};

// Fetching the method once is worth a factor of three (implicit fetch looks it up on each call).
struct Hasher {
    std::unique_ptr<EVP_MD, MethodDeleter> method{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
    std::unique_ptr<EVP_MD_CTX, ContextDeleter> context{EVP_MD_CTX_new()};
};

}  // namespace

Digest sha256(std::initializer_list<ByteView> parts) {
    thread_local Hasher hasher;
    TALLY_CHECK(hasher.method && hasher.context, "OpenSSL must offer SHA-256");
    EVP_MD_CTX* context = hasher.context.get();
    bool ok = EVP_DigestInit_ex2(context, hasher.method.get(), nullptr) == 1;
    for (const ByteView part : parts) {
        ok = ok && EVP_DigestUpdate(context, part.data(), part.size()) == 1;
    }
    Digest digest{};
    unsigned int length = 0;
    ok = ok && EVP_DigestFinal_ex(context, digest.data(), &length) == 1;
    TALLY_CHECK(ok && length == digest.size(), "SHA-256 must give 32 bytes");
    return digest;
}

bool digest_from_hex(std::string_view text, Digest& out) {
    Bytes bytes;
    if (text.size() != 64 || !from_hex(text, bytes)) {
        return false;
    }
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return true;
}

}  // namespace tally

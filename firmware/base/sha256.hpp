// SHA-256 (FIPS 180-4) through OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "firmware/base/bytes.hpp"

namespace tally {

/// A 32-byte digest; compares bytewise.
using Digest = std::array<std::uint8_t, 32>;

/// SHA-256 over the parts in order, as if they were one input. One reused context per thread.
Digest sha256(std::initializer_list<ByteView> parts);

inline Digest sha256(ByteView bytes) {
    return sha256({bytes});
}

inline std::string to_hex(const Digest& digest) {
    return to_hex(ByteView(digest));
}

/// Reads 64 hex digits; false if it is not that.
bool digest_from_hex(std::string_view text, Digest& out);

}  // namespace tally

// Inside of the sync messages: members that several of them have. For messages/sync/*.cpp only.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "firmware/base/result.hpp"
#include "firmware/base/sha256.hpp"
#include "firmware/domain/ids.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally::sync_fields {

inline constexpr std::int64_t kVersion = 1;

void read(ObjectReader& reader, std::string_view key, Digest& value);  ///< 64 lower-case hex digits
void read(ObjectReader& reader, std::string_view key, EdgeId& value);  ///< ledger text, not empty
void read(ObjectReader& reader, std::string_view key, Epoch& value);
void read(ObjectReader& reader, std::string_view key, Seq& value);
void read_session(ObjectReader& reader, std::string& value);  ///< 16 lower-case hex digits
void read_version(ObjectReader& reader);                      ///< key "v", always the last

/// Array of values that are canonical already.
void write_verbatim(CanonicalWriter& writer, std::span<const std::string_view> values);

/// True for 16 lower-case hex digits.
bool is_session(std::string_view text) noexcept;

}  // namespace tally::sync_fields

// tokens.toml: who may ask a box what. A secret file: only its own user may read it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/config_reader.hpp"
#include "firmware/base/result.hpp"

namespace tally {

/// What a named user may do (design 8).
enum class OperatorRole : std::uint8_t { receiver, manager, integrator, auditor };

/// Lower-case name, as in tokens.toml and in the ledger.
std::string_view to_string(OperatorRole role) noexcept;

/// A person and the bearer token that stands for them.
struct OperatorToken {
    std::string name;  ///< stands in the ledger as the event's `by`
    OperatorRole role = OperatorRole::auditor;
    std::string token;
};

/// Reads the users of a box. Refuses a file that others may read, a token below 16 characters, and
/// two users of one name or one token. No error ever shows a token.
Result<std::vector<OperatorToken>> load_tokens(const std::filesystem::path& path);

/// Asks `root` for every key of a token file.
std::vector<OperatorToken> read_tokens(ConfigTable root);

}  // namespace tally

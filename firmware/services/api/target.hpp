// The target of a request, taken apart: path segments and query. Pure; the first thing that any
// byte from outside meets, so it refuses all it does not understand.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally {

inline constexpr std::size_t kTargetBytesMax = 2'048;
inline constexpr std::size_t kTargetPartsMax = 16;  ///< segments, and query parameters

struct ApiTarget {
    std::vector<std::string> path;             ///< decoded; {"v1", "items", "3034..."}
    std::map<std::string, std::string> query;  ///< decoded; each name once

    /// A query parameter; empty if it is not there.
    [[nodiscard]] std::string text(const std::string& name) const;
};

/// RFC 3986 path and query. malformed: no leading '/', an empty, "." or ".." segment, a segment
/// that hides a '/', a broken escape, control characters, text that is not UTF-8, a parameter given
/// twice, more than the limits above.
Result<ApiTarget> parse_target(std::string_view target);

/// True for UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text) noexcept;

}  // namespace tally

// The tables of the layer check: where each foreign header may stand, and what is banned below
// host.
#pragma once

#include <string_view>
#include <vector>

namespace tally::lint {

/// Headers that begin with `prefix` stand in files whose path begins with one of `places`.
struct HeaderRule {
    std::string_view prefix;
    enum class Where { any, cpp_only } where = Where::any;
    std::vector<std::string_view> places;
    std::string_view advice;  ///< follows "<header> "
};

/// A word of code that nothing below host may say.
struct CallRule {
    std::string_view word;
    std::string_view instead;
};

const std::vector<HeaderRule>& header_rules();
const std::vector<CallRule>& call_rules();

/// Where <unistd.h> and its like may stand.
const std::vector<std::string_view>& os_header_places();

/// Where call_rules() do not hold: the real world, and the programs and tests around it.
const std::vector<std::string_view>& call_free_places();

}  // namespace tally::lint

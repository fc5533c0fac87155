// What the readers of plan files share: lines of cells, names and numbers in them.
// Refusals say what stands there and what to write instead.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/ids.hpp"

namespace tally {

using Cells = std::vector<std::string>;

/// Refuses more than kPlanFileMax.
Result<void> check_size(std::string_view text);
/// Text that begins with '{'.
bool is_json(std::string_view text);
/// Lines of cells; lines without any are left out. Refuses more than a million.
Result<std::vector<Cells>> csv_lines(std::string_view text);

/// Text of a file as a message shows it: in quotes, cut after 64 bytes.
std::string shown(std::string_view text);

Result<PlaceId> place_named(const std::string& text);
/// 0 or more; an empty cell is `fallback`.
Result<std::int32_t> number_of(const std::string& text, const char* what, std::int32_t fallback);

}  // namespace tally

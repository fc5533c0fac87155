// What the readers of plan files share: lines of cells, JSON documents, names and numbers in them.
// Refusals say what stands there and what to write instead.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "firmware/base/result.hpp"
#include "firmware/domain/ids.hpp"

namespace tally {

using Cells = std::vector<std::string>;

/// Refuses more than kPlanFileMax.
Result<void> check_size(std::string_view text);
/// Text that begins with '{'.
bool is_json(std::string_view text);
/// An object, or the refusal.
Result<nlohmann::json> document_of(std::string_view text);
/// Lines of cells; lines without any are left out. Refuses more than a million.
Result<std::vector<Cells>> csv_lines(std::string_view text);

Result<PlaceId> place_named(const std::string& text);
/// The list `name` of the object.
Result<std::vector<PlaceId>> places_in(const nlohmann::json& object, const char* name);
/// 0 or more; an empty cell is `fallback`.
Result<std::int32_t> number_of(const std::string& text, const char* what, std::int32_t fallback);
/// 1 or more; `fallback` where `name` is missing.
Result<std::int32_t> whole_number(const nlohmann::json& object, const char* name,
                                  std::int64_t fallback);

}  // namespace tally

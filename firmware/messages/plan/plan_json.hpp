// Plan files that are JSON; what they hold stands in plan_file.hpp.
#pragma once

#include <string_view>

#include "firmware/messages/plan/plan_file.hpp"

namespace tally {

/// Ranks and weights one a pick each, whatever they say.
Result<TourFile> tour_from_json(std::string_view text);
Result<OrderFile> orders_from_json(std::string_view text);
Result<CostFile> costs_from_json(std::string_view text);

}  // namespace tally

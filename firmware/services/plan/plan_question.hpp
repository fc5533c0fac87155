// What may be planned, and what comes of it: one form for the pool of an edge box and for `tally
// plan` on files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/base/result.hpp"
#include "firmware/messages/layout/floor_file.hpp"
#include "firmware/messages/layout/floor_svg.hpp"
#include "firmware/messages/plan/plan_file.hpp"

namespace tally {

enum class PlanKind : std::uint8_t { tour, batch, assign };
std::string_view to_string(PlanKind kind) noexcept;
std::optional<PlanKind> plan_kind_named(std::string_view name) noexcept;

struct PlanQuestion {
    PlanKind kind = PlanKind::tour;
    std::string text;    ///< picks, orders or costs as messages/plan/plan_file.hpp reads them
    PlaceId from, to;    ///< empty: as the text says
    std::string closed;  ///< stretches that cannot be driven now (blockage.hpp); empty: none
    std::int32_t capacity = 0;  ///< 0: as the text says
    std::uint64_t seed = 1;
    std::int64_t work = 20'000'000;  ///< budget of a search, some 20 ns each
};

/// An answer that has passed its judge.
struct PlanFound {
    PlanAnswer answer;
    FloorTrack track;  ///< of a tour
};

}  // namespace tally

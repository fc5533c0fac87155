#include "planner/tour/aisle_baselines.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace tally::planner {

namespace {

using Walk = std::vector<FloorPoint>;

/// One aisle with something beyond its front crossing.
struct Served {
    std::int32_t aisle = 0;
    std::vector<std::int32_t> ys;  ///< sorted
};

/// What a baseline sees: aisles to serve, and how far the front has to be driven.
struct Plan {
    std::vector<Served> served;
    std::int32_t low_aisle = 0;
    std::int32_t high_aisle = 0;
    std::int32_t depth_mm = 0;
};

Plan plan_of(const AisleFloor& floor, const std::vector<FloorPoint>& sorted) {
    Plan plan;
    plan.depth_mm = floor.cross_y_mm().back();
    plan.low_aisle = sorted.front().aisle;
    plan.high_aisle = sorted.back().aisle;
    for (const FloorPoint& point : sorted) {
        if (point.y_mm == 0) {
            continue;
        }
        if (plan.served.empty() || plan.served.back().aisle != point.aisle) {
            plan.served.push_back({point.aisle, {}});
        }
        plan.served.back().ys.push_back(point.y_mm);
    }
    return plan;
}

void out_and_back(Walk& walk, std::int32_t aisle, std::int32_t from_mm, std::int32_t to_mm) {
    walk.push_back({aisle, from_mm});
    walk.push_back({aisle, to_mm});
    walk.push_back({aisle, from_mm});
}

Walk s_shape(const Plan& plan) {
    Walk walk{{plan.low_aisle, 0}};
    bool is_at_front = true;
    for (std::size_t i = 0; i < plan.served.size(); ++i) {
        const Served& aisle = plan.served[i];
        if (is_at_front && i + 1 == plan.served.size()) {
            out_and_back(walk, aisle.aisle, 0, aisle.ys.back());
            continue;
        }
        walk.push_back({aisle.aisle, is_at_front ? 0 : plan.depth_mm});
        walk.push_back({aisle.aisle, is_at_front ? plan.depth_mm : 0});
        is_at_front = !is_at_front;
    }
    walk.push_back({plan.high_aisle, 0});
    return walk;
}

Walk return_trip(const Plan& plan) {
    Walk walk{{plan.low_aisle, 0}};
    for (const Served& aisle : plan.served) {
        out_and_back(walk, aisle.aisle, 0, aisle.ys.back());
    }
    walk.push_back({plan.high_aisle, 0});
    return walk;
}

/// The two ends of the widest stretch without a pick, crossings included.
std::pair<std::int32_t, std::int32_t> widest_gap(const Served& aisle, std::int32_t depth_mm) {
    std::pair<std::int32_t, std::int32_t> widest{0, aisle.ys.front()};
    for (std::size_t i = 0; i < aisle.ys.size(); ++i) {
        const std::int32_t next = i + 1 < aisle.ys.size() ? aisle.ys[i + 1] : depth_mm;
        if (next - aisle.ys[i] > widest.second - widest.first) {
            widest = {aisle.ys[i], next};
        }
    }
    return widest;
}

Walk largest_gap(const Plan& plan) {
    if (plan.served.size() < 2) {
        return return_trip(plan);
    }
    const std::int32_t depth_mm = plan.depth_mm;
    Walk walk{
        {plan.low_aisle, 0}, {plan.served.front().aisle, 0}, {plan.served.front().aisle, depth_mm}};
    for (std::size_t i = 1; i + 1 < plan.served.size(); ++i) {
        const Served& aisle = plan.served[i];
        const std::int32_t to_mm = widest_gap(aisle, depth_mm).second;
        if (to_mm < depth_mm) {
            out_and_back(walk, aisle.aisle, depth_mm, to_mm);
        }
    }
    walk.push_back({plan.served.back().aisle, depth_mm});
    walk.push_back({plan.served.back().aisle, 0});
    walk.push_back({plan.high_aisle, 0});
    for (std::size_t i = plan.served.size() - 2; i > 0; --i) {
        const Served& aisle = plan.served[i];
        const std::int32_t to_mm = widest_gap(aisle, depth_mm).first;
        if (to_mm > 0) {
            out_and_back(walk, aisle.aisle, 0, to_mm);
        }
    }
    return walk;
}

bool lies_on(FloorPoint point, FloorPoint from, FloorPoint to) {
    return point.aisle >= std::min(from.aisle, to.aisle) &&
           point.aisle <= std::max(from.aisle, to.aisle) &&
           point.y_mm >= std::min(from.y_mm, to.y_mm) && point.y_mm <= std::max(from.y_mm, to.y_mm);
}

/// The same round from a point on it.
Walk begun_at(Walk walk, FloorPoint start) {
    walk.push_back(walk.front());
    std::size_t leg = 1;
    while (leg + 1 < walk.size() && !lies_on(start, walk[leg - 1], walk[leg])) {
        ++leg;
    }
    Walk round{start};
    const auto add = [&](FloorPoint point) {
        if (round.back() != point) {
            round.push_back(point);
        }
    };
    std::for_each(walk.begin() + static_cast<std::ptrdiff_t>(leg), walk.end(), add);
    std::for_each(walk.begin(), walk.begin() + static_cast<std::ptrdiff_t>(leg), add);
    add(start);
    return round;
}

/// Length of a walk, and the picks in the order it reaches them.
AisleTour tour_along(const AisleFloor& floor, std::span<const FloorPoint> picks, Walk walk) {
    std::vector<std::uint32_t> by_place(picks.size());
    for (std::uint32_t i = 0; i < by_place.size(); ++i) {
        by_place[i] = i;
    }
    std::sort(by_place.begin(), by_place.end(), [&](std::uint32_t a, std::uint32_t b) {
        return std::pair(picks[a], a) < std::pair(picks[b], b);
    });
    AisleTour tour;
    std::vector<char> is_reached(picks.size(), 0);
    const auto reach = [&](FloorPoint from, FloorPoint to) {
        const std::size_t begin = tour.sequence.size();
        const auto low = std::lower_bound(
            by_place.begin(), by_place.end(), std::min(from, to),
            [&](std::uint32_t pick, FloorPoint point) { return picks[pick] < point; });
        for (auto at = low; at != by_place.end() && picks[*at] <= std::max(from, to); ++at) {
            if (is_reached[*at] == 0) {
                is_reached[*at] = 1;
                tour.sequence.push_back(*at);
            }
        }
        if (to < from) {
            std::reverse(tour.sequence.begin() + static_cast<std::ptrdiff_t>(begin),
                         tour.sequence.end());
        }
    };
    reach(walk.front(), walk.front());
    for (std::size_t i = 1; i < walk.size(); ++i) {
        const FloorPoint from = walk[i - 1];
        const FloorPoint to = walk[i];
        tour.length_mm += std::abs(to.y_mm - from.y_mm) +
                          std::int64_t{floor.spacing_mm} * std::abs(to.aisle - from.aisle);
        if (from.aisle == to.aisle) {
            reach(from, to);
            continue;
        }
        for (FloorPoint at = from; at.aisle != to.aisle;) {
            at.aisle += to.aisle > from.aisle ? 1 : -1;
            reach(at, at);
        }
    }
    tour.walk = std::move(walk);
    return tour;
}

Result<void> check_request(const AisleFloor& floor, const AisleTourRequest& request) {
    const std::vector<std::string> problems = check_floor(floor);
    if (!problems.empty()) {
        return fail(ErrorKind::refused, problems.front());
    }
    if (!floor.blocked_aisles.empty() || !floor.blocked_crosses.empty() ||
        !floor.directions.empty() || floor.turn_mm > 0 || request.end) {
        return fail(ErrorKind::unsupported,
                    "the baselines know neither blockages, one-way aisles, turn costs nor an end "
                    "elsewhere; ask for the optimal tour");
    }
    AisleNodes nodes;
    return nodes.build(floor, request);
}

}  // namespace

std::string_view to_string(Baseline baseline) noexcept {
    switch (baseline) {
        case Baseline::s_shape:
            return "S-shape";
        case Baseline::largest_gap:
            return "largest gap";
        case Baseline::return_trip:
            return "return";
    }
    return {};
}

Result<AisleTour> baseline_tour(const AisleFloor& floor, const AisleTourRequest& request,
                                Baseline baseline) {
    TALLY_TRY(check_request(floor, request));
    const FloorPoint start = request.start ? *request.start : request.picks.front();
    std::vector<FloorPoint> points(request.picks.begin(), request.picks.end());
    points.push_back(start);
    std::sort(points.begin(), points.end());
    const Plan plan = plan_of(floor, points);
    Walk walk;
    switch (baseline) {
        case Baseline::s_shape:
            walk = s_shape(plan);
            break;
        case Baseline::largest_gap:
            walk = largest_gap(plan);
            break;
        case Baseline::return_trip:
            walk = return_trip(plan);
            break;
    }
    return tour_along(floor, request.picks, begun_at(std::move(walk), start));
}

}  // namespace tally::planner

// The judge of tours is distrusted until it has caught every planted fault.
#include "planner/check/aisle_tour_check.hpp"

#include <functional>

#include <catch2/catch.hpp>

using namespace tally;
using namespace tally::planner;

TEST_CASE("the judge of tours catches every planted fault") {
    const AisleFloor floor{4, 5, {10, 10}, {}, {}, {}, 0};
    const std::vector<FloorPoint> picks{{0, 4}, {2, 15}, {3, 10}};
    const AisleTourRequest request{picks, FloorPoint{0, 0}, {}};
    Result<AisleTourPlanner> planner = AisleTourPlanner::on(floor);
    REQUIRE(planner);
    const Result<AisleTour> good = planner->solve(request);
    REQUIRE(good);
    REQUIRE(check_aisle_tour(floor, request, *good).empty());
    REQUIRE(good->walk.size() > 4);

    struct Fault {
        const char* name;
        std::function<void(AisleTour&, AisleFloor&)> plant;
    };
    const std::vector<Fault> faults{
        {"empty", [](AisleTour& tour, AisleFloor&) { tour = {}; }},
        {"wrong length", [](AisleTour& tour, AisleFloor&) { --tour.length_mm; }},
        {"bound above", [](AisleTour& tour, AisleFloor&) { ++tour.lower_bound_mm; }},
        {"pick left out", [](AisleTour& tour, AisleFloor&) { tour.sequence.pop_back(); }},
        {"pick twice", [](AisleTour& tour, AisleFloor&) { tour.sequence[0] = tour.sequence[1]; }},
        {"unknown pick", [](AisleTour& tour, AisleFloor&) { tour.sequence[0] = 99; }},
        {"wrong order",
         [](AisleTour& tour, AisleFloor&) { std::swap(tour.sequence[0], tour.sequence[2]); }},
        {"starts elsewhere",
         [](AisleTour& tour, AisleFloor&) { tour.walk.erase(tour.walk.begin()); }},
        {"does not return", [](AisleTour& tour, AisleFloor&) { tour.walk.pop_back(); }},
        {"corner cut",
         [](AisleTour& tour, AisleFloor&) { tour.walk.erase(tour.walk.begin() + 2); }},
        {"blocked aisle",
         [](AisleTour&, AisleFloor& changed) {
             changed.blocked_aisles = {{2, 11, 12}};
         }},
        {"blocked cross aisle",
         [](AisleTour&, AisleFloor& changed) {
             changed.blocked_crosses = {{0, 0}, {1, 0}, {2, 0}};
         }},
        {"one-way aisle",
         [](AisleTour&, AisleFloor& changed) {
             changed.directions.assign(4, AisleDirection::to_back);
         }},
        {"turns not paid", [](AisleTour&, AisleFloor& changed) { changed.turn_mm = 3; }},
    };
    for (const Fault& fault : faults) {
        INFO(fault.name);
        AisleTour tour = *good;
        AisleFloor changed = floor;
        fault.plant(tour, changed);
        CHECK(!check_aisle_tour(changed, request, tour).empty());
    }
}

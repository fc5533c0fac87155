// Trips of a vehicle that cannot carry everything at once, against all trips there are.
#include "planner/tour/trips.hpp"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "planner/check/trips_check.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

/// Ways on a plane of streets; with `detour_most` longer one way than the other, and then possibly
/// longer than by way of the start.
TripsRequest drawn(Prng& prng, Eigen::Index stops, std::int64_t detour_most, int ranks) {
    TripsRequest request;
    std::vector<std::int64_t> xs;
    std::vector<std::int64_t> ys;
    for (Eigen::Index i = 0; i < stops; ++i) {
        xs.push_back(prng.between(0, 100));
        ys.push_back(prng.between(0, 100));
        request.weights.push_back(static_cast<std::int32_t>(i == 0 ? 0 : prng.between(0, 5)));
        if (ranks > 0) {
            request.ranks.push_back(static_cast<std::int32_t>(prng.between(1, ranks)));
        }
    }
    request.ways = WayMatrix::Zero(stops, stops);
    for (Eigen::Index i = 0; i < stops * stops; ++i) {
        const auto from = static_cast<std::size_t>(i / stops);
        const auto to = static_cast<std::size_t>(i % stops);
        const std::int64_t detour = prng.between(0, detour_most);
        const std::int64_t way = std::abs(xs[from] - xs[to]) + std::abs(ys[from] - ys[to]) + detour;
        request.ways(i / stops, i % stops) = static_cast<std::int32_t>(from == to ? 0 : way);
    }
    request.capacity = static_cast<std::int32_t>(prng.between(5, 12));
    return request;
}

/// The shortest of all trips, by trying every next stop and every return.
struct BruteForce {
    const TripsRequest& request;
    std::vector<char> is_reached;
    std::int64_t best = kNoWay;

    std::int64_t run() {
        is_reached.assign(static_cast<std::size_t>(request.ways.rows()), 0);
        go_on(0, 0, 0, 1);
        return best;
    }
    void go_on(std::uint32_t at, std::int64_t length, std::int32_t load, std::size_t reached) {
        if (reached == is_reached.size()) {
            best = std::min(best, length + request.ways(at, 0));
            return;
        }
        for (std::uint32_t stop = 1; stop < is_reached.size(); ++stop) {
            const bool is_in_order =
                at == 0 || request.ranks.empty() || request.ranks[at] <= request.ranks[stop];
            if (is_reached[stop] == 0 && is_in_order &&
                load + request.weights[stop] <= request.capacity) {
                is_reached[stop] = 1;
                go_on(stop, length + request.ways(at, stop), load + request.weights[stop],
                      reached + 1);
                is_reached[stop] = 0;
            }
        }
        if (at != 0) {
            go_on(0, length + request.ways(at, 0), 0, reached);
        }
    }
};

StopTour toured(const TripsRequest& request) {
    Result<StopTourSearch> search =
        StopTourSearch::on({request.ways, true, request.ranks}, {1, 30'000});
    REQUIRE(search);
    while (!search->step(10'000)) {
    }
    const Result<StopTour> tour = search->best();
    REQUIRE(tour);
    return *tour;
}

}  // namespace

TEST_CASE("few stops: the trips are the shortest of all, with and without ranks") {
    Prng prng(71);
    for (int round = 0; round < 200; ++round) {
        INFO("seed 71, round " << round);
        const TripsRequest request =
            drawn(prng, prng.between(1, 7), round % 3 == 0 ? 150 : 0, round % 2 == 0 ? 3 : 0);
        const Result<Trips> trips = shortest_trips(request);
        REQUIRE(trips);
        const auto problems = check_trips(request, *trips);
        INFO((problems.empty() ? "" : problems.front()));
        CHECK(problems.empty());
        CHECK(trips->length_mm == BruteForce{request, {}}.run());
        CHECK(trips->lower_bound_mm == trips->length_mm);
    }
}

TEST_CASE("a cut tour is never below the shortest trips, and its bound never above") {
    Prng prng(72);
    int proven = 0;
    for (int round = 0; round < 400; ++round) {
        INFO("seed 72, round " << round);
        const TripsRequest request =
            drawn(prng, prng.between(2, 8), round % 3 == 0 ? 150 : 0, round % 2 == 0 ? 3 : 0);
        const Result<Trips> trips = cut_by_capacity(request, toured(request));
        REQUIRE(trips);
        CHECK(check_trips(request, *trips).empty());
        const std::int64_t shortest = shortest_trips(request)->length_mm;
        CHECK(trips->length_mm >= shortest);
        CHECK(trips->lower_bound_mm <= shortest);
        proven += trips->lower_bound_mm == trips->length_mm ? 1 : 0;
    }
    CHECK(proven > 40);
}

TEST_CASE("heavy first on both sides of the start: two trips, and no bound of one tour") {
    TripsRequest request;  // Two stops to the left and two to the right of the start, on one line.
    const std::int32_t at[] = {10, 1, 2, 19, 18};
    request.ways = WayMatrix::Zero(5, 5);
    for (Eigen::Index i = 0; i < 25; ++i) {
        request.ways(i / 5, i % 5) = std::abs(at[i / 5] - at[i % 5]);
    }
    request.weights = {0, 1, 1, 1, 1};
    request.ranks = {0, 0, 1, 0, 1};
    request.capacity = 2;
    const Result<Trips> trips = shortest_trips(request);
    REQUIRE(trips);
    CHECK(trips->length_mm == 18 + 18);
    CHECK(trips->trips.size() == 2);
    CHECK(cut_by_capacity(request, toured(request))->lower_bound_mm <= 36);
    CHECK(toured(request).lower_bound_mm == 52);
}

TEST_CASE("a tour is cut into trips that fit, in the best places") {
    TripsRequest request;
    request.ways.resize(5, 5);
    request.ways << 0, 10, 12, 30, 31, 10, 0, 2, 25, 26, 12, 2, 0, 24, 25, 30, 25, 24, 0, 1, 31, 26,
        25, 1, 0;
    request.weights = {0, 3, 3, 3, 3};
    request.capacity = 9;
    const StopTour tour{{0, 1, 2, 3, 4}, 68, 68};
    const Result<Trips> trips = cut_by_capacity(request, tour);
    REQUIRE(trips);
    CHECK(trips->trips == std::vector<std::vector<std::uint32_t>>{{1, 2}, {3, 4}});
    CHECK(trips->length_mm == 24 + 62);
    request.weights[2] = 10;
    CHECK(!cut_by_capacity(request, tour));
    CHECK(!shortest_trips(request));
    request.capacity = 0;
    CHECK(!cut_by_capacity(request, tour));
    CHECK(shortest_trips(request).error().text.find("write 1 or more") != std::string::npos);
}

TEST_CASE("the judge of trips catches every planted fault") {
    Prng prng(73);
    TripsRequest request = drawn(prng, 7, 0, 2);
    request.weights.assign(7, 2);
    request.capacity = 6;
    const Trips good = *shortest_trips(request);
    REQUIRE(check_trips(request, good).empty());
    const auto is_caught = [&](auto plant) {
        Trips bad = good;
        plant(bad);
        return !check_trips(request, bad).empty();
    };
    CHECK(is_caught([](Trips& bad) { bad = {}; }));
    CHECK(is_caught([](Trips& bad) { ++bad.length_mm; }));
    CHECK(is_caught([](Trips& bad) { bad.lower_bound_mm = bad.length_mm + 1; }));
    CHECK(is_caught([](Trips& bad) { bad.lower_bound_mm = -1; }));
    CHECK(is_caught([](Trips& bad) { bad.trips.pop_back(); }));
    CHECK(is_caught([](Trips& bad) { bad.trips.emplace_back(); }));
    request.ways.col(0).setConstant(kNoWay);
    CHECK(!check_trips(request, good).empty());
}

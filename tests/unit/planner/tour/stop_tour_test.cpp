// Tours over any ways: against brute force where that can be done, else by gap, bound and judge.
#include "planner/tour/stop_tour.hpp"

#include <algorithm>
#include <numeric>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "planner/check/stop_tour_check.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

WayMatrix drawn_ways(Prng& prng, Eigen::Index stops, std::int64_t most_one_way) {
    std::vector<std::int64_t> xs;
    std::vector<std::int64_t> ys;
    for (Eigen::Index i = 0; i < stops; ++i) {
        xs.push_back(prng.between(0, 1000));
        ys.push_back(prng.between(0, 1000));
    }
    WayMatrix ways(stops, stops);
    for (Eigen::Index i = 0; i < stops; ++i) {
        for (Eigen::Index k = 0; k < stops; ++k) {
            const auto a = static_cast<std::size_t>(i);
            const auto b = static_cast<std::size_t>(k);
            const std::int64_t detour = most_one_way > 0 ? prng.between(0, most_one_way) : 0;
            const std::int64_t way = std::abs(xs[a] - xs[b]) + std::abs(ys[a] - ys[b]) + detour;
            ways(i, k) = static_cast<std::int32_t>(i == k ? 0 : way);
        }
    }
    return ways;
}

StopTour searched(const StopTourRequest& request, std::int64_t work) {
    Result<StopTourSearch> search = StopTourSearch::on(request, {1, work});
    INFO((search ? "" : search.error().text));
    REQUIRE(search);
    while (!search->step(10'000)) {
    }
    const Result<StopTour> tour = search->best();
    INFO((tour ? "" : tour.error().text));
    REQUIRE(tour);
    const std::vector<std::string> problems = check_stop_tour(request, *tour);
    INFO((problems.empty() ? "" : problems.front()));
    REQUIRE(problems.empty());
    return *tour;
}

/// Shortest of all orders that keep ranks.
std::int64_t brute_force(const StopTourRequest& request) {
    const auto size = static_cast<std::size_t>(request.ways.rows());
    if (size == 1) {
        return 0;
    }
    std::vector<std::uint32_t> order(request.is_round ? size - 1 : size - 2);
    std::iota(order.begin(), order.end(), 1U);
    std::int64_t best = kNoWay;
    do {
        std::int64_t length = 0;
        std::uint32_t at = 0;
        bool is_allowed = true;
        for (std::size_t i = 0; i < order.size(); ++i) {
            is_allowed = is_allowed && (i == 0 || request.ranks.empty() ||
                                        request.ranks[order[i - 1]] <= request.ranks[order[i]]);
            length += request.ways(at, order[i]);
            at = order[i];
        }
        length += request.ways(at, request.is_round ? 0 : static_cast<Eigen::Index>(size - 1));
        best = is_allowed ? std::min(best, length) : best;
    } while (std::next_permutation(order.begin(), order.end()));
    return best;
}

}  // namespace

TEST_CASE("few stops: the tour is the shortest of all orders") {
    Prng prng(31);
    for (int round = 0; round < 200; ++round) {
        INFO("seed 31, round " << round);
        StopTourRequest request;
        const std::int64_t stops = prng.between(1, 7);
        request.ways = drawn_ways(prng, stops, round % 3 == 0 ? 500 : 0);
        request.is_round = round % 2 == 0;
        if (round % 5 == 0) {
            for (std::int64_t i = 0; i < stops; ++i) {
                request.ranks.push_back(static_cast<std::int32_t>(prng.between(0, 2)));
            }
        }
        const StopTour tour = searched(request, 1000);
        CHECK(tour.length_mm == brute_force(request));
        CHECK(tour.lower_bound_mm == tour.length_mm);
    }
}

TEST_CASE("an open tour needs no way to its start and none from its end") {
    for (const Eigen::Index stops : {2, 3, 13}) {
        StopTourRequest request;
        request.is_round = false;
        request.ways = WayMatrix::Constant(stops, stops, kNoWay);
        for (Eigen::Index i = 0; i + 1 < stops; ++i) {
            request.ways(i, i + 1) = 5;
        }
        CHECK(searched(request, 1000).length_mm == 5 * (stops - 1));
        request.is_round = true;
        CHECK(!StopTourSearch::on(request, {}));
    }
}

TEST_CASE("many stops: the heuristic is near its bound, both ways, one-way, open and ranked") {
    Prng prng(32);
    StopTourRequest request;
    request.ways = drawn_ways(prng, 60, 0);
    CHECK(searched(request, 400'000).gap() < 0.03);
    request.is_round = false;
    CHECK(searched(request, 400'000).gap() < 0.04);
    request.is_round = true;
    request.ways = drawn_ways(prng, 60, 600);
    CHECK(searched(request, 400'000).gap() < 0.12);
    for (int i = 0; i < 60; ++i) {
        request.ranks.push_back(i % 3);
    }
    CHECK(searched(request, 400'000).gap() < 0.35);
}

TEST_CASE("the heuristic finds the optimum of tours just above the exact size") {
    Prng prng(33);
    for (int round = 0; round < 10; ++round) {
        StopTourRequest request;
        request.ways = drawn_ways(prng, 13, 0);
        const StopTour tour = searched(request, 100'000);
        // Held and Karp over 12 of the 13 stops can only be shorter: ways keep the triangle rule.
        StopTourRequest fewer;
        fewer.ways = request.ways.topLeftCorner(12, 12);
        CHECK(tour.length_mm >= searched(fewer, 1000).length_mm);
        CHECK(tour.gap() < 0.06);
    }
}

TEST_CASE("a stopped search has a valid tour, and more work never makes it longer") {
    Prng prng(34);
    StopTourRequest request;
    request.ways = drawn_ways(prng, 100, 0);
    Result<StopTourSearch> search = StopTourSearch::on(request, {7, 200'000});
    REQUIRE(search);
    std::int64_t length = search->best()->length_mm;
    std::int64_t bound = 0;
    while (!search->step(2'000)) {
        const Result<StopTour> tour = search->best();
        REQUIRE(check_stop_tour(request, *tour).empty());
        CHECK(tour->length_mm <= length);
        CHECK(tour->lower_bound_mm >= bound);
        length = tour->length_mm;
        bound = tour->lower_bound_mm;
    }
    CHECK(searched(request, 50'000).sequence == searched(request, 50'000).sequence);
}

TEST_CASE("ways that cannot be toured are refused with a sentence") {
    Prng prng(35);
    StopTourRequest request;
    request.ways = drawn_ways(prng, 5, 0);
    const auto refusal = [&](auto change) {
        StopTourRequest bad = request;
        change(bad);
        const Result<StopTourSearch> search = StopTourSearch::on(bad, {});
        if (!search) {
            return search.error().text;
        }
        const Result<StopTour> tour = search->best();
        return tour ? std::string() : tour.error().text;
    };
    CHECK(refusal([](auto& bad) { bad.ways.resize(0, 0); }).find("square") != std::string::npos);
    CHECK(refusal([](auto& bad) { bad.ways(1, 2) = -3; }).find("stop 1 to stop 2") !=
          std::string::npos);
    CHECK(refusal([](auto& bad) { bad.ranks = {1, 2}; }).find("ranks") != std::string::npos);
    CHECK(refusal([](auto& bad) { bad.ways.row(3).setConstant(kNoWay); }).find("stop 3") !=
          std::string::npos);
    CHECK(refusal([](auto& bad) {
              bad.ways.topRightCorner(2, 3).setConstant(kNoWay);
              bad.ways.bottomLeftCorner(3, 2).setConstant(kNoWay);
          }).find("no order") != std::string::npos);
    CHECK(refusal([](auto& bad) { bad.ways = WayMatrix::Zero(2001, 2001); }).find("2000") !=
          std::string::npos);
}

TEST_CASE("the judge of stop tours catches every planted fault") {
    Prng prng(36);
    StopTourRequest request;
    request.ways = drawn_ways(prng, 8, 0);
    request.ranks = {0, 0, 0, 1, 1, 1, 2, 2};
    const StopTour good = searched(request, 1000);
    const auto is_caught = [&](auto plant) {
        StopTour bad = good;
        plant(bad);
        return !check_stop_tour(request, bad).empty();
    };
    CHECK(is_caught([](StopTour& bad) { bad = {}; }));
    CHECK(is_caught([](StopTour& bad) { --bad.length_mm; }));
    CHECK(is_caught([](StopTour& bad) { bad.lower_bound_mm = bad.length_mm + 1; }));
    CHECK(is_caught([](StopTour& bad) { bad.sequence.pop_back(); }));
    CHECK(is_caught([](StopTour& bad) { bad.sequence[2] = bad.sequence[3]; }));
    CHECK(is_caught([](StopTour& bad) { std::swap(bad.sequence[0], bad.sequence[1]); }));
    CHECK(is_caught([&](StopTour& bad) {
        std::reverse(bad.sequence.begin() + 1, bad.sequence.end());  // as long, but against ranks
    }));
}

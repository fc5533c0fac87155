// Slots chosen together with the route: against all choices and orders, and never worse than
// choosing first and routing then.
#include "planner/tour/scattered_tour.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include <catch2/catch.hpp>

using namespace tally;
using namespace tally::planner;

namespace {

ScatteredRequest drawn_request(Prng& prng, std::int64_t articles, std::int64_t slots_each) {
    ScatteredRequest request;
    std::vector<std::int64_t> xs{0};
    std::vector<std::int64_t> ys{0};
    for (std::int64_t i = 0; i < articles; ++i) {
        std::vector<std::uint32_t>& slots = request.slots_of.emplace_back();
        for (std::int64_t k = prng.between(1, slots_each); k > 0; --k) {
            slots.push_back(static_cast<std::uint32_t>(xs.size()));
            xs.push_back(prng.between(0, 500));
            ys.push_back(prng.between(0, 500));
        }
    }
    const auto side = static_cast<Eigen::Index>(xs.size());
    request.ways.resize(side, side);
    for (Eigen::Index i = 0; i < side; ++i) {
        for (Eigen::Index k = 0; k < side; ++k) {
            const auto a = static_cast<std::size_t>(i);
            const auto b = static_cast<std::size_t>(k);
            request.ways(i, k) =
                static_cast<std::int32_t>(std::abs(xs[a] - xs[b]) + std::abs(ys[a] - ys[b]));
        }
    }
    return request;
}

ScatteredTour searched(const ScatteredRequest& request, std::int64_t work) {
    Result<ScatteredSearch> search = ScatteredSearch::on(request, {1, work});
    INFO((search ? "" : search.error().text));
    REQUIRE(search);
    while (!search->step(10'000)) {
    }
    const Result<ScatteredTour> tour = search->best();
    REQUIRE(tour);
    const std::vector<std::string> problems = check_scattered_tour(request, *tour);
    INFO((problems.empty() ? "" : problems.front()));
    REQUIRE(problems.empty());
    return *tour;
}

/// Every order, every choice.
std::int64_t brute_force(const ScatteredRequest& request, std::vector<char>& is_fetched,
                         std::uint32_t at, std::size_t left) {
    if (left == 0) {
        return request.ways(at, 0);
    }
    std::int64_t best = kNoWay;
    for (std::size_t article = 0; article < is_fetched.size(); ++article) {
        if (is_fetched[article] != 0) {
            continue;
        }
        is_fetched[article] = 1;
        for (const std::uint32_t slot : request.slots_of[article]) {
            best = std::min(
                best, request.ways(at, slot) + brute_force(request, is_fetched, slot, left - 1));
        }
        is_fetched[article] = 0;
    }
    return best;
}

}  // namespace

TEST_CASE("few articles: slot and route together are the best of all") {
    Prng prng(61);
    for (int round = 0; round < 40; ++round) {
        INFO("round " << round);
        const ScatteredRequest request = drawn_request(prng, prng.between(1, 5), 3);
        std::vector<char> is_fetched(request.slots_of.size(), 0);
        const ScatteredTour tour = searched(request, 1'000);
        CHECK(tour.length_mm == brute_force(request, is_fetched, 0, is_fetched.size()));
        CHECK(tour.lower_bound_mm == tour.length_mm);
    }
}

TEST_CASE("many articles: shorter than taking the first slot of each, and above the bound") {
    Prng prng(62);
    const ScatteredRequest request = drawn_request(prng, 40, 4);
    const ScatteredTour tour = searched(request, 400'000);
    ScatteredRequest first = request;
    for (std::vector<std::uint32_t>& slots : first.slots_of) {
        slots.resize(1);
    }
    CHECK(tour.length_mm * 10 < searched(first, 400'000).length_mm * 9);
    CHECK(tour.lower_bound_mm > 0);
    CHECK(searched(request, 100'000).slots == searched(request, 100'000).slots);
}

TEST_CASE("the search over many articles finds the optimum of those the table can solve") {
    Prng prng(63);
    for (int round = 0; round < 5; ++round) {
        ScatteredRequest request = drawn_request(prng, 9, 3);
        const std::int64_t optimum = searched(request, 1'000).length_mm;
        // Two articles more at the start itself change nothing but the method.
        const Eigen::Index side = request.ways.rows();
        WayMatrix wider(side + 2, side + 2);
        for (Eigen::Index i = 0; i < side + 2; ++i) {
            for (Eigen::Index k = 0; k < side + 2; ++k) {
                wider(i, k) = request.ways(i < side ? i : 0, k < side ? k : 0);
            }
        }
        request.ways = wider;
        request.slots_of.push_back({static_cast<std::uint32_t>(side)});
        request.slots_of.push_back({static_cast<std::uint32_t>(side + 1)});
        const ScatteredTour tour = searched(request, 400'000);
        CHECK(tour.length_mm >= optimum);
        CHECK(tour.length_mm * 100 <= optimum * 105);
    }
}

TEST_CASE("scattered requests that make no sense are refused, planted faults are caught") {
    Prng prng(64);
    const ScatteredRequest good = drawn_request(prng, 4, 3);
    ScatteredRequest bad = good;
    bad.slots_of[1].clear();
    CHECK(ScatteredSearch::on(bad, {}).error().text.find("article 1") != std::string::npos);
    bad = good;
    bad.slots_of[2] = {999};
    CHECK(ScatteredSearch::on(bad, {}).error().text.find("999") != std::string::npos);
    bad.slots_of.clear();
    CHECK(!ScatteredSearch::on(bad, {}));
    ScatteredTour tour = searched(good, 1'000);
    CHECK(!check_scattered_tour(good, {}).empty());
    --tour.length_mm;
    CHECK(!check_scattered_tour(good, tour).empty());
    ++tour.length_mm;
    std::swap(tour.slots[0], tour.slots[1]);
    CHECK(!check_scattered_tour(good, tour).empty());
}

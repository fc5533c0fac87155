// Batches: never above the capacity, never worse than the simple ways, never below the bound, and
// the optimum where every way to batch can be tried.
#include <algorithm>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "planner/check/batching_check.hpp"
#include "planner/tour/aisle_tour.hpp"
#include "tests/support/batching_data.hpp"
#include "tools/bench/batch_bound.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

BatchingProblem drawn_problem(Prng& prng, std::int64_t orders, std::size_t blocks) {
    BatchingProblem problem;
    problem.floor.aisles = 6;
    problem.floor.spacing_mm = 4;
    problem.floor.blocks_mm.assign(blocks, 20);
    const auto depth = static_cast<std::int64_t>(20 * blocks);
    problem.depot = {static_cast<std::int32_t>(prng.between(0, 5)), 0};
    problem.capacity = static_cast<std::int32_t>(prng.between(6, 14));
    for (std::int64_t i = 0; i < orders; ++i) {
        BatchOrder order;
        order.weight = static_cast<std::int32_t>(prng.between(1, 6));
        for (std::int64_t k = prng.between(1, 5); k > 0; --k) {
            const auto aisle = static_cast<std::int32_t>(prng.between(0, 5));
            order.picks.push_back({aisle, static_cast<std::int32_t>(prng.between(0, depth))});
        }
        problem.orders.push_back(order);
    }
    return problem;
}

Batching searched(const BatchingProblem& problem, std::int64_t work,
                  std::int64_t round_work = 60'000'000) {
    Result<BatchSearch> search = BatchSearch::on(problem, {1, work, round_work});
    REQUIRE(search);
    while (!search->step(1000)) {
    }
    const Batching best = search->best();
    const std::vector<std::string> problems = check_batching(problem, best);
    INFO((problems.empty() ? "" : problems.front()));
    REQUIRE(problems.empty());
    return best;
}

/// Every way to split the orders: each joins a batch before it or opens one.
void try_all(const BatchingProblem& problem, BatchLength& length,
             std::vector<std::vector<std::uint32_t>>& batches, std::uint32_t order,
             std::int64_t& best) {
    if (order == problem.orders.size()) {
        std::int64_t total = 0;
        for (const auto& batch : batches) {
            std::int32_t weight = 0;
            for (const std::uint32_t member : batch) {
                weight += problem.orders[member].weight;
            }
            if (weight > problem.capacity) {
                return;
            }
            total += length.of(batch);
        }
        best = std::min(best, total);
        return;
    }
    for (std::size_t i = 0; i < batches.size(); ++i) {
        batches[i].push_back(order);
        try_all(problem, length, batches, order + 1, best);
        batches[i].pop_back();
    }
    batches.push_back({order});
    try_all(problem, length, batches, order + 1, best);
    batches.pop_back();
}

}  // namespace

TEST_CASE("the fast length of a batch is the length of its optimal tour") {
    Prng prng(21);
    for (int round = 0; round < 300; ++round) {
        BatchingProblem problem = drawn_problem(prng, 8, 1);
        if (round % 3 == 0) {  // All in the depot's aisle: no crossing need be touched.
            problem.depot = problem.orders[0].picks[0];
            for (BatchOrder& order : problem.orders) {
                for (FloorPoint& pick : order.picks) {
                    pick.aisle = problem.depot.aisle;
                }
            }
        }
        const auto length = batch_length_on(problem.floor, problem.depot, problem.orders);
        REQUIRE(length);
        Result<AisleTourPlanner> planner = AisleTourPlanner::on(problem.floor);
        std::vector<std::uint32_t> batch;
        std::vector<FloorPoint> picks;
        for (std::uint32_t order = 0; order < 8; ++order) {
            if (prng.chance_ppm(500'000) || batch.empty()) {
                batch.push_back(order);
                picks.insert(picks.end(), problem.orders[order].picks.begin(),
                             problem.orders[order].picks.end());
            }
        }
        CHECK((*length)->of(batch) == planner->length_mm({picks, problem.depot, {}}));
    }
}

TEST_CASE("small problems are solved to the optimum, on one block and on two") {
    Prng prng(22);
    for (int round = 0; round < 16; ++round) {
        INFO("round " << round);
        const BatchingProblem problem = drawn_problem(prng, 6, round % 4 == 0 ? 2 : 1);
        const auto length = batch_length_on(problem.floor, problem.depot, problem.orders);
        std::vector<std::vector<std::uint32_t>> batches;
        std::int64_t optimum = std::numeric_limits<std::int64_t>::max();
        try_all(problem, **length, batches, 0, optimum);
        const Batching best = searched(problem, 20'000);
        CHECK(best.total_mm == optimum);
        CHECK(best.lower_bound_mm <= optimum);
        const bench::BatchBound strong = bench::batch_bound(problem, best, 10'000);
        CHECK(strong.is_relaxation);
        CHECK(strong.bound_mm <= static_cast<double>(optimum) + 1e-3);
        CHECK(strong.bound_mm >= static_cast<double>(best.lower_bound_mm));
        // Stopped early it proves less, never too much.
        CHECK(bench::batch_bound(problem, best, 6).bound_mm <= strong.bound_mm + 1e-3);
    }
}

TEST_CASE("what orders are worth is what Clp says, and never more than the optimum costs") {
    Prng prng(30);
    for (int round = 0; round < 24; ++round) {
        INFO("seed 30, round " << round);
        const bool is_small = round % 2 == 0;
        const BatchingProblem problem = drawn_problem(prng, is_small ? 7 : 25, 1);
        const auto length = batch_length_on(problem.floor, problem.depot, problem.orders);
        BatchPrices prices(problem.orders, problem.capacity, **length);
        for (int step = 0; !prices.is_done(); ++step) {
            REQUIRE(step < 200'000);
            prices.step();
        }
        const Batching savings = searched(problem, 0);
        const bench::BatchBound strong = bench::batch_bound(problem, savings, 1'000'000);
        REQUIRE(strong.is_relaxation);
        CHECK(std::abs(prices.bound_mm() - strong.bound_mm) < 1e-3);
        if (is_small) {
            std::vector<std::vector<std::uint32_t>> batches;
            std::int64_t optimum = std::numeric_limits<std::int64_t>::max();
            try_all(problem, **length, batches, 0, optimum);
            CHECK(prices.bound_mm() <= static_cast<double>(optimum) + 1e-3);
        }
    }
}

TEST_CASE("batches mixed anew from all there are become the optimum") {
    Prng prng(31);
    for (int round = 0; round < 12; ++round) {
        INFO("seed 31, round " << round);
        const BatchingProblem problem = drawn_problem(prng, 7, 1);
        const auto length = batch_length_on(problem.floor, problem.depot, problem.orders);
        BatchPrices prices(problem.orders, problem.capacity, **length);
        while (!prices.is_done()) {
            prices.step();
        }
        BatchEnumeration& all = prices.enumeration();
        all.begin(prices.prices(), {1e9, 1'000, 1'000});
        while (all.step()) {
        }
        REQUIRE(all.is_complete());
        BatchMixing mixing(problem.orders, problem.capacity, prices.prices(),
                           std::move(all.found()));
        std::vector<PricedBatch> alone;
        for (std::uint32_t order = 0; order < 7; ++order) {
            alone.push_back({{order}, (*length)->of({&order, 1}), 0});
        }
        mixing.begin(alone);
        std::int64_t before = mixing.total_mm();
        for (int step = 0; step < 300; ++step) {
            mixing.step(prng);
            CHECK(mixing.total_mm() <= before);
            before = mixing.total_mm();
        }
        std::vector<std::vector<std::uint32_t>> batches;
        std::int64_t optimum = std::numeric_limits<std::int64_t>::max();
        try_all(problem, **length, batches, 0, optimum);
        CHECK(mixing.total_mm() == optimum);
        std::vector<std::uint32_t> covered;
        for (const PricedBatch& batch : mixing.batches()) {
            covered.insert(covered.end(), batch.orders.begin(), batch.orders.end());
        }
        std::sort(covered.begin(), covered.end());
        CHECK(covered == std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6});
    }
}

TEST_CASE(
    "rounds of annealing and mixing: valid at any time, the same in any slices, near the bound") {
    Prng prng(32);
    const BatchingProblem problem = drawn_problem(prng, 40, 1);
    const BatchSearchOptions options{7, 600'000, 200'000};
    Result<BatchSearch> search = BatchSearch::on(problem, options);
    REQUIRE(search);
    const Batching savings = search->best();
    std::int64_t before = savings.total_mm;
    while (!search->step(9'973)) {
        const Batching now = search->best();
        REQUIRE(check_batching(problem, now).empty());
        CHECK(now.total_mm <= before);
        before = now.total_mm;
    }
    const Batching best = search->best();
    CHECK(best.gap() < savings.gap() / 2);
    CHECK(best.lower_bound_mm > savings.lower_bound_mm);
    const bench::BatchBound strong = bench::batch_bound(problem, best, 1'000'000);
    CHECK(static_cast<double>(best.lower_bound_mm) < strong.bound_mm + 1);
    Result<BatchSearch> again = BatchSearch::on(problem, options);
    while (!again->step(1'000'000)) {
    }
    CHECK(again->best() == best);
}

TEST_CASE("the optimum and the bound do not depend on how orders are numbered") {
    Prng prng(28);
    for (int round = 0; round < 12; ++round) {
        INFO("seed 28, round " << round);
        const BatchingProblem problem = drawn_problem(prng, 6, 1);
        BatchingProblem other = problem;
        for (std::size_t i = other.orders.size(); i > 1; --i) {
            std::swap(other.orders[i - 1], other.orders[prng.below(i)]);
        }
        const std::int64_t round_work = round % 2 == 0 ? 60'000'000 : 8'000;
        const Batching here = searched(problem, 20'000, round_work);
        const Batching there = searched(other, 20'000, round_work);
        CHECK(here.total_mm == there.total_mm);
        CHECK(here.lower_bound_mm == there.lower_bound_mm);
    }
}

TEST_CASE("batches that are full to the last unit stay within the capacity, at any weight") {
    Prng prng(29);
    for (const std::int32_t unit : {1, std::numeric_limits<std::int32_t>::max() / 12}) {
        INFO("seed 29, unit " << unit);
        BatchingProblem problem = drawn_problem(prng, 30, 1);
        problem.capacity = 12 * unit;
        for (BatchOrder& order : problem.orders) {
            order.weight = static_cast<std::int32_t>(prng.between(2, 6)) * unit;
        }
        Result<BatchSearch> search = BatchSearch::on(problem, {3, 200'000});
        REQUIRE(search);
        while (!search->step(997)) {
            REQUIRE(check_batching(problem, search->best()).empty());
        }
    }
}

TEST_CASE("at any time there is a valid batching, and it only gets shorter") {
    Prng prng(27);
    const BatchingProblem problem = drawn_problem(prng, 60, 1);
    const Result<Batching> first_come = first_come_batching(problem);
    REQUIRE(first_come);
    CHECK(check_batching(problem, *first_come).empty());
    Result<BatchSearch> search = BatchSearch::on(problem, {5, 100'000});
    REQUIRE(search);
    std::int64_t before = search->best().total_mm;
    CHECK(before == first_come->total_mm);
    const std::int64_t savings = searched(problem, 0).total_mm;
    CHECK(savings < before);
    while (!search->step(5'000)) {
        const Batching now = search->best();
        REQUIRE(check_batching(problem, now).empty());
        CHECK(now.total_mm <= before);
        before = now.total_mm;
    }
    CHECK(before < savings);
    CHECK(searched(problem, 50'000) == searched(problem, 50'000));
}

TEST_CASE("2,000 orders: an answer before any work, and no more savings than are allowed") {
    Prng prng(29);
    const BatchingProblem problem = drawn_problem(prng, 2'000, 1);
    const std::int64_t first_come = first_come_batching(problem)->total_mm;
    for (const std::int64_t tours : {1, 50'000}) {
        Result<BatchSearch> search = BatchSearch::on(problem, {1, 1, 60'000'000, tours});
        REQUIRE(search);
        CHECK(search->planned_count() == 0);
        CHECK(search->best().total_mm == first_come);
        while (!search->step(1'000)) {
        }
        CHECK(search->planned_count() < static_cast<std::uint64_t>(tours) + 2'010);
        CHECK(search->best().total_mm <= first_come);
        CHECK(check_batching(problem, search->best()).empty());
    }
}

TEST_CASE("savings in slices are those of a plain program that tries every two batches anew") {
    Prng prng(30);
    for (int round = 0; round < 20; ++round) {
        INFO("seed 30, round " << round);
        const BatchingProblem problem = drawn_problem(prng, prng.between(2, 25), 1);
        const auto length = *batch_length_on(problem.floor, problem.depot, problem.orders);
        std::vector<std::vector<std::uint32_t>> groups;
        for (std::uint32_t order = 0; order < problem.orders.size(); ++order) {
            groups.push_back({order});
        }
        const auto weight_of = [&](const std::vector<std::uint32_t>& orders) {
            std::int32_t weight = 0;
            for (const std::uint32_t order : orders) {
                weight += problem.orders[order].weight;
            }
            return weight;
        };
        std::int64_t total = 0;
        for (std::int32_t best_mm = 1; best_mm > 0;) {
            best_mm = 0;
            std::pair<std::size_t, std::size_t> best;
            for (std::size_t a = 0; a < groups.size(); ++a) {
                for (std::size_t b = a + 1; b < groups.size(); ++b) {
                    auto both = groups[a];
                    both.insert(both.end(), groups[b].begin(), groups[b].end());
                    if (groups[a].empty() || groups[b].empty() ||
                        weight_of(both) > problem.capacity) {
                        continue;
                    }
                    const std::int32_t saving_mm =
                        length->of(groups[a]) + length->of(groups[b]) - length->of(both);
                    if (saving_mm > best_mm) {
                        best_mm = saving_mm;
                        best = {a, b};
                    }
                }
            }
            if (best_mm > 0) {
                auto& from = groups[best.second];
                groups[best.first].insert(groups[best.first].end(), from.begin(), from.end());
                from.clear();
            }
        }
        for (const auto& group : groups) {
            total += group.empty() ? 0 : length->of(group);
        }
        const std::int64_t first_come = first_come_batching(problem)->total_mm;
        CHECK(searched(problem, 0).total_mm == std::min(total, first_come));
    }
}

TEST_CASE("instances of the test data: valid, and well below the savings heuristic") {
    if (!test::have_testdata("planner/batching")) {
        return;
    }
    const auto instances =
        test::batching_instances(test::testdata() / "planner/batching/own_henn_like.seed201.txt");
    REQUIRE(instances.size() == 32);
    std::int64_t savings_mm = 0;
    std::int64_t total_mm = 0;
    for (std::size_t i = 0; i < instances.size(); i += 5) {
        INFO(instances[i].id);
        savings_mm += searched(instances[i].problem, 0).total_mm;
        total_mm += searched(instances[i].problem, 100'000).total_mm;
    }
    CHECK(total_mm * 100 < savings_mm * 99);
}

TEST_CASE("orders that cannot be batched are refused with a sentence") {
    Prng prng(24);
    const BatchingProblem good = drawn_problem(prng, 3, 1);
    const auto refusal = [&](auto change) {
        BatchingProblem bad = good;
        change(bad);
        const Result<BatchSearch> search = BatchSearch::on(bad, {});
        return search ? std::string() : search.error().text;
    };
    CHECK(refusal([](auto& bad) { bad.orders.clear(); }).find("no orders") != std::string::npos);
    CHECK(refusal([](auto& bad) { bad.capacity = 0; }).find("carries nothing") !=
          std::string::npos);
    CHECK(refusal([](auto& bad) { bad.orders[1].weight = 99; }).find("order 1") !=
          std::string::npos);
    CHECK(refusal([](auto& bad) { bad.orders[2].weight = -1; }).find("order 2") !=
          std::string::npos);
    CHECK(refusal([](auto& bad) { bad.orders[0].picks.clear(); }).find("no picks") !=
          std::string::npos);
    CHECK(refusal([](auto& bad) { bad.orders[0].picks[0].aisle = 6; }).find("off the floor") !=
          std::string::npos);
    CHECK(refusal([](auto& bad) { bad.orders.resize(2001, bad.orders[0]); }).find("wave") !=
          std::string::npos);
}

TEST_CASE("the judge of batchings catches every planted fault") {
    Prng prng(25);
    const BatchingProblem problem = drawn_problem(prng, 12, 1);
    const Batching good = searched(problem, 5'000);
    REQUIRE(good.batches.size() > 2);
    const auto is_caught = [&](auto plant) {
        Batching bad = good;
        plant(bad);
        return !check_batching(problem, bad).empty();
    };
    CHECK(is_caught([](Batching& bad) { bad = {}; }));
    CHECK(is_caught([](Batching& bad) { bad.batches.pop_back(); }));
    CHECK(is_caught([](Batching& bad) { bad.batches[0].orders.pop_back(); }));
    CHECK(is_caught([](Batching& bad) { bad.batches[0].orders[0] = 99; }));
    CHECK(is_caught([](Batching& bad) { bad.batches[1] = bad.batches[0]; }));
    CHECK(is_caught([](Batching& bad) { --bad.batches[0].length_mm; }));
    CHECK(is_caught([](Batching& bad) { --bad.total_mm; }));
    CHECK(is_caught([](Batching& bad) { bad.lower_bound_mm = bad.total_mm + 1; }));
    BatchingProblem smaller = problem;
    smaller.capacity = 5;
    CHECK(!check_batching(smaller, good).empty());
}

TEST_CASE("the judge of batchings believes no planner a tour that it cannot walk") {
    Prng prng(25);
    const BatchingProblem problem = drawn_problem(prng, 12, 1);
    const Batching good = searched(problem, 5'000);
    Result<AisleTourPlanner> planner = AisleTourPlanner::on(problem.floor);
    REQUIRE(planner);
    // The answer agrees with what the planner says; only the walk tells.
    const auto is_caught = [&](auto plant) {
        Batching bad = good;
        const BatchTourOf tour_of = [&](const AisleTourRequest& request) {
            Result<AisleTour> tour = planner->solve(request);
            plant(*tour);
            return tour;
        };
        bad.total_mm = 0;
        bad.lower_bound_mm = 0;
        for (Batch& batch : bad.batches) {
            std::vector<FloorPoint> picks;
            for (const std::uint32_t order : batch.orders) {
                const std::vector<FloorPoint>& more = problem.orders[order].picks;
                picks.insert(picks.end(), more.begin(), more.end());
            }
            batch.length_mm = tour_of({picks, problem.depot, {}})->length_mm;
            bad.total_mm += batch.length_mm;
        }
        return !check_batching(problem, bad, tour_of).empty();
    };
    CHECK(!is_caught([](AisleTour&) {}));
    CHECK(is_caught([](AisleTour& tour) { tour.length_mm = tour.lower_bound_mm -= 2; }));
    CHECK(is_caught([](AisleTour& tour) { tour.lower_bound_mm -= 2; }));
    CHECK(is_caught([](AisleTour& tour) { tour.walk.clear(); }));
    CHECK(is_caught([](AisleTour& tour) {
        tour.walk.resize(1);
        tour.length_mm = tour.lower_bound_mm = 0;
    }));
    CHECK(is_caught([](AisleTour& tour) { tour.sequence.pop_back(); }));
}

TEST_CASE("few heavy orders, each soon in a batch of its own, are mixed as many are") {
    Prng prng(30);
    for (std::int64_t orders = 2; orders <= 5; ++orders) {
        INFO("seed 30, " << orders << " orders");
        BatchingProblem problem = drawn_problem(prng, orders, 1);
        problem.capacity = 11;
        for (BatchOrder& order : problem.orders) {
            order.weight = 6;  // Two are too many by one, as a search may have it for a while.
        }
        const Batching best = searched(problem, 400'000, 20'000);
        CHECK(best.batches.size() == static_cast<std::size_t>(orders));
    }
}

// Assignments against brute force, with their certificate checked every time.
#include "planner/assign/assignment.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "planner/assign/dispatch_cost.hpp"
#include "planner/check/assignment_check.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

CostMatrix random_costs(Prng& prng, Eigen::Index rows, Eigen::Index columns, std::int64_t most,
                        std::uint32_t forbidden_ppm) {
    CostMatrix cost(rows, columns);
    for (Eigen::Index i = 0; i < cost.size(); ++i) {
        const auto value = static_cast<double>(prng.between(-5, most));
        cost.data()[i] = prng.chance_ppm(forbidden_ppm) ? kForbidden : value;
    }
    return cost;
}

struct Best {
    std::size_t pairs = 0;
    double cost = 0;
};

/// Tries every way to give rows to columns or leave them.
void try_all(const CostMatrix& cost, Eigen::Index row, std::uint32_t taken, Best sofar,
             Best& best) {
    if (row == cost.rows()) {
        if (sofar.pairs > best.pairs || (sofar.pairs == best.pairs && sofar.cost < best.cost)) {
            best = sofar;
        }
        return;
    }
    try_all(cost, row + 1, taken, sofar, best);
    for (Eigen::Index column = 0; column < cost.cols(); ++column) {
        if ((taken >> column & 1U) == 0 && cost(row, column) < kForbidden) {
            try_all(cost, row + 1, taken | (1U << column),
                    {sofar.pairs + 1, sofar.cost + cost(row, column)}, best);
        }
    }
}

void require_valid(const CostMatrix& cost, const Assignment& answer) {
    const std::vector<std::string> problems = check_assignment(cost, answer);
    INFO((problems.empty() ? "" : problems.front()));
    REQUIRE(problems.empty());
}

}  // namespace

TEST_CASE("an assignment equals brute force, rectangular and with forbidden pairs") {
    Prng prng(11);
    for (int round = 0; round < 400; ++round) {
        INFO("round " << round);
        const auto rows = prng.between(1, round % 20 == 0 ? 8 : 6);
        const auto columns = prng.between(1, round % 20 == 0 ? 8 : 6);
        const std::int64_t most = round % 3 == 0 ? 3 : 1000;
        const CostMatrix cost =
            random_costs(prng, rows, columns, most, round % 2 == 0 ? 0 : 400'000);
        const Result<Assignment> answer = assign(cost);
        REQUIRE(answer);
        require_valid(cost, *answer);
        CHECK(answer->is_optimal());
        Best best;
        try_all(cost, 0, 0, {}, best);
        CHECK(answer->pairs == best.pairs);
        CHECK(answer->cost == best.cost);
    }
}

TEST_CASE("large assignments carry a proof, whole-numbered or not") {
    Prng prng(12);
    for (const auto& [rows, columns] : {std::pair{120, 120}, {60, 150}, {150, 60}}) {
        CostMatrix cost = random_costs(prng, rows, columns, 100'000, 50'000);
        for (const double scale : {1.0, 1.0 / 7}) {
            const CostMatrix scaled = cost * scale;
            const Result<Assignment> answer = assign(scaled);
            REQUIRE(answer);
            require_valid(scaled, *answer);
            CHECK(answer->is_optimal());
            CHECK(answer->pairs == 60U * (rows == columns ? 2 : 1));
        }
    }
}

TEST_CASE("a search that is stopped has an answer and a bound below it") {
    Prng prng(13);
    const CostMatrix cost = random_costs(prng, 40, 40, 1000, 0);
    Result<AssignmentSearch> search = AssignmentSearch::on(cost);
    REQUIRE(search);
    int slices = 0;
    while (!search->step(1)) {
        const Assignment answer = search->take();
        require_valid(cost, answer);
        CHECK(answer.pairs == 40);
        ++slices;
    }
    CHECK(slices > 40);
    CHECK(search->take().is_optimal());
    CHECK(search->take().cost == assign(cost)->cost);
}

TEST_CASE("costs that are no numbers are refused with their place") {
    CostMatrix cost = CostMatrix::Zero(3, 3);
    cost(1, 2) = std::nan("");
    CHECK(assign(cost).error().text.find("row 1, column 2") != std::string::npos);
    CHECK(!assign(CostMatrix()));
    CHECK(assign(CostMatrix::Constant(2, 2, kForbidden))->pairs == 0);
}

TEST_CASE("the judge of assignments catches every planted fault") {
    Prng prng(14);
    const CostMatrix cost = random_costs(prng, 5, 7, 100, 0);
    const Assignment good = *assign(cost);
    require_valid(cost, good);
    const auto is_caught = [&](auto plant) {
        Assignment bad = good;
        plant(bad);
        return !check_assignment(cost, bad).empty();
    };
    CHECK(is_caught([](Assignment& bad) { bad = {}; }));
    CHECK(is_caught([](Assignment& bad) { bad.column_of_row[0] = bad.column_of_row[1]; }));
    CHECK(is_caught([](Assignment& bad) { bad.column_of_row[0] = kUnplaced; }));
    CHECK(is_caught([](Assignment& bad) { bad.cost -= 1; }));
    CHECK(is_caught([](Assignment& bad) { bad.row_dual[2] += 500; }));
    CHECK(is_caught([](Assignment& bad) { bad.lower_bound += 1; }));
    CHECK(is_caught([](Assignment& bad) {
        bad.column_dual[0] = 50;
        bad.row_dual[0] -= 50;
    }));
    CostMatrix closed = cost;
    closed(0, good.column_of_row[0]) = kForbidden;
    CHECK(!check_assignment(closed, good).empty());
}

TEST_CASE("a vehicle gets no tour that would touch its reserve, and keeps one that is as good") {
    CostMatrix approach(2, 2);
    approach << 100, 120, 100, 120;
    const std::vector<DispatchTour> tours{{1000, 50}, {1000, 50}};
    DispatchOptions options;
    options.reserve_mm = 200;
    const Result<CostMatrix> tight =
        dispatch_costs(approach, {{5000, -1}, {1360, -1}}, tours, options);
    REQUIRE(tight);
    CHECK((*tight)(1, 0) == 100);
    CHECK((*tight)(1, 1) == kForbidden);
    options.stickiness_mm = 10;
    const Result<CostMatrix> sticky =
        dispatch_costs(approach, {{5000, 1}, {5000, 0}}, tours, options);
    REQUIRE(sticky);
    CHECK(assign(*sticky)->column_of_row == std::vector<std::int32_t>{1, 0});
    options.comfort_mm = 4000;
    options.battery_weight = 0.5;
    const Result<CostMatrix> weary =
        dispatch_costs(approach, {{5000, -1}, {2000, -1}}, tours, options);
    REQUIRE(weary);
    CHECK((*weary)(0, 0) == 100 + 0.5 * 150);
    CHECK(!dispatch_costs(approach, {{std::nan(""), -1}, {2000, -1}}, tours, options));
    CHECK(!dispatch_costs(approach, {{1, -1}}, tours, options));
}

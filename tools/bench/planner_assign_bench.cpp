// Optimal assignments, beside the aims and a plain Hungarian method in the same run.
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "firmware/base/prng.hpp"
#include "planner/check/assignment_check.hpp"
#include "tools/bench/planner_parts.hpp"
#include "tools/bench/table.hpp"

namespace tally::bench {

namespace {

/// The textbook form: one shortest augmenting path a row, duals kept, nothing prepared.
double plain_hungarian(const std::vector<double>& cost, std::size_t n) {
    constexpr double kFar = std::numeric_limits<double>::max();
    std::vector<double> row_dual(n + 1, 0);
    std::vector<double> column_dual(n + 1, 0);
    std::vector<std::size_t> row_of(n + 1, 0);
    std::vector<std::size_t> way(n + 1, 0);
    for (std::size_t row = 1; row <= n; ++row) {
        row_of[0] = row;
        std::size_t column = 0;
        std::vector<double> least(n + 1, kFar);
        std::vector<char> is_used(n + 1, 0);
        do {
            is_used[column] = 1;
            const std::size_t from = row_of[column];
            double delta = kFar;
            std::size_t next = 0;
            for (std::size_t k = 1; k <= n; ++k) {
                if (is_used[k] != 0) {
                    continue;
                }
                const double value = cost[(from - 1) * n + k - 1] - row_dual[from] - column_dual[k];
                if (value < least[k]) {
                    least[k] = value;
                    way[k] = column;
                }
                if (least[k] < delta) {
                    delta = least[k];
                    next = k;
                }
            }
            for (std::size_t k = 0; k <= n; ++k) {
                if (is_used[k] != 0) {
                    row_dual[row_of[k]] += delta;
                    column_dual[k] -= delta;
                } else {
                    least[k] -= delta;
                }
            }
            column = next;
        } while (row_of[column] != 0);
        for (; column != 0; column = way[column]) {
            row_of[column] = row_of[way[column]];
        }
    }
    return -column_dual[0];
}

/// Where vehicles and tours lie about a floor of 200 m x 100 m; costs are ways in mm.
planner::CostMatrix floor_costs(Prng& prng, Eigen::Index side) {
    planner::CostMatrix cost(side, side);
    std::vector<std::int64_t> xs;
    std::vector<std::int64_t> ys;
    for (Eigen::Index i = 0; i < 2 * side; ++i) {
        xs.push_back(prng.between(0, 200'000));
        ys.push_back(prng.between(0, 100'000));
    }
    for (Eigen::Index row = 0; row < side; ++row) {
        for (Eigen::Index column = 0; column < side; ++column) {
            const auto a = static_cast<std::size_t>(row);
            const auto b = static_cast<std::size_t>(side + column);
            cost(row, column) =
                static_cast<double>(std::abs(xs[a] - xs[b]) + std::abs(ys[a] - ys[b]));
        }
    }
    return cost;
}

planner::CostMatrix drawn_costs(Prng& prng, Eigen::Index side) {
    planner::CostMatrix cost(side, side);
    for (Eigen::Index i = 0; i < cost.size(); ++i) {
        cost.data()[i] = static_cast<double>(prng.between(0, 100'000));
    }
    return cost;
}

struct Times {
    std::vector<double> ours_us;
    std::vector<double> plain_us;
    bool is_sound = true;
};

void measure(const planner::CostMatrix& cost, Times& times) {
    std::int64_t begin = processor_ns();
    const Result<planner::Assignment> answer = planner::assign(cost);
    times.ours_us.push_back(static_cast<double>(processor_ns() - begin) / 1e3);
    const std::vector<double> flat(cost.data(), cost.data() + cost.size());
    begin = processor_ns();
    const double plain = plain_hungarian(flat, static_cast<std::size_t>(cost.rows()));
    times.plain_us.push_back(static_cast<double>(processor_ns() - begin) / 1e3);
    times.is_sound = times.is_sound && answer && answer->is_optimal() && answer->cost == plain &&
                     check_assignment(cost, *answer).empty();
}

}  // namespace

int bench_planner_assignment(const PlannerBenchOptions& options) {
    Table table("optimal assignment (processor time)");
    bool is_sound = true;
    for (const auto& [side, aim_us] : {std::pair{200, 1'000.0}, {500, 6'000.0}}) {
        for (const bool is_floor : {false, true}) {
            Prng prng(static_cast<std::uint64_t>(side));
            Times times;
            for (int run = 0; run < (options.is_quick ? 5 : 15); ++run) {
                measure(is_floor ? floor_costs(prng, side) : drawn_costs(prng, side), times);
            }
            is_sound = is_sound && times.is_sound;
            const std::string what = std::to_string(side) + " x " + std::to_string(side) +
                                     (is_floor ? ", ways on a floor" : ", drawn costs");
            const Sample ours = sample_of(times.ours_us);
            table.row(what, {ours, "us", 0}, at_most(aim_us));
            table.row("  beside a plain Hungarian method", {ours, "us", 0},
                      peer("plain", sample_of(times.plain_us).median));
        }
    }
    if (!is_sound) {
        std::fprintf(stderr, "bench_planner: an assignment was not optimal\n");
    }
    return is_sound ? 0 : 1;
}

}  // namespace tally::bench

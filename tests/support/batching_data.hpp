// The batching instances of the test data: `id orders capacity`, then an order a line, `n (aisle
// offset)*`; 10 aisles of 45, 5 apart, depot at the front of aisle 0, weight = number of picks.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "planner/batch/batching.hpp"
#include "tests/support/testdata.hpp"

namespace tally::test {

struct BatchingInstance {
    std::string id;
    planner::BatchingProblem problem;
};

inline std::vector<BatchingInstance> batching_instances(const std::filesystem::path& file) {
    std::istringstream words(read_file(file));
    std::vector<BatchingInstance> instances;
    std::size_t orders = 0;
    for (BatchingInstance instance; words >> instance.id >> orders >> instance.problem.capacity;) {
        instance.problem.floor = {10, 5, {45}, {}, {}, {}, 0};
        instance.problem.orders.assign(orders, {});
        for (planner::BatchOrder& order : instance.problem.orders) {
            words >> order.weight;
            order.picks.resize(static_cast<std::size_t>(order.weight));
            for (FloorPoint& pick : order.picks) {
                words >> pick.aisle >> pick.y_mm;
            }
        }
        instances.push_back(instance);
    }
    return instances;
}

}  // namespace tally::test

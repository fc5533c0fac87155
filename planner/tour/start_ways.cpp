#include "planner/tour/start_ways.hpp"

#include <algorithm>
#include <limits>

namespace tally::planner {

std::vector<std::int64_t> start_ways(const WayMatrix& ways, bool is_back) {
    constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max() / 4;
    const auto size = static_cast<std::size_t>(ways.rows());
    std::vector<std::int64_t> way(size, kFar);
    std::vector<char> is_settled(size, 0);
    way[0] = 0;
    for (std::size_t round = 0; round < size; ++round) {
        std::size_t at = size;
        for (std::size_t i = 0; i < size; ++i) {
            at = is_settled[i] == 0 && (at == size || way[i] < way[at]) ? i : at;
        }
        is_settled[at] = 1;
        for (std::size_t to = 0; to < size; ++to) {
            const auto from_row = static_cast<Eigen::Index>(is_back ? to : at);
            const auto to_row = static_cast<Eigen::Index>(is_back ? at : to);
            way[to] = std::min(way[to], way[at] + ways(from_row, to_row));
        }
    }
    return way;
}

}  // namespace tally::planner

#include "firmware/base/near_name.hpp"

#include <algorithm>
#include <cstddef>

namespace tally {
namespace {

/// Optimal string alignment: insert, delete, replace, and swap of two neighbours cost one each.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> cost(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                cost[i][j] = i + j;
                continue;
            }
            const std::size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            cost[i][j] = std::min({replaced, cost[i - 1][j] + 1, cost[i][j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
    }
    return cost[a.size()][b.size()];
}

}  // namespace

std::string near_name(std::string_view word, const std::vector<std::string>& candidates) {
    static constexpr std::size_t kWordLengthMax = 64;
    if (word.empty() || word.size() > kWordLengthMax) {
        return {};
    }
    std::size_t nearest = std::max<std::size_t>(1, word.size() / 3) + 1;
    std::string answer;
    for (const std::string& candidate : candidates) {
        const bool begins = word.size() >= 3 && candidate.starts_with(word);
        const std::size_t distance = begins ? 1 : edit_distance(word, candidate);
        if (distance < nearest) {
            nearest = distance;
            answer = candidate;
        }
    }
    return answer;
}

}  // namespace tally

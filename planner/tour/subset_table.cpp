#include "planner/tour/subset_table.hpp"

#include <algorithm>
#include <limits>

namespace tally::planner {

SubsetTable::SubsetTable(const std::vector<std::int64_t>& cost, std::size_t size)
    : others_(size - 1) {
    constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max() / 4;
    const std::size_t sets = std::size_t{1} << others_;
    std::vector<std::int64_t> least(sets * others_, kFar);
    before_.assign(sets * others_, 0);
    round_.assign(sets, kFar);
    round_.front() = 0;
    last_.assign(sets, 0);
    for (std::size_t last = 0; last < others_; ++last) {
        least[(std::size_t{1} << last) * others_ + last] = cost[last + 1];
    }
    for (std::size_t set = 1; set < sets; ++set) {
        for (std::size_t last = 0; last < others_; ++last) {
            const std::int64_t sofar = least[set * others_ + last];
            if (sofar >= kFar) {
                continue;
            }
            if (sofar + cost[(last + 1) * size] < round_[set]) {
                round_[set] = sofar + cost[(last + 1) * size];
                last_[set] = static_cast<std::uint8_t>(last);
            }
            for (std::size_t next = 0; next < others_; ++next) {
                const std::size_t bit = std::size_t{1} << next;
                const std::int64_t length = sofar + cost[(last + 1) * size + next + 1];
                if ((set & bit) == 0 && length < least[(set | bit) * others_ + next]) {
                    least[(set | bit) * others_ + next] = length;
                    before_[(set | bit) * others_ + next] = static_cast<std::uint8_t>(last);
                }
            }
        }
    }
}

std::vector<std::uint32_t> SubsetTable::sequence(std::size_t subset) const {
    std::vector<std::uint32_t> stops;
    std::size_t last = last_[subset];
    while (subset != 0) {
        stops.push_back(static_cast<std::uint32_t>(last + 1));
        const std::size_t previous = before_[subset * others_ + last];
        subset &= ~(std::size_t{1} << last);
        last = previous;
    }
    std::reverse(stops.begin(), stops.end());
    return stops;
}

}  // namespace tally::planner

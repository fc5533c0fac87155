#include "planner/traffic/timetable.hpp"

#include <algorithm>

namespace tally::planner {

namespace {

/// Calls `take(cell, from, to)` for every stay of a path.
template <typename Take>
void for_stays(const std::vector<Cell>& path, const Take& take) {
    for (std::size_t i = 0; i < path.size();) {
        std::size_t end = i + 1;
        while (end < path.size() && path[end] == path[i]) {
            ++end;
        }
        take(path[i], static_cast<std::uint32_t>(i),
             end == path.size() ? kForever : static_cast<std::uint32_t>(end - 1));
        i = end;
    }
}

}  // namespace

void Timetable::add(std::uint32_t vehicle, const std::vector<Cell>& path) {
    for_stays(path, [&](Cell cell, std::uint32_t from, std::uint32_t to) {
        std::vector<Visit>& visits = visits_[cell];
        const std::size_t index = gap_at(cell, from);
        visits.insert(visits.begin() + static_cast<std::ptrdiff_t>(index), {from, to, vehicle});
    });
}

void Timetable::remove(const std::vector<Cell>& path) {
    for_stays(path, [&](Cell cell, std::uint32_t from, std::uint32_t) {
        std::vector<Visit>& visits = visits_[cell];
        visits.erase(visits.begin() + static_cast<std::ptrdiff_t>(gap_at(cell, from)));
    });
}

std::uint32_t Timetable::at(Cell cell, std::uint32_t step) const {
    const std::vector<Visit>& visits = visits_[cell];
    const std::size_t index = gap_at(cell, step);
    return index < visits.size() && visits[index].from <= step ? visits[index].vehicle : kNoVehicle;
}

std::size_t Timetable::gap_at(Cell cell, std::uint32_t step) const {
    const std::vector<Visit>& visits = visits_[cell];
    std::size_t low = 0;
    std::size_t high = visits.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (visits[middle].to < step) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

Gap Timetable::gap(Cell cell, std::size_t index) const {
    const std::vector<Visit>& visits = visits_[cell];
    Gap gap;
    if (index > 0) {
        gap.from = visits[index - 1].to == kForever ? kForever : visits[index - 1].to + 1;
        gap.before = visits[index - 1].vehicle;
    }
    gap.to = kForever;
    if (index < visits.size()) {
        // A visit from step 0 leaves no gap before it; such a gap ends before it begins.
        gap.to = visits[index].from == 0 ? 0 : visits[index].from - 1;
        gap.from = visits[index].from == 0 ? 1 : gap.from;
        gap.after = visits[index].vehicle;
    }
    return gap;
}

}  // namespace tally::planner

// What is driven on a two-way road can be driven back, so whatever knot it leads to can be untied.
// Into a one-way road nobody drives unless it could come back to where it was, the others making
// way: else, when the ways on from there are full, nobody there would ever get out again.
#include <algorithm>
#include <utility>

#include "planner/traffic/rolling_traffic.hpp"

namespace tally::planner {

namespace {

constexpr std::int64_t kCheckMax = 1'000;  ///< of work; what it does not do for is not driven
constexpr std::int64_t kChecks = 4;        ///< so many times the work of a step, for all of them
constexpr std::uint32_t kLongStuck = 32;   ///< steps without getting nearer
constexpr std::uint32_t kPatient = 2'048;  ///< and so many at most count

/// Who has waited long is looked at harder, the rarer the longer: at 32 steps without getting
/// nearer, at 64, at 128, ... with work for as many checks as it waited steps. So what a check
/// costs is of a size with what was waited, and no way that exists is waited before for good.
std::int64_t checks_of(std::uint32_t stuck) {
    const bool is_looked_at = stuck >= kLongStuck && (stuck & (stuck - 1)) == 0;
    return is_looked_at ? std::min(stuck, kPatient) : 1;
}

/// Whether the leader comes to its goal without anybody making way.
bool is_way_free(const TrafficMap& map, const KnotRoads& roads, const Knot& knot) {
    std::vector<char> is_seen(map.size(), 0);
    for (std::uint32_t vehicle = 0; vehicle < knot.at.size(); ++vehicle) {
        if (vehicle == knot.leader || knot.at[vehicle] == kNoCell) {
            continue;
        }
        is_seen[knot.at[vehicle]] = 1;
        for (const Cell near : map.near(knot.at[vehicle])) {
            is_seen[near] = 1;
        }
    }
    std::vector<Cell> open{knot.at[knot.leader]};
    for (std::size_t i = 0; i < open.size(); ++i) {
        if (open[i] == knot.goal) {
            return true;
        }
        for (const Cell next : roads.ahead[open[i]]) {
            if (std::exchange(is_seen[next], char{1}) == 0) {
                open.push_back(next);
            }
        }
    }
    return false;
}

}  // namespace

/// Lets those wait before a one-way road who could not come back from there, as the others stand.
void RollingTraffic::mind_one_ways(std::int64_t work) {
    if (!roads_) {
        return;
    }
    work *= kChecks;
    std::vector<Cell> at;
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        at.push_back(end_of_track(vehicle));
    }
    std::vector<char> is_stopped(paths_.size(), 0);
    const auto count = static_cast<std::uint32_t>(paths_.size());
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t vehicle = (one_way_turn_ + i) % count;  // the work may not do for all
        const std::int64_t more = (checks_of(stuck_[vehicle]) - 1) * kCheckMax;
        work += more;  // of its own: the others have theirs as always
        const std::size_t end = way_back_ends(vehicle, at, work);
        is_stopped[vehicle] = end <= options_.window && stop_before(vehicle, end) ? 1 : 0;
    }
    one_way_turn_ = (one_way_turn_ + 1) % count;
    if (std::find(is_stopped.begin(), is_stopped.end(), 1) == is_stopped.end()) {
        return;
    }
    while (stop_clashing(is_stopped)) {
    }
    for (std::uint32_t vehicle = 0; vehicle < paths_.size(); ++vehicle) {
        costs_[vehicle] = price_of(vehicle);
    }
}

/// Where it will be for certain when nothing more is released. Who stands drives on to the end of
/// its track.
Cell RollingTraffic::end_of_track(std::uint32_t vehicle) const {
    return track_end_[vehicle] == kNoCell ? place(vehicle) : track_end_[vehicle];
}

/// The first step of its path after which there is no way back, beyond the window if there is none;
/// `at` becomes where it is before. Closed roads will be open again, and who stands drives on to
/// the end of its track.
std::size_t RollingTraffic::way_back_ends(std::uint32_t vehicle, std::vector<Cell>& at,
                                          std::int64_t& work) {
    const TrafficMap& map = motion_->map();
    for (std::size_t step = fixed_[vehicle] + 1; step <= options_.window; ++step) {
        const Cell from = motion_->cell(paths_[vehicle][step - 1]);
        const Cell to = motion_->cell(paths_[vehicle][step]);
        if (from == to || map.has_step(to, from)) {
            continue;
        }
        const auto near = map.near(to);
        const bool is_met = std::any_of(at.begin(), at.end(), [&](const Cell& other) {
            return &other != &at[vehicle] &&
                   (other == to || std::find(near.begin(), near.end(), other) != near.end());
        });
        if (is_met || work <= 0) {
            return step;
        }
        const Cell before = std::exchange(at[vehicle], to);
        if (!may_come_back({at, {}, vehicle, from}, work)) {
            at[vehicle] = before;
            return step;
        }
    }
    return options_.window + 1;
}

bool RollingTraffic::may_come_back(const Knot& there, std::int64_t& work) {
    Knot& never = no_way_back_[there.leader];
    if (never == there) {
        return false;
    }
    if (is_way_free(motion_->map(), *roads_, there)) {
        return true;
    }
    KnotSearch search(motion_->map(), *roads_, there, {}, KnotSearch::Stage::parts);
    const KnotSearch::State state = search.has_way()
                                        ? search.run(checks_of(stuck_[there.leader]) * kCheckMax)
                                        : KnotSearch::State::found;
    work -= search.work();
    if (state == KnotSearch::State::impossible) {
        never = there;
    }
    return state == KnotSearch::State::found;
}

}  // namespace tally::planner

#include "planner/tour/aisle_tour.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "firmware/base/check.hpp"
#include "planner/tour/aisle_walk.hpp"
#include "planner/tour/local_tour.hpp"

namespace tally::planner {

namespace {

constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::max() / 2;
constexpr std::size_t kValuesMax = std::size_t{512} * 1024 * 1024 / sizeof(std::int32_t);

constexpr const char* kCutOff =
    "no tour reaches all picks: a blockage cuts at least one of them off";

}  // namespace

AisleTourPlanner::AisleTourPlanner(AisleFloor floor) : floor_(std::move(floor)) {}

Result<AisleTourPlanner> AisleTourPlanner::on(AisleFloor floor) {
    const std::vector<std::string> problems = check_floor(floor);
    if (!problems.empty()) {
        return fail(ErrorKind::refused, problems.front());
    }
    if (floor.cross_count() > static_cast<std::size_t>(kExactCrossAislesMax)) {
        return fail(ErrorKind::unsupported,
                    "the floor has " + std::to_string(floor.cross_count()) +
                        " cross aisles and the exact method covers up to 6; plan it as a graph");
    }
    const bool is_one_way =
        std::any_of(floor.directions.begin(), floor.directions.end(),
                    [](AisleDirection way) { return way != AisleDirection::both; });
    if (is_one_way || floor.turn_mm > 0) {
        return fail(ErrorKind::unsupported,
                    "one-way aisles and turn costs need the planner for directed floors");
    }
    return AisleTourPlanner(std::move(floor));
}

Result<void> AisleTourPlanner::begin(const AisleTourRequest& request) {
    is_finished_ = true;
    best_.reset();
    TALLY_TRY(nodes_.build(floor_, request));
    frontier_ = &Frontier::of(static_cast<int>(nodes_.crosses),
                              nodes_.is_open_tour ? TourEnds::open : TourEnds::closed);
    const LocalTour local = local_tour(nodes_);
    if (local.length_mm < kNever) {
        lanes_ = local_lanes(nodes_, local);
        best_ = Whole{local.length_mm, 0, 0};
        return {};  // Nothing is shorter than the way between its outermost nodes.
    }
    const std::size_t stages = nodes_.columns() * (3 * nodes_.crosses + 1) + 1;
    if (stages * frontier_->size() > kValuesMax) {
        return fail(ErrorKind::exhausted,
                    std::to_string(nodes_.columns()) + " aisles with " +
                        std::to_string(nodes_.crosses) +
                        " cross aisles need more than 512 MiB; plan them as a graph");
    }
    stages_.clear();
    add_stage({StageKind::begin, 0, 0});
    stage_values(0)[0] = 0;
    next_column_ = 0;
    is_finished_ = false;
    return {};
}

void AisleTourPlanner::add_stage(Stage stage) {
    stages_.push_back(stage);
    const std::size_t need = stages_.size() * frontier_->size();
    if (values_.size() < need) {
        values_.resize(std::max(need, 2 * values_.size()));
    }
    std::fill_n(stage_values(stages_.size() - 1), frontier_->size(), kNever);
    work_ -= static_cast<std::int64_t>(frontier_->size());
}

void AisleTourPlanner::run(std::int64_t work) {
    work_ = work;
    do {
        plan_column();
        is_finished_ = next_column_ == nodes_.columns();
    } while (!is_finished_ && work_ > 0);
}

bool AisleTourPlanner::step(std::int64_t work) {
    if (!is_finished_) {
        run(work);
        if (is_finished_ && best_) {
            trace();
        }
    }
    return is_finished_;
}

void AisleTourPlanner::plan_column() {
    const std::size_t column = next_column_++;
    for (std::size_t cross = 0; column > 0 && cross < nodes_.crosses; ++cross) {
        run_along(cross, column - 1);
    }
    for (std::size_t block = 0; block + 1 < nodes_.crosses; ++block) {
        run_block(block, column);
    }
    for (std::size_t cross = 0; cross < nodes_.crosses; ++cross) {
        const std::uint32_t node = nodes_.crossing(column, cross);
        const auto index = static_cast<std::uint16_t>(cross);
        const auto at = static_cast<std::uint32_t>(column);
        if (nodes_.ends[node] != 0) {
            add_stage({StageKind::ended, index, at});
            run_mark(frontier_->ended(cross));
        } else if (nodes_.is_required[node] != 0) {
            add_stage({StageKind::visited, index, at});
            run_mark(frontier_->visited(cross));
        }
    }
    if (column >= nodes_.last_required) {
        note_whole();
    }
}

void AisleTourPlanner::run_along(std::size_t cross, std::size_t column) {
    add_stage(
        {StageKind::along, static_cast<std::uint16_t>(cross), static_cast<std::uint32_t>(column)});
    const std::int32_t* from = stage_values(stages_.size() - 2);
    std::int32_t* to = stage_values(stages_.size() - 1);
    const std::uint8_t* lanes = frontier_->lanes(cross);
    const std::uint16_t* dropped = frontier_->dropped(cross);
    const bool is_open = nodes_.is_open_along(column, cross);
    const std::size_t states = frontier_->size();
    for (std::size_t state = 0; state < states; ++state) {
        const std::int32_t value = from[state];
        if (value >= kNever) {
            continue;
        }
        if (is_open || lanes[state] == 0) {
            to[state] = std::min(to[state], value + lanes[state] * floor_.spacing_mm);
        }
        if (dropped[state] != Frontier::kNone) {
            to[dropped[state]] = std::min(to[dropped[state]], value);
        }
    }
}

void AisleTourPlanner::run_block(std::size_t block, std::size_t column) {
    add_stage(
        {StageKind::block, static_cast<std::uint16_t>(block), static_cast<std::uint32_t>(column)});
    const BlockOptions options = options_of(nodes_.block(column, block));
    std::array<const std::uint16_t*, kBlockUses> after{};
    for (std::size_t i = 0; i < options.count; ++i) {
        after[i] = frontier_->after(block, options.options[i].use);
    }
    const std::int32_t* from = stage_values(stages_.size() - 2);
    std::int32_t* to = stage_values(stages_.size() - 1);
    const std::size_t states = frontier_->size();
    work_ -= static_cast<std::int64_t>(states * options.count);
    for (std::size_t state = 0; state < states; ++state) {
        const std::int32_t value = from[state];
        if (value >= kNever) {
            continue;
        }
        for (std::size_t i = 0; i < options.count; ++i) {
            std::int32_t& best = to[after[i][state]];
            best = std::min(best, value + options.options[i].cost_mm);
        }
    }
}

void AisleTourPlanner::run_mark(const std::uint16_t* after) {
    const std::int32_t* from = stage_values(stages_.size() - 2);
    std::int32_t* to = stage_values(stages_.size() - 1);
    for (std::size_t state = 0; state < frontier_->size(); ++state) {
        if (from[state] < kNever) {
            to[after[state]] = std::min(to[after[state]], from[state]);
        }
    }
}

void AisleTourPlanner::note_whole() {
    const std::int32_t* values = stage_values(stages_.size() - 1);
    for (std::size_t state = 1; state < frontier_->size(); ++state) {
        if (frontier_->is_whole(state) && values[state] < (best_ ? best_->length_mm : kNever)) {
            best_ = Whole{values[state], stages_.size() - 1, state};
        }
    }
}

/// Goes back from the best whole state and writes down which lanes it drives.
void AisleTourPlanner::trace() {
    lanes_.up.assign(nodes_.size(), 0);
    lanes_.along.assign(nodes_.crossings.size(), 0);
    std::size_t state = best_->state;
    for (std::size_t i = best_->stage; i > 0; --i) {
        const Stage& stage = stages_[i];
        if (stage.kind == StageKind::along) {
            state = trace_along(stage, i, state);
        } else if (stage.kind == StageKind::block) {
            state = trace_block(stage, i, state);
        } else {
            const std::uint16_t* after = stage.kind == StageKind::visited
                                             ? frontier_->visited(stage.index)
                                             : frontier_->ended(stage.index);
            const std::int32_t* from = stage_values(i - 1);
            const std::int32_t value = stage_values(i)[state];
            std::size_t before = 0;
            while (after[before] != state || from[before] != value) {
                ++before;
            }
            state = before;
        }
    }
}

std::size_t AisleTourPlanner::trace_along(const Stage& stage, std::size_t index,
                                          std::size_t state) {
    const std::int32_t* from = stage_values(index - 1);
    const std::int32_t value = stage_values(index)[state];
    const std::uint8_t lanes = frontier_->lanes(stage.index)[state];
    const bool is_open = nodes_.is_open_along(stage.column, stage.index);
    if ((is_open || lanes == 0) && from[state] + lanes * floor_.spacing_mm == value) {
        lanes_.along[stage.column * nodes_.crosses + stage.index] = lanes;
        return state;
    }
    const std::uint16_t* dropped = frontier_->dropped(stage.index);
    std::size_t before = 0;
    while (dropped[before] != state || from[before] != value) {
        ++before;
    }
    return before;
}

std::size_t AisleTourPlanner::trace_block(const Stage& stage, std::size_t index,
                                          std::size_t state) {
    const std::int32_t* from = stage_values(index - 1);
    const std::int32_t value = stage_values(index)[state];
    const BlockNodes block = nodes_.block(stage.column, stage.index);
    const BlockOptions options = options_of(block);
    for (std::size_t i = 0; i < options.count; ++i) {
        const std::uint16_t* after = frontier_->after(stage.index, options.options[i].use);
        const std::int32_t before_value = value - options.options[i].cost_mm;
        for (std::size_t before = 0; before < frontier_->size(); ++before) {
            if (after[before] == state && from[before] == before_value) {
                lanes_of(block, options.options[i].use,
                         lanes_.up.data() + nodes_.crossing(stage.column, stage.index));
                return before;
            }
        }
    }
    check_failed("trace_block", __FILE__, __LINE__, "every value came from a state before");
}

std::int64_t AisleTourPlanner::lower_bound_mm() const {
    if (is_finished_) {
        return best_ ? best_->length_mm : 0;
    }
    const std::int32_t* values = values_.data() + (stages_.size() - 1) * frontier_->size();
    const std::int32_t open = *std::min_element(values, values + frontier_->size());
    return best_ ? std::min(open, best_->length_mm) : open;
}

Result<AisleTour> AisleTourPlanner::take() const {
    if (!is_finished_) {
        return fail(ErrorKind::timeout,
                    "the search stopped after " + std::to_string(next_column_) + " of " +
                        std::to_string(nodes_.columns()) + " aisles; no tour is shorter than " +
                        std::to_string(lower_bound_mm()) + " mm; give it more work");
    }
    if (!best_) {
        return fail(ErrorKind::refused, kCutOff);
    }
    AisleTour tour = walk_of(nodes_, lanes_);
    TALLY_CHECK(tour.length_mm == best_->length_mm, "the walk is as long as the table says");
    tour.lower_bound_mm = best_->length_mm;
    return tour;
}

Result<std::int64_t> AisleTourPlanner::length_mm(const AisleTourRequest& request) {
    TALLY_TRY(begin(request));
    if (!is_finished_) {
        run(std::numeric_limits<std::int64_t>::max());
    }
    if (!best_) {
        return fail(ErrorKind::refused, kCutOff);
    }
    return best_->length_mm;
}

Result<AisleTour> AisleTourPlanner::solve(const AisleTourRequest& request) {
    TALLY_TRY(begin(request));
    step(std::numeric_limits<std::int64_t>::max());
    return take();
}

}  // namespace tally::planner

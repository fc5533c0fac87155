#include "planner/tour/directed_tour.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

namespace tally::planner {

namespace {

constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::max() / 2;
constexpr std::size_t kEntriesMax = 4'000'000;
constexpr int kQuickLanes = 2;
constexpr std::size_t kEntriesAtOnce = 64;

}  // namespace

std::uint64_t DirectedTourPlanner::Shape::code() const {
    std::array<std::uint8_t, 32> renamed{};
    std::uint8_t next = 1;
    std::uint64_t code = 0;
    for (std::size_t i = 0; i < label.size(); ++i) {
        std::uint64_t name = 0;
        if (label[i] != 0) {
            if (renamed[label[i]] == 0) {
                renamed[label[i]] = next++;
            }
            name = renamed[label[i]];
        }
        code |= (name | static_cast<std::uint64_t>(balance[i] + 8) << 4U) << (8 * i);
    }
    return code;
}

DirectedTourPlanner::Shape DirectedTourPlanner::Shape::of(std::uint64_t code) {
    Shape shape;
    for (std::size_t i = 0; i < shape.label.size(); ++i) {
        shape.label[i] = static_cast<std::uint8_t>(code >> (8 * i) & 0xfU);
        shape.balance[i] =
            static_cast<std::int8_t>(static_cast<int>(code >> (8 * i + 4) & 0xfU) - 8);
    }
    return shape;
}

void DirectedTourPlanner::Shape::touch(std::size_t at, int net) {
    if (label[at] == 0) {
        label[at] = static_cast<std::uint8_t>(16 + at);
    }
    balance[at] = static_cast<std::int8_t>(balance[at] + net);
}

void DirectedTourPlanner::Shape::link(std::size_t a, std::size_t b) {
    const std::uint8_t from = label[b];
    const std::uint8_t to = label[a];
    for (std::uint8_t& name : label) {
        name = name == from ? to : name;
    }
}

void DirectedTourPlanner::Shape::leave(std::size_t at) {
    label[at] = 0;
    balance[at] = 0;
}

bool DirectedTourPlanner::Shape::has_company(std::size_t at) const {
    return std::count(label.begin(), label.end(), label[at]) > 1;
}

bool DirectedTourPlanner::Shape::is_whole() const {
    std::uint8_t only = 0;
    for (std::size_t i = 0; i < label.size(); ++i) {
        if (balance[i] != 0 || (label[i] != 0 && only != 0 && label[i] != only)) {
            return false;
        }
        only = label[i] != 0 ? label[i] : only;
    }
    return only != 0;
}

DirectedTourPlanner::DirectedTourPlanner(AisleFloor floor) : floor_(std::move(floor)) {}

Result<DirectedTourPlanner> DirectedTourPlanner::on(AisleFloor floor) {
    const std::vector<std::string> problems = check_floor(floor);
    if (!problems.empty()) {
        return fail(ErrorKind::refused, problems.front());
    }
    if (floor.cross_count() > static_cast<std::size_t>(kExactCrossAislesMax)) {
        return fail(ErrorKind::unsupported,
                    "the floor has " + std::to_string(floor.cross_count()) +
                        " cross aisles and the exact method covers up to 6; plan it as a graph");
    }
    return DirectedTourPlanner(std::move(floor));
}

Result<void> DirectedTourPlanner::begin(const AisleTourRequest& request) {
    is_finished_ = true;
    is_exhausted_ = false;
    best_.reset();
    quick_.reset();
    relaxed_.reset();
    relaxed_mm_ = 0;
    least_dropped_mm_ = kNever;
    TALLY_TRY(nodes_.build(floor_, request, AisleNodes::Span::whole_floor));
    request_ = request;
    set_limits();
    const auto is_crossing = [&](std::uint32_t node) {
        return std::find(nodes_.crossings.begin(), nodes_.crossings.end(), node) !=
               nodes_.crossings.end();
    };
    if (nodes_.is_open_tour && (!is_crossing(nodes_.start_node) || !is_crossing(nodes_.end_node))) {
        return fail(ErrorKind::unsupported,
                    "with one-way aisles or turn costs, a tour that ends elsewhere has to start "
                    "and end at a crossing; plan it as a graph");
    }
    local_ = local_tour(nodes_);
    if (local_.length_mm < kNever &&
        (local_.low == local_.high || way_of(nodes_.first_required) == AisleDirection::both)) {
        return {};  // One spot, or to and fro in one aisle without a turn: nothing is shorter.
    }
    local_ = {};
    stages_.clear();
    entries_.clear();
    bound_ = {};
    upper_mm_ = kNever;
    at_ = end_ = 0;
    open_stage(StageKind::begin, 0, 0);
    offer(Shape{}, 0, 0, 0);
    stages_.back().last = entries_.size();
    next_column_ = 0;
    next_in_column_ = 0;
    is_finished_ = false;
    bound_ = DirectedBound(floor_, nodes_);
    begin_quick();
    return {};
}

/// Without one-way aisles, of two lanes side by side one goes each way, so that one lane net is
/// enough (two at a crossing where a tour ends). With them, a tour between n places goes at most n
/// times along a lane: no way from one place to the next does so twice.
void DirectedTourPlanner::set_limits() {
    const bool is_one_way =
        std::any_of(floor_.directions.begin(), floor_.directions.end(),
                    [](AisleDirection way) { return way != AisleDirection::both; });
    const auto places =
        std::count(nodes_.is_required.begin(), nodes_.is_required.end(), std::uint8_t{1});
    const int allowed = static_cast<int>(std::min<std::ptrdiff_t>(lanes_allowed_, places));
    lanes_max_ = is_one_way ? allowed : 1;
    balance_max_ = is_one_way ? std::max(2, allowed) : 2;
    may_cut_ = is_one_way && places > allowed;
}

/// With one-way aisles, a tour of few lanes side by side is known first, and what would be longer
/// is left out.
void DirectedTourPlanner::begin_quick() {
    if (lanes_max_ > kQuickLanes) {
        quick_.reset(new DirectedTourPlanner(floor_));
        quick_->lanes_allowed_ = kQuickLanes;
        if (!quick_->begin(request_)) {
            quick_.reset();
        }
    }
}

/// Where few lanes have too many states, more lanes have too.
void DirectedTourPlanner::end_quick() {
    upper_mm_ = quick_->best_ ? quick_->best_->length_mm : kNever;
    is_exhausted_ = is_finished_ = quick_->is_exhausted_ && !quick_->best_;
    quick_.reset();
}

/// What the limits cut off may be shorter: a bound is the tour without directions, too.
void DirectedTourPlanner::begin_relaxed() {
    if (!is_exhausted_ && best_ && may_cut_ && least_dropped_mm_ < best_->length_mm &&
        lanes_allowed_ == kLanesMax) {
        AisleFloor both_ways = floor_;
        both_ways.directions.clear();
        relaxed_.reset(new DirectedTourPlanner(std::move(both_ways)));
        if (!relaxed_->begin(request_)) {
            relaxed_.reset();
        }
    }
}

void DirectedTourPlanner::open_stage(StageKind kind, std::size_t index, std::size_t column) {
    if (!stages_.empty()) {
        at_ = stages_.back().first;
        end_ = stages_.back().last;
    }
    stages_.push_back({kind, static_cast<std::uint16_t>(index), static_cast<std::uint32_t>(column),
                       entries_.size(), entries_.size()});
    std::fill(slots_.begin(), slots_.end(), 0U);
    bound_.look_at(kind, index, next_column_ == 0 ? 0 : next_column_ - 1);
}

void DirectedTourPlanner::offer(const Shape& shape, std::int64_t length_mm, std::size_t before,
                                int choice) {
    const std::int64_t least_mm = length_mm + bound_.least_mm(shape.balance);
    if (least_mm > upper_mm_) {
        return;
    }
    if (std::any_of(shape.balance.begin(), shape.balance.end(),
                    [&](std::int8_t net) { return std::abs(net) > balance_max_; })) {
        note_dropped(least_mm);
        return;
    }
    const std::size_t first = stages_.back().first;
    if (2 * (entries_.size() - first + 1) > slots_.size()) {
        slots_.assign(std::max<std::size_t>(64, 4 * slots_.size()), 0);
        for (std::size_t i = first; i < entries_.size(); ++i) {
            std::size_t slot = entries_[i].code * 0x9e3779b97f4a7c15U >> 20U & (slots_.size() - 1);
            while (slots_[slot] != 0) {
                slot = (slot + 1) & (slots_.size() - 1);
            }
            slots_[slot] = static_cast<std::uint32_t>(i + 1);
        }
    }
    const std::uint64_t code = shape.code();
    std::size_t slot = code * 0x9e3779b97f4a7c15U >> 20U & (slots_.size() - 1);
    while (slots_[slot] != 0 && entries_[slots_[slot] - 1].code != code) {
        slot = (slot + 1) & (slots_.size() - 1);
    }
    const Entry entry{code, static_cast<std::int32_t>(length_mm),
                      static_cast<std::uint32_t>(before), static_cast<std::int16_t>(choice)};
    if (slots_[slot] == 0 && entries_.size() == kEntriesMax) {
        is_exhausted_ = true;
    } else if (slots_[slot] == 0) {
        entries_.push_back(entry);
        slots_[slot] = static_cast<std::uint32_t>(entries_.size());
    } else if (length_mm < entries_[slots_[slot] - 1].length_mm) {
        entries_[slots_[slot] - 1] = entry;
    }
}

bool DirectedTourPlanner::step(std::int64_t work) {
    if (quick_) {
        if (!quick_->step(work)) {
            return false;
        }
        end_quick();
    }
    for (; !is_finished_ && work > 0; --work) {
        if (at_ == end_) {
            is_finished_ = !open_next();
            if (is_finished_) {
                begin_relaxed();
            }
            continue;
        }
        const std::size_t first = std::exchange(at_, std::min(at_ + kEntriesAtOnce, end_));
        run(first, at_);
        work -= static_cast<std::int64_t>(at_ - first);
        is_finished_ = is_exhausted_;
    }
    if (is_finished_ && relaxed_) {
        if (!relaxed_->step(std::max<std::int64_t>(work, 1))) {
            return false;
        }
        if (const Result<AisleTour> relaxed = relaxed_->take()) {
            relaxed_mm_ = relaxed->length_mm;
        }
        relaxed_.reset();
    }
    return is_finished_;
}

/// The stage after the one at work. A column has, as far as it needs them, the lanes along every
/// cross aisle from the column before, then for each crossing its mark, its block and its turn.
/// False after the last column.
bool DirectedTourPlanner::open_next() {
    stages_.back().last = entries_.size();
    const std::size_t crosses = nodes_.crosses;
    for (;;) {
        if (next_in_column_ == 4 * crosses) {
            note_whole();
            if (next_column_ == nodes_.columns()) {
                return false;
            }
            next_in_column_ = 0;
        }
        next_column_ += next_in_column_ == 0 ? 1 : 0;
        const std::size_t column = next_column_ - 1;
        const std::size_t at = next_in_column_++;
        if (at < crosses) {
            if (column > 0) {
                open_stage(StageKind::along, at, column - 1);
                return true;
            }
            continue;
        }
        constexpr StageKind kKinds[] = {StageKind::mark, StageKind::block, StageKind::turn};
        const std::size_t cross = (at - crosses) / 3;
        const StageKind kind = kKinds[(at - crosses) % 3];
        const bool is_needed = kind == StageKind::mark
                                   ? nodes_.is_required[nodes_.crossing(column, cross)] != 0
                               : kind == StageKind::block ? cross + 1 < crosses
                                                          : true;
        if (is_needed) {
            open_stage(kind, cross, column);
            return true;
        }
    }
}

void DirectedTourPlanner::note_whole() {
    if (next_column_ <= nodes_.last_required) {
        return;
    }
    for (std::size_t i = stages_.back().first; i < entries_.size(); ++i) {
        const Entry& entry = entries_[i];
        if ((!best_ || entry.length_mm < best_->length_mm) && Shape::of(entry.code).is_whole()) {
            best_ = Whole{entry.length_mm, stages_.size() - 1, i};
        }
    }
}

void DirectedTourPlanner::run(std::size_t first, std::size_t last) {
    const Stage stage = stages_.back();
    switch (stage.kind) {
        case StageKind::begin:
            break;
        case StageKind::along:
            run_along(stage, first, last);
            break;
        case StageKind::mark:
            run_mark(stage, first, last);
            break;
        case StageKind::block:
            run_block(stage, first, last);
            break;
        case StageKind::turn:
            run_turn(stage, first, last);
            break;
    }
}

Result<AisleTour> DirectedTourPlanner::solve(const AisleTourRequest& request) {
    TALLY_TRY(begin(request));
    while (!step(std::numeric_limits<std::int64_t>::max())) {
    }
    return take();
}

}  // namespace tally::planner

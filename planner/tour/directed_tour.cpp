#include "planner/tour/directed_tour.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

#include "firmware/base/check.hpp"

namespace tally::planner {

namespace {

constexpr std::int32_t kNever = std::numeric_limits<std::int32_t>::max() / 2;
constexpr std::size_t kEntriesMax = 4'000'000;
constexpr int kQuickLanes = 2;

// Choices of a block: the net number of lanes to the back, or one of these.
constexpr int kTwice = 20;
constexpr int kFront = 21;
constexpr int kBack = 22;
constexpr int kGap = 23;
constexpr int kNone = 24;

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
    open_stage(StageKind::begin, 0, 0);
    offer(Shape{}, 0, 0, 0);
    stages_.back().last = entries_.size();
    next_column_ = 0;
    is_finished_ = false;
    bound_ = DirectedBound(floor_, nodes_);
    set_upper();
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
void DirectedTourPlanner::set_upper() {
    if (lanes_max_ > kQuickLanes) {
        DirectedTourPlanner quick(floor_);
        quick.lanes_allowed_ = kQuickLanes;
        if (quick.begin(request_)) {
            quick.step(std::numeric_limits<std::int64_t>::max());
            upper_mm_ = quick.best_ ? quick.best_->length_mm : kNever;
        }
    }
}

void DirectedTourPlanner::open_stage(StageKind kind, std::size_t index, std::size_t column) {
    if (!stages_.empty()) {
        stages_.back().last = entries_.size();
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
    if (slots_[slot] == 0) {
        entries_.push_back(entry);
        slots_[slot] = static_cast<std::uint32_t>(entries_.size());
    } else if (length_mm < entries_[slots_[slot] - 1].length_mm) {
        entries_[slots_[slot] - 1] = entry;
    }
}

bool DirectedTourPlanner::step(std::int64_t work) {
    const std::size_t begin = entries_.size();
    while (!is_finished_) {
        plan_column();
        is_exhausted_ = entries_.size() > kEntriesMax;
        is_finished_ = is_exhausted_ || next_column_ == nodes_.columns();
        if (static_cast<std::int64_t>(entries_.size() - begin) >= work) {
            break;
        }
    }
    return is_finished_;
}

void DirectedTourPlanner::plan_column() {
    const std::size_t column = next_column_++;
    for (std::size_t cross = 0; column > 0 && cross < nodes_.crosses; ++cross) {
        run_along(cross, column - 1);
    }
    for (std::size_t cross = 0; cross < nodes_.crosses; ++cross) {
        if (nodes_.is_required[nodes_.crossing(column, cross)] != 0) {
            run_mark(cross, column);
        }
        if (cross + 1 < nodes_.crosses) {
            run_block(cross, column);
        }
        run_turn(cross, column);
    }
    stages_.back().last = entries_.size();
    if (column < nodes_.last_required) {
        return;
    }
    for (std::size_t i = stages_.back().first; i < entries_.size(); ++i) {
        const Entry& entry = entries_[i];
        if ((!best_ || entry.length_mm < best_->length_mm) && Shape::of(entry.code).is_whole()) {
            best_ = Whole{entry.length_mm, stages_.size() - 1, i};
        }
    }
}

void DirectedTourPlanner::run_along(std::size_t cross, std::size_t column) {
    open_stage(StageKind::along, cross, column);
    const Stage before = stages_[stages_.size() - 2];
    const bool is_open = nodes_.is_open_along(column, cross);
    for (std::size_t i = before.first; i < before.last; ++i) {
        const Entry entry = entries_[i];
        Shape shape = Shape::of(entry.code);
        const int net = shape.balance[cross];
        const bool is_visited = shape.label[cross] != 0;
        if (!is_visited) {
            offer(shape, entry.length_mm, i, 0);
            continue;
        }
        if (is_open) {
            const std::int64_t lanes = net != 0 ? std::abs(net) : 2;
            offer(shape, entry.length_mm + lanes * floor_.spacing_mm, i, 1);
        }
        if (net == 0 && shape.has_company(cross)) {
            shape.leave(cross);
            offer(shape, entry.length_mm, i, 0);
        }
    }
}

/// A crossing that must be visited, or where the tour starts or ends: in either half.
void DirectedTourPlanner::run_mark(std::size_t cross, std::size_t column) {
    open_stage(StageKind::mark, cross, column);
    const Stage before = stages_[stages_.size() - 2];
    const std::uint32_t node = nodes_.crossing(column, cross);
    const int net = nodes_.ends[node] == 0 ? 0 : node == nodes_.start_node ? 1 : -1;
    for (std::size_t i = before.first; i < before.last; ++i) {
        const Entry entry = entries_[i];
        for (const std::size_t half : {nodes_.crosses, cross}) {
            Shape shape = Shape::of(entry.code);
            shape.touch(half, net);
            offer(shape, entry.length_mm, i, half == cross ? 1 : 0);
        }
    }
}

AisleDirection DirectedTourPlanner::way_of(std::size_t column) const {
    return floor_.directions.empty()
               ? AisleDirection::both
               : floor_.directions[static_cast<std::size_t>(nodes_.first_aisle) + column];
}

/// More lanes side by side than are tried: what that would cost at least.
void DirectedTourPlanner::note_dropped(std::int64_t length_mm) {
    if (may_cut_ && length_mm <= upper_mm_) {
        least_dropped_mm_ = std::min(least_dropped_mm_, static_cast<std::int32_t>(length_mm));
    }
}

void DirectedTourPlanner::offer_through(const BlockNodes& block, AisleDirection way,
                                        const Entry& entry, std::size_t before, std::size_t from) {
    const std::int32_t length_mm = block.y_mm[block.segments] - block.y_mm[0];
    for (int lanes = -lanes_max_; lanes <= lanes_max_; ++lanes) {
        if (lanes == 0 || (lanes < 0 && way == AisleDirection::to_back) ||
            (lanes > 0 && way == AisleDirection::to_front)) {
            continue;
        }
        Shape shape = Shape::of(entry.code);
        shape.touch(from, -lanes);
        shape.touch(from + 1, lanes);
        shape.link(from, from + 1);
        offer(shape, entry.length_mm + std::int64_t{std::abs(lanes)} * length_mm, before, lanes);
    }
    note_dropped(entry.length_mm + std::int64_t{lanes_max_ + 1} * length_mm + bound_.least_mm());
}

void DirectedTourPlanner::run_block(std::size_t block, std::size_t column) {
    open_stage(StageKind::block, block, column);
    const Stage before = stages_[stages_.size() - 2];
    const AisleDirection way = way_of(column);
    const BlockNodes nodes = nodes_.block(column, block);
    const BlockOptions options = options_of(nodes);
    const std::size_t from = nodes_.crosses;
    for (std::size_t i = before.first; i < before.last; ++i) {
        const Entry entry = entries_[i];
        for (std::size_t k = 0; k < options.count; ++k) {
            const auto [use, cost_mm] = options.options[k];
            if (use == BlockUse::through) {
                offer_through(nodes, way, entry, i, from);
                continue;
            }
            if (use != BlockUse::none && way != AisleDirection::both) {
                continue;
            }
            const BlockUseShape ends = shape_of(use);
            Shape shape = Shape::of(entry.code);
            if (ends.front_degree != 0) {
                shape.touch(from, 0);
            }
            if (ends.back_degree != 0) {
                shape.touch(from + 1, 0);
            }
            if (ends.is_linked != 0) {
                shape.link(from, from + 1);
            }
            const int choice = use == BlockUse::none    ? kNone
                               : use == BlockUse::twice ? kTwice
                               : use == BlockUse::front ? kFront
                               : use == BlockUse::back  ? kBack
                                                        : kGap;
            offer(shape, std::int64_t{entry.length_mm} + cost_mm, i, choice);
        }
    }
}

/// Closes the aisle half of a crossing: what is out of balance turns into the cross aisle.
void DirectedTourPlanner::run_turn(std::size_t cross, std::size_t column) {
    open_stage(StageKind::turn, cross, column);
    const Stage before = stages_[stages_.size() - 2];
    const std::size_t half = nodes_.crosses;
    const std::uint32_t node = nodes_.crossing(column, cross);
    const std::int64_t turn_mm = nodes_.is_required[node] != 0 ? 0 : floor_.turn_mm;
    const auto go_on = [&](Shape shape, std::int64_t length_mm, std::size_t from, int choice) {
        shape.leave(half);
        std::swap(shape.label[half], shape.label[half + 1]);
        std::swap(shape.balance[half], shape.balance[half + 1]);
        offer(shape, length_mm, from, choice);
    };
    for (std::size_t i = before.first; i < before.last; ++i) {
        const Entry entry = entries_[i];
        const Shape shape = Shape::of(entry.code);
        const int net = shape.balance[half];
        if (shape.label[half] == 0) {
            go_on(shape, entry.length_mm, i, 0);
            continue;
        }
        Shape joined = shape;
        joined.touch(cross, net);
        joined.link(cross, half);
        go_on(joined, entry.length_mm + turn_mm * (net != 0 ? std::abs(net) : 2), i, 1);
        if (net == 0 && shape.has_company(half)) {
            go_on(shape, entry.length_mm, i, 0);
        }
    }
}

Result<AisleTour> DirectedTourPlanner::solve(const AisleTourRequest& request) {
    TALLY_TRY(begin(request));
    step(std::numeric_limits<std::int64_t>::max());
    return take();
}

}  // namespace tally::planner

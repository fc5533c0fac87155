#include "drivers/smart_shelf/plan.hpp"

#include <algorithm>

namespace tally::smart_shelf {

std::vector<PollBlock> plan_blocks(const std::vector<Slot>& slots) {
    std::vector<PollBlock> blocks;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const SlotSpec& spec = slots[i].spec();
        const Span span = span_of(spec.map, spec.channel);
        const auto joins = [&](const PollBlock& block) {
            const int low = std::min(block.span.address, span.address);
            const int high =
                std::max(block.span.address + block.span.count, span.address + span.count);
            return block.unit == spec.unit && block.function == spec.map.function &&
                   high - low <= spec.map.registers_max;
        };
        const auto found = std::find_if(blocks.begin(), blocks.end(), joins);
        if (found == blocks.end()) {
            PollBlock fresh;
            fresh.unit = spec.unit;
            fresh.function = spec.map.function;
            fresh.span = span;
            fresh.slots = {i};
            blocks.push_back(std::move(fresh));
            continue;
        }
        const int low = std::min(found->span.address, span.address);
        const int high =
            std::max(found->span.address + found->span.count, span.address + span.count);
        found->span = {static_cast<std::uint16_t>(low), static_cast<std::uint16_t>(high - low)};
        found->slots.push_back(i);
    }
    return blocks;
}

void PollPlan::begin_cycle(MonoTime now) {
    const bool on_time = now - began_ < 2 * times_.period && now >= began_ + times_.period;
    began_ = on_time ? began_ + times_.period : now;  // No drift, and nothing caught up.
    cursor_ = 0;
    probed_ = false;
}

MonoTime PollPlan::next_cycle(MonoTime now) const {
    return std::max(now, began_ + times_.period);
}

std::optional<PollPlan::Next> PollPlan::next(MonoTime now) {
    const Duration quick = times_.period / 20;
    while (cursor_ < blocks_.size()) {
        const PollBlock& block = blocks_[cursor_++];
        if (block.failures == 0) {
            const bool is_quick = block.last_answer > Duration(0) && block.last_answer < quick / 2;
            return Next{cursor_ - 1, is_quick ? std::min(quick, times_.timeout) : times_.timeout,
                        false};
        }
    }
    // A serial line that was not answered is silent for one more time-out.
    const MonoTime last_start = began_ + times_.period - 2 * times_.timeout;
    std::optional<std::size_t> longest;
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
        const PollBlock& block = blocks_[i];
        const bool due = block.failures > 0 && block.probe_at <= now;
        if (due && (!longest || block.probe_at < blocks_[*longest].probe_at)) {
            longest = i;
        }
    }
    if (!longest) {
        return std::nullopt;
    }
    // A bus without slack must not leave it unasked: one probe a cycle once it is a period late.
    const bool is_overdue = !probed_ && now - blocks_[*longest].probe_at >= times_.period;
    if (now > last_start && !is_overdue) {
        return std::nullopt;
    }
    probed_ = true;
    return Next{*longest, times_.timeout, true};
}

void PollPlan::answered(const Next& what, Duration took) {
    PollBlock& block = blocks_[what.block];
    block.failures = 0;
    block.last_answer = std::max(took, Duration(1));
}

void PollPlan::failed(const Next& what, MonoTime now) {
    PollBlock& block = blocks_[what.block];
    block.last_answer = Duration(0);
    if (!what.is_probe) {
        block.failures = 1;
        block.probe_at = now;  // Once more in the slack of this cycle.
        return;
    }
    const int doublings = std::min(block.failures - 1, kBackoffDoublingsMax);
    ++block.failures;
    block.probe_at = began_ + times_.period * (1 << doublings);
}

}  // namespace tally::smart_shelf

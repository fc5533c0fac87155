#include "drivers/signal/barrier.hpp"

namespace tally::signal {

namespace {

BarrierPosition position_of(BarrierOrder order) {
    return order == BarrierOrder::open ? BarrierPosition::opened : BarrierPosition::shut;
}

/// Where the switches say it is; `moving` for neither end.
BarrierPosition by_switches(const BarrierSigns& signs, const BarrierTold& told, bool in_time) {
    if (signs.open_input && signs.closed_input) {
        if (*signs.open_input == *signs.closed_input) {
            return *signs.open_input ? BarrierPosition::unknown : BarrierPosition::moving;
        }
        return *signs.open_input ? BarrierPosition::opened : BarrierPosition::shut;
    }
    const BarrierOrder end = signs.open_input ? BarrierOrder::open : BarrierOrder::closed;
    const bool there = signs.open_input ? *signs.open_input : *signs.closed_input;
    if (there) {
        return position_of(end);
    }
    const bool sent_away = told.order && *told.order != end;
    return sent_away && !in_time ? position_of(*told.order) : BarrierPosition::moving;
}

}  // namespace

BarrierVerdict judge_barrier(const BarrierWiring& wiring, const BarrierSigns& signs,
                             const BarrierTold& told) {
    const bool in_time = told.order && told.since < wiring.travel;
    BarrierVerdict verdict;
    if (signs.open_input || signs.closed_input) {
        verdict.position = by_switches(signs, told, in_time);
        if (signs.open_input.value_or(false) && signs.closed_input.value_or(false)) {
            verdict.trouble = "both limit switches say that it is at their end; check them";
            return verdict;
        }
    } else if (signs.coil) {
        const BarrierOrder driven = *signs.coil ? wiring.energised : wiring.without_power();
        const bool going = in_time && driven == *told.order;
        verdict.position = going ? BarrierPosition::moving : position_of(driven);
    }
    if (!told.order) {
        if (verdict.position == BarrierPosition::moving) {
            verdict.position = BarrierPosition::unknown;  // Who moves it, and where to?
        }
        return verdict;
    }
    if (!signs.coil && !signs.open_input && !signs.closed_input) {
        return verdict;  // Nothing of it can be read: that is not known, and no fault.
    }
    const bool there = verdict.position == position_of(*told.order);
    if (!there && !in_time) {
        if (verdict.position == BarrierPosition::moving) {
            verdict.position = BarrierPosition::unknown;
        }
        verdict.trouble = "it was told to be " + std::string(to_string(*told.order)) + " and is " +
                          std::string(to_string(verdict.position)) +
                          "; see what stands in its way, and its power";
    }
    return verdict;
}

}  // namespace tally::signal

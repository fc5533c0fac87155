#include "firmware/domain/signal/rules.hpp"

namespace tally {

Light light_of(const GateCondition& condition) noexcept {
    if (condition.cannot_tell) {
        return Light::red_flashing;
    }
    if (condition.alarm) {
        return Light::red;
    }
    return condition.attention ? Light::yellow : Light::green;
}

bool is_alarm(AnomalyKind kind) noexcept {
    switch (kind) {
        case AnomalyKind::unknown_tag:
        case AnomalyKind::item_twice:
        case AnomalyKind::retired_tag:
        case AnomalyKind::receipt_wrong:
            return true;
        case AnomalyKind::missed_passage:
        case AnomalyKind::unknown_item:
        case AnomalyKind::passage_undecided:
        case AnomalyKind::aggregation_broken:
        case AnomalyKind::pallet_mixed:
        case AnomalyKind::unidentified_departure:
        case AnomalyKind::unidentified_arrival:
        case AnomalyKind::count_differs:
        case AnomalyKind::reservation_revoked:
        case AnomalyKind::handover_unmatched:
        case AnomalyKind::lost_by_restore:
        case AnomalyKind::stock_diverged:
        case AnomalyKind::ledger_diverged:
        case AnomalyKind::ledger_corrupt:
        case AnomalyKind::receipt_over:
        case AnomalyKind::receipt_short:
        case AnomalyKind::receipt_damaged:
        case AnomalyKind::wrong_place:
        case AnomalyKind::signal_fault:
            return false;
    }
    return false;
}

BarrierOrder order_of(const BarrierPolicy& policy, const GateCondition& condition) noexcept {
    // An alarm holds the goods whether or not the gate still sees.
    if (condition.alarm) {
        return policy.alarm;
    }
    return condition.cannot_tell ? policy.blind : policy.rest;
}

}  // namespace tally

#include "firmware/services/ledger/signal_book.hpp"

#include <utility>

namespace tally {

Result<void> SignalBook::apply(const Event& event, std::vector<StateRow>& changed) {
    if (event.type != EventType::barrier_ordered) {
        return {};
    }
    TALLY_TRY_ASSIGN(BarrierData what, decode_barrier_data(event.data));
    BarrierStanding& standing = barriers_[what.gate];
    standing = {std::move(what), event.by, event.seq.value(), event.t_ms};
    changed.push_back({event.edge.str(), std::string(kBarrierRows), standing.what.gate,
                       encode_barrier_row(standing)});
    return {};
}

const BarrierStanding* SignalBook::barrier(const std::string& gate) const {
    const auto found = barriers_.find(gate);
    return found == barriers_.end() ? nullptr : &found->second;
}

bool SignalBook::owns(std::string_view row_kind) {
    return row_kind == kBarrierRows;
}

Result<void> SignalBook::load(const StateRow& row) {
    TALLY_TRY_ASSIGN(barriers_[row.key], decode_barrier_row(row.value));
    return {};
}

void SignalBook::add_rows(const std::string& edge, std::vector<StateRow>& rows) const {
    for (const auto& [gate, standing] : barriers_) {
        rows.push_back({edge, std::string(kBarrierRows), gate, encode_barrier_row(standing)});
    }
}

}  // namespace tally

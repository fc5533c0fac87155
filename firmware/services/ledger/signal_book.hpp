// What an edge's ledger says about barriers: the order that stands for each gate. A fold of its
// events, part of the registers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "firmware/domain/ledger/event.hpp"
#include "firmware/messages/signal_data.hpp"
#include "firmware/ports/journal_rows.hpp"

namespace tally {

/// Single-threaded value. Same events in the same order give the same book.
class SignalBook {
 public:
    /// Folds one event; appends the state rows that changed.
    Result<void> apply(const Event& event, std::vector<StateRow>& changed);

    /// Null if no barrier of this gate was ever ordered.
    [[nodiscard]] const BarrierStanding* barrier(const std::string& gate) const;

    [[nodiscard]] static bool owns(std::string_view row_kind);
    Result<void> load(const StateRow& row);
    void add_rows(const std::string& edge, std::vector<StateRow>& rows) const;

 private:
    std::map<std::string, BarrierStanding> barriers_;
};

/// Kind of its state rows; key: the gate.
inline constexpr std::string_view kBarrierRows = "barrier";

}  // namespace tally

// The ledger as picking sees it.
#pragma once

#include "firmware/services/ledger/position_index.hpp"
#include "firmware/services/picking/picking.hpp"

namespace tally {

/// The ledger must outlive it.
class LedgerPickWork final : public PickWork {
 public:
    explicit LedgerPickWork(const Ledger& ledger) : ledger_(ledger) {}
    [[nodiscard]] const std::map<std::string, Task>& tasks() const override;
    [[nodiscard]] std::vector<const Task*> on_way(const std::string& cart) const override;
    /// One look at the positions that this place has ever had.
    [[nodiscard]] bool holds_goods(const std::string& place) const override;
    [[nodiscard]] bool is_left(const Task& task) const override;
    /// What told of it is asked of the movements of this run: carts wait for nothing older.
    [[nodiscard]] bool is_in_hand(const Task& task, const std::string& cart) const override;
    /// As its order is due, by the wall clock (due_ms()).
    [[nodiscard]] Urgency urgency_of(const Task& task) const override;

 private:
    const Ledger& ledger_;
    mutable PositionIndex by_place_{&PositionView::place};
};

}  // namespace tally

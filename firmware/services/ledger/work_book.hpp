// What an edge's ledger says about work: tasks for people, and how far each receipt has come. A
// fold of its events, part of the registers.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "firmware/domain/ledger/event.hpp"
#include "firmware/domain/task/task.hpp"
#include "firmware/messages/master.hpp"
#include "firmware/ports/journal_rows.hpp"
#include "firmware/services/ledger/receipt_book.hpp"

namespace tally {

/// A movement not long ago, for the rules that look at what has just changed.
struct RecentMove {
    std::uint64_t seq = 0;
    std::string item, sku, from, to;
    std::int64_t qty_milli = 0;
    std::string cause, by;
};

/// The key of the task that writes a unit, or a SKU at a place ("dock tea"), off: at most one
/// waits for a second person.
std::string write_off_key(const std::string& what);

/// A write-off for this reason says that the unit is spoilt, not that it is gone: seeing it
/// contradicts nothing.
inline constexpr std::string_view kDamageReason = "damage";

/// Single-threaded value. Same events in the same order give the same book.
class WorkBook {
 public:
    static constexpr std::size_t kFinishedMax = 256;  ///< finished tasks kept, the last to end
    static constexpr std::size_t kRecentMax = 4'096;  ///< movements remembered, not stored

    /// Folds one event; appends the state rows that changed. conflict or refused where a step does
    /// not fit its task; nothing has changed then.
    Result<void> apply(const Event& event, std::vector<StateRow>& changed);
    /// A pallet that an advice announces, as it stands after a master_changed.
    void expect(const std::string& edge, const PalletRecord& pallet,
                std::vector<StateRow>& changed) {
        receipts_.expect(edge, pallet, changed);
    }

    [[nodiscard]] const std::map<std::string, Task>& tasks() const { return tasks_; }
    /// The unfinished task of a key; null if there is none.
    [[nodiscard]] const Task* task_of_key(const std::string& key) const;
    /// Unfinished tasks whose goods are on their way on this cart (Task::via), by id.
    [[nodiscard]] const std::set<std::string>& on_way(const std::string& cart) const;

    [[nodiscard]] const ReceiptBook& receipts() const { return receipts_; }
    [[nodiscard]] const std::deque<RecentMove>& recent() const { return recent_; }

    [[nodiscard]] static bool owns(std::string_view row_kind);
    Result<void> load(const StateRow& row);
    void add_rows(const std::string& edge, std::vector<StateRow>& rows) const;

 private:
    Result<void> apply_task(const Event& event, std::vector<StateRow>& changed);
    void note_move(const Event& event);
    void note_seen(const Event& event, std::vector<StateRow>& changed);
    void keep(const std::string& edge, const Task& task, std::vector<StateRow>& changed);
    void note_way(const Task& task);
    void forget_oldest(const std::string& edge, std::vector<StateRow>& changed);

    std::map<std::string, Task> tasks_;
    std::map<std::string, std::string> by_key_;            ///< unfinished ones
    std::map<std::string, std::set<std::string>> on_way_;  ///< the same, by cart
    /// By the event that ended it; of rows without that by time opened, before all others.
    std::set<std::tuple<std::uint64_t, std::int64_t, std::string>> finished_;
    ReceiptBook receipts_;
    std::deque<RecentMove> recent_;
};

/// Kind of state rows; those of receipts are in receipt_book.hpp.
inline constexpr std::string_view kTaskRows = "task";

}  // namespace tally

// What an edge's ledger says about work: tasks for people, and how far each receipt has come. A
// fold of its events, part of the registers.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "firmware/domain/ledger/event.hpp"
#include "firmware/domain/task/task.hpp"
#include "firmware/messages/master.hpp"
#include "firmware/ports/journal_rows.hpp"

namespace tally {

/// A unit announced on a pallet.
struct ExpectedUnit {
    std::string asn, sscc;
    enum class State : std::uint8_t { awaited, came, came_damaged } state = State::awaited;

    bool operator==(const ExpectedUnit&) const = default;
};

/// What came for one line of an advice, units on pallets not among it.
struct ReceivedLine {
    std::int64_t good_milli = 0;
    std::int64_t damaged_milli = 0;

    bool operator==(const ReceivedLine&) const = default;
};

/// A movement not long ago, for the rules that look at what has just changed.
struct RecentMove {
    std::uint64_t seq = 0;
    std::string item, sku, from, to;
};

/// "asn:" and the number: the cause of what is received against an advice.
std::string asn_cause(const std::string& asn);

/// Single-threaded value. Same events in the same order give the same book.
class WorkBook {
 public:
    static constexpr std::size_t kFinishedMax = 256;  ///< finished tasks kept, the newest
    static constexpr std::size_t kRecentMax = 4'096;  ///< movements remembered, not stored

    /// Folds one event; appends the state rows that changed. conflict or refused where a step does
    /// not fit its task; nothing has changed then.
    Result<void> apply(const Event& event, std::vector<StateRow>& changed);
    /// A pallet that an advice announces, as it stands after a master_changed.
    void expect(const std::string& edge, const PalletRecord& pallet,
                std::vector<StateRow>& changed);

    [[nodiscard]] const std::map<std::string, Task>& tasks() const { return tasks_; }
    /// The unfinished task of a key; null if there is none.
    [[nodiscard]] const Task* task_of_key(const std::string& key) const;

    [[nodiscard]] const std::map<std::string, ExpectedUnit>& expected_units() const {
        return expected_;
    }
    using LineKey = std::pair<std::string, std::pair<std::string, std::string>>;  ///< asn, sku, lot
    [[nodiscard]] const std::map<LineKey, ReceivedLine>& received() const { return received_; }
    [[nodiscard]] bool is_closed(const std::string& asn) const { return closed_.contains(asn); }
    /// True for a unit whose presence follows from its pallet only.
    [[nodiscard]] bool is_inferred(const std::string& item) const {
        return inferred_.contains(item);
    }
    [[nodiscard]] const std::deque<RecentMove>& recent() const { return recent_; }

    [[nodiscard]] static bool owns(std::string_view row_kind);
    Result<void> load(const StateRow& row);
    void add_rows(const std::string& edge, std::vector<StateRow>& rows) const;

 private:
    Result<void> apply_task(const Event& event, std::vector<StateRow>& changed);
    void note_move(const Event& event, std::vector<StateRow>& changed);
    void note_expected(const Event& event, std::vector<StateRow>& changed);
    void note_inferred(const Event& event, std::vector<StateRow>& changed);
    void keep(const std::string& edge, const Task& task, std::vector<StateRow>& changed);
    void forget_oldest(const std::string& edge, std::vector<StateRow>& changed);

    std::map<std::string, Task> tasks_;
    std::map<std::string, std::string> by_key_;                ///< unfinished ones
    std::set<std::pair<std::int64_t, std::string>> finished_;  ///< by time opened
    std::map<std::string, ExpectedUnit> expected_;
    std::map<LineKey, ReceivedLine> received_;
    std::set<std::string> closed_;
    std::set<std::string> inferred_;
    std::deque<RecentMove> recent_;
};

/// Kinds of state rows.
inline constexpr std::string_view kTaskRows = "task";
inline constexpr std::string_view kExpectedRows = "expected_unit";
inline constexpr std::string_view kReceivedRows = "received_line";
inline constexpr std::string_view kClosedRows = "receipt_closed";
inline constexpr std::string_view kInferredRows = "inferred";

}  // namespace tally

// How far each receipt has come: what advices announced, and what came of it. A fold of the
// ledger's events, part of the work book.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/domain/ledger/event.hpp"
#include "firmware/messages/master.hpp"
#include "firmware/ports/journal_rows.hpp"

namespace tally {

/// A unit announced on a pallet.
struct ExpectedUnit {
    std::string asn, sscc;
    enum class State : std::uint8_t { awaited, came, came_damaged } state = State::awaited;
    bool inferred = false;  ///< it came, says its pallet; no evidence of its own yet

    bool operator==(const ExpectedUnit&) const = default;
};

/// What came for one line of an advice, units on pallets not among it.
struct ReceivedLine {
    std::int64_t good_milli = 0;
    std::int64_t damaged_milli = 0;

    bool operator==(const ReceivedLine&) const = default;
};

/// The line of an advice: its number, SKU, lot.
using AdviceLine = std::pair<std::string, std::pair<std::string, std::string>>;

/// A unit of no announced pallet that counts for a line of an advice.
struct CountedUnit {
    AdviceLine line;
    bool damaged = false;

    bool operator==(const CountedUnit&) const = default;
};

/// "asn:" and the number: the cause of what is received against an advice.
std::string asn_cause(const std::string& asn);

/// True for a movement that follows from a pallet's, without evidence of the unit's own.
bool is_inferred_move(const Event& event);

/// Single-threaded value. Same events in the same order give the same book.
class ReceiptBook {
 public:
    /// Folds one event; appends the state rows that changed.
    void apply(const Event& event, std::vector<StateRow>& changed);
    /// A pallet that an advice announces, as it stands after a master_changed. Units that an
    /// earlier record announced, this one does not, and that have not come are forgotten.
    void expect(const std::string& edge, const PalletRecord& pallet,
                std::vector<StateRow>& changed);
    /// The receipt of the advice is over.
    void close(const std::string& edge, const std::string& asn, std::vector<StateRow>& changed);

    [[nodiscard]] const std::map<std::string, ExpectedUnit>& expected_units() const {
        return expected_;
    }
    [[nodiscard]] const std::map<AdviceLine, ReceivedLine>& received() const { return received_; }
    [[nodiscard]] bool is_closed(const std::string& asn) const { return closed_.contains(asn); }
    /// Whether this unit, or counted goods with this tag, have come against the advice, on a pallet
    /// or beside it.
    [[nodiscard]] bool has_come(const std::string& asn, const std::string& unit) const;
    /// True for a unit whose last movement follows from its pallet only.
    [[nodiscard]] bool is_inferred(const std::string& item) const {
        return inferred_.contains(item);
    }

    [[nodiscard]] static bool owns(std::string_view row_kind);
    Result<void> load(const StateRow& row);
    void add_rows(const std::string& edge, std::vector<StateRow>& rows) const;

 private:
    void note_inferred(const Event& event, std::vector<StateRow>& changed);
    void note_announced(const Event& event, std::vector<StateRow>& changed);
    void note_loose(const Event& event, std::vector<StateRow>& changed);
    void count_unit(const Event& event, CountedUnit unit, std::vector<StateRow>& changed);
    void add_to_line(const std::string& edge, const CountedUnit& what, std::int64_t milli,
                     std::vector<StateRow>& changed);

    std::map<std::string, ExpectedUnit> expected_;
    std::set<std::pair<std::string, std::string>> on_pallet_;  ///< expected_ by SSCC and unit
    std::map<AdviceLine, ReceivedLine> received_;
    std::map<std::string, CountedUnit> counted_;  ///< by unit, while it is on this edge
    std::set<std::string> closed_;
    std::set<std::string> inferred_;
};

/// Kinds of state rows.
inline constexpr std::string_view kExpectedRows = "expected_unit";
inline constexpr std::string_view kReceivedRows = "received_line";
inline constexpr std::string_view kCountedUnitRows = "received_unit";
inline constexpr std::string_view kClosedRows = "receipt_closed";
inline constexpr std::string_view kInferredRows = "inferred";

}  // namespace tally

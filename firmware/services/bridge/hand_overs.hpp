// Hand-overs between edges as the bridge sees them: each has two halves, booked by the two edges
// that own the places. The first half to arrive is relayed to the other edge as a command; a half
// that stays alone is an anomaly (docs/adr/0003-data-model.md).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/base/time.hpp"
#include "firmware/domain/ledger/event.hpp"
#include "firmware/messages/hand_over.hpp"
#include "firmware/ports/journal_rows.hpp"

namespace tally {

/// The half that came first and waits for its other half.
struct OpenHandOver {
    enum class First { given, received };
    First first = First::given;
    std::string ref;   ///< the event of the first half
    std::string edge;  ///< that booked it
    HandOverNotice notice;
    std::string other_edge;  ///< that shall book the second half; empty: nobody holds the unit
    MonoTime since;          ///< when the bridge learnt of it, or started
    std::string anomaly;     ///< raised because it waits too long; empty: none yet
};

/// What one event asks for.
struct HandOverOutcome {
    struct Send {
        std::string edge;
        std::string type;  ///< "expect" or "release"
        HandOverNotice notice;
    };
    std::optional<Send> send;
    std::optional<std::string> resolved_anomaly;
    std::vector<StateRow> states;
};

/// Single-threaded value.
class HandOvers {
 public:
    /// Finds the edge, other than the given one, that has a unit at a real place; empty if none.
    using Holder = std::function<std::string(const std::string& item, const std::string& not_edge)>;

    explicit HandOvers(Holder holder) : holder_(std::move(holder)) {}

    /// Takes in an event of an edge's line that has just been applied.
    HandOverOutcome on_event(const Event& event, MonoTime now);

    [[nodiscard]] const std::map<std::string, OpenHandOver>& open() const { return open_; }
    /// The open hand-over of a unit, newest first half; null if none.
    [[nodiscard]] const OpenHandOver* of_item(const std::string& item) const;

    /// Those open longer than `limit` and without an anomaly yet.
    [[nodiscard]] std::vector<std::string> overdue(MonoTime now, Duration limit) const;
    /// Notes the anomaly of an overdue one; gives the row to store.
    StateRow note_anomaly(const std::string& ref, const std::string& anomaly);

    /// A stored row, at start-up.
    Result<void> load(const StateRow& row, MonoTime now);

 private:
    StateRow to_row(const OpenHandOver& open) const;
    HandOverOutcome close(const std::string& ref);
    [[nodiscard]] bool has_gone_on(const Event& event) const;
    HandOverOutcome first_half(const Event& event, OpenHandOver::First first, MonoTime now);

    Holder holder_;
    std::map<std::string, OpenHandOver> open_;  ///< by ref
    std::set<std::string> early_;               ///< refs whose second half came first
};

}  // namespace tally

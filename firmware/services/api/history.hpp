// Questions about the past, answered from stored events: one unit's trace, a gate's log, and why a
// gate decided as it did about a unit.
#pragma once

#include <deque>
#include <functional>
#include <list>
#include <string>
#include <vector>

#include "firmware/domain/ledger/event.hpp"
#include "firmware/messages/event_data.hpp"
#include "firmware/ports/journal.hpp"
#include "firmware/services/ledger/registers.hpp"

namespace tally {

/// A stored event, decoded, with the text that was hashed.
struct PastEvent {
    Event event;
    std::string canonical;

    [[nodiscard]] std::string ref() const { return event_ref(event.edge, event.epoch, event.seq); }
};

using PastEvents = std::vector<PastEvent>;
using PastReply = std::function<void(Result<PastEvents>)>;

inline constexpr std::size_t kPastEventsMax = 10'000;  ///< in one answer

/// The questions that read the journal. Single-threaded; its end forgets those under way, and the
/// journal must not answer afterwards.
class History {
 public:
    explicit History(Journal& journal) : journal_(journal) {}

    /// Every event of a unit, of one edge or (empty) of all, each after its cause. Reads in slices,
    /// so that the loop never stalls.
    void trace_unit(const EdgeId& edge, const std::string& item, PastReply reply);

    /// The newest events of a gate, oldest first. Looks back in growing windows.
    struct GateQuestion {
        EdgeId edge;
        GateId gate;
        Seq newest;  ///< where the line of the edge ends
        std::size_t limit = 0;
    };
    void gate_events(GateQuestion question, PastReply reply);

 private:
    struct Trace {
        RowQuery query;
        PastReply reply;
        PastEvents events{};
    };
    /// Rows (from, newest] of a line, in slices; if they hold too few events of the gate, again
    /// from further back.
    struct LookBack {
        GateQuestion question;
        PastReply reply;
        std::uint64_t window = 4'096;
        std::uint64_t from = 0;
        std::deque<PastEvent> found{};
    };
    using TraceAt = std::list<Trace>::iterator;
    using LookAt = std::list<LookBack>::iterator;

    void next_slice(TraceAt trace);
    void end(TraceAt trace, Result<PastEvents> events);
    void look_from_window(LookAt back);
    void look(LookAt back, std::uint64_t after);
    void take_rows(LookAt back, std::vector<FoundRow> rows);
    void end(LookAt back, Result<PastEvents> events);

    Journal& journal_;
    std::list<Trace> traces_;
    std::list<LookBack> looks_;
};

/// True if the event's evidence comes from this gate.
bool is_of_gate(std::string_view canonical, const GateId& gate);

/// `data` of the trace. `now` is where the unit is, as canonical object; empty: the book has it
/// nowhere.
std::string trace_data(const std::string& item, const PastEvents& events, std::string_view now,
                       const std::vector<OpenAnomaly>& anomalies);

/// `data` of a gate's log.
std::string gate_log_data(const GateId& gate, const PastEvents& events);

/// What is known besides events when somebody asks why.
struct WhyFacts {
    GateId gate;
    std::string item;
    enum class Present : std::uint8_t { no, yes, unknown } present = Present::unknown;
    std::vector<OpenAnomaly> anomalies;
    std::vector<BlindData> blind;  ///< of the gate's reader, now
};

/// `data` of "why": the newest decision of this gate about this unit in words, with its evidence.
std::string gate_why_data(const WhyFacts& facts, const PastEvents& events_of_unit);

}  // namespace tally

#include "sim/checkers/evidence_checks.hpp"

#include <map>
#include <tuple>

#include "firmware/messages/event_data.hpp"
#include "firmware/messages/event_json.hpp"
#include "firmware/messages/shelf_data.hpp"
#include "sim/checkers/stored.hpp"

namespace tally::sim {

namespace {

// A stable weight is rounded to the division of 1 g, twice where it is net of a tare.
constexpr std::int64_t kRoundingMg = 2'000;

std::string name(const Event& event) {
    return event.edge.str() + ":" + std::to_string(event.epoch.value()) + ":" +
           std::to_string(event.seq.value()) + " (" + std::string(to_string(event.type)) + ")";
}

bool is_by_device(const Event& event) {
    return event.by.rfind("device:", 0) == 0;
}

/// A child that was not read itself is booked on its pallet's evidence.
bool is_inferred(const Event& event) {
    return event.by == "rule:pallet";
}

struct Uses {
    std::uint64_t reads = 0;
    Event last;
};
/// What sightings, and what passages (decided by a rule), rest on, of each reader and tag.
using Used = std::map<std::tuple<std::string, std::string, bool>, Uses>;

/// One passage may be two bookings, the first of them of what nobody had seen before.
bool is_same_passage(const Event& event, const Event& last) {
    return !event.cause.empty() && event.evidence == last.evidence &&
           event.cause == event_ref(last.edge, last.epoch, last.seq);
}

void check_reads(const Event& event, const GateEvidence& evidence, const Perceived& perceived,
                 Used& used, Findings& findings) {
    if (is_inferred(event)) {
        return;
    }
    const std::uint64_t heard = perceived.reads(evidence.device, event.item.str());
    Uses& uses = used[{evidence.device, event.item.str(), evidence.rule.empty()}];
    uses.reads += is_same_passage(event, uses.last) ? 0 : evidence.n;
    uses.last = event;
    if (evidence.n == 0 || heard < uses.reads) {
        findings.push_back(
            {"evidence.reads", name(event) + " rests on " + std::to_string(evidence.n) +
                                   " reads of " + event.item.str() + ", with those before it on " +
                                   std::to_string(uses.reads) + ", and " + evidence.device +
                                   " heard it " + std::to_string(heard) + " times"});
    }
}

void check_weight(const Event& event, const Perceived& perceived, Findings& findings) {
    const auto data = decode_shelf_data(event.data);
    const auto evidence = decode_shelf_evidence(event.evidence);
    if (!data || !evidence || event.qty.milli == 0) {
        return;
    }
    if (!perceived.weight(data->slot, evidence->after_mg, kRoundingMg)) {
        findings.push_back(
            {"evidence.weight", name(event) + " rests on " + std::to_string(evidence->after_mg) +
                                    " mg, which slot " + data->slot + " never carried"});
    }
}

}  // namespace

Findings check_evidence(host::SqliteStore& disk, const std::string& edge, const SiteLayout& site,
                        const Perceived& perceived) {
    Findings findings;
    Used used;
    for (const JournalRow& row : stored_rows(disk, edge, Span::line)) {
        const auto event = decode_event(row.canonical);
        if (!event) {
            continue;  // "line.text" says so.
        }
        const bool moves = !event->from.empty() && event->from != event->to;
        if (event->evidence.empty()) {
            if (moves && is_by_device(*event)) {
                findings.push_back({"evidence.missing", name(*event) + " has none"});
            }
            continue;
        }
        if (event->type == EventType::shelf_changed) {
            check_weight(*event, perceived, findings);
        } else if (const auto gate = decode_gate_evidence(event->evidence);
                   gate && site.find_gate(GateId(gate->gate)) != nullptr) {
            check_reads(*event, *gate, perceived, used, findings);
        }
    }
    return findings;
}

}  // namespace tally::sim

#include "sim/checkers/evidence_checks.hpp"

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

void check_reads(const Event& event, const GateEvidence& evidence, const Perceived& perceived,
                 Findings& findings) {
    const bool own = !is_inferred(event);
    const std::uint64_t heard = perceived.reads(evidence.device, event.item.str());
    if (own && (evidence.n == 0 || heard < evidence.n)) {
        findings.push_back({"evidence.reads", name(event) + " rests on " +
                                                  std::to_string(evidence.n) + " reads of " +
                                                  event.item.str() + ", and " + evidence.device +
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
            check_reads(*event, *gate, perceived, findings);
        }
    }
    return findings;
}

}  // namespace tally::sim

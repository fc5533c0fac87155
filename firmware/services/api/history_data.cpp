// History: its answers as canonical JSON.
#include <algorithm>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/services/api/history.hpp"

namespace tally {

namespace {

void write_anomalies(CanonicalWriter& w, const std::vector<OpenAnomaly>& anomalies) {
    w.key("anomalies").begin_array();
    for (const OpenAnomaly& open : anomalies) {
        w.begin_object().key("id").text(open.id).key("kind").text(open.what.kind);
        w.key("next").text(open.what.next).key("text").text(open.what.text).end_object();
    }
    w.end_array();
}

GateEvidence evidence_of(const Event& event) {
    if (event.evidence.empty()) {
        return {};
    }
    return decode_gate_evidence(event.evidence).value_or(GateEvidence());
}

void write_gate_row(CanonicalWriter& w, const PastEvent& past) {
    const Event& event = past.event;
    const GateEvidence evidence = evidence_of(event);
    w.begin_object().key("antenna").integer(evidence.antenna);
    w.key("device").text(evidence.device).key("direction").text(evidence.direction);
    w.key("from").text(event.from.str()).key("item").text(event.item.str());
    w.key("n").integer(evidence.n).key("ref").text(past.ref());
    if (evidence.rssi_cdbm) {
        w.key("rssi_cdbm").integer(*evidence.rssi_cdbm);
    }
    w.key("rule").text(evidence.rule).key("t_ms").integer(event.t_ms);
    w.key("to").text(event.to.str()).key("type").text(to_string(event.type));
    w.key("why").text(evidence.why).end_object();
}

/// The newest event in which the gate said more than "seen".
const PastEvent* decision_in(const PastEvents& events, const GateId& gate) {
    const auto found = std::find_if(events.rbegin(), events.rend(), [&](const PastEvent& past) {
        const GateEvidence evidence = evidence_of(past.event);
        return evidence.gate == gate.str() && !evidence.direction.empty();
    });
    return found == events.rend() ? nullptr : &*found;
}

std::string verdict_text(const WhyFacts& facts, const PastEvent* decision,
                         const PastEvent* newest) {
    if (decision != nullptr) {
        const GateEvidence evidence = evidence_of(decision->event);
        return "decided '" + evidence.direction + "' by rule '" + evidence.rule +
               "': " + evidence.why;
    }
    if (newest != nullptr) {
        return "seen at this gate, but no passage of it was booked: it may still stand here, or it "
               "came near and went back";
    }
    if (!facts.blind.empty()) {
        return "never seen at this gate; its reader is blind now (" + facts.blind.front().cause +
               "), so that says little";
    }
    return "never seen at this gate";
}

std::string_view to_string(WhyFacts::Present present) {
    switch (present) {
        case WhyFacts::Present::no:
            return "no";
        case WhyFacts::Present::yes:
            return "yes";
        case WhyFacts::Present::unknown:
            return "unknown";
    }
    return "unknown";
}

}  // namespace

std::string trace_data(const std::string& item, const PastEvents& events, std::string_view now,
                       const std::vector<OpenAnomaly>& anomalies) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object();
    write_anomalies(w, anomalies);
    w.key("events").begin_array();
    for (const PastEvent& past : events) {
        w.verbatim(past.canonical);
    }
    w.end_array().key("item").text(item);
    if (!now.empty()) {
        w.key("now").verbatim(now);
    }
    w.end_object();
    return out;
}

std::string gate_log_data(const GateId& gate, const PastEvents& events) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("gate").text(gate.str()).key("rows").begin_array();
    for (const PastEvent& past : events) {
        write_gate_row(w, past);
    }
    w.end_array().end_object();
    return out;
}

std::string gate_why_data(const WhyFacts& facts, const PastEvents& events_of_unit) {
    PastEvents here;
    std::copy_if(events_of_unit.begin(), events_of_unit.end(), std::back_inserter(here),
                 [&](const PastEvent& past) { return is_of_gate(past.canonical, facts.gate); });
    const PastEvent* decision = decision_in(here, facts.gate);
    std::string out;
    CanonicalWriter w(out);
    w.begin_object();
    write_anomalies(w, facts.anomalies);
    w.key("blind").begin_array();
    for (const BlindData& blind : facts.blind) {
        w.begin_object().key("antenna").integer(blind.antenna).key("cause").text(blind.cause);
        w.key("text").text(blind.text).end_object();
    }
    w.end_array().key("gate").text(facts.gate.str()).key("item").text(facts.item);
    w.key("present").text(to_string(facts.present)).key("rows").begin_array();
    for (const PastEvent& past : here) {
        write_gate_row(w, past);
    }
    w.end_array().key("verdict");
    w.text(verdict_text(facts, decision, here.empty() ? nullptr : &here.back())).end_object();
    return out;
}

}  // namespace tally

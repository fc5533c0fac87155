// EdgeApi: how the box, its readers and its sync do.
#include <algorithm>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/services/api/edge_api.hpp"
#include "firmware/services/api/fleet_findings.hpp"
#include "firmware/services/api/printer_findings.hpp"

namespace tally {

namespace {

using Level = Finding::Level;

Finding reader_finding(const ReaderView& reader) {
    const ReaderHealth& health = reader.gates.health();
    const std::string id = reader.gates.reader().str();
    if (health.blind) {
        return {Level::error, "reader", id,
                "cannot tell what passes (" + std::string(to_string(health.blind->cause)) +
                    "): " + health.blind->text,
                "check power and cable of the reader at " + reader.address + ", then its settings"};
    }
    if (!health.blind_antennas.empty()) {
        return {Level::warning, "reader", id,
                "antenna " + std::to_string(health.blind_antennas.front().antenna) +
                    " cannot hear: " + health.blind_antennas.front().text,
                "check the antenna's cable"};
    }
    if (health.reads_lost > 0) {
        return {Level::warning, "reader", id,
                std::to_string(health.reads_lost) + " reads were lost: the queue was full",
                "look at the box's load"};
    }
    return {Level::ok, "reader", id, reader.status(), {}};
}

Finding sync_finding(const OutboxHealth& health, const std::string& broker) {
    if (health.diverged) {
        return {Level::error, "sync", broker, "the bridge holds other stock than this edge",
                "tally stock verify, then tally sync resync"};
    }
    if (health.phase != OutboxHealth::Phase::streaming) {
        return {Level::warning, "sync", broker,
                health.trouble.empty()
                    ? "not connected yet: " + std::string(to_string(health.phase))
                    : health.trouble,
                "check broker " + broker + ", its user and password; gates go on, " +
                    std::to_string(health.depth) + " events wait"};
    }
    return {Level::ok,
            "sync",
            broker,
            "streaming; " + std::to_string(health.depth) + " events are not yet acknowledged",
            {}};
}

std::int64_t ms(Duration duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

void write_outbox(CanonicalWriter& w, const OutboxHealth& health) {
    w.key("acknowledged").number(health.acknowledged.value());
    w.key("batches_resent").number(health.batches_resent);
    w.key("batches_sent").number(health.batches_sent).key("depth").number(health.depth);
    w.key("diverged").boolean(health.diverged);
}

}  // namespace

std::vector<Finding> EdgeApi::findings() const {
    const BoxFacts box = view_.box();
    std::vector<Finding> all{ledger_finding(view_.ledger.queue())};
    for (const ReaderView& reader : view_.readers) {
        all.push_back(reader_finding(reader));
    }
    for (const PlaceId& slot : view_.shelves->slots()) {
        if (const auto& blind = view_.shelves->health(slot)->blind) {
            all.push_back({Level::error, "slot", slot.str(),
                           "cannot tell what stands there (" +
                               std::string(to_string(blind->fault)) + "): " + blind->text,
                           "tally shelf ls"});
        }
    }
    for (const GateLayout& gate : view_.site.gates_of(view_.ledger.edge())) {
        const SignalHealth* signal = view_.signals->health(gate.id);
        if (signal != nullptr && signal->read && signal->read->fault != SignalFault::none) {
            all.push_back({Level::error, "signal", gate.id.str(),
                           "light stack or barrier is not to be relied on (" +
                               std::string(to_string(signal->read->fault)) +
                               "): " + signal->read->text,
                           "tally gate ls"});
        }
    }
    for (Finding& finding : printer_findings(view_.tags, view_.ledger.registers().tags())) {
        all.push_back(std::move(finding));
    }
    if (!view_.fleet_problem.empty()) {
        all.push_back(no_fleet_finding(view_.fleet_problem));
    }
    if (view_.fleet) {
        for (Finding& finding : fleet_findings(*view_.fleet)) {
            all.push_back(std::move(finding));
        }
    }
    all.push_back(sync_finding(view_.outbox.health(), box.broker));
    all.push_back(anomaly_finding(view_.ledger.registers().anomalies().size()));
    for (Finding& finding : box_findings(box)) {
        all.push_back(std::move(finding));
    }
    return all;
}

ApiReply EdgeApi::status() {
    const std::vector<Finding> all = findings();
    const Ledger& ledger = view_.ledger;
    const OutboxHealth sync = view_.outbox.health();
    const bool healthy = !is_degraded(all);
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("anomalies_open").number(ledger.registers().anomalies().size());
    w.key("edges").begin_array().begin_object();
    w.key("depth").number(sync.depth).key("durable_seq").number(ledger.durable_seq().value());
    w.key("edge").text(ledger.edge().str()).key("epoch").number(ledger.line().epoch().value());
    w.key("seq").number(ledger.line().seq().value());
    w.key("state").text(to_string(sync.phase)).end_object().end_array();
    write_findings(w, "findings", all, Level::warning);
    w.key("healthy").boolean(healthy).key("items").number(ledger.book().item_count());
    w.key("role").text("edge").key("site").text(view_.site.id.str());
    w.key("version").text(view_.box().version).end_object();
    return ok("status", data, healthy ? "tally stock ls" : "tally doctor");
}

ApiReply EdgeApi::doctor() {
    const std::vector<Finding> all = findings();
    std::string data;
    CanonicalWriter w(data);
    w.begin_object();
    write_findings(w, "findings", all, Level::ok);
    w.key("healthy").boolean(!is_degraded(all)).end_object();
    const auto first = std::find_if(all.begin(), all.end(), [](const Finding& finding) {
        return finding.level >= Level::warning;
    });
    return ok("doctor", data, first == all.end() ? std::string_view() : first->next);
}

ApiReply EdgeApi::readers() {
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("rows").begin_array();
    for (const ReaderView& reader : view_.readers) {
        const ReaderHealth& health = reader.gates.health();
        const bool blind = health.blind.has_value() || !health.blind_antennas.empty();
        const std::string why = health.blind                     ? health.blind->text
                                : !health.blind_antennas.empty() ? health.blind_antennas[0].text
                                                                 : std::string();
        w.begin_object().key("address").text(reader.address).key("blind").boolean(blind);
        w.key("edge").text(view_.ledger.edge().str());
        w.key("reader").text(reader.gates.reader().str()).key("reads").number(health.reads);
        w.key("reads_lost").number(health.reads_lost).key("status").text(reader.status());
        w.key("text").text(why).end_object();
    }
    w.end_array().end_object();
    return ok("readers", data, "tally doctor");
}

ApiReply EdgeApi::sync() {
    const OutboxHealth health = view_.outbox.health();
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("role").text("edge").key("rows").begin_array().begin_object();
    write_outbox(w, health);
    w.key("edge").text(view_.ledger.edge().str());
    w.key("epoch").number(view_.ledger.line().epoch().value());
    w.key("oldest_age_ms").integer(ms(health.oldest_age));
    w.key("seq").number(view_.ledger.durable_seq().value());
    w.key("state").text(to_string(health.phase)).key("trouble").text(health.trouble);
    w.end_object().end_array().end_object();
    return ok("sync", data, health.diverged ? "tally sync resync" : "");
}

}  // namespace tally

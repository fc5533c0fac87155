// Run: the judges, while work goes on and at the end.
#include <algorithm>

#include <fmt/format.h>

#include "sim/checkers/evidence_checks.hpp"
#include "sim/checkers/ledger_checks.hpp"
#include "sim/checkers/order_checks.hpp"
#include "sim/checkers/promise_checks.hpp"
#include "sim/scenarios/run_state.hpp"

namespace tally::sim {

namespace {

constexpr std::size_t kFindingsMax = 50;
// What producers may add after the queue has said that it is full: one turn of every device.
constexpr std::size_t kTurnRows = 2'048;

}  // namespace

void Run::find(std::string checker, std::string text) {
    if (report_.findings.size() < kFindingsMax) {
        note("FINDING " + checker + ": " + text);
        report_.findings.push_back({std::move(checker), std::move(text)});
    }
}

void Run::add_findings(Findings more) {
    for (Finding& finding : more) {
        const bool known =
            std::any_of(report_.findings.begin(), report_.findings.end(), [&](const Finding& each) {
                return each.checker == finding.checker && each.text == finding.text;
            });
        if (!known) {
            find(std::move(finding.checker), std::move(finding.text));
        }
    }
}

void Run::check_books() {
    for (const std::string& edge : edges_) {
        for (const std::string& box : {edge, std::string("bridge")}) {
            if (host::SqliteStore* const disk = site_.find_disk(box)) {
                add_findings(check_stock(*disk, edge));
                if (of("work.orders_per_hour") > 0) {
                    add_findings(check_promises(*disk, edge));
                }
            }
        }
    }
}

/// What a box promised before it died it must have on its disk now. A disk that was exchanged
/// cannot: what was promised from another one went with it.
void Run::check_at_rest(const std::string& box) {
    if (box == "broker" || site_.disks_exchanged(box) > 0) {
        return;
    }
    host::SqliteStore* const disk = site_.find_disk(box);
    if (box != "bridge") {
        add_findings(check_told_at_rest(site_.witness(), disk, box));
        check_till(box);
        return;
    }
    for (const std::string& edge : edges_) {
        add_findings(check_acknowledged_at_rest(site_.witness(), disk, edge));
    }
}

/// What the till was told stands on the disk of the edge that told it.
void Run::check_till(const std::string& edge) {
    host::SqliteStore* const disk = work_.till() == nullptr ? nullptr : site_.find_disk(edge);
    if (disk != nullptr && site_.disks_exchanged(edge) == 0) {
        add_findings(check_orders_taken(*disk, edge, work_.till()->taken(EdgeId(edge))));
    }
}

void Run::check_queue(const std::string& what, const std::string& owner, std::size_t depth,
                      std::size_t bound) {
    QueuePeak& peak = report_.queues[what];
    peak.depth = std::max(peak.depth, depth);
    peak.bound = bound;
    if (depth > bound) {
        add_findings({{"queue.bound", fmt::format("{} of {}: {}, above the {} that are stated",
                                                  what, owner, depth, bound)}});
    }
}

/// I7. Queues in memory have bounds, whatever happens; what is durable may grow with the disk.
void Run::check_queues() {
    const auto broker_max = static_cast<std::size_t>(of("broker.queued_messages_max"));
    // One message may be on its way twice.
    check_queue("messages to a client", "broker", site_.broker().queued_most(), broker_max + 1);
    for (const std::string& edge : edges_) {
        if (site_.is_up("bridge")) {
            check_queue("batches at the bridge", edge,
                        site_.bridge().edges().at(EdgeId(edge))->backlog.size(),
                        EdgeLink::kBacklogMax);
        }
        if (site_.is_up(edge)) {
            check_queues_of(edge);
        }
    }
}

void Run::check_queues_of(const std::string& edge) {
    EdgeSite& box = site_.edge(edge);
    check_queue("rows for the disk", edge, box.ledger().queue().waiting_rows(),
                CommitLimits{}.waiting_rows_max + kTurnRows);
    check_queue("batches in flight", edge, box.outbox().health().in_flight,
                OutboxOptions{}.window_batches_max);
    for (const ReaderUnit& unit : box.readers()) {
        check_queue("reads", unit.gates->reader().str(), unit.gates->queued_reads(),
                    GateService::kQueuedReadsMax);
    }
    const Registers& registers = box.ledger().registers();
    check_queue("movements remembered", edge, registers.work().recent().size(),
                WorkBook::kRecentMax);
    for (const auto& [device, spans] : registers.ended_spans()) {
        check_queue("blind spans remembered", device, spans.size(), Registers::kEndedSpansMax);
    }
}

/// Who tells the bridge its events for a while and is heard is not said to be gone: an old will is
/// nobody's.
void Run::check_presence() {
    constexpr int kLooksMax =
        8;  // of 5 s each: above the time that a dead connection takes to show
    constexpr Duration kCalm = std::chrono::minutes(2);
    const MonoTime now = site_.kernel().now();
    const auto calm = [&](const std::string& box) {
        return site_.is_up(box) && now - troubles_.undisturbed_since(box) > kCalm;
    };
    for (const std::string& edge : edges_) {
        const bool wrong =
            calm(edge) && calm("bridge") && calm("broker") && site_.bridge().connected() &&
            site_.edge(edge).outbox().health().phase == OutboxHealth::Phase::streaming &&
            site_.edge(edge).outbox().health().depth == 0 &&
            !site_.bridge().edges().at(EdgeId(edge))->online;
        gone_[edge] = wrong ? gone_[edge] + 1 : 0;
        if (gone_[edge] == kLooksMax) {
            find("presence.wrong",
                 "edge " + edge + " streams, and the bridge has said for 40 s that it is gone");
        }
    }
}

void Run::check_while_running() {
    check_books();
    add_findings(watch_.findings());
}

void Run::check_delivery(const std::string& edge) {
    if (site_.find_disk(edge) == nullptr || site_.find_disk("bridge") == nullptr) {
        return;  // Said by the box that did not start, and by check_at_rest().
    }
    host::SqliteStore& disk = site_.disk(edge);
    host::SqliteStore& bridge = site_.disk("bridge");
    const std::size_t exchanged = site_.disks_exchanged(edge);
    const bool bridge_exchanged = site_.disks_exchanged("bridge") > 0;
    add_findings(check_equal(disk, bridge, edge));
    add_findings(check_epochs(disk, edge, exchanged));
    if (!(bridge_exchanged && exchanged > 0)) {  // Else both may have forgotten the same.
        add_findings(check_acknowledged(site_.witness(), bridge, edge));
    }
    Findings told = check_told(site_.witness(), disk, bridge, edge);
    if (exchanged > 0) {  // What was told and heard by nobody went with the disk.
        std::erase_if(told, [](const Finding& each) { return each.checker == "told.kept"; });
    } else {
        add_findings(check_durable(site_.witness(), disk, edge));
    }
    add_findings(std::move(told));
}

/// I10.
void Run::check_errors() {
    std::vector<std::string> boxes = edges_;
    boxes.emplace_back("bridge");
    for (const std::string& box : boxes) {
        for (const std::string& error : site_.node(box).errors()) {
            const bool expected = std::any_of(
                scenario_.expected_errors.begin(), scenario_.expected_errors.end(),
                [&](const std::string& part) { return error.find(part) != std::string::npos; });
            if (!expected) {
                add_findings({{"error.unexpected", box + " reported: " + error}});
            }
        }
    }
}

void Run::check_at_end() {
    add_findings(watch_.findings());
    check_books();
    const Perceived perceived{
        [this](const std::string& reader, const std::string& tag) {
            return site_.devices().heard(reader).of(tag);
        },
        [this](const std::string& slot, std::int64_t mg, std::int64_t tolerance_mg) {
            return goods_.carried(slot, mg, tolerance_mg);
        }};
    for (const std::string& edge : edges_) {
        check_delivery(edge);
        check_till(edge);
        if (host::SqliteStore* const disk = site_.find_disk(edge)) {
            add_findings(check_evidence(*disk, edge, site_.site(), perceived));
        }
        if (site_.is_up(edge)) {
            report_.ledger_events += site_.edge(edge).ledger().line().seq().value();
        }
    }
    check_errors();
    for (const std::string& fatal : site_.fatal()) {
        find("fatal", fatal);
    }
}

}  // namespace tally::sim

// Run: the judges, while work goes on and at the end.
#include <algorithm>

#include <fmt/format.h>

#include "sim/checkers/evidence_checks.hpp"
#include "sim/checkers/ledger_checks.hpp"
#include "sim/checkers/order_checks.hpp"
#include "sim/checkers/promise_checks.hpp"
#include "sim/checkers/report_checks.hpp"
#include "sim/scenarios/run_state.hpp"

namespace tally::sim {

void Run::find(std::string checker, std::string text) {
    add_findings({{std::move(checker), std::move(text)}});
}

void Run::add_findings(const Findings& more) {
    for (const Finding& finding : more) {
        log_.find(site_.kernel().now(), finding, site_.kernel().trace());
    }
}

void Run::check_books() {
    const bool has_orders = of("work.orders_per_hour") + of("work.till_orders_per_hour") > 0;
    for (const std::string& edge : edges_) {
        for (const std::string& box : {edge, std::string("bridge")}) {
            if (host::SqliteStore* const disk = site_.find_disk(box)) {
                add_findings(check_stock(*disk, edge));
                if (has_orders) {
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
        add_findings(check_orders_cancelled(*disk, edge, work_.till()->cancelled(EdgeId(edge))));
    }
}

/// Site time passes, and after every event the queues are looked at that it may have filled.
void Run::run_for(Duration span) {
    site_.run_until(
        [this] {
            check_queues();
            return false;
        },
        span);
    check_memories();
    add_findings(queues_.take_findings());
    if (floor_) {
        add_findings(floor_->take_findings());
    }
}

/// What waits, asked of those who keep it: it can be seen nowhere else.
void Run::check_queues() {
    using Queue = QueueWatch::Queue;
    queues_.look(Queue::client_messages, "broker", site_.broker().queued_most());
    BridgeService* const bridge = site_.running_bridge();
    // Who comes up with an empty disk is told once more what is there.
    std::erase_if(open_edges_, [&](const std::string& name) { return !site_.is_open(name); });
    site_.for_each_running_edge([&](const std::string& name, EdgeSite& box) {
        const std::size_t rows = box.ledger().queue().waiting_rows();
        if (box.ledger().opening_epoch()) {
            open_edges_.erase(name);  // All that the bridge does not hold is written once more.
        }
        const bool is_open = open_edges_.contains(name);
        const std::size_t sweep = QueueWatch::sweep_rows(box.work().orders.book().open_count());
        const std::size_t line = is_open ? 0 : box.ledger().line().seq().value();
        queues_.look(is_open ? Queue::disk_rows : Queue::opening_rows, name, rows, sweep + line);
        if (!is_open && rows == 0 && work_.opened(name)) {
            open_edges_.insert(name);
        }
        for (const ReaderUnit& unit : box.readers()) {
            queues_.look(Queue::reads, name, unit.gates->queued_reads());
        }
    });
    if (bridge != nullptr) {
        for (const auto& [edge, link] : bridge->edges()) {
            queues_.look(Queue::bridge_batches, edge.str(), link->backlog.size());
        }
    }
}

/// What fills slowly.
void Run::check_memories() {
    using Queue = QueueWatch::Queue;
    site_.for_each_running_edge([&](const std::string& name, EdgeSite& box) {
        queues_.look(Queue::batches, name, box.outbox().health().in_flight);
        const Registers& registers = box.ledger().registers();
        queues_.look(Queue::movements, name, registers.work().recent().size());
        for (const auto& [device, spans] : registers.ended_spans()) {
            queues_.look(Queue::blind_spans, device, spans.size());
        }
    });
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
    add_findings(told);
}

/// I10.
void Run::check_errors() {
    std::vector<std::string> boxes = edges_;
    boxes.emplace_back("bridge");
    const std::vector<std::string> expected = expected_errors(scenario_, draws_);
    for (const std::string& box : boxes) {
        add_findings(sim::check_errors(box, site_.node(box).errors(), expected));
    }
}

/// What the scenario is there to show was said.
void Run::check_said_enough() {
    Said said;
    for (const std::string& edge : edges_) {
        if (host::SqliteStore* const disk = site_.find_disk(edge)) {
            count_said(*disk, edge, said);
        }
    }
    if (host::SqliteStore* const disk = site_.find_disk("bridge")) {
        count_said(*disk, "bridge", said);
    }
    add_findings(check_said(said, scenario_.said_at_least));
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
    check_said_enough();
    for (const std::string& fatal : site_.fatal()) {
        find("fatal", fatal);
    }
}

}  // namespace tally::sim

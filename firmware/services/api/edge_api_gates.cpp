// EdgeApi: the gates, with their light stacks and barriers.
#include <algorithm>
#include <optional>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/request_body.hpp"
#include "firmware/services/api/edge_api.hpp"
#include "firmware/services/api/request_values.hpp"

namespace tally {

namespace {

/// What a light is, or that it is not known.
std::string_view name_of(const std::optional<Light>& light) {
    return light ? to_string(*light) : "unknown";
}

/// The members from "barrier" to "barrier_order", which sort before the gate's own.
void write_barrier(CanonicalWriter& w, const SignalHealth& health,
                   const BarrierStanding* standing) {
    const bool is_read = health.read.has_value();
    w.key("barrier").text(to_string(is_read ? health.read->barrier : BarrierPosition::unknown));
    if (standing != nullptr) {
        w.key("barrier_by").text(standing->by).key("barrier_held").boolean(standing->what.held);
        w.key("barrier_order").text(to_string(standing->what.order));
    }
}

}  // namespace

ApiReply EdgeApi::gates() {
    std::string data;
    CanonicalWriter w(data);
    w.begin_object().key("rows").begin_array();
    const Registers& registers = view_.ledger.registers();
    for (const GateLayout& gate : view_.site.gates_of(view_.ledger.edge())) {
        const auto found = view_.inventory.counts().find(gate.id);
        const GateCounts counts =
            found == view_.inventory.counts().end() ? GateCounts() : found->second;
        const bool blind =
            std::any_of(registers.blind().begin(), registers.blind().end(),
                        [&](const auto& span) { return span.first.first == gate.reader.str(); });
        const GateTracker* watched = tracker(gate.id);
        const SignalSetup* signal = view_.signals->setup(gate.id);
        const SignalHealth* health = view_.signals->health(gate.id);
        w.begin_object();
        if (signal != nullptr && signal->barrier) {
            write_barrier(w, *health, registers.signals().barrier(gate.id.str()));
        }
        w.key("blind").boolean(blind).key("edge").text(gate.edge.str());
        w.key("foreign_tags").number(counts.foreign_tags).key("gate").text(gate.id.str());
        w.key("inner").text(gate.inner.str());
        if (signal != nullptr) {
            w.key("light").text(name_of(health->told)).key("light_read");
            w.text(name_of(health->read ? health->read->light : std::nullopt));
        }
        w.key("outer").text(gate.outer.str()).key("passages").number(counts.passages);
        w.key("present").number(watched == nullptr ? 0 : watched->presence().present_count());
        w.key("reader").text(gate.reader.str()).key("sightings").number(counts.sightings);
        if (signal != nullptr) {
            w.key("signal").text(signal->id.str()).key("signal_text");
            w.text(health->read ? health->read->text : std::string());
        }
        w.key("undecided").number(counts.undecided).end_object();
    }
    w.end_array().end_object();
    return ok("gates", data, "tally gate log GATE");
}

ApiReply EdgeApi::order_barrier(const ApiCall& call) {
    const std::string help = "tally gate barrier --help";
    const auto body = read_request_body(call.body, {"order", "reason"});
    if (!body) {
        return error_reply(body.error(), help);
    }
    const auto order = needed_text(*body, "order");
    const auto reason = needed_text(*body, "reason");
    if (!order || !reason) {
        return error_reply(order ? reason.error() : order.error(), help);
    }
    const auto wanted = barrier_order_from(*order);
    if (!wanted && *order != "rules") {
        return error_reply(
            Error{ErrorKind::malformed, "'" + *order +
                                            "' is no order for a barrier; write open, "
                                            "closed or rules"},
            help);
    }
    const std::string& gate = call.arguments.at(0);
    if (own_gate(gate) == nullptr) {
        return not_found("this edge has no gate " + gate, "tally gate ls");
    }
    return written(view_.signals->order(GateId(gate), wanted, *reason, {call.by, {}}),
                   "tally gate ls");
}

void EdgeApi::test_signal(const ApiCall& call, ApiReplyTo reply) {
    const std::string& gate = call.arguments.at(0);
    if (own_gate(gate) == nullptr) {
        reply(not_found("this edge has no gate " + gate, "tally gate ls"));
        return;
    }
    view_.signals->test(GateId(gate), [this, gate, reply = std::move(reply)](const auto& steps) {
        if (!steps) {
            reply(error_reply(steps.error(), "tally gate ls"));
            return;
        }
        bool passed = true;
        std::string data;
        CanonicalWriter w(data);
        w.begin_object().key("gate").text(gate).key("rows").begin_array();
        for (const LampTestStep& step : *steps) {
            const bool right = step.shown == step.told;
            passed = passed && right;
            w.begin_object().key("ok").boolean(right).key("shown").text(name_of(step.shown));
            w.key("told").text(to_string(step.told)).end_object();
        }
        w.end_array().end_object();
        reply(ok("signal_test", data, passed ? "tally gate ls" : "tally doctor"));
    });
}

}  // namespace tally

#include "firmware/services/signal/signal_service.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "firmware/base/check.hpp"

namespace tally {

namespace {

constexpr Duration kLookEvery = std::chrono::milliseconds(100);
/// A reader that is away for a moment (a restart) moves no barrier.
constexpr Duration kBlindGrace = std::chrono::seconds(5);
constexpr Duration kTestStep = std::chrono::seconds(2);
constexpr std::array kTestLights = {Light::green, Light::yellow, Light::red, Light::dark};
constexpr const char* kRule = "rule:signal";

std::string why_of(const GateCondition& condition) {
    if (condition.alarm) {
        return "an alarm is open at this gate";
    }
    return condition.cannot_tell ? "the gate cannot tell what passes" : "the gate is well";
}

}  // namespace

SignalService::SignalService(std::vector<SignalSetup> setups, Inventory& inventory, Ledger& ledger,
                             Clock& clock, Scheduler& scheduler)
    : inventory_(inventory), ledger_(ledger), clock_(clock), timer_(scheduler) {
    for (SignalSetup& setup : setups) {
        Signal signal;
        signal.setup = std::move(setup);
        signals_.push_back(std::move(signal));
    }
}

void SignalService::start() {
    TALLY_CHECK(signals_.empty() || (hands_.show && hands_.move && sees_), "it is wired by now");
    for (Signal& signal : signals_) {
        signal.cannot_tell_since = clock_.mono_now();
        for (const auto& [id, open] : ledger_.registers().anomalies()) {
            if (open.what.kind == to_string(AnomalyKind::signal_fault) &&
                open.what.device == signal.setup.id.str()) {
                signal.complaint = id;
            }
        }
    }
    if (!signals_.empty()) {
        look();
    }
}

void SignalService::look() {
    for (Signal& signal : signals_) {
        look_at(signal);
    }
    timer_.arm(kLookEvery, [this] { look(); });
}

void SignalService::look_at(Signal& signal) {
    const MonoTime now = clock_.mono_now();
    signal.health.condition = condition_of(signal);
    if (!signal.health.condition.cannot_tell) {
        signal.cannot_tell_since = now;
    }
    if (signal.health.testing) {
        go_on_testing(signal);
    } else {
        show(signal, light_of(signal.health.condition));
    }
    if (signal.setup.barrier && !ledger_.full()) {
        decide(signal);
    }
}

GateCondition SignalService::condition_of(const Signal& signal) const {
    GateCondition condition;
    condition.cannot_tell = ledger_.full() || !sees_(signal.setup.reader);
    for (const auto& [id, open] : ledger_.registers().anomalies()) {
        const bool here =
            open.what.gate == signal.setup.gate.str() || open.what.device == signal.setup.id.str();
        const auto kind = here ? anomaly_kind_from(open.what.kind) : std::nullopt;
        if (kind) {
            (is_alarm(*kind) ? condition.alarm : condition.attention) = true;
        }
    }
    return condition;
}

void SignalService::show(Signal& signal, Light light) {
    if (signal.health.told == light) {
        return;
    }
    signal.health.told = light;
    if (ledger_.full() || light == Light::red_flashing) {
        hands_.show(signal.setup.id, light);  // It promises nothing that could be untrue.
        return;
    }
    ledger_.after_commit([this, id = signal.setup.id, gate = signal.setup.gate, light] {
        if (const SignalHealth* health = this->health(gate); health && health->told == light) {
            hands_.show(id, light);
        }
    });
}

void SignalService::decide(Signal& signal) {
    const BarrierStanding* standing =
        ledger_.registers().signals().barrier(signal.setup.gate.str());
    if (standing != nullptr && !signal.sent) {
        signal.sent = standing->what.order;  // Of before this start: it is durable.
        hands_.move(signal.setup.id, *signal.sent);
    }
    if (standing != nullptr && standing->what.held) {
        return;
    }
    GateCondition condition = signal.health.condition;
    if (clock_.mono_now() - signal.cannot_tell_since < kBlindGrace) {
        if (condition.cannot_tell && !condition.alarm) {
            return;  // Neither blind for long nor seeing: what stood stands.
        }
    }
    const BarrierOrder wanted = order_of(*signal.setup.barrier, condition);
    if (standing == nullptr || standing->what.order != wanted) {
        const BarrierData data{signal.setup.gate.str(), wanted, false, why_of(condition)};
        static_cast<void>(write_order(signal, data, {kRule, {}}));
    }
}

Result<Seq> SignalService::write_order(Signal& signal, const BarrierData& data,
                                       const Actor& actor) {
    Event event;
    event.type = EventType::barrier_ordered;
    event.by = actor.by;
    event.cause = actor.cause;
    event.data = encode(data);
    signal.sent = data.order;
    return inventory_.write(std::move(event), [this, id = signal.setup.id, order = data.order] {
        hands_.move(id, order);
    });
}

Result<Seq> SignalService::order(const GateId& gate, std::optional<BarrierOrder> wanted,
                                 const std::string& reason, const Actor& actor) {
    Signal* const signal = find(gate);
    if (signal == nullptr || !signal->setup.barrier) {
        return fail(ErrorKind::conflict, "gate " + gate.str() +
                                             " has no barrier on this box; `tally gate ls` shows "
                                             "which have one");
    }
    const BarrierStanding* standing = ledger_.registers().signals().barrier(gate.str());
    const bool held = standing != nullptr && standing->what.held;
    if (!wanted && !held) {
        return fail(ErrorKind::conflict, "the rules decide about the barrier of gate " +
                                             gate.str() + " already; nothing is to be done");
    }
    if (wanted && held && standing->what.order == *wanted) {
        return fail(ErrorKind::conflict, "the barrier of gate " + gate.str() + " is held " +
                                             std::string(to_string(*wanted)) + " already, by " +
                                             standing->by);
    }
    BarrierData data{gate.str(), BarrierOrder::open, wanted.has_value(), reason};
    data.order = wanted.value_or(order_of(*signal->setup.barrier, condition_of(*signal)));
    return write_order(*signal, data, actor);
}

void SignalService::on_signal(const DeviceId& id, const SignalReading& reading) {
    const auto found = std::find_if(signals_.begin(), signals_.end(),
                                    [&](const Signal& each) { return each.setup.id == id; });
    TALLY_CHECK(found != signals_.end(), "a driver reads only signals of its edge");
    found->health.read = reading;
    if (!ledger_.full()) {
        note_fault(*found, reading);
    }
}

/// Silence is blindness of the device; disobedience is a contradiction somebody must look at. Both
/// end by themselves.
void SignalService::note_fault(Signal& signal, const SignalReading& reading) {
    const bool known = reading.fault == SignalFault::none || reading.fault == SignalFault::disobeys;
    if (!known) {
        const Duration ago = clock_.mono_now() - reading.at;
        BlindData blind;
        blind.device = signal.setup.id.str();
        blind.cause = std::string(to_string(reading.fault));
        blind.since_t_ms = clock_.wall_now().ms() -
                           std::chrono::duration_cast<std::chrono::milliseconds>(ago).count();
        blind.text = reading.text;
        inventory_.on_blind(blind);
        return;
    }
    inventory_.on_sighted(signal.setup.id, 0);
    if (reading.fault == SignalFault::disobeys && signal.complaint.empty()) {
        AnomalyData about;
        about.device = signal.setup.id.str();
        about.gate = signal.setup.gate.str();
        about.text = reading.text;
        signal.complaint = inventory_.raise(AnomalyKind::signal_fault, {}, about, {});
    } else if (reading.fault == SignalFault::none && !signal.complaint.empty()) {
        const std::string id = std::exchange(signal.complaint, {});
        if (ledger_.registers().anomalies().contains(id)) {
            inventory_.resolve(id, "it is what it was told to be", kRule);
        }
    }
}

void SignalService::test(const GateId& gate, Tested reply) {
    Signal* const signal = find(gate);
    if (signal == nullptr || signal->health.testing) {
        reply(fail(ErrorKind::conflict, "gate " + gate.str() +
                                            (signal == nullptr ? " has no signal on this box"
                                                               : " is being tested already")));
        return;
    }
    signal->health.testing = true;
    signal->tested.clear();
    signal->reply = std::move(reply);
    go_on_testing(*signal);
}

void SignalService::go_on_testing(Signal& signal) {
    const MonoTime now = clock_.mono_now();
    const auto& read = signal.health.read;
    if (!signal.tested.empty()) {
        LampTestStep& step = signal.tested.back();
        const bool fresh = read && read->at > signal.step_began;
        step.shown = fresh ? read->light : std::nullopt;
        const bool right = step.shown == step.told;
        if (!right && now - signal.step_began < kTestStep) {
            return;
        }
        if (signal.tested.size() == kTestLights.size()) {
            end_test(signal);
            return;
        }
    }
    const Light next = kTestLights.at(signal.tested.size());
    signal.tested.push_back({next, std::nullopt});
    signal.step_began = now;
    signal.health.told = next;
    hands_.show(signal.setup.id, next);
}

void SignalService::end_test(Signal& signal) {
    signal.health.testing = false;
    const Tested reply = std::exchange(signal.reply, {});
    show(signal, light_of(signal.health.condition));
    reply(std::exchange(signal.tested, {}));
}

SignalService::Signal* SignalService::find(const GateId& gate) {
    const auto found = std::find_if(signals_.begin(), signals_.end(),
                                    [&](const Signal& each) { return each.setup.gate == gate; });
    return found == signals_.end() ? nullptr : &*found;
}

const SignalHealth* SignalService::health(const GateId& gate) const {
    for (const Signal& signal : signals_) {
        if (signal.setup.gate == gate) {
            return &signal.health;
        }
    }
    return nullptr;
}

const SignalSetup* SignalService::setup(const GateId& gate) const {
    for (const Signal& signal : signals_) {
        if (signal.setup.gate == gate) {
            return &signal.setup;
        }
    }
    return nullptr;
}

}  // namespace tally

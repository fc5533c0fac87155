#include "sim/devices/vda5050_agv/agv.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/devices/vda5050_agv/json.hpp"
#include "sim/devices/verb_args.hpp"

namespace tally::sim::agv {

namespace {

constexpr std::array kFaults{
    FaultInfo{"deaf_ppm", &Faults::deaf_ppm, "of what is sent to it, so much never arrives"},
    FaultInfo{"mute_ppm", &Faults::mute_ppm, "of its states, so many are lost"},
    FaultInfo{"twice_ppm", &Faults::twice_ppm, "of its states, so many come twice"},
    FaultInfo{"late_ppm", &Faults::late_ppm, "of its states, so many come late, overtaken"},
    FaultInfo{"late_ms", &Faults::late_ms, "so late at most"},
    FaultInfo{"stuck", &Faults::stuck, "1: does not move, and says nothing of it"},
    FaultInfo{"slow_percent", &Faults::slow_percent, "so much of its speed is missing"},
    FaultInfo{"lost", &Faults::lost, "1: does not know where it is, and stands"},
    FaultInfo{"wrong_node", &Faults::wrong_node, "1: says that it is at a node nobody knows"},
    FaultInfo{"refuse_next", &Faults::refuse_next, "so many orders or updates are refused"},
    FaultInfo{"fail_actions", &Faults::fail_actions, "so many actions fail"},
    FaultInfo{"no_online", &Faults::no_online, "1: does not say ONLINE when it is back"},
    FaultInfo{"noise_mm", &Faults::noise_mm, "its position is off by so much at most, each way"},
};

constexpr std::array kVerbs{
    VerbInfo{"agv_fault", "agv fault value?", "sets a fault (--list-faults); value 1"},
    VerbInfo{"agv_off", "agv", "power is cut: order and counters are forgotten"},
    VerbInfo{"agv_on", "agv", "power is back"},
    VerbInfo{"agv_stop", "agv pressed?", "emergency stop is pressed (1) or released (0)"},
    VerbInfo{"agv_mode", "agv mode", "AUTOMATIC, SEMIAUTOMATIC, MANUAL, SERVICE, TEACHIN"},
    VerbInfo{"agv_put", "agv node x_mm y_mm", "a person puts it at a node; its order is gone"},
    VerbInfo{"agv_truth", "agv", "answers where it really is, and its order"},
};

}  // namespace

std::span<const FaultInfo> agv_faults() {
    return kFaults;
}

Result<void> set_fault(Faults& faults, std::string_view name, std::int64_t value) {
    for (const FaultInfo& fault : kFaults) {
        if (fault.name == name) {
            faults.*fault.value = value;
            return {};
        }
    }
    return fail(ErrorKind::malformed,
                "vehicles have no fault '" + std::string(name) + "'; see --list-faults");
}

Agv::Agv(const Ports& ports, Setup setup)
    : ports_(ports),
      setup_(std::move(setup)),
      prng_(setup_.seed),
      faults_(setup_.faults),
      x_(setup_.x),
      y_(setup_.y),
      charge_(setup_.charge),
      tick_timer_(ports.scheduler),
      state_timer_(ports.scheduler),
      connect_timer_(ports.scheduler) {
    last_.id = setup_.node;
}

Agv::~Agv() = default;

void Agv::power_on() {
    on_ = true;
    connect_timer_.arm(Duration(0), [this] { connect(); });
    tick_timer_.arm(Duration(0), [this] { tick(); });
    state_timer_.arm(setup_.state_every, [this] { say_state(); });
}

void Agv::power_off() {
    on_ = false;
    connected_ = false;
    ports_.bus.disconnect();
    connect_timer_.cancel();
    tick_timer_.cancel();
    state_timer_.cancel();
    state_header_ = connection_header_ = factsheet_header_ = 0;
    order_ = {};
    nodes_.clear();
    edges_.clear();
    actions_.clear();
    instants_.clear();
    here_.clear();
    errors_.clear();
    cancelling_.clear();
    base_end_ = {};
    last_.sequence = 0;
    speed_ = 0;
    driving_ = paused_ = charging_ = false;
}

void Agv::connect() {
    BusSession session;
    session.client_id = "agv-" + setup_.manufacturer + "-" + setup_.serial;
    session.will =
        BusMessage{topic("connection"), "{" + head(0) + R"(,"connectionState":"CONNECTIONBROKEN"})",
                   Retain::yes, Qos::at_least_once};
    session.keepalive = std::chrono::seconds(15);
    session.subscriptions = {topic("order"), topic("instantActions")};
    ports_.bus.connect(session, *this);
}

void Agv::on_connected() {
    const bool first = connection_header_ == 0;
    connected_ = true;
    if (first || faults_.no_online == 0) {
        say_connection("ONLINE");
    }
    say_factsheet();
    say_state();
}

void Agv::on_lost(const tally::Error& /*why*/) {
    connected_ = false;
    if (on_) {
        connect_timer_.arm(std::chrono::milliseconds(prng_.between(500, 3000)),
                           [this] { connect(); });
    }
}

void Agv::on_published(std::uint64_t /*token*/, const Result<void>& /*outcome*/) {}

void Agv::on_message(const BusMessage& message) {
    if (!on_ || prng_.chance_ppm(static_cast<std::uint32_t>(faults_.deaf_ppm))) {
        return;
    }
    if (message.topic == topic("order")) {
        take_order(message.payload);
    } else if (message.topic == topic("instantActions")) {
        take_instant(message.payload);
    }
}

void Agv::set_emergency_stop(bool pressed) {
    emergency_ = pressed;
    changed_ = true;
}

void Agv::set_mode(std::string mode) {
    mode_ = std::move(mode);
    changed_ = true;
}

void Agv::put(const std::string& node, double x, double y) {
    nodes_.clear();
    edges_.clear();
    here_.clear();
    for (Action& action : actions_) {
        action.status = action.ended() ? action.status : Status::failed;
    }
    if (!cancelling_.empty()) {
        finish_cancel();
    }
    base_end_ = {};
    last_ = {};
    last_.id = node;
    x_ = x;
    y_ = y;
    speed_ = 0;
    driving_ = false;
    changed_ = true;
}

Truth Agv::truth() const {
    Truth truth = truth_;
    truth.x = x_;
    truth.y = y_;
    truth.last_node = last_.id;
    truth.order = order_.id;
    truth.update = order_.update;
    truth.busy = active();
    return truth;
}

std::span<const VerbInfo> agv_verbs() {
    return kVerbs;
}

Result<std::string> apply_agv_verb(Agv& agv, const Verb& verb) {
    VerbArgs args(verb);
    static_cast<void>(args.text("agv"));
    const std::string done = "ok";
    if (verb.name == "agv_fault") {
        const std::string fault = args.text("fault");
        const std::int64_t value = args.number("value", {0, 1'000'000}, 1);
        TALLY_TRY(args.done());
        TALLY_TRY(set_fault(agv.faults(), fault, value));
        return done;
    }
    if (verb.name == "agv_stop") {
        const std::int64_t pressed = args.number("pressed", {0, 1}, 1);
        TALLY_TRY(args.done());
        agv.set_emergency_stop(pressed == 1);
        return done;
    }
    if (verb.name == "agv_mode") {
        std::string mode = args.text("mode");
        TALLY_TRY(args.done());
        agv.set_mode(std::move(mode));
        return done;
    }
    if (verb.name == "agv_put") {
        constexpr std::int64_t kFar_mm = 1'000'000'000;
        const std::string node = args.text("node");
        const std::int64_t x_mm = args.number("x_mm", {-kFar_mm, kFar_mm});
        const std::int64_t y_mm = args.number("y_mm", {-kFar_mm, kFar_mm});
        TALLY_TRY(args.done());
        agv.put(node, static_cast<double>(x_mm) / 1000, static_cast<double>(y_mm) / 1000);
        return done;
    }
    TALLY_TRY(args.done());
    if (verb.name == "agv_off") {
        agv.power_off();
        return done;
    }
    if (verb.name == "agv_on") {
        agv.power_on();
        return done;
    }
    if (verb.name == "agv_truth") {
        const Truth truth = agv.truth();
        return fmt::format(
            R"(node={} x={:.3f} y={:.3f} order={} update={} busy={} past_base={} orders={} updates={} refused={} cancelled={})",
            truth.last_node, truth.x, truth.y, truth.order, truth.update, truth.busy,
            truth.past_base, truth.orders_taken, truth.updates_taken, truth.refused,
            truth.cancelled);
    }
    return fail(ErrorKind::malformed,
                "vehicles have no verb '" + verb.name + "'; see tally-emul --verbs");
}

}  // namespace tally::sim::agv

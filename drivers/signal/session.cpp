#include "drivers/signal/session.hpp"

#include <algorithm>
#include <utility>

namespace tally::signal {

namespace {

constexpr int kMissesMax = 2;  // One lost answer is no news.
constexpr int kBackoffDoublingsMax = 5;

SignalFault fault_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::timeout:
            return SignalFault::silent;
        case ErrorKind::offline:
        case ErrorKind::exhausted:
            return SignalFault::offline;
        case ErrorKind::refused:
        case ErrorKind::unsupported:
            return SignalFault::refused;
        case ErrorKind::malformed:
        case ErrorKind::conflict:
        case ErrorKind::corrupt:
            break;
    }
    return SignalFault::garbled;
}

std::optional<bool> bit(const Bits& bits, const std::optional<std::uint16_t>& address) {
    const auto found = address ? bits.find(*address) : bits.end();
    return found == bits.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

Session::Session(SessionOptions options, const SessionPorts& ports, SignalFeed& feed)
    : options_(std::move(options)),
      bus_(ports.bus),
      clock_(ports.clock),
      events_(ports.events),
      feed_(feed),
      timer_(ports.scheduler) {}

void Session::start() {
    running_ = true;
    ++run_;
    last_good_ = clock_.mono_now();
    timer_.arm(Duration(0), [this] { look(); });
}

void Session::stop(std::function<void()> done) {
    running_ = false;
    ++run_;
    timer_.cancel();
    const std::vector<Run> runs = runs_of(lamp_bits(options_.wiring, Light::dark, Blink::on));
    if (runs.empty() || !light_) {
        done();
        return;
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
        RegisterWrite request{options_.unit, RegisterTable::coils, runs[i].address, runs[i].values,
                              options_.timeout};
        const bool is_last = i + 1 == runs.size();
        bus_.write(request, [done, is_last](const Result<void>&) {
            if (is_last) {
                done();
            }
        });
    }
}

void Session::show(Light light) {
    if (light_ != light) {
        light_ = light;
        blink_ = Blink::on;
        again_soon();
    }
}

void Session::move(BarrierOrder order) {
    if (options_.wiring.barrier && order_ != order) {
        order_ = order;
        ordered_ = clock_.mono_now();
        again_soon();
    }
}

/// What is new is told to the device at once.
void Session::again_soon() {
    if (!running_) {
        return;
    }
    if (looking_) {
        told_anew_ = true;
    } else {
        timer_.arm(Duration(0), [this] { look(); });
    }
}

Bits Session::wanted() const {
    Bits bits;
    if (light_) {
        bits = lamp_bits(options_.wiring, *light_, blink_);
    }
    if (options_.wiring.barrier && order_) {
        add_order(*options_.wiring.barrier, *order_, bits);
    }
    return bits;
}

void Session::look() {
    looking_ = true;
    told_anew_ = false;
    written_ = false;
    plan_reads();
    go_on();
}

void Session::plan_reads() {
    coils_.clear();
    inputs_.clear();
    steps_.clear();
    Bits coils = lamp_bits(options_.wiring, Light::dark, Blink::on);
    Bits inputs;
    if (const auto& barrier = options_.wiring.barrier) {
        coils[barrier->coil] = false;
        for (const auto& input : {barrier->open_input, barrier->closed_input}) {
            if (input) {
                inputs[*input] = false;
            }
        }
    }
    if (options_.wiring.read_back == SignalWiring::ReadBack::coils) {
        for (Run& run : runs_of(coils)) {
            steps_.push_back({Step::Kind::read_coils, std::move(run)});
        }
    }
    for (Run& run : runs_of(inputs)) {
        steps_.push_back({Step::Kind::read_inputs, std::move(run)});
    }
}

void Session::go_on() {
    if (steps_.empty()) {
        all_done();
        return;
    }
    const Step step = std::move(steps_.back());
    steps_.pop_back();
    if (step.kind == Step::Kind::write) {
        RegisterWrite request{options_.unit, RegisterTable::coils, step.run.address,
                              step.run.values, options_.timeout};
        bus_.write(request, [this, run = run_](const Result<void>& done) {
            if (running_ && run == run_) {
                done ? go_on() : miss(done.error());
            }
        });
        return;
    }
    const bool coils = step.kind == Step::Kind::read_coils;
    RegisterRead request;
    request.unit = options_.unit;
    request.table = coils ? RegisterTable::coils : RegisterTable::discrete_inputs;
    request.address = step.run.address;
    request.count = static_cast<std::uint16_t>(step.run.values.size());
    request.timeout = options_.timeout;
    bus_.read(request, [this, step, run = run_](const RegisterBus::Values& values) {
        if (running_ && run == run_) {
            take(step, values);
        }
    });
}

void Session::take(const Step& step, const RegisterBus::Values& values) {
    if (!values) {
        miss(values.error());
        return;
    }
    Bits& into = step.kind == Step::Kind::read_coils ? coils_ : inputs_;
    for (std::size_t i = 0; i < values->size(); ++i) {
        into[static_cast<std::uint16_t>(step.run.address + i)] = (*values)[i] != 0;
    }
    go_on();
}

void Session::all_done() {
    const Bits missing = difference(wanted(), coils_);
    if (written_ || missing.empty()) {
        conclude();
        return;
    }
    written_ = true;
    plan_reads();  // Coils are written and read anew: what was read before them is old.
    if (options_.wiring.read_back == SignalWiring::ReadBack::none) {
        steps_.clear();
    }
    for (Run& run : runs_of(missing)) {
        steps_.push_back({Step::Kind::write, std::move(run)});
    }
    go_on();
}

BarrierVerdict Session::barrier_now() const {
    const auto& barrier = options_.wiring.barrier;
    if (!barrier) {
        return {};
    }
    return judge_barrier(*barrier,
                         {bit(coils_, barrier->coil), bit(inputs_, barrier->open_input),
                          bit(inputs_, barrier->closed_input)},
                         {order_, clock_.mono_now() - ordered_});
}

SignalReading Session::reading_now() const {
    SignalReading reading;
    reading.at = clock_.mono_now();
    const bool reads = options_.wiring.read_back == SignalWiring::ReadBack::coils;
    const Bits missing = reads ? difference(wanted(), coils_) : Bits();
    const BarrierVerdict barrier = barrier_now();
    reading.barrier = barrier.position;
    if (reads && options_.wiring.has_lamps()) {
        const bool as_told =
            light_ && difference(lamp_bits(options_.wiring, *light_, blink_), coils_).empty();
        reading.light = as_told ? light_ : light_in(options_.wiring, coils_);
    }
    if (!missing.empty()) {
        reading.fault = SignalFault::disobeys;
        reading.text = "coil " + std::to_string(missing.begin()->first) +
                       " was written and does not become " +
                       (missing.begin()->second ? "on" : "off") +
                       "; something else writes it, or the module is broken";
    } else if (!barrier.trouble.empty()) {
        reading.fault = SignalFault::disobeys;
        reading.text = barrier.trouble;
    }
    return reading;
}

void Session::conclude() {
    if (misses_ >= kMissesMax) {
        events_.report(Severity::info, "signal " + options_.id.str(), "it answers again");
    }
    misses_ = 0;
    SignalReading reading = reading_now();
    last_good_ = reading.at;
    strange_ = reading.fault == SignalFault::disobeys ? strange_ + 1 : 0;
    if (strange_ == 1) {  // A coil may take a moment: the next look decides.
        reading.fault = SignalFault::none;
        reading.text.clear();
    }
    last_ = reading;
    if (light_ == Light::red_flashing) {
        blink_ = blink_ == Blink::on ? Blink::off : Blink::on;
    }
    rest(options_.period);
    feed_.on_signal(options_.id, last_);
}

void Session::miss(const Error& error) {
    steps_.clear();
    ++misses_;
    const Duration wait = options_.period * (1 << std::min(misses_ - 1, kBackoffDoublingsMax));
    rest(wait);
    if (misses_ == kMissesMax) {
        events_.report(Severity::warning, "signal " + options_.id.str(), error.text);
    }
    if (misses_ >= kMissesMax) {
        last_ = {std::nullopt, BarrierPosition::unknown, fault_of(error.kind), error.text,
                 last_good_};
        feed_.on_signal(options_.id, last_);
    }
}

void Session::rest(Duration span) {
    looking_ = false;
    const Duration wait = std::exchange(told_anew_, false) ? Duration(0) : span;
    timer_.arm(wait, [this] { look(); });
}

}  // namespace tally::signal

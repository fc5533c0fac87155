#include "sim/kernel/node.hpp"

#include <algorithm>

#include "firmware/base/check.hpp"
#include "sim/kernel/kernel.hpp"

namespace tally::sim {

namespace {

constexpr std::int64_t kMillion = 1'000'000;
constexpr std::int32_t kDriftPpmMax = 10'000;
constexpr TimerId kNeverRuns = UINT64_MAX;

std::int64_t floor_div(std::int64_t value, std::int64_t by) {
    const std::int64_t quotient = value / by;
    return quotient * by > value ? quotient - 1 : quotient;
}

}  // namespace

Node::Node(Kernel& kernel, NodeOptions options) : kernel_(kernel), options_(std::move(options)) {
    TALLY_CHECK(options_.drift_ppm >= -kDriftPpmMax && options_.drift_ppm <= kDriftPpmMax,
                "a drift beyond 1 % is not a clock");
    booted_local_ns_ = local_ns(kernel_.now());
    start_life();
}

void Node::start_life() {
    ++life_;
    prng_ = kernel_.prng("node:" + options_.name + ":" + std::to_string(life_));
}

// What this node's oscillator has counted at a true time, in integers: no build rounds otherwise.
std::int64_t Node::local_ns(MonoTime true_time) const {
    const std::int64_t whole = true_time.ns / kMillion;
    const std::int64_t rest = true_time.ns % kMillion;
    return true_time.ns + whole * options_.drift_ppm +
           floor_div(rest * options_.drift_ppm, kMillion);
}

// The first true time at which the oscillator has counted `due_local_ns`.
MonoTime Node::true_time_of(std::int64_t due_local_ns) const {
    MonoTime t{due_local_ns};
    for (int round = 0; round < 6; ++round) {
        t.ns += due_local_ns - local_ns(t);
    }
    while (local_ns(t) < due_local_ns) {
        ++t.ns;
    }
    while (t.ns > 0 && local_ns(MonoTime{t.ns - 1}) >= due_local_ns) {
        --t.ns;
    }
    return t;
}

MonoTime Node::mono_now() const {
    return MonoTime{options_.mono_start.ns + local_ns(kernel_.now()) - booted_local_ns_};
}

WallTime Node::wall_now() const {
    const std::int64_t ns = local_ns(kernel_.now()) + wall_steps_.count();
    return WallTime{options_.wall_start.us + floor_div(ns, 1000)};
}

TimerId Node::after(Duration delay, std::function<void()> task) {
    if (!alive_) {
        return kNeverRuns;
    }
    const std::int64_t due_local_ns =
        local_ns(kernel_.now()) + std::max(delay, Duration::zero()).count();
    const MonoTime due =
        options_.drift_ppm == 0 ? MonoTime{due_local_ns} : true_time_of(due_local_ns);
    return kernel_.after(due - kernel_.now(), [this, life = life_, run = std::move(task)] {
        if (alive_ && life == life_) {
            run();
        }
    });
}

void Node::cancel(TimerId id) {
    kernel_.cancel(id);
}

void Node::report(Severity severity, std::string_view source, std::string_view text) {
    if (!alive_) {
        return;
    }
    ++reported_[static_cast<std::size_t>(severity)];
    if (severity == Severity::error && errors_.size() < kErrorsKept) {
        errors_.push_back(std::string(source) + ": " + std::string(text));
    }
    if (severity != Severity::debug) {
        kernel_.reported(name(), severity, source, text);
    }
}

void Node::kill(Death death) {
    if (!powered_ || (!alive_ && death == Death::process)) {
        return;
    }
    alive_ = false;
    powered_ = death == Death::process;
    kernel_.trace().record(kernel_.now(), name(), "node.killed",
                           {as_bytes(death == Death::process ? "process" : "power")});
    kernel_.announce_down(*this, death);
}

void Node::restart() {
    if (alive_) {
        return;
    }
    if (!powered_) {
        booted_local_ns_ = local_ns(kernel_.now());
    }
    alive_ = true;
    powered_ = true;
    start_life();
    kernel_.trace().record(kernel_.now(), name(), "node.restarted", {});
    kernel_.announce_up(*this);
}

void Node::step_wall(Duration by) {
    wall_steps_ += by;
    kernel_.trace().record(kernel_.now(), name(), "node.wall_step",
                           {as_bytes(std::to_string(by.count()))});
}

std::uint64_t Node::reported(Severity severity) const {
    return reported_[static_cast<std::size_t>(severity)];
}

}  // namespace tally::sim

#include "sim/kernel/fault_plan.hpp"

#include <algorithm>

#include "firmware/base/check.hpp"

namespace tally::sim {

namespace {

constexpr std::int64_t kFaultKinds = 6;

// A chance up to `ppm_max` in half of all runs, none in the others.
std::uint32_t draw_chance(Prng& prng, std::uint32_t ppm_max) {
    const bool on = prng.chance_ppm(500'000);
    const auto ppm = static_cast<std::uint32_t>(prng.between(1, ppm_max));
    return on ? ppm : 0;
}

LinkOptions draw_link(Prng prng) {
    LinkOptions link;
    link.latency_min = std::chrono::microseconds(prng.between(50, 5'000));
    link.latency_max = link.latency_min + std::chrono::microseconds(prng.between(0, 50'000));
    link.loss_ppm = draw_chance(prng, 20'000);
    link.segment_bytes_max = static_cast<std::size_t>(prng.between(1, 1460));
    link.split_ppm = draw_chance(prng, 500'000);
    link.merge_ppm = draw_chance(prng, 500'000);
    link.refuse_ppm = draw_chance(prng, 300'000);
    link.reset_ppm = draw_chance(prng, 5'000);
    link.silence_ppm = draw_chance(prng, 2'000);
    return link;
}

BrokerOptions draw_broker(Prng prng) {
    BrokerOptions broker;
    const bool kept = prng.chance_ppm(500'000);
    broker.retained_on_restart = kept ? RetainedOnRestart::kept : RetainedOnRestart::lost;
    broker.client_in_flight_max = static_cast<std::size_t>(prng.between(1, 256));
    broker.queued_messages_max = static_cast<std::size_t>(prng.between(20, 1'000));
    broker.duplicate_ppm = draw_chance(prng, 200'000);
    broker.reorder_ppm = draw_chance(prng, 200'000);
    broker.refuse_ppm = draw_chance(prng, 300'000);
    broker.break_ppm = draw_chance(prng, 20'000);
    broker.late_will_ppm = draw_chance(prng, 1'000'000);
    return broker;
}

Fault draw_fault(Prng& prng, const FaultBounds& bounds, const std::vector<std::string>& all) {
    Fault fault;
    fault.kind = static_cast<FaultKind>(prng.between(0, kFaultKinds - 1));
    const std::uint64_t chosen = prng.below(all.size());
    const std::uint64_t another = (chosen + 1 + prng.below(all.size() - 1)) % all.size();
    fault.node = all[chosen];
    const std::string& other = all[another];
    const Duration lasts{prng.between(0, bounds.lasts_max.count())};
    fault.lasts = std::min(lasts, bounds.until);
    fault.at = Duration(prng.between(0, (bounds.until - fault.lasts).count()));
    const Duration step = std::chrono::milliseconds(prng.between(-86'400'000, 86'400'000));
    switch (fault.kind) {
        case FaultKind::kill_process:
        case FaultKind::cut_power:
            break;
        case FaultKind::partition:
            fault.other = other;
            break;
        case FaultKind::half_open:
        case FaultKind::reset:
            fault.other = other;
            fault.lasts = Duration::zero();
            break;
        case FaultKind::step_wall:
            fault.step = step;
            fault.lasts = Duration::zero();
            break;
    }
    return fault;
}

std::string millis(Duration span) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(span).count());
}

std::string line_of(const Fault& fault) {
    std::string line = "fault at_ms=" + millis(fault.at) +
                       " kind=" + std::string(to_string(fault.kind)) + " node=" + fault.node;
    if (!fault.other.empty()) {
        line += " other=" + fault.other;
    }
    if (fault.lasts > Duration::zero()) {
        line += " lasts_ms=" + millis(fault.lasts);
    }
    if (fault.step != Duration::zero()) {
        line += " step_ms=" + millis(fault.step);
    }
    return line;
}

}  // namespace

std::string_view to_string(FaultKind kind) noexcept {
    switch (kind) {
        case FaultKind::kill_process:
            return "kill_process";
        case FaultKind::cut_power:
            return "cut_power";
        case FaultKind::partition:
            return "partition";
        case FaultKind::half_open:
            return "half_open";
        case FaultKind::reset:
            return "reset";
        case FaultKind::step_wall:
            return "step_wall";
    }
    return "reset";
}

FaultPlan draw_faults(Prng prng, const FaultBounds& bounds) {
    TALLY_CHECK(!bounds.nodes.empty() && !bounds.broker.empty(), "faults need somebody to meet");
    FaultPlan plan;
    plan.link = draw_link(prng.fork("link"));
    plan.broker = draw_broker(prng.fork("broker"));
    Prng clocks = prng.fork("clocks");
    for (const std::string& node : bounds.nodes) {
        plan.drift_ppm[node] = static_cast<std::int32_t>(clocks.between(-200, 200));
    }
    std::vector<std::string> all = bounds.nodes;
    all.push_back(bounds.broker);
    Prng faults = prng.fork("faults");
    for (std::uint64_t left = faults.below(bounds.faults_max + std::uint64_t{1}); left > 0;
         --left) {
        plan.faults.push_back(draw_fault(faults, bounds, all));
    }
    std::stable_sort(plan.faults.begin(), plan.faults.end(),
                     [](const Fault& a, const Fault& b) { return a.at < b.at; });
    return plan;
}

std::vector<std::string> describe(const FaultPlan& plan) {
    std::vector<std::string> lines = describe(plan.link);
    for (std::string& line : describe(plan.broker)) {
        lines.push_back(std::move(line));
    }
    for (const auto& [node, ppm] : plan.drift_ppm) {
        lines.push_back("node." + node + ".drift_ppm=" + std::to_string(ppm));
    }
    for (const Fault& fault : plan.faults) {
        lines.push_back(line_of(fault));
    }
    return lines;
}

}  // namespace tally::sim

// What goes wrong in one run: drawn from a seed by name and range, printed before the run begins.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "firmware/base/prng.hpp"
#include "sim/kernel/broker_options.hpp"
#include "sim/kernel/link_options.hpp"

namespace tally::sim {

enum class FaultKind {
    kill_process,  ///< `node` dies, and is restarted after `lasts`
    cut_power,     ///< likewise, in silence
    partition,     ///< nothing passes between `node` and `other` for `lasts`
    half_open,     ///< connections between the two, streams and bus, go silent for good
    reset,         ///< streams between the two break
    step_wall,     ///< the wall clock of `node` moves by `step`
};

/// Lower-case name, as printed.
std::string_view to_string(FaultKind kind) noexcept;

struct Fault {
    FaultKind kind = FaultKind::reset;
    Duration at{0};  ///< true time since the world began
    std::string node{};
    std::string other{};  ///< only where two are concerned
    Duration lasts{0};
    Duration step{0};
};

/// What the draw may choose from.
struct FaultBounds {
    std::vector<std::string> nodes;  ///< boxes with services
    std::string broker;              ///< the box of the broker
    Duration until{0};               ///< every fault has ended by then: the liveness phase begins
    std::uint32_t faults_max = 12;
    Duration lasts_max = std::chrono::seconds(30);
};

struct FaultPlan {
    LinkOptions link;
    BrokerOptions broker;
    std::map<std::string, std::int32_t> drift_ppm;  ///< by node
    std::vector<Fault> faults;                      ///< by time
};

/// Each kind of chance is on in about half of all seeds (swarm testing: a run that has everything
/// hides what only shows when something is absent).
FaultPlan draw_faults(Prng prng, const FaultBounds& bounds);

/// Every option and every fault, one line each.
std::vector<std::string> describe(const FaultPlan& plan);

}  // namespace tally::sim

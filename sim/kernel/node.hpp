// One simulated box: the ports it gives to the services that run on it, and the verbs that a scene
// uses against it (kill, restart, bend its clocks).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/prng.hpp"
#include "firmware/base/time.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/entropy.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/scheduler.hpp"

namespace tally::sim {

class Kernel;

/// How a node ends. `process`: kill -9; its operating system still closes connections, so peers
/// notice at once. `power`: the box is silent; peers notice by their own time-outs only.
enum class Death { process, power };

struct NodeOptions {
    std::string name;
    MonoTime mono_start{1'000'000'000};          ///< shown at the start and after each power-up
    WallTime wall_start{1'767'225'600'000'000};  ///< shown at the start (2026-01-01 UTC)
    std::int32_t drift_ppm = 0;  ///< error of the oscillator behind both clocks, |ppm| <= 10,000
};

/// Single-threaded; made and owned by a Kernel. While it is dead, nothing that still holds its
/// ports has any effect: no task runs, nothing is reported. Destroy a dead node's services before
/// restart().
class Node final : public Clock, public Scheduler, public Entropy, public Events {
 public:
    Node(Kernel& kernel, NodeOptions options);
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    // Ports, toward the services.
    [[nodiscard]] MonoTime mono_now() const override;
    [[nodiscard]] WallTime wall_now() const override;
    TimerId after(Duration delay, std::function<void()> task) override;
    void cancel(TimerId id) override;
    std::uint64_t next_u64() override { return prng_.next(); }
    void report(Severity severity, std::string_view source, std::string_view text) override;

    // Verbs, toward the scene.
    /// Ends the node's life: pending tasks never run, its connections end as `death` says. May be
    /// called from one of its own tasks; what that task still does leaves no trace.
    void kill(Death death);
    /// A new life: fresh draws, no tasks; after a power cut the monotonic clock starts over, while
    /// the wall clock runs on.
    void restart();
    /// Moves the wall clock; below zero it jumps back. The monotonic clock does not notice.
    void step_wall(Duration by);

    [[nodiscard]] const std::string& name() const noexcept { return options_.name; }
    [[nodiscard]] bool alive() const noexcept { return alive_; }
    [[nodiscard]] bool powered() const noexcept { return powered_; }
    /// Counts lives from 1; what belongs to an earlier life must not act in a later one.
    [[nodiscard]] std::uint64_t life() const noexcept { return life_; }
    /// How many events of this severity the node has reported in all its lives.
    [[nodiscard]] std::uint64_t reported(Severity severity) const;
    /// The first reports of severity error, "source: text", at most kErrorsKept.
    static constexpr std::size_t kErrorsKept = 100;
    [[nodiscard]] const std::vector<std::string>& errors() const noexcept { return errors_; }

 private:
    [[nodiscard]] std::int64_t local_ns(MonoTime true_time) const;
    [[nodiscard]] MonoTime true_time_of(std::int64_t due_local_ns) const;
    void start_life();

    Kernel& kernel_;
    NodeOptions options_;
    Prng prng_{0};
    bool alive_ = true;
    bool powered_ = true;
    std::uint64_t life_ = 0;
    std::int64_t booted_local_ns_ = 0;
    Duration wall_steps_{0};
    std::array<std::uint64_t, 4> reported_{};
    std::vector<std::string> errors_;
};

}  // namespace tally::sim

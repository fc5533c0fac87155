// The virtual world's heart: one queue of events ordered by (time, insertion), the nodes, and the
// trace. Time stands still while an event runs and jumps to the next one after it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "firmware/base/prng.hpp"
#include "firmware/base/time.hpp"
#include "sim/kernel/node.hpp"
#include "sim/kernel/trace.hpp"

namespace tally::sim {

/// Hears of nodes that die and come back; networks and brokers do. Called in order of watch().
class NodeWatcher {
 public:
    virtual ~NodeWatcher() = default;
    virtual void node_went_down(Node& node, Death death) = 0;
    virtual void node_came_up(Node& node) = 0;
};

struct KernelOptions {
    std::uint64_t seed = 1;
    std::size_t trace_entries_kept = 200;  ///< readable lines kept for a failure report
    Trace::Listener on_trace{};            ///< hears every line; may be empty
    /// Hears what nodes report (Events), but for debug, as a line for people; may be empty.
    std::function<void(MonoTime at, const std::string& text)> on_report{};
};

/// Single-threaded. Owns the nodes; must outlive networks, brokers and services built on it.
/// Destroy services first, then brokers, streams and networks, then the kernel.
class Kernel {
 public:
    using EventId = std::uint64_t;

    /// More events than this at one instant is a loop that never lets time pass: the kernel stops.
    static constexpr std::uint64_t kEventsPerInstantMax = 10'000'000;

    explicit Kernel(KernelOptions options);
    ~Kernel();
    Kernel(const Kernel&) = delete;
    Kernel& operator=(const Kernel&) = delete;

    /// True time since the world began; no node sees it unchanged.
    [[nodiscard]] MonoTime now() const noexcept { return now_; }

    /// Runs `task` once, `delay` of true time from now (below 0 counts as 0). Ties run in order of
    /// insertion. Never returns 0.
    EventId after(Duration delay, std::function<void()> task);
    void cancel(EventId id);

    /// Runs everything due up to now + span, then stands at exactly that time.
    void run_for(Duration span);

    /// Runs until `done` holds (asked first, then after each event) or `deadline` has come. Stands
    /// at the event that made it true, or at the deadline; answers whether `done` holds.
    bool run_until(const std::function<bool()>& done, MonoTime deadline);

    /// A generator of its own for `purpose`; equal purposes give equal draws, so make them unique.
    [[nodiscard]] Prng prng(std::string_view purpose) const { return root_.fork(purpose); }

    /// Adds a node, alive and powered; names are unique and order nodes wherever order shows.
    Node& add_node(NodeOptions options);
    [[nodiscard]] Node* find_node(std::string_view name);

    void watch(NodeWatcher& watcher) { watchers_.push_back(&watcher); }
    void unwatch(NodeWatcher& watcher);

    [[nodiscard]] Trace& trace() noexcept { return trace_; }
    [[nodiscard]] Digest trace_hash() const { return trace_.hash(); }
    [[nodiscard]] std::uint64_t events_run() const noexcept { return events_run_; }

 private:
    friend class Node;
    struct Slot {
        std::int64_t at_ns = 0;
        EventId id = 0;
    };
    static bool later(const Slot& a, const Slot& b);
    bool step(MonoTime deadline);
    void drop_cancelled();
    void announce_down(Node& node, Death death);
    void announce_up(Node& node);

    void reported(const std::string& node, Severity severity, std::string_view source,
                  std::string_view text);

    Prng root_;
    Trace trace_;
    std::function<void(MonoTime, const std::string&)> on_report_;
    MonoTime now_;
    EventId last_id_ = 0;
    std::uint64_t events_run_ = 0;
    std::uint64_t events_this_instant_ = 0;
    bool running_ = false;
    std::map<std::string, std::unique_ptr<Node>, std::less<>> nodes_;
    std::vector<Slot> heap_;  // may hold cancelled ids; tasks_ decides
    std::unordered_map<EventId, std::function<void()>> tasks_;  // looked up, never iterated
    std::vector<NodeWatcher*> watchers_;
};

}  // namespace tally::sim

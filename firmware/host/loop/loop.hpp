// The one event loop of a daemon: clock, timers, file descriptors, signals, and the mailbox through
// which every other thread enters. Source of the method: the reactor (Schmidt, 1995) over epoll(7).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>

#include "firmware/host/loop/fd.hpp"
#include "firmware/host/loop/mailbox.hpp"
#include "firmware/host/loop/timer_queue.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/scheduler.hpp"

namespace tally::host {

/// Names one watched descriptor; 0 is never given out.
using WatchId = std::uint64_t;

/// What a watcher wants to hear of. `nothing` still reports a broken descriptor.
struct Interest {
    bool readable = false;
    bool writable = false;

    bool operator==(const Interest&) const = default;
};

/// What happened to a watched descriptor. `broken` is an error or a hang-up of both directions.
struct Ready {
    bool readable = false;
    bool writable = false;
    bool broken = false;
};

/// How the loop has been doing, for health reports.
struct LoopFigures {
    std::uint64_t turns = 0;
    Duration worst_turn{};  ///< longest time between two waits: how long everybody else stood still
};

/// Belongs to the thread that calls run() or turn(); every member but post() is for that thread
/// only. One turn: wait, then the mailbox, then the due timers, then the ready descriptors. What a
/// task asks for (post, after(0)) happens in the next turn at the earliest, so no task can starve
/// the others. Whoever holds a Loop& must end before the loop does. Ignores SIGPIPE, process-wide.
class Loop final : public Clock, public Scheduler {
 public:
    Loop();
    ~Loop() override;
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    [[nodiscard]] MonoTime mono_now() const override;
    [[nodiscard]] WallTime wall_now() const override;

    TimerId after(Duration delay, std::function<void()> task) override;
    void cancel(TimerId id) override;

    /// Calls `on_ready` whenever `fd` is ready (level-triggered). The loop does not own `fd`:
    /// unwatch() before closing it. Inside `on_ready` everything is allowed, also unwatch().
    WatchId watch(int fd, Interest interest, std::function<void(Ready)> on_ready);
    void set_interest(WatchId id, Interest interest);
    void unwatch(WatchId id);

    /// Runs `task` in a coming turn, tasks of one thread in their order. From any thread, and the
    /// only way in for other threads; never blocks on what the loop is doing.
    void post(std::function<void()> task) { mailbox_.post(std::move(task)); }

    /// Calls `on_signal` on the loop for SIGTERM and SIGINT instead of dying of them. Call once,
    /// before any thread starts: threads inherit the blocked signals.
    void on_stop_signal(std::function<void(int signal)> on_signal);

    /// Turns until stop(). A stop() before run() lets it return at once, one for each run().
    void run();
    void stop() { stopping_ = true; }

    /// One turn, waiting no longer than `wait_max`.
    void turn(Duration wait_max);

    /// Figures since the last call; asking starts a new period.
    LoopFigures take_figures();

 private:
    struct Watch {
        int fd = -1;
        std::function<void(Ready)> on_ready;
    };

    void control(int operation, int fd, Interest interest, WatchId id);
    void set_alarm(MonoTime at);
    void run_due_timers();
    void dispatch(WatchId id, std::uint32_t events);

    Fd epoll_;
    TimerQueue timers_;
    std::unordered_map<WatchId, std::shared_ptr<Watch>> watches_;
    WatchId last_watch_ = 0;
    Fd signals_;
    LoopFigures figures_;
    bool stopping_ = false;
    Fd alarm_;  ///< timerfd: epoll_wait alone would round every timer up to a millisecond
    MonoTime alarm_at_{INT64_MAX};
    Mailbox mailbox_;
};

}  // namespace tally::host

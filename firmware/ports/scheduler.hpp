// Port: "call me later". One loop, one thread; timers due at the same instant run in insertion
// order.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "firmware/base/time.hpp"

namespace tally {

/// Names one pending call; 0 is never given out.
using TimerId = std::uint64_t;

/// Single-threaded; tasks run on the loop, never inside after().
class Scheduler {
 public:
    virtual ~Scheduler() = default;

    /// Runs `task` once, `delay` from now (0: in the next turn of the loop).
    virtual TimerId after(Duration delay, std::function<void()> task) = 0;

    /// Forgets a pending call; harmless if it already ran.
    virtual void cancel(TimerId id) = 0;
};

/// A pending call that its owner's end cancels. Arm it again to replace what was pending.
class Timer {
 public:
    explicit Timer(Scheduler& scheduler) : scheduler_(scheduler) {}
    ~Timer() { cancel(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    void arm(Duration delay, std::function<void()> task) {
        cancel();
        id_ = scheduler_.after(delay, [this, run = std::move(task)] {
            id_ = 0;
            run();
        });
    }
    void cancel() {
        if (id_ != 0) {
            scheduler_.cancel(id_);
            id_ = 0;
        }
    }
    [[nodiscard]] bool armed() const noexcept { return id_ != 0; }

 private:
    Scheduler& scheduler_;
    TimerId id_ = 0;
};

}  // namespace tally

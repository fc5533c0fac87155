// Pending calls in the order (due, insertion).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "firmware/base/time.hpp"
#include "firmware/ports/scheduler.hpp"

namespace tally::host {

/// Single-threaded; insert, cancel and pop are O(log n).
class TimerQueue {
 public:
    TimerId insert(MonoTime due, std::function<void()> task);
    void cancel(TimerId id);
    void clear();

    /// When the earliest call is due; nullopt if none is pending.
    [[nodiscard]] std::optional<MonoTime> earliest() const;

    /// The id that the next insert() will give: calls from there on are younger than now.
    [[nodiscard]] TimerId next_id() const noexcept { return last_id_ + 1; }

    /// Takes the earliest call that is due at `now` and older than `before`; empty if there is
    /// none.
    std::function<void()> pop_due(MonoTime now, TimerId before);

 private:
    std::map<std::pair<MonoTime, TimerId>, std::function<void()>> calls_;
    std::unordered_map<TimerId, MonoTime> due_of_;
    TimerId last_id_ = 0;
};

}  // namespace tally::host

#include "firmware/host/loop/timer_queue.hpp"

namespace tally::host {

TimerId TimerQueue::insert(MonoTime due, std::function<void()> task) {
    const TimerId id = ++last_id_;
    calls_.emplace(std::pair(due, id), std::move(task));
    due_of_.emplace(id, due);
    return id;
}

void TimerQueue::cancel(TimerId id) {
    const auto found = due_of_.find(id);
    if (found == due_of_.end()) {
        return;
    }
    // Taken out before it dies: what a task holds may cancel timers of its own.
    const auto call = calls_.extract(std::pair(found->second, id));
    due_of_.erase(found);
}

void TimerQueue::clear() {
    due_of_.clear();
    std::exchange(calls_, {}).clear();
}

std::optional<MonoTime> TimerQueue::earliest() const {
    if (calls_.empty()) {
        return std::nullopt;
    }
    return calls_.begin()->first.first;
}

std::function<void()> TimerQueue::pop_due(MonoTime now, TimerId before) {
    // A younger call is due no earlier than `now`, so it never stands before an older due one.
    if (calls_.empty() || calls_.begin()->first.first > now ||
        calls_.begin()->first.second >= before) {
        return {};
    }
    auto first = calls_.extract(calls_.begin());
    due_of_.erase(first.key().second);
    return std::move(first.mapped());
}

}  // namespace tally::host

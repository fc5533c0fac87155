// A named thread that does one thing at a time, in order: the jail of a blocking library.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace tally::host {

/// Runs jobs one after the other on its own thread, which hears no signals. Answers go back through
/// Loop::post. The end of a Worker runs every job still waiting, then joins: who owns a Worker
/// makes sure that no job can block for ever.
class Worker {
 public:
    /// `name` is what `top -H` shows and docs/architecture.md lists; at most 15 characters.
    explicit Worker(const std::string& name);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// From any thread. Unbounded by itself: the caller bounds what it has under way.
    void submit(std::function<void()> job);

 private:
    void work();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;  ///< under mutex_
    bool ending_ = false;                     ///< under mutex_
    std::thread thread_;
};

}  // namespace tally::host

// Where other threads leave work for the loop: the only memory that threads share with it.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "firmware/host/loop/fd.hpp"

namespace tally::host {

/// FIFO of tasks. post() from any thread, run_posted() from the loop. Unbounded by itself: who
/// posts in answer to the outside world bounds what he has under way.
class Mailbox {
 public:
    Mailbox();

    void post(std::function<void()> task);

    /// Runs what was posted before this call; what these tasks post waits for the next one.
    void run_posted();

    /// Forgets what waits, without running it.
    void clear();

    /// Becomes readable when there is something to run (an eventfd).
    [[nodiscard]] int wake_fd() const noexcept { return wake_.get(); }

 private:
    std::vector<std::function<void()>> take();

    Fd wake_;
    std::mutex mutex_;
    std::vector<std::function<void()>> posted_;  ///< under mutex_
};

}  // namespace tally::host

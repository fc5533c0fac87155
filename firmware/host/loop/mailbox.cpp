#include "firmware/host/loop/mailbox.hpp"

#include <sys/eventfd.h>
#include <utility>

#include "firmware/base/check.hpp"

namespace tally::host {

Mailbox::Mailbox() : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    TALLY_CHECK(wake_.valid(), "a daemon cannot live without an eventfd (too many open files?)");
}

void Mailbox::post(std::function<void()> task) {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        first = posted_.empty();
        posted_.push_back(std::move(task));
    }
    // One wake-up a batch: while tasks wait, the descriptor is readable already.
    if (first) {
        ::eventfd_write(wake_.get(), 1);
    }
}

std::vector<std::function<void()>> Mailbox::take() {
    eventfd_t ignored = 0;
    ::eventfd_read(wake_.get(), &ignored);
    const std::lock_guard lock(mutex_);
    return std::exchange(posted_, {});
}

void Mailbox::run_posted() {
    for (auto& task : take()) {
        task();
        task = nullptr;  // what it holds goes now, not at the end of the batch
    }
}

void Mailbox::clear() {
    take().clear();
}

}  // namespace tally::host

#include "tools/demo_site/pause.hpp"

#include <algorithm>
#include <csignal>
#include <poll.h>

namespace tally::demo {

namespace {

volatile std::sig_atomic_t interrupted = 0;

void on_signal(int) {
    interrupted = 1;
}

}  // namespace

void end_waits_on_signals() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        ::sigaction(signal, &action, nullptr);
    }
}

bool was_interrupted() noexcept {
    return interrupted != 0;
}

Result<void> pause(Duration span) {
    const auto until = std::chrono::steady_clock::now() + span;
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        if (was_interrupted()) {
            return fail(ErrorKind::refused, "interrupted");
        }
        if (left.count() <= 0) {
            return {};
        }
        constexpr std::chrono::milliseconds kLongest{
            200};  // a signal just before poll() still ends it
        ::poll(nullptr, 0, static_cast<int>(std::min(left, kLongest).count()));
    }
}

}  // namespace tally::demo

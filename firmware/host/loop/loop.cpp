#include "firmware/host/loop/loop.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <utility>

#include "firmware/base/check.hpp"

namespace tally::host {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::size_t kReadyPerTurnMax = 64;

std::int64_t now_ns(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return now.tv_sec * kNsPerSecond + now.tv_nsec;
}

std::uint32_t epoll_events(Interest interest) {
    return (interest.readable ? std::uint32_t{EPOLLIN} : 0U) |
           (interest.writable ? std::uint32_t{EPOLLOUT} : 0U);
}

int wait_ms(Duration wait) {
    // Rounded up: the exact moment comes from the timerfd, this only bounds the wait.
    const auto ms = (wait.count() + 999'999) / 1'000'000;
    return static_cast<int>(std::clamp<std::int64_t>(ms, 0, 60'000));
}

}  // namespace

Loop::Loop()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      alarm_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
    TALLY_CHECK(epoll_.valid() && alarm_.valid(), "a daemon cannot live without epoll and timerfd");
    std::signal(SIGPIPE, SIG_IGN);
    watch(mailbox_.wake_fd(), {.readable = true}, [](Ready) {});  // run_posted() drains it
    watch(alarm_.get(), {.readable = true}, [this](Ready) {
        std::uint64_t expirations = 0;
        if (::read(alarm_.get(), &expirations, sizeof expirations) > 0) {
            alarm_at_ = MonoTime{INT64_MAX};
        }
    });
}

Loop::~Loop() {
    // What tasks and watchers hold may still unwatch and cancel: it goes while everything stands.
    mailbox_.clear();
    timers_.clear();
    std::exchange(watches_, {}).clear();
    timers_.clear();
}

MonoTime Loop::mono_now() const {
    return MonoTime{now_ns(CLOCK_MONOTONIC)};
}

WallTime Loop::wall_now() const {
    return WallTime{now_ns(CLOCK_REALTIME) / 1000};
}

TimerId Loop::after(Duration delay, std::function<void()> task) {
    return timers_.insert(mono_now() + std::max(delay, Duration::zero()), std::move(task));
}

void Loop::cancel(TimerId id) {
    timers_.cancel(id);
}

WatchId Loop::watch(int fd, Interest interest, std::function<void(Ready)> on_ready) {
    const WatchId id = ++last_watch_;
    watches_.emplace(id, std::make_shared<Watch>(Watch{fd, std::move(on_ready)}));
    control(EPOLL_CTL_ADD, fd, interest, id);
    return id;
}

void Loop::set_interest(WatchId id, Interest interest) {
    const auto found = watches_.find(id);
    TALLY_CHECK(found != watches_.end(), "only a watched descriptor has an interest");
    control(EPOLL_CTL_MOD, found->second->fd, interest, id);
}

void Loop::unwatch(WatchId id) {
    const auto found = watches_.find(id);
    if (found == watches_.end()) {
        return;
    }
    control(EPOLL_CTL_DEL, found->second->fd, {}, id);
    watches_.erase(found);
}

void Loop::control(int operation, int fd, Interest interest, WatchId id) {
    epoll_event event{};
    event.events = epoll_events(interest);
    event.data.u64 = id;
    const int rc = ::epoll_ctl(epoll_.get(), operation, fd, &event);
    TALLY_CHECK(rc == 0, "a watched descriptor is open and pollable until it is unwatched");
}

void Loop::on_stop_signal(std::function<void(int signal)> on_signal) {
    TALLY_CHECK(!signals_.valid(), "one owner decides what a stop signal means");
    sigset_t stop_signals;
    ::sigemptyset(&stop_signals);
    ::sigaddset(&stop_signals, SIGTERM);
    ::sigaddset(&stop_signals, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
    signals_ = Fd(::signalfd(-1, &stop_signals, SFD_NONBLOCK | SFD_CLOEXEC));
    TALLY_CHECK(signals_.valid(), "a daemon must hear its stop signals");
    watch(signals_.get(), {.readable = true}, [this, told = std::move(on_signal)](Ready) {
        signalfd_siginfo info{};
        while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
            told(static_cast<int>(info.ssi_signo));
        }
    });
}

void Loop::run() {
    while (!stopping_) {
        turn(std::chrono::minutes(1));
    }
    stopping_ = false;
}

void Loop::turn(Duration wait_max) {
    const auto due = timers_.earliest();
    if (due && *due <= mono_now()) {
        wait_max = Duration::zero();
    } else if (due && *due < alarm_at_) {
        set_alarm(*due);
    }
    std::array<epoll_event, kReadyPerTurnMax> ready{};
    const int count =
        ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()), wait_ms(wait_max));
    TALLY_CHECK(count >= 0 || errno == EINTR, "epoll_wait fails for programmer errors only");

    const MonoTime began = mono_now();
    mailbox_.run_posted();
    run_due_timers();
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = ready[static_cast<std::size_t>(i)];
        dispatch(event.data.u64, event.events);
    }
    figures_.turns += 1;
    figures_.worst_turn = std::max(figures_.worst_turn, mono_now() - began);
}

void Loop::set_alarm(MonoTime at) {
    alarm_at_ = at;
    const itimerspec when{{}, {at.ns / kNsPerSecond, at.ns % kNsPerSecond}};
    ::timerfd_settime(alarm_.get(), TFD_TIMER_ABSTIME, &when, nullptr);
}

void Loop::run_due_timers() {
    const MonoTime now = mono_now();
    const TimerId before = timers_.next_id();
    while (auto task = timers_.pop_due(now, before)) {
        task();
    }
}

void Loop::dispatch(WatchId id, std::uint32_t events) {
    const auto found = watches_.find(id);
    if (found == watches_.end()) {
        return;  // unwatched by an earlier callback of this turn
    }
    const std::shared_ptr<Watch> watch = found->second;  // outlives an unwatch() from inside
    watch->on_ready({.readable = (events & EPOLLIN) != 0,
                     .writable = (events & EPOLLOUT) != 0,
                     .broken = (events & (EPOLLERR | EPOLLHUP)) != 0});
}

LoopFigures Loop::take_figures() {
    return std::exchange(figures_, LoopFigures{});
}

}  // namespace tally::host

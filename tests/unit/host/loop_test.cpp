#include "firmware/host/loop/loop.hpp"

#include <atomic>
#include <csignal>
#include <sys/eventfd.h>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "firmware/host/loop/worker.hpp"
#include "tests/support/loop_driver.hpp"

namespace tally::host {
namespace {

using test::turn_until;

constexpr Duration kSoon = std::chrono::seconds(20);

TEST_CASE("tasks posted by other threads run on the loop's thread, each thread's in order") {
    Loop loop;
    constexpr int kThreads = 4;
    constexpr int kEach = 2'000;
    std::vector<int> next(kThreads, 0);
    int ran = 0;
    bool in_order = true;
    bool on_loop = true;
    const auto loop_thread = std::this_thread::get_id();
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < kEach; ++i) {
                loop.post([&, t, i] {
                    in_order = in_order && next[t] == i;
                    on_loop = on_loop && std::this_thread::get_id() == loop_thread;
                    ++next[t];
                    ++ran;
                });
            }
        });
    }
    CHECK(turn_until(
        loop, [&] { return ran == kThreads * kEach; }, kSoon));
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(in_order);
    CHECK(on_loop);
}

TEST_CASE("a task that posts again lets the loop turn in between") {
    Loop loop;
    int posts = 0;
    bool timer_ran = false;
    std::function<void()> again = [&] {
        ++posts;
        if (!timer_ran) {
            loop.post(again);
        }
    };
    loop.post(again);
    loop.after(std::chrono::milliseconds(1), [&] { timer_ran = true; });
    CHECK(turn_until(
        loop, [&] { return timer_ran; }, kSoon));
    CHECK(posts > 0);
}

TEST_CASE("run() ends after the turn in which stop() was called, and may be called again") {
    Loop loop;
    int runs = 0;
    loop.after(Duration::zero(), [&] {
        ++runs;
        loop.stop();
        loop.after(Duration::zero(), [&] {
            ++runs;
            loop.stop();
        });
    });
    loop.run();
    CHECK(runs == 1);
    loop.run();
    CHECK(runs == 2);
}

TEST_CASE("SIGTERM and SIGINT become calls on the loop") {
    Loop loop;
    std::vector<int> heard;
    loop.on_stop_signal([&](int signal) {
        heard.push_back(signal);
        loop.stop();
    });
    for (const int signal : {SIGTERM, SIGINT}) {
        ::raise(signal);
        loop.run();
    }
    CHECK(heard == std::vector{SIGTERM, SIGINT});
}

TEST_CASE("a watched descriptor is reported while it is ready and wanted") {
    Loop loop;
    const Fd event(::eventfd(0, EFD_NONBLOCK));
    int calls = 0;
    const WatchId id = loop.watch(event.get(), {.readable = true}, [&](Ready ready) {
        CHECK(ready.readable);
        CHECK_FALSE(ready.writable);
        ++calls;
    });
    loop.turn(Duration::zero());
    CHECK(calls == 0);
    ::eventfd_write(event.get(), 1);
    loop.turn(Duration::zero());
    loop.turn(Duration::zero());
    CHECK(calls == 2);
    loop.set_interest(id, {});
    loop.turn(Duration::zero());
    CHECK(calls == 2);
    loop.set_interest(id, {.readable = true});
    loop.turn(Duration::zero());
    CHECK(calls == 3);
    loop.unwatch(id);
    loop.turn(Duration::zero());
    CHECK(calls == 3);
}

TEST_CASE("a watcher may unwatch itself and others that are ready in the same turn") {
    Loop loop;
    const Fd first(::eventfd(1, EFD_NONBLOCK));
    const Fd second(::eventfd(1, EFD_NONBLOCK));
    int calls = 0;
    WatchId ids[2] = {};
    const auto on_ready = [&](Ready) {
        ++calls;
        loop.unwatch(ids[0]);
        loop.unwatch(ids[1]);
    };
    ids[0] = loop.watch(first.get(), {.readable = true}, on_ready);
    ids[1] = loop.watch(second.get(), {.readable = true}, on_ready);
    loop.turn(Duration::zero());
    loop.turn(Duration::zero());
    CHECK(calls == 1);
}

TEST_CASE("the loop knows its worst stall, and asking starts a new period") {
    Loop loop;
    loop.after(Duration::zero(), [&] {
        const MonoTime until = loop.mono_now() + std::chrono::milliseconds(3);
        while (loop.mono_now() < until) {
        }
    });
    loop.turn(Duration::zero());
    const LoopFigures figures = loop.take_figures();
    CHECK(figures.turns == 1);
    CHECK(figures.worst_turn >= std::chrono::milliseconds(3));
    CHECK(loop.take_figures().turns == 0);
}

TEST_CASE("a loop ends in peace with tasks that still hold timers and watches") {
    struct Owner {
        explicit Owner(Loop& of) : loop(of), timer(of), event(::eventfd(0, EFD_NONBLOCK)) {
            watch = loop.watch(event.get(), {.readable = true}, [](Ready) {});
            timer.arm(kSoon, [] {});
        }
        ~Owner() { loop.unwatch(watch); }
        Owner(const Owner&) = delete;
        Owner& operator=(const Owner&) = delete;

        Loop& loop;
        Timer timer;
        Fd event;
        WatchId watch = 0;
    };
    auto loop = std::make_unique<Loop>();
    const Fd event(::eventfd(0, EFD_NONBLOCK));
    loop->post([owner = std::make_shared<Owner>(*loop)] {});
    loop->after(kSoon, [owner = std::make_shared<Owner>(*loop)] {});
    loop->watch(event.get(), {.readable = true}, [o = std::make_shared<Owner>(*loop)](Ready) {});
    loop.reset();
    CHECK_FALSE(loop);
}

TEST_CASE("a worker runs its jobs in order, and all of them before it ends") {
    std::vector<int> order;
    std::vector<int> expected;
    {
        Worker worker("test-worker");
        for (int i = 0; i < 500; ++i) {
            worker.submit([&order, i] { order.push_back(i); });
            expected.push_back(i);
        }
    }
    CHECK(order == expected);
}

TEST_CASE("a worker's thread bears its name and hears no signals") {
    std::string name;
    bool blocked = false;
    {
        Worker worker("test-worker");
        worker.submit([&] {
            char text[16] = {};
            ::pthread_getname_np(::pthread_self(), text, sizeof text);
            name = text;
            sigset_t mask;
            ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
            blocked = ::sigismember(&mask, SIGTERM) == 1;
        });
    }
    CHECK(blocked);
    CHECK(name == "test-worker");
}

}  // namespace
}  // namespace tally::host

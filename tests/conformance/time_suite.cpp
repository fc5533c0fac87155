#include "tests/conformance/time_suite.hpp"

#include <memory>

namespace tally::conformance {
namespace {

using std::chrono::milliseconds;

void time_goes_on(TimeFixture& world) {
    const MonoTime before = world.clock().mono_now();
    bool rang = false;
    world.scheduler().after(milliseconds(20), [&] { rang = true; });
    TALLY_SOON(world, rang);
    CHECK(world.clock().mono_now() - before >= milliseconds(20));
}

void wall_time_is_after_the_year_2000(TimeFixture& world) {
    constexpr std::int64_t kYear2000Ms = 946'684'800'000;
    CHECK(world.clock().wall_now().ms() > kYear2000Ms);
}

void never_runs_inside_after(TimeFixture& world) {
    bool ran = false;
    const TimerId id = world.scheduler().after(Duration::zero(), [&] { ran = true; });
    CHECK(id != 0);
    CHECK_FALSE(ran);
    TALLY_SOON(world, ran);
}

void earlier_due_runs_first(TimeFixture& world) {
    std::string order;
    world.scheduler().after(milliseconds(20), [&] { order += 'c'; });
    world.scheduler().after(milliseconds(10), [&] { order += 'b'; });
    world.scheduler().after(Duration::zero(), [&] { order += 'a'; });
    TALLY_SOON(world, order.size() == 3);
    CHECK(order == "abc");
}

void equal_delays_run_in_insertion_order(TimeFixture& world) {
    std::vector<int> order;
    std::vector<int> expected;
    for (int i = 0; i < 50; ++i) {
        world.scheduler().after(milliseconds(5), [&order, i] { order.push_back(i); });
        expected.push_back(i);
    }
    TALLY_SOON(world, order.size() == 50);
    CHECK(order == expected);
}

void a_task_that_rearms_itself_starves_nobody(TimeFixture& world) {
    std::string order;
    std::function<void()> again = [&] {
        order += 'a';
        if (order.size() < 10) {
            world.scheduler().after(Duration::zero(), again);
        }
    };
    world.scheduler().after(Duration::zero(), again);
    world.scheduler().after(Duration::zero(), [&] { order += 'b'; });
    TALLY_SOON(world, order.size() >= 10);
    CHECK(order.substr(0, 3) == "aba");
}

void a_cancelled_task_does_not_run(TimeFixture& world) {
    bool cancelled_ran = false;
    bool other_ran = false;
    const TimerId id = world.scheduler().after(milliseconds(5), [&] { cancelled_ran = true; });
    world.scheduler().after(milliseconds(10), [&] { other_ran = true; });
    world.scheduler().cancel(id);
    world.scheduler().cancel(id);
    TALLY_SOON(world, other_ran);
    CHECK_FALSE(cancelled_ran);
}

void a_task_may_cancel_one_that_is_due_too(TimeFixture& world) {
    bool second_ran = false;
    bool third_ran = false;
    TimerId second = 0;
    world.scheduler().after(milliseconds(5), [&] { world.scheduler().cancel(second); });
    second = world.scheduler().after(milliseconds(5), [&] { second_ran = true; });
    world.scheduler().after(milliseconds(5), [&] { third_ran = true; });
    TALLY_SOON(world, third_ran);
    CHECK_FALSE(second_ran);
}

void cancelling_what_already_ran_is_harmless(TimeFixture& world) {
    int runs = 0;
    const TimerId first = world.scheduler().after(Duration::zero(), [&] { ++runs; });
    TALLY_SOON(world, runs == 1);
    world.scheduler().after(Duration::zero(), [&] { ++runs; });
    world.scheduler().cancel(first);
    world.scheduler().cancel(0);
    TALLY_SOON(world, runs == 2);
}

void a_timer_that_ends_cancels_its_call(TimeFixture& world) {
    int runs = 0;
    auto ended = std::make_unique<Timer>(world.scheduler());
    Timer armed_twice(world.scheduler());
    ended->arm(milliseconds(5), [&] { runs += 100; });
    armed_twice.arm(milliseconds(5), [&] { runs += 10; });
    armed_twice.arm(milliseconds(6), [&] { ++runs; });
    ended.reset();
    TALLY_SOON(world, runs > 0);
    CHECK(runs == 1);
    CHECK_FALSE(armed_twice.armed());
}

}  // namespace

std::vector<Promise<TimeFixture>> time_promises() {
    return {
        {"monotonic time passes by no less than the delay that was asked for", time_goes_on},
        {"wall time is a plausible date", wall_time_is_after_the_year_2000},
        {"a task never runs inside after()", never_runs_inside_after},
        {"what is due earlier runs earlier", earlier_due_runs_first},
        {"equal delays run in insertion order", equal_delays_run_in_insertion_order},
        {"a task that arms itself again starves nobody", a_task_that_rearms_itself_starves_nobody},
        {"a cancelled task does not run", a_cancelled_task_does_not_run},
        {"a task may cancel another one that is due too", a_task_may_cancel_one_that_is_due_too},
        {"cancelling what already ran is harmless", cancelling_what_already_ran_is_harmless},
        {"a Timer that ends or is armed again forgets its call",
         a_timer_that_ends_cancels_its_call},
    };
}

}  // namespace tally::conformance

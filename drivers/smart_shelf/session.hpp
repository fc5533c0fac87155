// All slots of one bus: reads them in turn, tells what they say and when they cannot, and passes
// tare and zero on. No I/O of its own: bus, time and timers come in through ports.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "drivers/smart_shelf/plan.hpp"
#include "drivers/smart_shelf/slot.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/register_bus.hpp"
#include "firmware/ports/scheduler.hpp"

namespace tally::smart_shelf {

struct SessionOptions {
    std::string name;  ///< for texts, e.g. "shelf bus rack-1"
    Duration period = std::chrono::seconds(1);
    Duration timeout = std::chrono::milliseconds(250);  ///< at most a quarter of the period
    std::vector<SlotSpec> slots;
};

/// The seams a session stands on; all must outlive it.
struct SessionPorts {
    RegisterBus& bus;
    Scheduler& scheduler;
    Clock& clock;
    Events& events;
};

/// For people and benches; nothing decides on it.
struct SessionStatus {
    std::uint64_t cycles = 0;
    std::uint64_t requests = 0;
    std::uint64_t answers = 0;
    std::uint64_t probes = 0;
    std::size_t silent = 0;  ///< blocks that do not answer now
};

/// Single-threaded, on the loop. The feed is told on the loop, never from inside start().
class Session {
 public:
    Session(SessionOptions options, const SessionPorts& ports, ShelfFeed& feed);

    void start();
    /// No request follows; what is under way is not told any more.
    void stop();

    /// unsupported if the slot's instrument has no such command, conflict if there is no such slot.
    /// After a time-out the instrument may have carried it out all the same.
    void command(const PlaceId& slot, ShelfCommand what, std::function<void(Result<void>)> reply);

    [[nodiscard]] const SessionStatus& status() const { return status_; }
    [[nodiscard]] const PollPlan& plan() const { return plan_; }

 private:
    void begin_cycle();
    void go_on();
    void ask(const PollPlan::Next& what);
    void take(const PollPlan::Next& what, const RegisterBus::Values& values);
    void tell(std::size_t slot, const std::optional<ShelfReading>& reading);

    SessionOptions options_;
    RegisterBus& bus_;
    Clock& clock_;
    Events& events_;
    ShelfFeed& feed_;
    std::vector<Slot> slots_;
    PollPlan plan_;
    SessionStatus status_;
    MonoTime asked_;
    bool running_ = false;
    std::uint64_t run_ = 0;  ///< answers of an earlier start are not ours
    Timer cycle_timer_;
};

}  // namespace tally::smart_shelf

// One signal on its bus: looks at it in a rhythm, makes it what it was told to be, reads back what
// it is and tells. No I/O of its own: bus, time and timers come in through ports.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "drivers/signal/barrier.hpp"
#include "drivers/signal/coils.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/register_bus.hpp"
#include "firmware/ports/scheduler.hpp"

namespace tally::signal {

struct SessionOptions {
    DeviceId id;
    std::uint8_t unit = 1;
    SignalWiring wiring;
    Duration period = std::chrono::milliseconds(500);  ///< also half the period of a flash
    Duration timeout = std::chrono::milliseconds(250);
};

/// The seams a session stands on; all must outlive it.
struct SessionPorts {
    RegisterBus& bus;
    Scheduler& scheduler;
    Clock& clock;
    Events& events;
};

/// Single-threaded, on the loop; the feed is told on the loop, never from inside a call. Each look:
/// read coils and switches; where a coil is not as wanted (the module was away, or somebody else
/// wrote), write those coils alone and read once more. Writing is repeated until it is so, because
/// holding a coil has no other effect than writing it once. After two misses in a row nothing is
/// known; a silent unit is asked ever more rarely, at most every 32 periods, and at once when there
/// is something new to tell it.
class Session {
 public:
    Session(SessionOptions options, const SessionPorts& ports, SignalFeed& feed);

    void start();
    /// Makes the lamps dark and leaves the barrier; `done` comes once that was tried.
    void stop(std::function<void()> done);

    void show(Light light);
    void move(BarrierOrder order);

    [[nodiscard]] const SignalReading& last() const { return last_; }
    [[nodiscard]] const SessionOptions& options() const { return options_; }

 private:
    /// What is still to be done in this look.
    struct Step {
        enum class Kind : std::uint8_t { read_coils, read_inputs, write } kind;
        Run run;
    };

    void look();
    void plan_reads();
    void go_on();
    void take(const Step& step, const RegisterBus::Values& values);
    void all_done();
    void conclude();
    void miss(const Error& error);
    void again_soon();
    void rest(Duration span);
    [[nodiscard]] Bits wanted() const;
    [[nodiscard]] BarrierVerdict barrier_now() const;
    [[nodiscard]] SignalReading reading_now() const;

    SessionOptions options_;
    RegisterBus& bus_;
    Clock& clock_;
    Events& events_;
    SignalFeed& feed_;
    std::optional<Light> light_;         ///< as told
    std::optional<BarrierOrder> order_;  ///< as told
    MonoTime ordered_;                   ///< when
    Blink blink_ = Blink::on;
    std::vector<Step> steps_;  ///< the next one is the last
    Bits coils_, inputs_;      ///< as read in this look
    bool written_ = false;     ///< in this look
    bool looking_ = false;
    bool told_anew_ = false;        ///< while looking
    int misses_ = 0, strange_ = 0;  ///< looks in a row without an answer; not as wanted
    MonoTime last_good_;
    SignalReading last_;
    bool running_ = false;
    std::uint64_t run_ = 0;
    Timer timer_;
};

}  // namespace tally::signal

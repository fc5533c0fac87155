// The signals of one edge's gates: what each gate's light stack shows and what its barrier does,
// out of what is durable in the ledger. Lamps follow committed facts; a barrier moves on an order
// that is an event of its own (rule or person), after its commit, and never otherwise.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "firmware/domain/signal/rules.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/services/inventory/inventory.hpp"

namespace tally {

/// The signal of one gate, as the config says.
struct SignalSetup {
    DeviceId id;
    GateId gate;
    DeviceId reader;  ///< of the gate
    std::optional<BarrierPolicy> barrier;
};

/// How a signal does, for people.
struct SignalHealth {
    std::optional<Light> told;          ///< nothing: not yet
    std::optional<SignalReading> read;  ///< nothing: not yet looked at
    GateCondition condition;
    bool testing = false;
};

/// One step of a lamp test.
struct LampTestStep {
    Light told = Light::dark;
    std::optional<Light> shown;  ///< nothing: not known
};

/// Single-threaded; the ledger must have started before start(). While the ledger takes no events
/// nobody can say that a gate is well: the lamps flash red, which promises nothing.
class SignalService final : public SignalFeed {
 public:
    /// What the driver of a signal can be told.
    struct Hands {
        std::function<void(const DeviceId& signal, Light light)> show;
        std::function<void(const DeviceId& signal, BarrierOrder order)> move;
    };
    using Sees = std::function<bool(const DeviceId& reader)>;
    using Tested = std::function<void(Result<std::vector<LampTestStep>>)>;

    SignalService(std::vector<SignalSetup> setups, Inventory& inventory, Ledger& ledger,
                  Clock& clock, Scheduler& scheduler);

    /// Set both before start(). `sees` is true for a reader that is proven to see.
    void on_hands(Hands hands) { hands_ = std::move(hands); }
    void on_sees(Sees sees) { sees_ = std::move(sees); }

    void start();
    void stop() { timer_.cancel(); }

    void on_signal(const DeviceId& signal, const SignalReading& reading) override;

    /// A person's order for a gate's barrier, which stands until it is taken back; no order: the
    /// rules decide again. conflict if the gate has no barrier here, or it stands like that.
    Result<Seq> order(const GateId& gate, std::optional<BarrierOrder> wanted,
                      const std::string& reason, const Actor& actor);

    /// Shows green, yellow, red and nothing, each until it is read back or for two seconds; the
    /// barrier is left alone. conflict if the gate has no signal here or is being tested. After it
    /// the lamps show again what the gate does.
    void test(const GateId& gate, Tested reply);

    /// Null if the gate has no signal here.
    [[nodiscard]] const SignalHealth* health(const GateId& gate) const;
    [[nodiscard]] const SignalSetup* setup(const GateId& gate) const;

 private:
    struct Signal {
        SignalSetup setup;
        SignalHealth health;
        MonoTime cannot_tell_since;
        std::optional<BarrierOrder> sent;  ///< to the driver
        std::string complaint;             ///< id of the open signal_fault
        std::vector<LampTestStep> tested;
        MonoTime step_began;
        Tested reply;
    };

    void look();
    void look_at(Signal& signal);
    [[nodiscard]] GateCondition condition_of(const Signal& signal) const;
    void show(Signal& signal, Light light);
    void decide(Signal& signal);
    Result<Seq> write_order(Signal& signal, const BarrierData& data, const Actor& actor);
    void send(const DeviceId& id, BarrierOrder order);
    void note_fault(Signal& signal, const SignalReading& reading);
    void go_on_testing(Signal& signal);
    void end_test(Signal& signal);
    [[nodiscard]] Signal* find(const GateId& gate);

    Inventory& inventory_;
    Ledger& ledger_;
    Clock& clock_;
    std::vector<Signal> signals_;
    Hands hands_;
    Sees sees_;
    Timer timer_;
};

}  // namespace tally

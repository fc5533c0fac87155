// This folder as one of the drivers that drivers/registry.cpp names.
#include "drivers/driver.hpp"

#include <utility>

#include "drivers/signal/session.hpp"

namespace tally {

namespace {

class CoilDriver final : public SignalDriver {
 public:
    CoilDriver(const SignalSpec& spec, RegisterBus& bus, const DriverPorts& ports, SignalFeed& feed)
        : session_({spec.id, spec.unit, spec.wiring, spec.period, spec.timeout},
                   {bus, ports.scheduler, ports.clock, ports.events}, feed) {}

    void start() override { session_.start(); }
    void stop(std::function<void()> done) override { session_.stop(std::move(done)); }
    void show(Light light) override { session_.show(light); }
    void move(BarrierOrder order) override { session_.move(order); }

    std::string status_text() const override {
        std::string text = "Modbus coils, unit " + std::to_string(session_.options().unit);
        if (const auto& barrier = session_.options().wiring.barrier) {
            text +=
                ", barrier " + std::string(to_string(barrier->without_power())) + " without power";
        }
        return text;
    }

 private:
    signal::Session session_;
};

}  // namespace

MakeDriver<DriverClass::signal> make_coils_signal;

std::unique_ptr<SignalDriver> make_coils_signal(const SignalSpec& spec, RegisterBus& bus,
                                                const DriverPorts& ports, SignalFeed& feed) {
    return std::make_unique<CoilDriver>(spec, bus, ports, feed);
}

}  // namespace tally

// The conformance suite of RegisterBus on libmodbus over loopback TCP, and in virtual time.
#include <memory>
#include <optional>

#include "drivers/modbus_bus/modbus_bus.hpp"
#include "firmware/host/loop/loop.hpp"
#include "firmware/host/net/tcp.hpp"
#include "sim/devices/modbus/stream_bus.hpp"
#include "sim/kernel/streams.hpp"
#include "tests/conformance/register_bus_suite.hpp"
#include "tests/support/loop_driver.hpp"

namespace tally::conformance {
namespace {

class LibmodbusOnLoopback final : public RegisterBusFixture {
 public:
    LibmodbusOnLoopback() {
        fill();
        gateway_.add(1, one);
        gateway_.add(2, two);
        REQUIRE(gateway_.listen({"127.0.0.1", 0}).has_value());
        modbus::ModbusBusOptions options;
        options.name = "bus";
        options.line = modbus::TcpLine{"127.0.0.1", gateway_.bound().port};
        bus_.emplace(options, [this](std::function<void()> task) { loop_.post(std::move(task)); });
    }
    RegisterBus& bus() override { return *bus_; }
    sim::ModbusServer& gateway() override { return gateway_; }
    void end_bus() override { bus_.reset(); }
    bool run_until(const std::function<bool()>& done, Duration limit) override {
        return test::turn_until(loop_, done, limit);
    }

 private:
    host::Loop loop_;
    host::TcpAcceptor acceptor_{loop_};
    sim::ModbusServer gateway_{{loop_, acceptor_}};
    std::optional<modbus::ModbusBus> bus_;
};

class StreamBusInVirtualTime final : public RegisterBusFixture {
 public:
    explicit StreamBusInVirtualTime(sim::LinkOptions link)
        : box_(kernel_.add_node({.name = "box"})), network_(kernel_, link) {
        fill();
        gateway_.add(1, one);
        gateway_.add(2, two);
        REQUIRE(gateway_.listen({"127.0.0.1", 0}).has_value());
        bus_.emplace(streams_.of(box_), box_, gateway_.bound());
    }
    RegisterBus& bus() override { return *bus_; }
    sim::ModbusServer& gateway() override { return gateway_; }
    void end_bus() override { bus_.reset(); }
    bool run_until(const std::function<bool()>& done, Duration limit) override {
        return kernel_.run_until(done, kernel_.now() + limit);
    }

 private:
    sim::Kernel kernel_{{.seed = 5}};
    sim::Node& box_;
    sim::Network network_;
    sim::Streams streams_{kernel_, network_};
    sim::ModbusServer gateway_{{box_, streams_.of(box_)}};
    std::optional<sim::StreamBus> bus_;
};

TEST_CASE("libmodbus behind its worker keeps the promises of RegisterBus") {
    check_promises(register_bus_promises(), [] { return std::make_unique<LibmodbusOnLoopback>(); });
}

TEST_CASE("the bus of virtual time keeps the promises of RegisterBus") {
    check_promises(register_bus_promises(),
                   [] { return std::make_unique<StreamBusInVirtualTime>(sim::LinkOptions{}); });
}

TEST_CASE("the bus of virtual time keeps them over a link that splits and delays") {
    const sim::LinkOptions unkind{
        .latency_max = std::chrono::milliseconds(3), .split_ppm = 400'000, .merge_ppm = 400'000};
    check_promises(register_bus_promises(),
                   [&] { return std::make_unique<StreamBusInVirtualTime>(unkind); });
}

}  // namespace
}  // namespace tally::conformance

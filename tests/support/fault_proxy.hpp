// A relay with a thread and a loop of its own, to stand between real processes while the test
// waits for them.
#pragma once

#include <functional>
#include <thread>

#include "firmware/host/loop/loop.hpp"
#include "tests/support/relay.hpp"

namespace tally::test {

/// For one thread, the test's. Every call returns when the proxy has done it.
class FaultProxy {
 public:
    /// To 127.0.0.1:`server_port`.
    explicit FaultProxy(std::uint16_t server_port);
    ~FaultProxy();
    FaultProxy(const FaultProxy&) = delete;
    FaultProxy& operator=(const FaultProxy&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

    void set_weather(const RelayWeather& weather);
    void cut();
    void hush();
    void set_door(Relay::Door door);
    [[nodiscard]] std::uint64_t accepted();

 private:
    void on_loop(const std::function<void(Relay&)>& verb);

    host::Loop loop_;
    std::unique_ptr<Relay> relay_;  // of the loop's thread while it runs
    std::uint16_t port_ = 0;
    std::thread thread_;
};

}  // namespace tally::test

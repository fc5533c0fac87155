// A mosquitto of the bench's own, on a free loopback port.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "firmware/host/loop/fd.hpp"
#include "tools/bench/child.hpp"

namespace tally::bench {

/// Runs from the constructor, which returns when it accepts connections, to the destructor. Throws
/// std::runtime_error if mosquitto is not installed or does not start.
class Broker {
 public:
    /// `folder` is for its config file.
    explicit Broker(const std::string& folder);

    /// Killed (SIGKILL), and there again at the same port when this returns.
    void restart();

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] double processor_s() const { return process_->processor_s(); }

 private:
    void start();

    std::string config_;
    host::Fd reserved_;  ///< bound, not listening: nobody else is given the port
    std::uint16_t port_ = 0;
    std::unique_ptr<Child> process_;
};

}  // namespace tally::bench

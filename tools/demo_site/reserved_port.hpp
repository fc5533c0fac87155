// A loopback port that no other program is given while this object lives, for servers that come and
// go on the same port.
#pragma once

#include <cstdint>

#include "firmware/base/result.hpp"
#include "firmware/host/loop/fd.hpp"

namespace tally::demo {

/// Bound and never listening: servers that set SO_REUSEADDR or SO_REUSEPORT may still listen there.
class ReservedPort {
 public:
    /// exhausted if the system has no free port.
    static Result<ReservedPort> take();

    [[nodiscard]] std::uint16_t number() const noexcept { return number_; }

 private:
    host::Fd socket_;
    std::uint16_t number_ = 0;
};

/// A blocking connection to 127.0.0.1; offline if nobody listens.
Result<host::Fd> connect_loopback(std::uint16_t port);

}  // namespace tally::demo

// What the ports StreamDialer, StreamAcceptor and Stream promise.
#pragma once

#include "firmware/ports/stream.hpp"
#include "tests/conformance/suite.hpp"

namespace tally::conformance {

class StreamFixture : public Driver {
 public:
    [[nodiscard]] virtual StreamDialer& dialer() = 0;
    [[nodiscard]] virtual StreamAcceptor& acceptor() = 0;

    /// Where this world may listen; port 0.
    [[nodiscard]] virtual Endpoint listen_at() = 0;
};

std::vector<Promise<StreamFixture>> stream_promises();

}  // namespace tally::conformance

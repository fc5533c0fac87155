// What the port MessageBus promises.
#pragma once

#include <cstddef>
#include <string>

#include "firmware/ports/message_bus.hpp"
#include "tests/conformance/suite.hpp"

namespace tally::conformance {

/// A broker that lets everybody do everything, and clients of it.
class BusFixture : public Driver {
 public:
    /// A new client; lives as long as the fixture.
    [[nodiscard]] virtual MessageBus& add_client() = 0;

    /// Most messages that a client of add_client() may have in flight.
    [[nodiscard]] virtual std::size_t in_flight_max() const = 0;

    /// Breaks the client's connection without a goodbye: the broker then publishes its will.
    virtual void cut(MessageBus& client) = 0;

    /// The broker dies and forgets everything; connections break.
    virtual void kill_broker() = 0;
    virtual void start_broker() = 0;
};

std::vector<Promise<BusFixture>> bus_promises();

}  // namespace tally::conformance

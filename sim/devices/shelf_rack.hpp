// A rack of emulated instruments behind one Modbus gateway, and the verbs that move it.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>

#include "firmware/ports/clock.hpp"
#include "sim/devices/modbus/relay_unit.hpp"
#include "sim/devices/modbus/serial.hpp"
#include "sim/devices/modbus/server.hpp"
#include "sim/devices/modbus/shelf_unit.hpp"
#include "sim/devices/reader_verbs.hpp"
#include "sim/devices/verb.hpp"

namespace tally::sim {

/// Single-threaded, on the loop.
class ShelfRack {
 public:
    struct Ports {
        Scheduler& scheduler;
        const Clock& clock;
        StreamAcceptor& acceptor;
    };
    explicit ShelfRack(Ports ports, Duration answer_time = std::chrono::milliseconds(2))
        : scheduler_(ports.scheduler),
          clock_(ports.clock),
          gateway_({ports.scheduler, ports.acceptor}, answer_time) {}

    Result<void> listen(const Endpoint& at) { return gateway_.listen(at); }
    [[nodiscard]] Endpoint bound() const { return gateway_.bound(); }
    /// On a serial line instead: the rack's end of it. `say` must outlive the rack.
    ModbusSerial& serve_serial(ModbusSerial::Say say);
    [[nodiscard]] bool is_serial() const { return serial_ != nullptr; }

    /// Replaces nothing: one unit an id.
    ShelfUnit& add(std::uint8_t id, ShelfUnit::Setup setup);
    RelayUnit& add_relays(std::uint8_t id);
    /// Null if there is none of that kind and id.
    [[nodiscard]] ShelfUnit* unit(std::uint8_t id);
    [[nodiscard]] RelayUnit* relays(std::uint8_t id);
    [[nodiscard]] const std::map<std::uint8_t, std::unique_ptr<ShelfUnit>>& units() const {
        return units_;
    }
    [[nodiscard]] ModbusServer& gateway() { return gateway_; }

 private:
    Scheduler& scheduler_;
    const Clock& clock_;
    std::map<std::uint8_t, std::unique_ptr<ShelfUnit>> units_;
    std::map<std::uint8_t, std::unique_ptr<RelayUnit>> relays_;
    ModbusServer gateway_;  ///< goes before the units, which it points at
    std::unique_ptr<ModbusSerial> serial_;
};

/// Carries out a verb of a rack (shelf_verbs). The answer is "ok" or a short text. malformed before
/// anything has happened.
Result<std::string> apply_shelf_verb(ShelfRack& rack, const Verb& verb);

std::span<const VerbInfo> shelf_verbs();

}  // namespace tally::sim

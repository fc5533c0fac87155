// An emulated Modbus TCP gateway with units behind it. Two faces: bytes toward the client, verbs
// toward the scene. Runs on ports only, so it serves virtual time and real sockets. Written from
// "MODBUS Messaging on TCP/IP Implementation Guide V1.0b", chapter 3.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/ports/scheduler.hpp"
#include "firmware/ports/stream.hpp"
#include "sim/devices/modbus/faults.hpp"
#include "sim/devices/modbus/unit.hpp"

namespace tally::sim {

/// Single-threaded, on the loop. Several clients at once. Units it does not have stay silent, as on
/// a serial line behind a gateway.
class ModbusServer final : private AcceptHandler {
 public:
    struct Ports {
        Scheduler& scheduler;
        StreamAcceptor& acceptor;
    };
    /// `answer_time` is how long the line to the unit takes for each request.
    explicit ModbusServer(Ports ports, Duration answer_time = std::chrono::milliseconds(1));
    ~ModbusServer() override;

    Result<void> listen(const Endpoint& at);
    [[nodiscard]] Endpoint bound() const { return endpoint_; }

    /// The unit must outlive the server.
    void add(std::uint8_t id, ModbusUnit& unit) { places_[id].unit = &unit; }
    [[nodiscard]] ModbusFaults& faults(std::uint8_t id) { return places_[id].faults; }

    // --- toward the scene -----------------------------------------------------------------------
    /// Nothing passes any more in either direction; connections stay up, as over a pulled cable.
    void pull_cable() { pulled_ = true; }
    /// Connections from before are dead: the other end has to come anew.
    void plug_cable();
    /// Power is cut: connections end, and nobody listens until power_on().
    void power_off();
    Result<void> power_on() { return listen(endpoint_); }

    [[nodiscard]] bool is_pulled() const { return pulled_; }

    // --- toward the bytes of any line -----------------------------------------------------------
    /// A request for a unit has come: when it will be answered, and with which faults. Nothing: it
    /// stays silent.
    struct Turn {
        Duration delay{};
        ModbusFaults faults;
    };
    std::optional<Turn> begin(std::uint8_t id);
    /// What the unit says at that time, and in whose name. Nothing: silence after all.
    struct Said {
        std::uint8_t unit = 0;
        Bytes pdu;
    };
    std::optional<Said> say(std::uint8_t id, ByteView pdu, const ModbusFaults& faults);

    [[nodiscard]] std::size_t clients() const { return clients_.size(); }
    [[nodiscard]] std::uint64_t requests() const { return requests_; }
    [[nodiscard]] std::uint64_t requests_of(std::uint8_t id) { return places_[id].requests; }

 private:
    class Client;
    struct Place {
        ModbusUnit* unit = nullptr;
        ModbusFaults faults;
        std::uint64_t requests = 0;
    };
    struct Request {
        std::uint16_t transaction = 0;
        std::uint8_t unit = 0;
        Bytes pdu;
    };

    StreamHandler* on_accept(std::unique_ptr<Stream> stream) override;
    void take(Client& client, const Request& request);
    void answer(Client& client, const Request& request, const ModbusFaults& faults);
    void forget(Client& client);

    Ports ports_;
    Duration answer_time_;
    Endpoint endpoint_;
    std::unique_ptr<StreamListener> listener_;
    std::map<std::uint8_t, Place> places_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::vector<std::unique_ptr<Client>> gone_;
    Timer bury_timer_;
    bool pulled_ = false;
    std::uint64_t requests_ = 0;
};

}  // namespace tally::sim

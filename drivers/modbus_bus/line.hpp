// Inside of the bus: the blocking part, on its worker thread. One context of libmodbus, opened when
// it is needed, closed whenever it is not certain which answer belongs to which request.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "drivers/modbus_bus/options.hpp"
#include "firmware/base/bytes.hpp"
#include "firmware/base/result.hpp"
#include "firmware/base/time.hpp"

struct _modbus;

namespace tally::modbus {

/// One request on the wire.
struct Exchange {
    std::uint8_t unit = 1;
    Bytes pdu;
    Duration timeout{};
};

/// Of libmodbus 3.1.6 this uses opening, framing and checksums. It gives raw TCP requests the
/// transaction number 0 and its reads do not look at the unit of a TCP answer, so header and unit
/// are written and compared here. Only one thread may call.
class ModbusLine {
 public:
    explicit ModbusLine(ModbusBusOptions options);
    ~ModbusLine();
    ModbusLine(const ModbusLine&) = delete;
    ModbusLine& operator=(const ModbusLine&) = delete;

    /// Sends and waits for the answer's PDU: at most `timeout` to connect, as long again for the
    /// answer, and on a serial line as long again for silence after none came.
    Result<Bytes> exchange(const Exchange& request);

 private:
    struct Closer {
        void operator()(_modbus* context) const;
    };
    using Steady = std::chrono::steady_clock;

    [[nodiscard]] bool is_tcp() const { return std::holds_alternative<TcpLine>(options_.line); }
    [[nodiscard]] bool is_stale() const;
    Result<void> open(Duration timeout);
    void close();
    Result<void> send(const Exchange& request);
    Result<Bytes> receive(const Exchange& request);
    Result<Bytes> check_tcp(const Exchange& request, ByteView adu) const;
    Result<Bytes> check_serial(const Exchange& request, ByteView adu) const;
    void wait_for_silence(Duration at_most) const;
    [[nodiscard]] std::string where() const;

    ModbusBusOptions options_;
    std::unique_ptr<_modbus, Closer> context_;
    std::uint16_t transaction_ = 0;
    Steady::time_point next_try_;  ///< not before, after a failed opening
    Steady::time_point quiet_until_;
};

}  // namespace tally::modbus

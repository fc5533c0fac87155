// The units of a gateway on a serial line instead: Modbus RTU frames in, RTU frames out. Written
// from "MODBUS over serial line V1.02", chapter 2.5.1.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "firmware/ports/scheduler.hpp"
#include "sim/devices/modbus/server.hpp"

namespace tally::sim {

/// CRC-16 of a frame, as it stands behind it, low byte first (chapter 6.2.2).
std::uint16_t rtu_checksum(ByteView bytes);

/// Single-threaded, on the loop. The units and their faults are the server's, which must outlive
/// it; of the faults, `cut` ends an answer early, `garbled` breaks its checksum, and `stranger`
/// does nothing: a serial line has no transactions.
class ModbusSerial {
 public:
    using Say = std::function<void(ByteView)>;
    /// Real lines end a frame by 3.5 characters of silence; a pseudo-terminal knows no speed, so a
    /// frame ends where its function says, and what its function does not tell by this silence.
    static constexpr Duration kSilence = std::chrono::milliseconds(5);

    ModbusSerial(Scheduler& scheduler, ModbusServer& units, Say say);

    void on_bytes(ByteView bytes);

 private:
    void end_of_frame(std::size_t size);
    void answer(std::uint8_t unit, const Bytes& pdu, const ModbusFaults& faults);

    Scheduler& scheduler_;
    ModbusServer& units_;
    Say say_;
    Bytes received_;
    Timer silence_;
    std::vector<std::unique_ptr<Timer>> answers_;
};

}  // namespace tally::sim

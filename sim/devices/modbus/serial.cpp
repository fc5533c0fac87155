#include "sim/devices/modbus/serial.hpp"

#include <algorithm>
#include <utility>

namespace tally::sim {

namespace {

constexpr std::size_t kChecksum = 2;
constexpr std::size_t kFrameMax = 256;

/// The whole length of the request that begins here; 0: its function does not tell, or not yet.
std::size_t request_size(ByteView frame) {
    if (frame.size() < 2) {
        return 0;
    }
    const std::uint8_t function = frame[1];
    if (function >= 1 && function <= 6) {
        return 8;
    }
    const bool writes_many = function == 15 || function == 16;
    return writes_many && frame.size() > 6 ? 7U + frame[6] + kChecksum : 0;
}

}  // namespace

std::uint16_t rtu_checksum(ByteView bytes) {
    std::uint16_t crc = 0xffff;
    for (const std::uint8_t byte : bytes) {
        crc = static_cast<std::uint16_t>(crc ^ byte);
        for (int i = 0; i < 8; ++i) {
            const bool odd = (crc & 1U) != 0;
            crc = static_cast<std::uint16_t>(crc >> 1U);
            crc = static_cast<std::uint16_t>(odd ? crc ^ 0xa001U : crc);
        }
    }
    return crc;
}

ModbusSerial::ModbusSerial(Scheduler& scheduler, ModbusServer& units, Say say)
    : scheduler_(scheduler), units_(units), say_(std::move(say)), silence_(scheduler) {}

void ModbusSerial::on_bytes(ByteView bytes) {
    if (units_.is_pulled()) {
        return;
    }
    received_.insert(received_.end(), bytes.begin(), bytes.end());
    const std::size_t size = request_size(received_);
    if (received_.size() > kFrameMax) {
        received_.clear();
    } else if (size != 0 && received_.size() >= size) {
        end_of_frame(size);
    } else {
        silence_.arm(kSilence, [this] { end_of_frame(received_.size()); });
    }
}

/// A slave says nothing to a frame that is broken or not for it.
void ModbusSerial::end_of_frame(std::size_t size) {
    silence_.cancel();
    const Bytes frame(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(size));
    received_.clear();
    if (size < 2 + kChecksum) {
        return;
    }
    const ByteView body = ByteView(frame).first(size - kChecksum);
    const std::uint16_t crc = rtu_checksum(body);
    if (frame[size - 2] != (crc & 0xffU) || frame[size - 1] != crc >> 8U) {
        return;
    }
    const std::uint8_t unit = frame[0];
    const auto turn = units_.begin(unit);
    if (!turn) {
        return;
    }
    std::erase_if(answers_, [](const auto& timer) { return !timer->armed(); });
    answers_.push_back(std::make_unique<Timer>(scheduler_));
    answers_.back()->arm(turn->delay, [this, unit, pdu = Bytes(body.begin() + 1, body.end()),
                                       faults = turn->faults] { answer(unit, pdu, faults); });
}

void ModbusSerial::answer(std::uint8_t unit, const Bytes& pdu, const ModbusFaults& faults) {
    const auto said = units_.say(unit, pdu, faults);
    if (!said || units_.is_pulled()) {
        return;
    }
    Bytes frame{said->unit};
    frame.insert(frame.end(), said->pdu.begin(), said->pdu.end());
    const std::uint16_t crc = rtu_checksum(frame);
    frame.push_back(static_cast<std::uint8_t>(crc & 0xffU));
    frame.push_back(static_cast<std::uint8_t>((crc >> 8U) ^ (faults.garbled != 0 ? 0x55U : 0U)));
    const auto cut = static_cast<std::size_t>(faults.cut);
    say_(ByteView(frame).first(cut != 0 ? std::min(cut, frame.size()) : frame.size()));
    if (faults.doubled != 0) {
        say_(frame);
    }
}

}  // namespace tally::sim

// Where a Modbus bus is and how it is spoken to. Filled from the config; nothing here is parsed.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace tally::modbus {

inline constexpr std::uint16_t kDefaultPort = 502;

/// A gateway or an instrument with an Ethernet port.
struct TcpLine {
    std::string host;
    std::uint16_t port = kDefaultPort;
};

/// A serial line (RTU), 8 data bits.
struct SerialLine {
    std::string device;  ///< e.g. /dev/ttyS1
    int baud = 9600;
    char parity = 'N';  ///< 'N', 'E' or 'O'
    int stop_bits = 1;  ///< 1 or 2
};

struct ModbusBusOptions {
    std::string name;  ///< for texts, e.g. "shelf bus rack-1"
    std::variant<TcpLine, SerialLine> line;
};

}  // namespace tally::modbus

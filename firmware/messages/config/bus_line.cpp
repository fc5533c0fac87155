#include "firmware/messages/config/bus_line.hpp"

namespace tally {

void read_bus_line(ConfigTable& table, BusConfig& bus) {
    bus.host = table.text({.name = "host",
                           .meaning = "name or address of a Modbus TCP gateway or instrument",
                           .fallback = ""});
    bus.port = static_cast<std::uint16_t>(table.integer(
        {.name = "port", .meaning = "its TCP port", .min = 1, .max = 65535, .fallback = 502}));
    bus.device = table.text({.name = "device",
                             .meaning = "serial line (RTU), e.g. /dev/ttyS1, in place of host",
                             .fallback = ""});
    bus.baud = static_cast<int>(table.integer({.name = "baud",
                                               .meaning = "speed of the serial line",
                                               .min = 1200,
                                               .max = 921600,
                                               .fallback = 9600}));
    bus.parity = table
                     .text({.name = "parity",
                            .meaning = "parity of the serial line",
                            .fallback = "N",
                            .choices = {"N", "E", "O"}})
                     .front();
    bus.stop_bits = static_cast<int>(table.integer({.name = "stop_bits",
                                                    .meaning = "stop bits of the serial line",
                                                    .min = 1,
                                                    .max = 2,
                                                    .fallback = 1}));
    if (bus.host.empty() == bus.device.empty()) {
        table.report("host", "a bus is TCP or serial; give either 'host' or 'device'");
    }
}

}  // namespace tally

// A hostile Modbus server: whatever it says, the adapter gives the values that were asked for or an
// error, through libmodbus over a real socket and through the decoder alone. The first byte says
// what is asked; the rest is what the server says, header and all, before it closes.
#include <cstddef>
#include <cstdint>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "drivers/modbus_bus/line.hpp"
#include "drivers/modbus_bus/pdu.hpp"
#include "firmware/base/check.hpp"

namespace {

using namespace tally;

/// Takes one connection at a time, waits for the request and answers with what it was given.
class Server {
 public:
    Server() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in any{};
        any.sin_family = AF_INET;
        any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof any;
        auto* const address = reinterpret_cast<sockaddr*>(&any);
        TALLY_CHECK(::bind(listener_, address, size) == 0 && ::listen(listener_, 1) == 0 &&
                        ::getsockname(listener_, address, &size) == 0,
                    "loopback is there");
        port_ = ntohs(any.sin_port);
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    void serve_once(ByteView says) const {
        const int wire = ::accept(listener_, nullptr, nullptr);
        std::uint8_t request[300];
        static_cast<void>(::recv(wire, request, sizeof request, 0));
        static_cast<void>(::send(wire, says.data(), says.size(), MSG_NOSIGNAL));
        ::close(wire);
    }

 private:
    int listener_;
    std::uint16_t port_ = 0;
};

void check(const RegisterRead& ask, const Result<Bytes>& pdu) {
    if (!pdu) {
        TALLY_CHECK(!pdu.error().text.empty(), "an error says what it is");
        return;
    }
    const auto values = modbus::decode_answer(ask, *pdu);
    TALLY_CHECK(!values || values->size() == ask.count, "as many values as asked for");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Server server;
    if (size == 0) {
        return 0;
    }
    RegisterRead ask;
    ask.table = static_cast<RegisterTable>(data[0] % 4U);
    ask.count = static_cast<std::uint16_t>(1 + data[0] / 4U);
    ask.timeout = std::chrono::milliseconds(500);
    const ByteView says(data + 1, size - 1);
    check(ask, Bytes(says.begin(), says.end()));

    modbus::ModbusBusOptions options;
    options.name = "bus";
    options.line = modbus::TcpLine{"127.0.0.1", server.port()};
    modbus::ModbusLine line(options);
    const auto request = modbus::encode(ask);
    TALLY_CHECK(request.has_value(), "the request is within bounds");
    std::thread other([&] { server.serve_once(says); });
    check(ask, line.exchange({ask.unit, *request, ask.timeout}));
    other.join();
    return 0;
}

// The emulated serial line: RTU frames in whatever pieces, broken ones met by silence, and its
// faults. The frame of the first test is that of the specification's own example of a checksum.
#include <catch2/catch.hpp>

#include "sim/devices/modbus/serial.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/kernel/streams.hpp"

namespace tally {
namespace {

using std::chrono::milliseconds;

Bytes bytes(std::string_view hex) {
    Bytes out;
    REQUIRE(from_hex(hex, out));
    return out;
}

Bytes framed(std::string_view hex) {
    Bytes frame = bytes(hex);
    const std::uint16_t crc = sim::rtu_checksum(frame);
    frame.push_back(static_cast<std::uint8_t>(crc & 0xffU));
    frame.push_back(static_cast<std::uint8_t>(crc >> 8U));
    return frame;
}

struct Line {
    Line() {
        for (std::uint16_t i = 0; i < 10; ++i) {
            unit.set(sim::ModbusTable::holding, i, static_cast<std::uint16_t>(100 + i));
        }
        server.add(1, unit);
    }
    /// What is said to these bytes, after a while.
    std::string answer(ByteView request) {
        said.clear();
        end.on_bytes(request);
        kernel.run_for(milliseconds(50));
        return to_hex(said);
    }

    sim::Kernel kernel{{}};
    sim::Node& node = kernel.add_node({.name = "rack"});
    sim::Network network{kernel, {}};
    sim::Streams streams{kernel, network};
    sim::RegisterBank unit;
    sim::ModbusServer server{{node, streams.of(node)}};
    Bytes said;
    sim::ModbusSerial end{
        node, server, [this](ByteView some) { said.insert(said.end(), some.begin(), some.end()); }};
};

TEST_CASE("the checksum is that of the specification") {
    CHECK(sim::rtu_checksum(bytes("0207")) == 0x1241);  // V1.02, 6.2.2: sent as 41 12.
}

TEST_CASE("whole requests are answered, in whatever pieces they come") {
    const Bytes request = framed("010300020002");
    const std::string right = to_hex(framed("01030400660067"));
    for (std::size_t cut = 0; cut <= request.size(); ++cut) {
        CAPTURE(cut);
        Line line;
        line.end.on_bytes(ByteView(request).first(cut));
        CHECK(line.answer(ByteView(request).subspan(cut)) == right);
    }
    Line line;
    CHECK(line.answer(framed("01100005000204000700ff")) == to_hex(framed("011000050002")));
    CHECK(line.answer(framed("010300050002")) == to_hex(framed("010304000700ff")));
    CHECK(line.answer(framed("01030009000a")) == to_hex(framed("018302")));
    CHECK(line.answer(framed("0107")) == to_hex(framed("018701")));  // Its end is silence.
}

TEST_CASE("what is broken, cut or for nobody is met by silence, and the next request is heard") {
    const Bytes good = framed("010300000001");
    const std::string right = to_hex(framed("0103020064"));
    for (std::size_t size = 0; size < good.size(); ++size) {
        Line line;
        CHECK(line.answer(ByteView(good).first(size)).empty());
        CHECK(line.answer(good) == right);
    }
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        CAPTURE(bit);
        Line line;
        Bytes flipped = good;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
        CHECK(line.answer(flipped).empty());
        CHECK(line.answer(good) == right);
    }
    Line line;
    CHECK(line.answer(framed("090300000001")).empty());
    CHECK(line.answer(Bytes(300, 0x41)).empty());
    CHECK(line.answer(good) == right);
}

TEST_CASE("the faults of a unit show on a serial line, too") {
    Line line;
    const Bytes request = framed("010300000001");
    const std::string right = to_hex(framed("0103020064"));
    sim::ModbusFaults& faults = line.server.faults(1);
    faults.garbled = 1;
    CHECK(line.answer(request) != right);
    CHECK(line.said.size() == right.size() / 2);
    faults = {};
    faults.cut = 3;
    CHECK(line.answer(request) == right.substr(0, 6));
    faults = {};
    faults.doubled = 1;
    CHECK(line.answer(request) == right + right);
    faults = {};
    faults.wrong_unit = 7;
    CHECK(line.answer(request) == to_hex(framed("0703020064")));
    faults = {};
    faults.dead = 1;
    CHECK(line.answer(request).empty());
    faults = {};
    line.server.pull_cable();
    CHECK(line.answer(request).empty());
    line.server.plug_cable();
    CHECK(line.answer(request) == right);
}

}  // namespace
}  // namespace tally

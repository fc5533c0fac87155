// A bench for the emulated reader: one client node that speaks LLRP by hand, one reader node, and
// virtual time. The client knows hex and lengths only, so that what it checks is what is on the
// wire.
#pragma once

#include <deque>
#include <string>

#include <catch2/catch.hpp>

#include "sim/devices/llrp_reader.hpp"
#include "sim/devices/reader_verbs.hpp"
#include "sim/kernel/streams.hpp"

namespace tally::test {

using sim::Heard;
using sim::LlrpReader;
using sim::TagCode;
using sim::TagSight;
using sim::llrp::Msg;

/// A message as the client heard it.
struct Frame {
    unsigned version = 0;
    Msg type = Msg::keepalive;
    std::uint32_t id = 0;
    std::string body;  ///< hex
    std::string whole;
};

/// What the client hears; the pieces as they arrived, and the whole frames cut from them.
class Ear final : public StreamHandler {
 public:
    void on_open() override { open = true; }
    void on_bytes(ByteView bytes) override {
        pieces.push_back(bytes.size());
        buffer.insert(buffer.end(), bytes.begin(), bytes.end());
        cut();
    }
    void on_closed(const Error& why) override { closed = why.text.empty() ? "closed" : why.text; }

    bool open = false;
    std::string closed;
    std::vector<std::size_t> pieces;
    std::deque<Frame> frames;
    std::vector<std::string> everything;  ///< every frame of this connection, in hex
    Bytes buffer;                         ///< what is no whole frame yet

 private:
    void cut() {
        while (buffer.size() >= 10) {
            ByteReader in(buffer);
            const unsigned first = in.u16();
            const std::size_t length = in.u32();
            Frame frame{(first >> 10) & 7U, static_cast<Msg>(first & 0x3FFU), in.u32(), {}, {}};
            if (length < 10 || buffer.size() < length) {
                return;
            }
            frame.whole = to_hex(ByteView(buffer).first(length));
            frame.body = frame.whole.substr(20);
            everything.push_back(frame.whole);
            frames.push_back(std::move(frame));
            buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(length));
        }
    }
};

/// One client connection.
struct Caller {
    Ear ear;
    std::unique_ptr<Stream> stream;
};

inline std::string hex_of(std::uint64_t value, int bytes) {
    ByteWriter out;
    for (int i = bytes - 1; i >= 0; --i) {
        out.u8(static_cast<std::uint8_t>(value >> (8 * i)));
    }
    return to_hex(out.bytes());
}

class ReaderBench {
 public:
    explicit ReaderBench(sim::Faults faults = {}, std::uint32_t rospecs_max = 1)
        : kernel({.seed = 1}),
          network(kernel, {}),
          streams(kernel, network),
          reader({there, there, streams.of(there), there},
                 {.name = "gate", .rospecs_max = rospecs_max, .faults = faults}) {
        REQUIRE(reader.listen({"", 5084}));
    }

    void run(std::int64_t ms) { kernel.run_for(std::chrono::milliseconds(ms)); }

    void dial(Caller& caller) {
        caller.ear = Ear();
        caller.stream = streams.of(here).dial({"reader", 5084}, caller.ear);
        run(10);
    }
    /// Dials, and hears the first event.
    void connect() {
        dial(client);
        REQUIRE(next(Msg::reader_event_notification).body.find("010000060000") !=
                std::string::npos);
    }
    /// In the version that was agreed, or another one.
    void send(Msg type, const std::string& body_hex, std::uint32_t id = 7, unsigned as = 0) {
        Bytes bytes;
        REQUIRE(from_hex(hex_of(((as == 0 ? version : as) << 10) | static_cast<unsigned>(type), 2) +
                             hex_of(10 + body_hex.size() / 2, 4) + hex_of(id, 4) + body_hex,
                         bytes));
        REQUIRE(client.stream->send(bytes));
        run(10);
    }
    /// The next frame heard of this type; what came before it is forgotten.
    Frame next(Msg type) {
        while (!client.ear.frames.empty()) {
            const Frame frame = client.ear.frames.front();
            client.ear.frames.pop_front();
            if (frame.type == type) {
                return frame;
            }
        }
        FAIL("no message of type " << static_cast<unsigned>(type) << " came");
        return {};
    }
    void agree_on_11() {
        send(Msg::get_supported_version, "", 1, 2);
        send(Msg::set_protocol_version, "02", 2, 2);
        version = 2;
    }
    [[nodiscard]] std::size_t heard(Msg type) const {
        return static_cast<std::size_t>(
            std::count_if(client.ear.frames.begin(), client.ear.frames.end(),
                          [&](const Frame& frame) { return frame.type == type; }));
    }
    /// Sends a request and returns its response body; the response must carry the request's id.
    std::string ask(Msg type, const std::string& body_hex) {
        send(type, body_hex, ++last_id);
        const Frame frame = next(sim_response(type));
        CHECK(frame.id == last_id);
        return frame.body;
    }
    void ask_ok(Msg type, const std::string& body_hex) {
        const std::string status = ask(type, body_hex);
        INFO(status);
        REQUIRE(status.substr(0, 16) == "011f000800000000");
    }
    /// Adds, enables and starts `rospec` (hex of the ROSpec parameter, id 100).
    void start(const std::string& rospec) {
        ask_ok(Msg::add_rospec, rospec);
        ask_ok(Msg::enable_rospec, "00000064");
        ask_ok(Msg::start_rospec, "00000064");
        REQUIRE(reader.reading());
    }
    Heard see(const std::string& epc, std::uint16_t antenna = 1, int rssi = -52) {
        TagSight sight;
        sight.code = *TagCode::parse(epc);
        sight.antenna = antenna;
        sight.rssi_dbm = static_cast<std::int8_t>(rssi);
        const Heard heard_as = reader.tag_seen(sight);
        run(5);
        return heard_as;
    }

    static Msg sim_response(Msg type) {
        return type == Msg::close_connection ? Msg::close_connection_response
                                             : static_cast<Msg>(static_cast<unsigned>(type) + 10);
    }

    sim::Kernel kernel;
    sim::Node& here = kernel.add_node({.name = "client"});
    sim::Node& there = kernel.add_node({.name = "reader"});
    sim::Network network;
    sim::Streams streams;
    LlrpReader reader;
    Caller client;
    std::uint32_t last_id = 1000;
    unsigned version = 1;  ///< 1 is 1.0.1, 2 is 1.1
};

/// The ROSpec of devices.md 3.5: id 100, no triggers, antennas 1 and 2, a report for each tag.
/// `report` is trigger and N, `fields` the selector bits, both in hex.
inline std::string simple_rospec(const std::string& report = "010001",
                                 const std::string& fields = "1600") {
    return "00b1004800000064000000b2001200b300050000b60009000000000000b7001a0002000100"
           "0200b80009000000000000ba000700010100ed0012" +
           report + "00ee000b" + fields + "015c000500";
}

inline const std::string kEpc = "3034F87A4049E3400000BEEF";

}  // namespace tally::test

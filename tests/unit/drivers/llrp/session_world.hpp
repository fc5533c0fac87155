// A world for session tests: virtual time, a dialer, and a reader that answers by hand-written
// bytes. What the reader shall do wrong is set per test; what the session tells its feed is
// recorded.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "drivers/llrp/session.hpp"
#include "tests/unit/drivers/llrp/fake_reader.hpp"

namespace tally::llrp::test {

/// Everything a session tells its owner, as lines and as values.
class RecordedFeed final : public ReaderFeed {
 public:
    void on_reads(std::span<const TagRead> span) override {
        reads.insert(reads.end(), span.begin(), span.end());
    }
    void on_input(const InputChange& change) override { inputs.push_back(change); }
    void on_blind(const BlindBegan& began) override {
        blinds.push_back(began);
        open[began.antenna] = began;
    }
    void on_sighted(std::uint16_t antenna, MonoTime at) override {
        sighted.push_back({antenna, at});
        open.erase(antenna);
    }

    std::vector<TagRead> reads;
    std::vector<InputChange> inputs;
    std::vector<BlindBegan> blinds;
    std::vector<std::pair<std::uint16_t, MonoTime>> sighted;
    std::map<std::uint16_t, BlindBegan> open;
};

class RecordedEvents final : public Events {
 public:
    void report(Severity, std::string_view, std::string_view text) override {
        lines.emplace_back(text);
    }
    std::vector<std::string> lines;
};

inline constexpr const char* kReport =
    "00f00044 8d3074257bf7194e4000001a85 8900000064 8e0001 8a0001 810001 86c3 870001"
    "82000640b5eedec8e0 84000640b5eee04f80 880003 8c3000 8b1234 9000000000";
inline constexpr const char* kRefusal = "011f000c 012d 0004 6e6f7065";  // status 301, "nope"

/// An event parameter of a ROSpec: its first bytes, the id, and no preempting one.
inline std::string with_id(const char* event, std::uint32_t id) {
    ByteWriter writer;
    writer.u32(id);
    return std::string(event) + to_hex(writer.bytes()) + "00000000";
}

inline constexpr const char* kRoSpecStarted = "00f9000d 00";
inline constexpr const char* kRoSpecEnded = "00f9000d 01";
inline constexpr const char* kRoSpecPreempted = "00f9000d 02";
inline constexpr const char* kOverflow = "00fb0004";

/// A session on a fake reader, with everything it tells recorded.
struct Bench {
    explicit Bench(SessionOptions options = defaults())
        : session(std::move(options), {reader, world, world, world, events}, feed) {}

    static SessionOptions defaults() {
        SessionOptions options;
        options.name = "reader g1";
        options.antennas = {1, 2};
        return options;
    }
    /// Starts, and runs until it reads; leaves the records empty but for what is open.
    void run_until_reading() {
        session.start();
        world.run_for(seconds(1));
        REQUIRE(session.status().phase == SessionStatus::Phase::reading);
        REQUIRE(feed.open.empty());
        feed.blinds.clear();
        feed.sighted.clear();
        reader.heard.clear();
        reader.heard_bytes.clear();
        reader.dialed_at.clear();
    }

    World world;
    FakeReader reader{world};
    RecordedFeed feed;
    RecordedEvents events;
    Session session;
};

}  // namespace tally::llrp::test

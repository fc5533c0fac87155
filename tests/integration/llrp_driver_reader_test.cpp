// Two readings of one standard meet: our driver against the emulated reader, in virtual time. They
// share no code, so an agreement here is worth something. With every fault of devices.md 3.10 the
// driver must go on reading, or say that it is blind; it must never fall over or invent a read.
#include <map>

#include <catch2/catch.hpp>

#include "drivers/llrp/session.hpp"
#include "sim/devices/llrp_reader.hpp"
#include "sim/kernel/streams.hpp"

using namespace tally;
using namespace std::chrono_literals;

namespace {

struct Feed final : ReaderFeed {
    std::map<std::string, TagRead> reads;
    std::vector<InputChange> inputs;
    std::vector<BlindBegan> blind;
    bool sees = false;

    void on_reads(std::span<const TagRead> batch) override {
        for (const TagRead& read : batch) {
            reads[read.epc.str()] = read;
        }
    }
    void on_input(const InputChange& change) override { inputs.push_back(change); }
    void on_blind(const BlindBegan& began) override {
        blind.push_back(began);
        sees = sees && began.antenna != 0;
    }
    void on_sighted(std::uint16_t antenna, MonoTime) override { sees = sees || antenna == 0; }
};

struct Pair {
    explicit Pair(sim::Faults faults = {})
        : network(kernel, {}),
          streams(kernel, network),
          reader({there, there, streams.of(there), there}, {.name = "g1", .faults = faults}),
          session(options(), {streams.of(here), here, here, here, here}, feed) {
        REQUIRE(reader.listen({"", 5084}));
        session.start();
    }
    static llrp::SessionOptions options() {
        llrp::SessionOptions options;
        options.name = "g1";
        options.endpoint = {"reader", 5084};
        options.antennas = {1, 2};
        options.inputs = {1, 2};
        return options;
    }
    void run(Duration span) { kernel.run_for(span); }

    /// Shows a distinct tag; true if the reader was listening.
    bool show(int number, std::uint16_t antenna = 1, int rssi_dbm = -52) {
        sim::TagSight sight;
        sight.code = *sim::TagCode::parse(epc(number));
        sight.antenna = antenna;
        sight.rssi_dbm = static_cast<std::int8_t>(rssi_dbm);
        const sim::Heard heard = reader.tag_seen(sight);
        run(20ms);
        return heard == sim::Heard::counted;
    }
    static std::string epc(int number) {
        const std::string digits = std::to_string(number);
        return "3034F87A4049E34000" + std::string(6 - digits.size(), '0') + digits;
    }

    sim::Kernel kernel{{.seed = 3}};
    sim::Node& here = kernel.add_node({.name = "box"});
    sim::Node& there = kernel.add_node({.name = "reader"});
    sim::Network network;
    sim::Streams streams;
    sim::LlrpReader reader;
    Feed feed;
    llrp::Session session;
};

}  // namespace

TEST_CASE("the driver sets the emulated reader up and reads what the scene shows") {
    Pair pair;
    pair.run(1s);
    REQUIRE(pair.reader.reading());
    CHECK(pair.feed.sees);
    CHECK(pair.show(1, 2, -47));
    REQUIRE(pair.feed.reads.size() == 1);
    const auto& [epc, read] = *pair.feed.reads.begin();
    CHECK(epc == Pair::epc(1));
    CHECK(read.antenna == 2);
    CHECK(read.peak_rssi == CentiDbm{-4700});
    pair.reader.input(1, sim::Level::high);
    pair.run(20ms);
    REQUIRE(pair.feed.inputs.size() == 1);
    CHECK(pair.feed.inputs[0].port == 1);
    CHECK(pair.feed.inputs[0].level == InputChange::Level::high);
}

TEST_CASE("faults that bend the wire but lose nothing cost no read") {
    const std::vector<std::pair<std::string_view, std::int64_t>> harmless = {
        {"first_event_delay_ms", 3000}, {"only_101", 1},          {"id_clash", 1},
        {"segment_bytes", 1},           {"segment_bytes", 7},     {"merge_ms", 200},
        {"omit_repeated", 1},           {"custom_parameters", 1}, {"unknown_tlv", 1},
        {"reserved_bits", 1},           {"clock_2000", 1},        {"uptime_only", 1},
        {"once_per_session", 500}};
    for (const auto& [name, value] : harmless) {
        INFO(name << "=" << value);
        sim::Faults faults;
        REQUIRE(sim::set_fault(faults, name, value));
        Pair pair(faults);
        pair.run(30s);
        CHECK(pair.feed.sees);
        int shown = 0;
        for (int i = 0; i < 20; ++i) {
            shown += pair.show(i, static_cast<std::uint16_t>(1 + i % 2), -40 - i) ? 1 : 0;
        }
        pair.run(5s);
        CHECK(shown == 20);
        CHECK(pair.feed.reads.size() == 20);
        for (int i = 0; i < 20; ++i) {
            const auto read = pair.feed.reads.find(Pair::epc(i));
            REQUIRE(read != pair.feed.reads.end());
            CHECK(read->second.antenna == 1 + i % 2);
            CHECK(read->second.peak_rssi == CentiDbm{(-40 - i) * 100});
        }
    }
}

TEST_CASE("where a fault takes sight away, the driver says blind, and reads again afterwards") {
    struct Row {
        std::string name;
        void (*strike)(sim::LlrpReader&);
        void (*heal)(sim::LlrpReader&);
        Duration until_blind;
    };
    const auto nothing = [](sim::LlrpReader&) {};
    const std::vector<Row> table = {
        {"reboot", [](sim::LlrpReader& r) { r.reboot(3s); }, nothing, 2s},
        {"reset in mid-frame", [](sim::LlrpReader& r) { r.reset_tcp(); }, nothing, 2s},
        {"silence", [](sim::LlrpReader& r) { r.go_silent(); },
         [](sim::LlrpReader& r) { r.speak_up(); }, 40s},
        {"keepalive stops", [](sim::LlrpReader& r) { r.faults().no_keepalive = 1; },
         [](sim::LlrpReader& r) { r.faults().no_keepalive = 0; }, 40s},
        {"stolen", [](sim::LlrpReader& r) { r.steal_by_second_client(3s); }, nothing, 2s},
        {"preempted", [](sim::LlrpReader& r) { r.preempt(); }, nothing, 2s},
        {"overflow", [](sim::LlrpReader& r) { r.overflow(); },
         [](sim::LlrpReader& r) { r.fill_buffer(0); }, 2s},
        {"antenna pulled", [](sim::LlrpReader& r) { r.antenna(1, sim::LlrpReader::Cable::pulled); },
         [](sim::LlrpReader& r) { r.antenna(1, sim::LlrpReader::Cable::connected); }, 2s},
    };
    for (const Row& row : table) {
        INFO(row.name);
        Pair pair;
        pair.run(5s);
        REQUIRE(pair.feed.sees);
        const std::size_t blind_before = pair.feed.blind.size();
        row.strike(pair.reader);
        pair.run(row.until_blind);
        CHECK(pair.feed.blind.size() > blind_before);
        row.heal(pair.reader);
        pair.run(15s);
        CHECK(pair.show(77));
        CHECK(pair.feed.sees);  // After an overflow, only a read proves that reads come through.
        CHECK(pair.feed.reads.contains(Pair::epc(77)));
    }
}

TEST_CASE("a broken report costs at most its tags, never the session for good") {
    for (const std::string_view name : {"wrong_tlv_length", "wrong_message_length"}) {
        INFO(name);
        Pair pair;
        pair.run(5s);
        REQUIRE(sim::set_fault(pair.reader.faults(), name, 1));
        pair.show(1);
        for (int i = 0; i < 60; ++i) {
            pair.run(1s);
            pair.show(100 + i);
        }
        CHECK(pair.feed.sees);
        CHECK(pair.feed.reads.contains(Pair::epc(159)));
        for (const auto& [epc, read] : pair.feed.reads) {
            CHECK(epc.starts_with("3034F87A4049E34000"));
        }
    }
}

TEST_CASE("a reader that never greets, or always refuses, is a blind reader that is tried again") {
    for (const auto& faults : {sim::Faults{.no_first_event = 1}, sim::Faults{.connect_status = 1},
                               sim::Faults{.connect_status = 3}}) {
        Pair pair(faults);
        pair.run(30s);
        CHECK_FALSE(pair.feed.sees);
        CHECK(pair.feed.reads.empty());
        pair.reader.faults() = {};
        pair.run(20s);
        CHECK(pair.feed.sees);
    }
}

TEST_CASE("reads of a report of 1.4 MB arrive, each once") {
    Pair pair;
    pair.run(2s);
    pair.reader.flood(24'000);
    pair.run(60s);
    CHECK(pair.feed.reads.size() == 24'000);
}

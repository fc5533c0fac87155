// The session against the independent emulator of sim/devices, over simulated TCP, with everything
// going wrong that the fault catalogue knows. The judge is one rule: a tag that answered the reader
// is either delivered, or the feed was told that the reader could not see at that moment. And when
// the trouble is over, the reader reads again.
#include <fmt/format.h>

#include "drivers/llrp/session.hpp"
#include "sim/devices/llrp_reader.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/kernel/network.hpp"
#include "sim/kernel/streams.hpp"
#include "tests/unit/drivers/llrp/session_world.hpp"

using namespace tally;
using namespace tally::llrp::test;
using tally::llrp::Session;
using tally::llrp::SessionOptions;
using tally::llrp::SessionStatus;

namespace {

struct Span {
    std::uint16_t antenna;
    MonoTime since;
    MonoTime until;
};

/// Spans as the gate service sees them: a beginning is kept until the antenna is sighted.
class SpanFeed final : public ReaderFeed {
 public:
    void on_reads(std::span<const TagRead> reads) override {
        for (const TagRead& read : reads) {
            delivered[read.epc.str()] = read;
        }
    }
    void on_input(const InputChange&) override { ++inputs; }
    void on_blind(const BlindBegan& blind) override {
        story +=
            fmt::format("  blind {} since {}: {}\n", blind.antenna, blind.since.ns, blind.text);
        open.emplace(blind.antenna, blind.since);
    }
    void on_sighted(std::uint16_t antenna, MonoTime at) override {
        story += fmt::format("  sighted {} at {}\n", antenna, at.ns);
        if (const auto span = open.find(antenna); span != open.end()) {
            closed.push_back({antenna, span->second, at});
            open.erase(span);
        }
    }

    [[nodiscard]] bool blind(std::uint16_t antenna, MonoTime at) const {
        const auto covers = [&](const Span& span) {
            return (span.antenna == 0 || span.antenna == antenna) && span.since <= at &&
                   at <= span.until;
        };
        const auto covers_open = [&](const auto& span) {
            return (span.first == 0 || span.first == antenna) && span.second <= at;
        };
        return std::any_of(closed.begin(), closed.end(), covers) ||
               std::any_of(open.begin(), open.end(), covers_open);
    }

    std::map<std::string, TagRead> delivered;
    std::map<std::uint16_t, MonoTime> open;
    std::vector<Span> closed;
    int inputs = 0;
    std::string story;  ///< what happened, for a failure
};

struct Sight {
    std::string epc;
    std::uint16_t antenna;
    MonoTime at;
    sim::Heard heard;
};

class Gate;

struct Trouble {
    const char* name;
    std::function<void(Gate&)> begin;
    std::function<void(Gate&)> end;
    Duration at_least{0};
};

class Gate {
 public:
    explicit Gate(std::uint64_t seed, sim::Faults faults = {}, sim::LinkOptions link = {})
        : kernel({seed}), network(kernel, std::move(link)) {
        REQUIRE(reader_.listen({"gate", 5084}));
        reader_.faults() = faults;
    }

    void start() { session.start(); }
    void begin(const Trouble& trouble);
    void end(const Trouble& trouble);

    /// A new tag answers one of the two antennas.
    void see() {
        char epc[25];
        std::snprintf(epc, sizeof epc, "3034257BF7194E40%08X", ++serial_);
        const auto antenna = static_cast<std::uint16_t>(1 + serial_ % 2);
        const auto heard = reader_.tag_seen({*sim::TagCode::parse(epc), antenna, -55, 3, {}});
        sights.push_back({epc, antenna, edge_.mono_now(), heard});
    }

    /// A tag every 20 ms.
    void see_for(Duration span) {
        for (Duration done{0}; done < span; done += milliseconds(20)) {
            see();
            kernel.run_for(milliseconds(20));
        }
    }

    [[nodiscard]] bool reads() const {
        return session.status().phase == SessionStatus::Phase::reading && feed.open.empty();
    }

    /// The rule of this file. Answers how many sights were delivered.
    std::size_t check_truth() const {
        INFO(feed.story);
        std::size_t delivered = 0;
        for (const Sight& sight : sights) {
            if (feed.delivered.contains(sight.epc)) {
                ++delivered;
                CHECK(feed.delivered.at(sight.epc).antenna == sight.antenna);
                CHECK(feed.delivered.at(sight.epc).peak_rssi == CentiDbm{-5500});
            } else if (!feed.blind(sight.antenna, sight.at)) {
                FAIL("tag " << sight.epc << " of antenna " << sight.antenna << " at " << sight.at.ns
                            << " ns (" << to_string(sight.heard) << ") was lost unsaid");
            }
        }
        return delivered;
    }

    sim::Kernel kernel;
    sim::Network network;
    sim::Streams streams{kernel, network};

 private:
    static SessionOptions options() {
        SessionOptions options;
        options.name = "reader g1";
        options.endpoint = {"gate", 5084};
        options.antennas = {1, 2};
        options.inputs = {1};
        options.keepalive_ms = 2000;
        return options;
    }

    sim::Node& edge_ = kernel.add_node({"edge"});
    sim::Node& gate_ = kernel.add_node({"gate"});
    std::uint32_t serial_ = 0;

 public:
    sim::Node& edge() { return edge_; }
    sim::Node& gate() { return gate_; }
    sim::LlrpReader& reader() { return reader_; }

    SpanFeed feed;
    std::vector<Sight> sights;

 private:
    sim::LlrpReader reader_{{gate_, gate_, streams.of(gate_), gate_}, {}};

 public:
    Session session{options(), {streams.of(edge_), edge_, edge_, edge_, edge_}, feed};
};

void Gate::begin(const Trouble& trouble) {
    feed.story += fmt::format("{}: {}\n", edge_.mono_now().ns, trouble.name);
    trouble.begin(*this);
}

void Gate::end(const Trouble& trouble) {
    feed.story += fmt::format("{}: end of {}\n", edge_.mono_now().ns, trouble.name);
    trouble.end(*this);
}

const std::vector<Trouble>& troubles() {
    using Cable = sim::LlrpReader::Cable;
    const auto nothing = [](Gate&) {};
    static const std::vector<Trouble> kTroubles = {
        {"TCP reset in a frame", [](Gate& g) { g.reader().reset_tcp(); }, nothing},
        {"network reset", [](Gate& g) { g.streams.reset(g.edge(), g.gate()); }, nothing},
        {"half open", [](Gate& g) { g.streams.make_half_open(g.edge(), g.gate()); }, nothing},
        {"network cut", [](Gate& g) { g.network.partition(g.edge(), g.gate()); },
         [](Gate& g) { g.network.heal(g.edge(), g.gate()); }},
        {"reader silent", [](Gate& g) { g.reader().go_silent(); },
         [](Gate& g) { g.reader().speak_up(); },
         // Shorter than 2.5 keepalive periods, silence without a word after it cannot be noticed.
         seconds(6)},
        {"reader reboots", [](Gate& g) { g.reader().reboot(seconds(3)); }, nothing},
        {"second client", [](Gate& g) { g.reader().steal_by_second_client(seconds(3)); }, nothing},
        {"preempted", [](Gate& g) { g.reader().preempt(); }, nothing},
        {"exception", [](Gate& g) { g.reader().exception("too hot"); }, nothing},
        {"antenna pulled", [](Gate& g) { g.reader().antenna(2, Cable::pulled); },
         [](Gate& g) { g.reader().antenna(2, Cable::connected); }},
        {"buffer overflow", [](Gate& g) { g.reader().overflow(); },
         [](Gate& g) { g.reader().fill_buffer(0); }},
        {"broken report", [](Gate& g) { g.reader().faults().wrong_tlv_length = 2; }, nothing},
        {"broken frame", [](Gate& g) { g.reader().faults().wrong_message_length = 1; }, nothing},
    };
    return kTroubles;
}

}  // namespace

TEST_CASE("the session sets up the emulator and reads every tag") {
    Gate gate(1);
    gate.start();
    gate.kernel.run_for(seconds(2));
    REQUIRE(gate.reads());
    gate.see_for(seconds(10));
    gate.kernel.run_for(seconds(1));
    CHECK(gate.check_truth() == 500);
    gate.reader().input(1, sim::Level::high);
    gate.kernel.run_for(seconds(1));
    CHECK(gate.feed.inputs == 1);
}

TEST_CASE("readers with habits are read completely") {
    struct Habit {
        const char* name;
        sim::Faults faults;
    };
    const Habit habits[] = {
        {"knows 1.0.1 only", {.only_101 = 1}},
        {"reuses message ids", {.id_clash = 1}},
        {"sends byte by byte", {.segment_bytes = 7}},
        {"sends late in lumps", {.merge_ms = 100}},
        {"leaves out what repeats", {.omit_repeated = 1}},
        {"extends everything", {.custom_parameters = 1, .unknown_tlv = 1}},
        {"fills reserved bits", {.reserved_bits = 1}},
        {"lives in 2000", {.clock_2000 = 1}},
        {"has no clock", {.uptime_only = 1}},
        {"greets late", {.first_event_delay_ms = 5000}},
    };
    for (const Habit& habit : habits) {
        INFO(habit.name);
        Gate gate(2, habit.faults);
        gate.start();
        gate.kernel.run_for(seconds(8));
        CHECK(gate.reads());
        gate.see_for(seconds(4));
        gate.kernel.run_for(seconds(1));
        CHECK(gate.check_truth() == 200);
        CHECK(gate.session.status().connections == 1);
    }
}

TEST_CASE("each trouble is told from its beginning, and over within five seconds of its end") {
    for (const Trouble& trouble : troubles()) {
        INFO(trouble.name);
        Gate gate(3);
        gate.start();
        gate.kernel.run_for(seconds(2));
        gate.see_for(seconds(5));
        REQUIRE(gate.reads());
        gate.begin(trouble);
        gate.see_for(seconds(8));
        gate.end(trouble);
        gate.see_for(seconds(10));
        CHECK(gate.reads());
        const std::size_t seen_before = gate.sights.size();
        gate.see_for(seconds(2));
        gate.kernel.run_for(seconds(1));
        CHECK(gate.check_truth() > 300);
        CHECK(gate.feed.delivered.contains(gate.sights.at(seen_before).epc));
    }
}

TEST_CASE("whatever happens in whatever order, no tag is lost unsaid") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        INFO("seed " << seed);
        sim::LinkOptions link;
        link.loss_ppm = 5000;
        link.split_ppm = 100'000;
        link.merge_ppm = 100'000;
        sim::Faults faults;
        faults.only_101 = static_cast<std::int64_t>(seed % 2);
        faults.omit_repeated = static_cast<std::int64_t>(seed / 2 % 2);
        faults.id_clash = static_cast<std::int64_t>(seed / 4 % 2);
        Gate gate(seed, faults, link);
        Prng prng = gate.kernel.prng("troubles");
        gate.start();
        for (int round = 0; round < 12; ++round) {
            const Trouble& trouble = troubles()[prng.below(troubles().size())];
            gate.see_for(milliseconds(prng.between(10, 6000)));
            gate.begin(trouble);
            gate.see_for(trouble.at_least + milliseconds(prng.between(10, 6000)));
            gate.end(trouble);
        }
        gate.kernel.run_for(seconds(15));
        gate.see_for(seconds(1));
        gate.kernel.run_for(seconds(2));
        CHECK(gate.reads());
        CHECK(gate.check_truth() > 200);
    }
}

#include "tools/bench/roles.hpp"

#include <cstdio>
#include <cstdlib>

#include "firmware/host/memory/memory.hpp"
#include "firmware/site/bridge_site.hpp"
#include "tools/bench/bench_site.hpp"
#include "tools/bench/child.hpp"
#include "tools/bench/meter.hpp"
#include "tools/bench/planner_floor.hpp"
#include "tools/bench/progress.hpp"
#include "tools/bench/traffic.hpp"

namespace tally::bench {

namespace {

constexpr std::uint32_t kHeldTags = 100'000;
constexpr std::uint32_t kReadsAtATime = 5'000;
constexpr std::size_t kWaitingRowsMax = 4'096;
constexpr double kRest_s = 1;  ///< what was needed only meanwhile is given back by then

void tell(const char* name, double value) {
    std::printf("%s %.6f\n", name, value);
    std::fflush(stdout);
}

int complain(const Error& error) {
    std::fprintf(stderr, "bench: %s\n", error.text.c_str());
    return 1;
}

int run_box(const std::string& database) {
    auto box = EdgeBox::open({.database = database, .absence = std::chrono::hours(1)});
    if (!box) {
        return complain(box.error());
    }
    EdgeBox& self = **box;
    if (const auto started = self.start(); !started) {
        return complain(started.error());
    }
    tell("up_ns", static_cast<double>(mono_ns()));
    tell("start_processor_s", static_cast<double>(processor_ns()) / 1e9);
    tell("events", static_cast<double>(self.ledger().line().seq().value()));
    tell("items", static_cast<double>(self.ledger().book().item_count()));
    tell("start_mib", resident_mib("VmRSS"));
    tell("start_heap_mib", heap_used_mib());
    std::vector<TagRead> reads;
    for (std::uint32_t serial = 0; serial < kHeldTags;) {
        if (self.ledger().queue().waiting_rows() < kWaitingRowsMax && !self.gate().has_work()) {
            reads.clear();
            for (std::uint32_t i = 0; i < kReadsAtATime && serial < kHeldTags; ++i) {
                TagRead read;
                read.epc = bench_tag(kFirstUnit + serial++);
                read.at = self.loop().mono_now();
                read.has = TagRead::antenna_known | TagRead::rssi_known;
                read.antenna = 1;
                read.peak_rssi = CentiDbm{-5500};
                reads.push_back(read);
            }
            self.gate().on_reads(reads);
        }
        self.loop().turn(std::chrono::milliseconds(1));
    }
    do {
        self.loop().turn(std::chrono::milliseconds(5));
    } while (self.gate().has_work() || self.ledger().queue().waiting_rows() > 0);
    const std::int64_t held_ns = mono_ns();
    while (seconds_since(held_ns) < kRest_s) {
        self.loop().turn(std::chrono::milliseconds(5));
    }
    tell("held", static_cast<double>(self.gate().gates().front()->presence().present_count()));
    tell("held_mib", resident_mib("VmRSS"));
    tell("held_heap_mib", heap_used_mib());
    tell("peak_mib", resident_mib("VmHWM"));
    std::printf("\n");
    return 0;
}

int run_bridge(std::uint16_t port, const std::string& database, int descriptor) {
    Progress progress(descriptor);
    host::Loop loop;
    BenchEvents events;
    host::OsEntropy entropy;
    auto opened = host::SqliteStore::open({.path = database, .kind = host::StoreKind::bridge});
    if (!opened) {
        return complain(opened.error());
    }
    host::ThreadedJournal store(std::move(*opened),
                                [&](std::function<void()> task) { loop.post(std::move(task)); });
    WatchedJournal journal(store, {.edge = "back", .asked = {}, .durable = [&](std::uint64_t seq) {
                                       progress.reach(seq);
                                   }});
    host::MqttOptions mqtt;
    mqtt.broker = {"127.0.0.1", port};
    host::PahoMessageBus bus(loop, mqtt);
    BridgeConfig config;
    config.site = bench_site();
    int outcome = 0;
    const auto fatal = [&](const Error& error) {
        outcome = complain(error);
        loop.stop();
    };
    BridgeSite site(config, {loop, loop, entropy, events, journal, bus}, fatal);
    site.start([&](Result<void> started) {
        if (!started) {
            fatal(started.error());
            return;
        }
        std::printf("ready\n");
        std::fflush(stdout);
    });
    loop.run();
    return outcome;
}

/// Counts what comes on one topic.
class Sink final : public BusHandler {
 public:
    Sink(host::Loop& loop, Progress& progress) : loop_(loop), progress_(progress) {}

    void on_connected() override {
        std::printf("ready\n");
        std::fflush(stdout);
    }
    void on_message(const BusMessage&) override { progress_.reach(progress_.newest() + 1); }
    void on_lost(const Error& why) override {
        complain(why);
        loop_.stop();
    }
    void on_published(std::uint64_t, const Result<void>&) override {}

 private:
    host::Loop& loop_;
    Progress& progress_;
};

int run_sink(std::uint16_t port, int descriptor) {
    Progress progress(descriptor);
    host::Loop loop;
    host::MqttOptions mqtt;
    mqtt.broker = {"127.0.0.1", port};
    Sink sink(loop, progress);
    host::PahoMessageBus bus(loop, mqtt);
    BusSession session;
    session.client_id = "bench-sink";
    session.subscriptions = {kRawTopic};
    bus.connect(session, sink);
    loop.run();
    return 1;
}

}  // namespace

std::vector<std::string> role_command(const std::string& role,
                                      const std::vector<std::string>& arguments) {
    std::vector<std::string> words{"/proc/self/exe", "role", role};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
}

int run_role(const std::vector<std::string>& words) {
    host::keep_memory_small();  // as the daemons do
    const auto port = [&] { return static_cast<std::uint16_t>(std::stoi(words.at(1))); };
    if (words.size() == 2 && words[0] == "box") {
        return run_box(words[1]);
    }
    if (words.size() == 2 && words[0] == "floor") {
        return run_floor_role(words[1]);
    }
    if (words.size() == 4 && words[0] == "bridge") {
        return run_bridge(port(), words[2], std::stoi(words[3]));
    }
    if (words.size() == 3 && words[0] == "sink") {
        return run_sink(port(), std::stoi(words[2]));
    }
    std::fprintf(stderr, "tally-bench: roles are for the bench itself\n");
    return 2;
}

}  // namespace tally::bench

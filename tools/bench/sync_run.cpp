#include "tools/bench/sync_run.hpp"

#include "tools/bench/bench_site.hpp"
#include "tools/bench/broker.hpp"
#include "tools/bench/ledger_runner.hpp"
#include "tools/bench/meter.hpp"
#include "tools/bench/progress.hpp"
#include "tools/bench/roles.hpp"
#include "tools/bench/traffic.hpp"

namespace tally::bench {

namespace {

constexpr std::uint32_t kWave = 1'000;
constexpr std::size_t kWaitingRowsMax = 4'096;
constexpr double kPatience_s = 120;
constexpr std::int64_t kMs = 1'000'000;

Error too_slow(const std::string& what) {
    return {ErrorKind::timeout, what + " took more than two minutes; the bench gives up"};
}

TagRead read_of(const Epc& tag, std::uint16_t antenna, MonoTime at) {
    TagRead read;
    read.epc = tag;
    read.at = at;
    read.has = TagRead::antenna_known | TagRead::rssi_known;
    read.antenna = antenna;
    read.peak_rssi = CentiDbm{-5500};
    return read;
}

/// A broker, a bridge behind it in its own process, and an edge that streams to it.
class Chain {
 public:
    Chain(const std::string& folder, Duration absence, std::vector<JournalCommit>* record)
        : broker_(folder),
          bridge_(role_command("bridge",
                               {std::to_string(broker_.port()), fresh_database(folder, "bridge.db"),
                                std::to_string(progress_.descriptor())})) {
        options_.database = fresh_database(folder, "edge.db");
        options_.broker_port = broker_.port();
        options_.absence = absence;
        if (record != nullptr) {
            options_.on_commit = [record](const JournalCommit& commit) {
                record->push_back(commit);
            };
        }
    }

    /// Until the edge streams and all it has written so far is at the bridge.
    Result<void> start() {
        if (bridge_.read_line() != "ready") {
            return fail(ErrorKind::offline, "the bridge of the bench did not start");
        }
        TALLY_TRY_ASSIGN(box_, EdgeBox::open(options_));
        TALLY_TRY(box_->start());
        return settle();
    }

    /// Turns the loop until nothing is on its way any more.
    Result<void> settle() {
        const std::int64_t began = mono_ns();
        while (progress_.newest() < seq() || box_->ledger().queue().waiting_rows() > 0) {
            box_->loop().turn(std::chrono::milliseconds(1));
            if (seconds_since(began) > kPatience_s) {
                return fail(too_slow("syncing"));
            }
        }
        return {};
    }

    [[nodiscard]] std::uint64_t seq() { return box_->ledger().line().seq().value(); }
    EdgeBox& box() { return *box_; }
    const Progress& progress() const { return progress_; }
    const Broker& broker() const { return broker_; }
    const Child& bridge() const { return bridge_; }

 private:
    Progress progress_;
    Broker broker_;
    Child bridge_;
    EdgeBox::Options options_;
    std::unique_ptr<EdgeBox> box_;
};

constexpr int kLooks = 4;  ///< at a unit on each side: what a direction needs that no eye confirms
constexpr std::uint32_t kGroups = 10;

/// Waves of reads: every unit on one side, then on the other; odd waves the other way. Stamps run
/// ahead of the clock, so that a wave's passages are decided when the next one comes. Tags and room
/// are made beforehand: no reader's work is counted as the edge's.
class Waves {
 public:
    explicit Waves(MonoTime start) : at_(start) {
        reads_.reserve(std::size_t{2} * kLooks * kWave);
        for (std::uint32_t unit = 0; unit < kGroups * kWave; ++unit) {
            tags_.push_back(bench_tag(kFirstUnit + unit));
        }
    }

    void feed_next(GateService& gate) {
        const std::uint32_t wave = count_++;
        const std::uint16_t first = wave % 2 == 0 ? 1 : 2;
        const std::uint32_t group = wave / 2 % kGroups;  // ten thousand units go in and out
        reads_.clear();
        for (const std::uint16_t antenna : {first, static_cast<std::uint16_t>(3 - first)}) {
            for (int look = 0; look < kLooks; ++look) {
                for (std::uint32_t i = 0; i < kWave; ++i) {
                    reads_.push_back(read_of(tags_[group * kWave + i], antenna, at_));
                }
                at_ = at_ + std::chrono::milliseconds(250);
            }
        }
        at_ = at_ + std::chrono::milliseconds(1'500);
        gate.on_reads(reads_);
    }

    /// One read more, so that time comes for the last wave to be decided.
    void end(GateService& gate) { gate.on_reads(std::vector{read_of(tags_.front(), 1, at_)}); }

    [[nodiscard]] std::uint32_t count() const { return count_; }

 private:
    MonoTime at_;
    std::uint32_t count_ = 0;
    std::vector<Epc> tags_;
    std::vector<TagRead> reads_;
};

}  // namespace

Result<FloodFigures> run_flood(const FloodOptions& options) {
    Chain chain(options.folder, std::chrono::milliseconds(1'500), options.record);
    TALLY_TRY(chain.start());
    EdgeBox& box = chain.box();
    Waves waves(box.loop().mono_now());
    const std::uint64_t before = chain.seq();
    const double bridge_before = chain.bridge().processor_s();
    const double broker_before = chain.broker().processor_s();
    const std::int64_t processor = processor_ns();
    const std::int64_t began = mono_ns();
    while (waves.count() < options.waves) {
        if (box.ledger().queue().waiting_rows() < kWaitingRowsMax && !box.gate().has_work()) {
            waves.feed_next(box.gate());
        }
        box.loop().turn(std::chrono::milliseconds(1));
        if (seconds_since(began) > kPatience_s) {
            return fail(too_slow("the flood of reads"));
        }
    }
    waves.end(box.gate());
    while (box.gate().has_work()) {
        box.loop().turn(std::chrono::milliseconds(1));
    }
    TALLY_TRY(chain.settle());
    const double seconds = seconds_since(began);
    FloodFigures figures;
    figures.events = chain.seq() - before;
    const auto count = static_cast<double>(figures.events);
    figures.events_per_s = count / seconds;
    figures.edge_us = static_cast<double>(processor_ns() - processor) / 1e3 / count;
    figures.bridge_us = (chain.bridge().processor_s() - bridge_before) * 1e6 / count;
    figures.broker_us = (chain.broker().processor_s() - broker_before) * 1e6 / count;
    if (figures.events < std::uint64_t{2} * kWave * options.waves) {
        return fail(ErrorKind::corrupt,
                    "fewer events than sightings and passages: " + std::to_string(figures.events));
    }
    return figures;
}

Result<std::vector<double>> run_paced(const std::string& folder, std::uint32_t seconds) {
    constexpr std::uint32_t kFirst = 1'000;  // left out
    Chain chain(folder, std::chrono::hours(1), nullptr);
    TALLY_TRY(chain.start());
    EdgeBox& box = chain.box();
    const std::uint64_t before = chain.seq();
    const std::uint32_t count = seconds * 1'000;
    const std::int64_t began = mono_ns();
    std::uint32_t sent = 0;
    while (sent < count) {
        for (; sent < count && mono_ns() >= began + sent * kMs; ++sent) {
            box.gate().on_reads(
                std::vector{read_of(bench_tag(kFirstUnit + sent), 1, box.loop().mono_now())});
        }
        box.loop().turn(std::chrono::milliseconds(1));
    }
    TALLY_TRY(chain.settle());
    if (chain.seq() != before + count) {
        return fail(ErrorKind::corrupt,
                    "not one event a read: " + std::to_string(chain.seq() - before) + " of " +
                        std::to_string(count));
    }
    std::vector<double> took_ms;
    for (std::uint32_t i = kFirst; i < count; ++i) {
        const std::int64_t done = chain.progress().at_ns(before + 1 + i);
        took_ms.push_back(static_cast<double>(done - began - i * kMs) / 1e6);
    }
    return took_ms;
}

namespace {

/// Publishes all messages as fast as the bus takes them.
class Source final : public BusHandler {
 public:
    Source(host::PahoMessageBus& bus, const std::vector<std::string>& messages)
        : bus_(bus), messages_(messages) {}

    void on_connected() override { connected = true; }
    void on_message(const BusMessage&) override {}
    void on_lost(const Error& why) override { lost = why; }
    void on_published(std::uint64_t, const Result<void>&) override { pump(); }
    void pump() {
        while (sent < messages_.size() && bus_.publish({kRawTopic, messages_[sent]})) {
            ++sent;
        }
    }

    bool connected = false;
    std::optional<Error> lost;
    std::size_t sent = 0;

 private:
    host::PahoMessageBus& bus_;
    const std::vector<std::string>& messages_;
};

}  // namespace

Result<double> run_raw_broker(const std::string& folder, const std::vector<std::string>& messages) {
    Progress progress;
    Broker broker(folder);
    Child sink(role_command(
        "sink", {std::to_string(broker.port()), std::to_string(progress.descriptor())}));
    if (sink.read_line() != "ready") {
        return fail(ErrorKind::offline, "the subscriber of the bench did not start");
    }
    host::Loop loop;
    host::MqttOptions mqtt;
    mqtt.broker = {"127.0.0.1", broker.port()};
    host::PahoMessageBus bus(loop, mqtt);
    Source source(bus, messages);
    BusSession session;
    session.client_id = "bench-source";
    bus.connect(session, source);
    while (!source.connected && !source.lost) {
        loop.turn(std::chrono::milliseconds(10));
    }
    const std::int64_t began = mono_ns();
    source.pump();
    while (progress.newest() < messages.size()) {
        if (source.lost) {
            return fail(*source.lost);
        }
        loop.turn(std::chrono::milliseconds(1));
        if (seconds_since(began) > kPatience_s) {
            return fail(too_slow("the raw broker"));
        }
    }
    bus.disconnect();
    return static_cast<double>(messages.size()) / seconds_since(began);
}

}  // namespace tally::bench

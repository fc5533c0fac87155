// The way down: commands reach an edge once, in order, whatever is repeated, lost or restored. The
// judge reads both disks: each command of the bridge's log is the cause of one event.
#include <catch2/catch.hpp>

#include "firmware/messages/event_json.hpp"
#include "firmware/messages/sync.hpp"
#include "tests/scenario/sync_bench.hpp"

using namespace tally;
using namespace tally::scenario;
using sim::to_text;

namespace {

/// Of a run of several commands the first is left out, every other time.
class GappyBus final : public sim::PassingBus {
 public:
    explicit GappyBus(MessageBus& inner, int& gaps) : PassingBus(inner), gaps_(gaps) {}

    Result<std::uint64_t> publish(BusMessage message) override {
        const auto down = decode_down(message.payload);
        const auto* run = down ? std::get_if<CommandBatch>(&*down) : nullptr;
        if (run != nullptr && run->canonical.size() > 1 && ++seen_ % 2 == 1) {
            ++gaps_;
            message.payload = encode_commands(run->epoch, run->first_seq.next(),
                                              std::span(run->canonical).subspan(1));
        }
        return inner().publish(std::move(message));
    }

 private:
    int& gaps_;
    int seen_ = 0;
};

struct Office {
    explicit Office(sim::SimSiteOptions options) : bench(std::move(options)) {}

    /// Sends `count` new item records to edge back.
    void send(int count) {
        for (int i = 0; i < count; ++i) {
            ItemRecord record;
            record.sku = "OFFICE-" + std::to_string(++sent);
            record.name = "from head office";
            REQUIRE(bench.site.bridge().command({EdgeId("back")}, "user:office", "master",
                                                encode(MasterRecord(record)), {}));
        }
    }
    /// Causes of the edge's events that are commands, in the order of its line.
    std::vector<std::string> causes() {
        std::vector<std::string> all;
        for (const JournalRow& row :
             sim::stored_rows(bench.site.disk("back"), "back", sim::Span::line)) {
            const auto event = decode_event(row.canonical);
            if (event && event->cause.rfind("cmd:", 0) == 0) {
                all.push_back(event->cause);
            }
        }
        return all;
    }
    bool knows_all() {
        const Registers& registers = bench.site.edge("back").ledger().registers();
        for (int i = 1; i <= sent; ++i) {
            if (registers.sku("OFFICE-" + std::to_string(i)) == nullptr) {
                return false;
            }
        }
        return sent > 0;
    }

    SyncBench bench;
    sim::SimSite& site = bench.site;
    int sent = 0;
};

/// How many commands of each epoch the causes name, if those of an epoch are 1, 2, 3 ... and epochs
/// grow; nothing if a command is there twice, or in another order.
std::vector<int> dense_runs(const std::vector<std::string>& causes) {
    std::vector<int> runs;
    std::uint64_t epoch = 0;
    for (const std::string& cause : causes) {
        const std::uint64_t of = std::stoull(cause.substr(4));
        const int seq = std::stoi(cause.substr(cause.rfind(':') + 1));
        if (of > epoch) {
            epoch = of;
            runs.push_back(0);
        }
        if (of < epoch || seq != ++runs.back()) {
            return {};
        }
    }
    return runs;
}

using Runs = std::vector<int>;

}  // namespace

TEST_CASE("commands that are repeated or come with gaps are carried out once, in order") {
    int gaps = 0;
    sim::SimSiteOptions options;
    options.broker.duplicate_ppm = 500'000;
    options.wrappers.bus = [&gaps](const std::string& box, sim::Node&,
                                   MessageBus& inner) -> std::unique_ptr<MessageBus> {
        return box == "bridge" ? std::make_unique<GappyBus>(inner, gaps) : nullptr;
    };
    Office office(std::move(options));
    REQUIRE(office.site.settle());
    for (int i = 0; i < 5; ++i) {
        office.send(4);
        office.site.run_for(std::chrono::milliseconds(700));
    }
    REQUIRE(office.site.settle());
    CHECK(gaps > 0);
    CHECK(office.knows_all());
    CHECK(dense_runs(office.causes()) == Runs{20});
    CHECK(to_text(office.bench.check("back")) == "");
}

TEST_CASE("an edge restored to before its newest commands is told those again, and only those") {
    sim::SimSiteOptions options;
    Office office(std::move(options));
    office.send(3);
    REQUIRE(office.site.settle());
    office.site.kill("back");
    office.site.copy_disk("back", "monday.db");
    office.site.restart("back");
    REQUIRE(office.site.settle());
    office.site.kill("bridge");
    office.site.restart("bridge");
    REQUIRE(office.site.settle());
    office.send(4);
    REQUIRE(office.site.settle());
    office.site.kill("bridge");  // It must find the old commands on its disk.
    office.site.restart("bridge");
    REQUIRE(office.site.settle());
    office.send(1);
    REQUIRE(office.site.settle());
    office.site.kill("back");
    office.site.insert_disk("back", "monday.db");
    office.site.restart("back");
    REQUIRE(office.site.settle());
    CHECK(office.knows_all());
    CHECK(dense_runs(office.causes()) == Runs{3, 4, 1});
    CHECK(to_text(office.bench.check("back")) == "");
}

TEST_CASE("a bridge restored to before its newest commands opens a new log and repeats nothing") {
    sim::SimSiteOptions options;
    Office office(std::move(options));
    office.send(3);
    REQUIRE(office.site.settle());
    office.site.kill("bridge");
    office.site.copy_disk("bridge", "monday.db");
    office.site.restart("bridge");
    REQUIRE(office.site.settle());
    office.send(4);
    REQUIRE(office.site.settle());
    office.site.kill("bridge");
    office.site.insert_disk("bridge", "monday.db");
    office.site.restart("bridge");
    REQUIRE(office.site.settle());
    office.send(2);
    REQUIRE(office.site.settle());
    CHECK(office.knows_all());
    CHECK(dense_runs(office.causes()) == Runs{3, 4, 2});
    CHECK(to_text(office.bench.check("back")) == "");
}

TEST_CASE("commands given to a restored bridge before it hears the edge are carried out once") {
    sim::SimSiteOptions options;
    Office office(std::move(options));
    REQUIRE(office.site.settle());
    office.site.kill("bridge");
    office.site.copy_disk("bridge", "monday.db");
    office.site.restart("bridge");
    REQUIRE(office.site.settle());
    office.send(4);
    REQUIRE(office.site.settle());
    office.site.kill("bridge");
    office.site.insert_disk("bridge", "monday.db");
    office.site.network().partition(office.site.node("bridge"), office.site.broker().node());
    office.site.restart("bridge");
    office.site.run_for(std::chrono::seconds(1));
    office.send(6);  // Numbers 1 to 4 were used before, for other commands.
    office.site.run_for(std::chrono::seconds(5));
    office.site.network().heal_all();
    REQUIRE(office.site.settle());
    CHECK(office.knows_all());
    CHECK(dense_runs(office.causes()) == Runs{4, 6});
    CHECK(to_text(office.bench.check("back")) == "");
}

TEST_CASE("commands of a restored bridge that was killed before it heard the edge are not lost") {
    int below_the_edge = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        INFO("seed " << seed);
        sim::SimSiteOptions options;
        options.seed = seed;
        Office office(std::move(options));
        sim::SimSite& site = office.site;
        const auto start_bridge = [&site] {
            site.restart("bridge");
            site.run_for(std::chrono::seconds(1));
        };
        REQUIRE(site.settle());
        site.kill("bridge");
        site.copy_disk("bridge", "monday.db");
        start_bridge();
        REQUIRE(site.settle());
        office.send(4);
        REQUIRE(site.settle());
        site.kill("back");
        site.copy_disk("back", "tuesday.db");
        site.restart("back");
        REQUIRE(site.settle());

        site.kill("bridge");
        site.insert_disk("bridge", "monday.db");
        site.network().partition(site.node("bridge"), site.broker().node());
        start_bridge();
        office.send(6);
        site.run_for(std::chrono::seconds(5));
        const Epoch killed = site.bridge().edges().at(EdgeId("back"))->commands.oldest().epoch;
        const std::string last = office.causes().back();
        below_the_edge += killed.value() < std::stoull(last.substr(4)) ? 1 : 0;
        site.kill("bridge");
        start_bridge();
        office.send(2);
        site.run_for(std::chrono::seconds(5));
        site.network().heal_all();
        REQUIRE(site.settle());
        CHECK(office.knows_all());
        CHECK(office.causes().size() == 12);
        CHECK_FALSE(dense_runs(office.causes()).empty());

        for (int life = 0; life < 2; ++life) {  // Later lives write nothing a third time.
            site.kill("bridge");
            start_bridge();
            REQUIRE(site.settle());
            CHECK(office.causes().size() == 12);
        }
        site.kill("back");  // And an edge that forgot them is told each once.
        site.insert_disk("back", "tuesday.db");
        site.restart("back");
        REQUIRE(site.settle());
        CHECK(office.knows_all());
        CHECK(office.causes().size() == 12);
        CHECK(to_text(office.bench.check("back")) == "");
    }
    CHECK(below_the_edge > 1);
}

TEST_CASE(
    "a command that cannot be carried out is refused in the ledger, and the next one goes on") {
    Office office({});
    REQUIRE(office.site.bridge().command({EdgeId("back")}, "user:office", "dance", {}, {}));
    office.send(1);
    REQUIRE(office.site.settle());
    CHECK(office.knows_all());
    CHECK(office.bench.events_of("back", "command_refused", "") == 1);
    CHECK(dense_runs(office.causes()) == Runs{2});
    CHECK(office.site.bridge().edges().at(EdgeId("back"))->commands.empty());
    CHECK(to_text(office.bench.check("back")) == "");
}

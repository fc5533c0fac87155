// One reader and its gates: order of what the driver tells, holding back, overload.
#include "firmware/services/gate/gate_service.hpp"

#include "tests/support/inventory_rig.hpp"

using namespace tally;
using std::chrono::milliseconds;
using test::InventoryRig;
using test::tea;

namespace {

/// One reader that watches two gates: ports 1 and 2 at the dock door, 3 and 4 at the aisle door.
struct GateRig : InventoryRig {
    static std::vector<GateLayout> gates() {
        GateLayout dock = test::gate("dock-door", "SUPPLIER", "dock");
        GateLayout aisle = test::gate("aisle-door", "dock", "aisle");
        aisle.antennas = {{3, GateSide::outer}, {4, GateSide::inner}};
        return {dock, aisle};
    }

    TagRead read(std::uint16_t port, const std::string& item, std::int32_t cdbm = -5'000) {
        TagRead made;
        made.epc = *Epc::parse(item);
        made.has = TagRead::antenna_known | TagRead::rssi_known;
        made.antenna = port;
        made.peak_rssi = CentiDbm{cdbm};
        made.at = rig.node.mono_now();
        return made;
    }
    /// Two reads 20 ms apart: enough to believe a tag.
    std::vector<TagRead> two_reads(std::uint16_t port, const std::string& item) {
        rig.run(milliseconds(30));
        std::vector<TagRead> reads(2, read(port, item));
        reads[0].at = reads[0].at - milliseconds(20);
        return reads;
    }
    void hear(std::uint16_t port, const std::string& item) {
        const TagRead one = read(port, item);
        service.on_reads({&one, 1});
        rig.run(milliseconds(50));
    }
    /// Through a doorway whose sides are heard by these ports, one after the other.
    void walk(std::uint16_t first, std::uint16_t second, const std::string& item) {
        for (int i = 0; i < 20; ++i) {
            hear(first, item);
        }
        for (int i = 0; i < 20; ++i) {
            hear(second, item);
        }
        rig.run(std::chrono::seconds(4));
    }
    std::vector<std::string> types() {
        rig.run();
        std::vector<std::string> found;
        for (const JournalRow& row : rig.stored()) {
            if (row.type != "master_changed") {
                found.push_back(row.type);
            }
        }
        return found;
    }

    GateService service{
        DeviceId("reader-x"), gates(), inventory, ledger, rig.node, rig.node, rig.node};
};

/// When the disk was told that a reader sees, in UTC milliseconds.
std::vector<std::int64_t> noted(const GateRig& rig, const std::string& reader) {
    std::vector<std::int64_t> moments;
    for (const JournalCommit& commit : rig.rig.journal->commits) {
        for (const auto& state : commit.states) {
            if (state.kind == "reader_sees" && state.key == reader) {
                moments.push_back(std::stoll(state.value));
            }
        }
    }
    return moments;
}

BlindBegan blind(const GateRig& rig, BlindCause cause, std::uint16_t antenna = 0) {
    return {cause, antenna, rig.rig.node.mono_now(), "for a test"};
}

}  // namespace

TEST_CASE("a walk through each of a reader's gates is booked at that gate") {
    GateRig rig;
    rig.walk(1, 2, tea(1));
    CHECK(rig.place_of(tea(1)) == "dock");
    rig.walk(3, 4, tea(1));
    CHECK(rig.place_of(tea(1)) == "aisle");
    rig.walk(4, 3, tea(1));
    CHECK(rig.place_of(tea(1)) == "dock");
    CHECK(rig.types() ==
          std::vector<std::string>{"sighted", "received", "sighted", "moved", "sighted", "moved"});
    CHECK(rig.service.health().reads == 120);
}

TEST_CASE("reads before a blind span are worked off before it, those after it behind its end") {
    GateRig rig;
    const std::vector<TagRead> first = rig.two_reads(1, tea(1));
    rig.service.on_reads(first);
    rig.service.on_blind(blind(rig, BlindCause::offline));
    rig.service.on_sighted(0, rig.rig.node.mono_now());
    std::vector<TagRead> second(2, rig.read(1, tea(2)));
    second[1].at = second[1].at + milliseconds(20);
    rig.service.on_reads(second);
    CHECK(rig.types() ==
          std::vector<std::string>{"sighted", "blind_began", "blind_ended", "sighted"});
    CHECK_FALSE(rig.service.health().blind);
}

TEST_CASE("a wave of reads is worked off in slices: what else waits has its turn in between") {
    GateRig rig;
    const std::vector<TagRead> two = rig.two_reads(1, tea(1));
    std::vector<TagRead> wave(5'000, two.back());
    wave.front() = two.front();
    rig.service.on_reads(wave);
    rig.service.on_blind(blind(rig, BlindCause::offline));
    rig.service.on_sighted(0, rig.rig.node.mono_now());
    std::vector<TagRead> later(300, rig.read(1, tea(2)));
    later.back().at = later.back().at + milliseconds(20);
    rig.service.on_reads(later);
    std::size_t turns = 0;
    Scheduler& scheduler = rig.rig.node;
    const std::function<void()> count_turns = [&] {
        if (rig.service.has_work()) {
            ++turns;
            scheduler.after(Duration(0), count_turns);
        }
    };
    scheduler.after(Duration(0), count_turns);
    rig.rig.run(milliseconds(10));
    CHECK(turns >= 10);
    CHECK_FALSE(rig.service.has_work());
    CHECK(rig.types() ==
          std::vector<std::string>{"sighted", "blind_began", "blind_ended", "sighted"});
}

TEST_CASE("a blind reader's silence ends no presence, and each antenna is listed once") {
    GateRig rig;
    for (int i = 0; i < 10; ++i) {
        rig.hear(1, tea(1));
    }
    rig.service.on_blind(blind(rig, BlindCause::offline));
    rig.service.on_blind(blind(rig, BlindCause::antenna_lost, 2));
    rig.service.on_blind(blind(rig, BlindCause::antenna_lost, 2));
    rig.rig.run(std::chrono::seconds(60));
    CHECK(rig.service.gates()[0]->presence().present_count() == 1);
    CHECK(rig.service.health().blind_antennas.size() == 1);
    rig.service.on_sighted(0, rig.rig.node.mono_now());
    rig.service.on_sighted(2, rig.rig.node.mono_now());
    rig.rig.run(std::chrono::seconds(5));
    CHECK(rig.service.gates()[0]->presence().present_count() == 0);
    CHECK(rig.service.health().blind_antennas.empty());
}

TEST_CASE("while the ledger is full the driver is held back and nothing is lost") {
    GateRig rig;
    std::vector<bool> holds;
    rig.service.on_hold([&](bool hold) { holds.push_back(hold); });
    rig.rig.journal->refuse = [](const JournalCommit&) {
        return std::optional(Error{ErrorKind::exhausted, "full"});
    };
    Event filler;
    filler.type = EventType::sighted;
    filler.by = "rule:test";
    while (!rig.ledger.full()) {
        REQUIRE(rig.ledger.write(filler));
    }
    const Seq before = rig.ledger.line().seq();
    const std::vector<TagRead> reads = rig.two_reads(1, tea(1));
    rig.service.on_reads(reads);
    rig.rig.run(std::chrono::seconds(2));
    CHECK(holds == std::vector<bool>{true});
    CHECK(rig.ledger.line().seq() == before);
    rig.rig.journal->refuse = {};
    rig.rig.run(std::chrono::seconds(3));
    CHECK(holds == std::vector<bool>{true, false});
    std::uint64_t sightings = 0;
    for (const auto& [gate, counts] : rig.inventory.counts()) {
        sightings += counts.sightings;
    }
    CHECK(sightings == 1);
    CHECK(rig.ledger.line().seq() > before);
}

TEST_CASE("more reads than can be queued are a blind span, not silence") {
    for (const bool goes_offline : {false, true}) {
        INFO("the reader goes offline meanwhile: " << goes_offline);
        GateRig rig;
        const std::vector<TagRead> two = rig.two_reads(1, tea(1));
        std::vector<TagRead> many(GateService::kQueuedReadsMax, two.back());
        many.front() = two.front();
        rig.service.on_reads(many);
        rig.service.on_reads(std::span(many).first(10));
        rig.service.on_reads(std::span(many).first(10));
        CHECK(rig.service.health().reads_lost == 20);
        if (goes_offline) {
            rig.service.on_blind(blind(rig, BlindCause::offline));
        }
        rig.rig.run(milliseconds(10));
        CHECK(rig.service.health().blind.has_value() == goes_offline);
        CHECK(rig.ledger.registers().blind().size() == (goes_offline ? 1 : 0));
        const auto types = rig.types();
        REQUIRE(types.size() >= 2);
        CHECK(types[1] == "blind_began");
        CHECK((types.size() > 2 && types[2] == "blind_ended") == !goes_offline);
    }
}

TEST_CASE(
    "every five seconds, while the reader sees and only then, the disk is told that it does") {
    GateRig rig;
    rig.rig.run(std::chrono::seconds(7));
    CHECK(noted(rig, "reader-x").empty());  // Nobody has proven it yet.
    rig.service.on_sighted(0, rig.rig.node.mono_now());
    const std::int64_t seen_t_ms = rig.rig.node.wall_now().ms();
    rig.rig.run(std::chrono::seconds(12));
    const std::vector<std::int64_t> moments = noted(rig, "reader-x");
    REQUIRE(moments.size() == 3);
    CHECK(moments[0] - seen_t_ms < 100);
    for (std::size_t i = 1; i < moments.size(); ++i) {
        CHECK(moments[i] - moments[i - 1] >= 5'000);
        CHECK(moments[i] - moments[i - 1] < 5'100);
    }
    rig.service.on_blind(blind(rig, BlindCause::offline));
    rig.rig.run(std::chrono::seconds(12));
    CHECK(noted(rig, "reader-x").size() == 3);
    rig.service.on_sighted(0, rig.rig.node.mono_now());
    rig.rig.run(std::chrono::seconds(1));
    CHECK(noted(rig, "reader-x").size() == 4);
}

TEST_CASE("after a crash the blind span begins where the reader was last known to see") {
    GateRig rig;
    const auto service = [&] {
        return std::make_unique<GateService>(DeviceId("reader-y"), GateRig::gates(), rig.inventory,
                                             rig.ledger, rig.rig.node, rig.rig.node, rig.rig.node);
    };
    std::unique_ptr<GateService> process = service();
    process->on_sighted(0, rig.rig.node.mono_now());
    rig.rig.run(std::chrono::seconds(12));
    const std::int64_t last_t_ms = noted(rig, "reader-y").back();
    process.reset();
    rig.rig.run(std::chrono::seconds(60));
    process = service();
    process->on_blind(blind(rig, BlindCause::offline));
    rig.rig.run(std::chrono::seconds(1));
    const auto& open = rig.ledger.registers().blind();
    REQUIRE(open.contains({"reader-y", 0}));
    CHECK(open.at({"reader-y", 0}).what.since_t_ms == last_t_ms);
    // This process has seen for itself now: its next span begins where it says.
    process->on_sighted(0, rig.rig.node.mono_now());
    rig.rig.run(std::chrono::seconds(20));
    const std::int64_t lost_t_ms = rig.rig.node.wall_now().ms();
    process->on_blind(blind(rig, BlindCause::offline));
    rig.rig.run(std::chrono::seconds(1));
    REQUIRE(open.contains({"reader-y", 0}));
    CHECK(open.at({"reader-y", 0}).what.since_t_ms == lost_t_ms);
}

// The world is checked by what a reader at a gate perceives of it.
#include "sim/world/world.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "sim/kernel/kernel.hpp"

using namespace tally;
using namespace tally::sim;

namespace {

struct Perceived {
    std::vector<std::pair<std::uint16_t, Level>> edges;
    std::map<std::string, std::map<std::uint16_t, std::vector<int>>> rssi;  ///< by tag, antenna
    std::string log;
};

struct Notebook final : ReaderScene {
    Perceived seen;
    const Clock* clock = nullptr;

    Heard tag_seen(const TagSight& sight) override {
        seen.rssi[sight.code.str()][sight.antenna].push_back(sight.rssi_dbm);
        seen.log += std::to_string(clock->mono_now().ns) + sight.code.str() +
                    std::to_string(sight.antenna) + std::to_string(sight.rssi_dbm) + "\n";
        return Heard::counted;
    }
    void input(std::uint16_t port, Level level) override {
        seen.edges.emplace_back(port, level);
        seen.log += std::to_string(clock->mono_now().ns) + (level == Level::high ? "+" : "-") +
                    std::to_string(port) + "\n";
    }
};

TagCode tag(int number) {
    const std::string digits = std::to_string(number);
    return *TagCode::parse("3034F87A4049E34000" + std::string(6 - digits.size(), '0') + digits);
}

struct Site {
    explicit Site(std::uint64_t seed = 1, WorldModel model = quiet())
        : kernel({.seed = seed}), world(node, node, kernel.prng("world"), model) {
        reader.clock = &node;
        REQUIRE(world.add_gate({GateId("g1"), PlaceId("yard"), PlaceId("hall")}, reader));
        for (int i = 1; i <= 4; ++i) {
            REQUIRE(world.add_unit(tag(i), PlaceId("yard")));
        }
    }
    static WorldModel quiet() {
        WorldModel model;
        model.foreign_walk_ppm = 0;
        model.cross_read_per_second_ppm = 0;
        return model;
    }
    PlaceId place(int number) const {
        for (const Truth& truth : world.truth()) {
            if (truth.code == tag(number)) {
                return truth.place;
            }
        }
        return PlaceId("nowhere");
    }
    void run() { kernel.run_for(std::chrono::seconds(20)); }

    Kernel kernel;
    Node& node = kernel.add_node({.name = "world"});
    Notebook reader;
    World world;
};

using Edges = std::vector<std::pair<std::uint16_t, Level>>;
const Edges kIn{{1, Level::high}, {2, Level::high}, {1, Level::low}, {2, Level::low}};
const Edges kOut{{2, Level::high}, {1, Level::high}, {2, Level::low}, {1, Level::low}};

}  // namespace

TEST_CASE("a unit that walks in breaks the outer beam first and is then inside") {
    Site site;
    bool done = false;
    REQUIRE(site.world.walk({.units = {tag(1)}, .gate = GateId("g1")}, [&] { done = true; }));
    CHECK(site.world.anybody_walking());
    site.run();
    CHECK(done);
    CHECK(site.reader.seen.edges == kIn);
    CHECK(site.place(1) == PlaceId("hall"));
    CHECK(site.place(2) == PlaceId("yard"));
    REQUIRE(site.world.walk({.units = {tag(1)}, .gate = GateId("g1"), .way = Way::out}));
    site.reader.seen.edges.clear();
    site.run();
    CHECK(site.reader.seen.edges == kOut);
    CHECK(site.place(1) == PlaceId("yard"));
}

TEST_CASE("who turns back stays where he was, and the outer beam is the last to close") {
    Site site;
    REQUIRE(site.world.walk(
        {.units = {tag(1)}, .gate = GateId("g1"), .course = Walk::Course::turn_back}));
    site.run();
    CHECK(site.place(1) == PlaceId("yard"));
    REQUIRE_FALSE(site.reader.seen.edges.empty());
    CHECK(site.reader.seen.edges.front() == std::pair{std::uint16_t{1}, Level::high});
    CHECK(site.reader.seen.edges.back() == std::pair{std::uint16_t{1}, Level::low});
}

TEST_CASE("nearly every tag of a passage is read many times, strongest in the doorway") {
    int unread = 0;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Site site(seed);
        REQUIRE(site.world.walk({.units = {tag(1), tag(2)}, .gate = GateId("g1")}));
        site.run();
        for (const int number : {1, 2}) {
            const auto& looks = site.reader.seen.rssi[tag(number).str()];
            unread += looks.empty() ? 1 : 0;
            for (const auto& [antenna, values] : looks) {
                CHECK((antenna == 1 || antenna == 2));
                CHECK(*std::max_element(values.begin(), values.end()) > -60);
                CHECK(values.size() < 150);
            }
        }
    }
    CHECK(unread == 0);
}

TEST_CASE("signal and answers fall with distance") {
    const WorldModel model;
    for (int mm = 500; mm < 5000; mm += 50) {
        const std::int32_t near = rssi_cdbm(model, mm), far = rssi_cdbm(model, mm + 50);
        CHECK(near > far);
        CHECK(answer_ppm(model, near) >= answer_ppm(model, far));
    }
    CHECK(rssi_cdbm(model, 500) == -4500);
    CHECK(rssi_cdbm(model, 1000) == -5704);
    CHECK(rssi_cdbm(model, 5000) == -8500);
    CHECK(answer_ppm(model, -8400) == 0);
    CHECK(answer_ppm(model, -7500) == 150'000);
    CHECK(answer_ppm(model, -4000) == 900'000);
}

TEST_CASE("each number of the radio moves what a reader hears, as its name says") {
    constexpr std::int32_t kBesideMm = 1'000;
    const WorldModel usual;
    const std::int32_t strength = rssi_cdbm(usual, kBesideMm);
    const std::uint32_t answers = answer_ppm(usual, strength);
    WorldModel model = usual;
    model.near_rssi_cdbm -= 200;
    CHECK(rssi_cdbm(model, kBesideMm) == strength - 200);
    model = usual;
    model.loss_cdb_per_decade *= 2;
    CHECK(rssi_cdbm(model, kBesideMm) == -4'500 - 2 * 1'204);
    CHECK(rssi_cdbm(model, 500) == rssi_cdbm(usual, 500));
    model = usual;
    model.sensitivity_cdbm += 1'000;
    CHECK(answer_ppm(model, strength) < answers);
    CHECK(answer_ppm(model, model.sensitivity_cdbm) == 0);
    model = usual;
    model.near_answer_ppm /= 2;
    CHECK(answer_ppm(model, strength) == answers / 2);
}

TEST_CASE("eyes further apart than a unit is long break one after the other") {
    WorldModel model = Site::quiet();
    model.eyes_apart_mm = 2 * model.unit_length_mm;
    Site site(1, model);
    REQUIRE(site.world.walk({.units = {tag(1)}, .gate = GateId("g1")}));
    site.run();
    CHECK(site.reader.seen.edges ==
          Edges{{1, Level::high}, {1, Level::low}, {2, Level::high}, {2, Level::low}});
}

TEST_CASE("how a doorway is built and how people walk shows in how often a tag is read") {
    const auto reads = [](WorldModel model) {
        std::size_t count = 0;
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            Site site(seed, model);
            REQUIRE(site.world.walk({.units = {tag(1)}, .gate = GateId("g1")}));
            site.run();
            for (const auto& [antenna, rssi] : site.reader.seen.rssi[tag(1).str()]) {
                count += rssi.size();
            }
        }
        return count;
    };
    const WorldModel usual = Site::quiet();
    WorldModel model = usual;
    model.antennas_beside_mm = 3'000;
    CHECK(reads(model) * 2 < reads(usual));
    model = usual;
    model.speed_mm_s *= 2;
    CHECK(reads(model) * 3 < reads(usual) * 2);
    model = usual;
    model.sensitivity_cdbm += 1'500;
    CHECK(reads(model) * 2 < reads(usual));
    model = usual;
    model.shadowed_ppm = 1'000'000;
    model.shadow_divisor = 20;
    CHECK(reads(model) * 10 < reads(usual));
}

TEST_CASE("strangers' tags are programmed as often as the model says") {
    for (const std::uint32_t programmed_ppm : {0U, 1'000'000U}) {
        WorldModel model = Site::quiet();
        model.foreign_walk_ppm = 1'000'000;
        model.foreign_programmed_ppm = programmed_ppm;
        Site site(1, model);
        REQUIRE(site.world.walk({.units = {tag(1)}, .gate = GateId("g1")}));
        site.run();
        REQUIRE(site.reader.seen.rssi.size() == 2);
        for (const auto& [code, looks] : site.reader.seen.rssi) {
            CHECK(
                (code == tag(1).str() || code.starts_with(programmed_ppm == 0 ? "E280" : "3034")));
        }
    }
}

TEST_CASE("a pallet takes its children along, until it is unpacked") {
    Site site;
    const TagCode pallet = *TagCode::parse("3134257BF4499602D2000000");
    REQUIRE(site.world.add_pallet(pallet, PlaceId("yard"), {tag(1), tag(2)}));
    CHECK_FALSE(site.world.walk({.units = {tag(1)}, .gate = GateId("g1")}));
    REQUIRE(site.world.walk({.units = {pallet}, .gate = GateId("g1")}));
    CHECK_FALSE(site.world.walk({.units = {pallet}, .gate = GateId("g1")}));
    site.run();
    CHECK(site.place(1) == PlaceId("hall"));
    CHECK(site.place(2) == PlaceId("hall"));
    CHECK(site.place(3) == PlaceId("yard"));
    CHECK(site.reader.seen.rssi.contains(pallet.str()));
    REQUIRE(site.world.unpack(pallet));
    REQUIRE(site.world.walk({.units = {tag(1)}, .gate = GateId("g1"), .way = Way::out}));
    site.run();
    CHECK(site.place(1) == PlaceId("yard"));
    CHECK(site.place(2) == PlaceId("hall"));
}

TEST_CASE("impossible walks are refused with a reason") {
    Site site;
    CHECK_FALSE(site.world.walk({.units = {tag(1)}, .gate = GateId("g9")}));
    CHECK_FALSE(site.world.walk({.units = {tag(9)}, .gate = GateId("g1")}));
    const Result<void> wrong_side =
        site.world.walk({.units = {tag(1)}, .gate = GateId("g1"), .way = Way::out});
    REQUIRE_FALSE(wrong_side);
    CHECK(wrong_side.error().text.find("does not stand at hall") != std::string::npos);
    CHECK_FALSE(site.world.anybody_walking());
}

TEST_CASE("foreign tags pass with people, and standing tags are read through the wall") {
    WorldModel busy = Site::quiet();
    busy.foreign_walk_ppm = 1'000'000;
    busy.cross_read_per_second_ppm = 500'000;
    Site site(1, busy);
    REQUIRE(site.world.walk({.units = {tag(1)}, .gate = GateId("g1")}));
    site.kernel.run_for(std::chrono::seconds(60));
    std::size_t foreign = 0;
    for (const auto& [code, looks] : site.reader.seen.rssi) {
        foreign += code.starts_with("3034F87A40") ? 0 : 1;
    }
    CHECK(foreign == 1);
    CHECK(site.reader.seen.rssi.contains(tag(2).str()));
    CHECK(site.world.truth().size() == 4);
}

TEST_CASE("strangers' tags come in every length that readers report, if asked for") {
    WorldModel odd = Site::quiet();
    odd.foreign_walk_ppm = 1'000'000;
    odd.foreign_odd_ppm = 1'000'000;
    std::set<std::uint16_t> lengths;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Site site(seed, odd);
        REQUIRE(site.world.walk({.units = {tag(1)}, .gate = GateId("g1")}));
        site.kernel.run_for(std::chrono::seconds(20));
        for (const auto& [text, looks] : site.reader.seen.rssi) {
            if (text != tag(1).str()) {
                const auto code = TagCode::parse(text);
                REQUIRE(code);
                lengths.insert(code->bits);
            }
        }
    }
    CHECK(lengths == std::set<std::uint16_t>{0, 1, 8, 9, 16, 128, 144, 208, 256, 496, 512});
}

TEST_CASE("the same seed gives the same world, another seed another one") {
    const auto log_of = [](std::uint64_t seed) {
        Site site(seed, WorldModel{});
        REQUIRE(site.world.walk({.units = {tag(1), tag(2), tag(3)}, .gate = GateId("g1")}));
        site.run();
        return site.reader.seen.log;
    };
    CHECK(log_of(7) == log_of(7));
    CHECK(log_of(7) != log_of(8));
}

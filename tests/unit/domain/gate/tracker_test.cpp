#include "firmware/domain/gate/tracker.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include <catch2/catch.hpp>

#include "tests/support/gate_record.hpp"

using namespace tally;
using test::at_ms;
using test::read_of;
using test::tag;

namespace {

/// A gate under test and what it told.
struct Scene {
    explicit Scene(const GateLayout& layout) : gate(layout, {}, record) {}

    /// One antenna reads the tag every 50 ms over a span.
    void read(const Epc& epc, std::uint16_t antenna, std::int64_t from_ms, std::int64_t to_ms,
              std::int32_t dbm = -50) {
        for (std::int64_t ms = from_ms; ms <= to_ms; ms += 50) {
            const TagRead one = read_of(epc, antenna, dbm, at_ms(ms));
            gate.on_reads({&one, 1});
        }
    }
    void eye(std::uint16_t port, InputChange::Level level, std::int64_t ms) {
        gate.on_input({port, level, at_ms(ms)});
    }

    test::GateRecord record;
    GateTracker gate;
};

constexpr auto kHigh = InputChange::Level::high;
constexpr auto kLow = InputChange::Level::low;

}  // namespace

TEST_CASE("a tag carried in between two eyes gives began, one passage with evidence, and ended") {
    Scene scene(test::gate_with_eyes());
    scene.read(tag(1), 1, 0, 900);
    scene.eye(1, kHigh, 910);
    scene.read(tag(1), 1, 950, 1000);
    scene.eye(2, kHigh, 1100);
    scene.read(tag(1), 2, 1150, 1300);
    scene.eye(1, kLow, 1310);
    scene.eye(2, kLow, 1500);
    scene.read(tag(1), 2, 1550, 2000);
    CHECK(scene.record.passages.empty());
    scene.gate.advance(at_ms(3500));

    REQUIRE(scene.record.began.size() == 1);
    CHECK(scene.record.began[0].first == at_ms(0));
    CHECK(scene.record.began[0].last == at_ms(50));
    REQUIRE(scene.record.passages.size() == 1);
    const Passage& passage = scene.record.passages[0];
    CHECK(passage.epc == tag(1));
    CHECK(passage.gate == GateId("g1"));
    CHECK(passage.device == DeviceId("reader-1"));
    CHECK(passage.outcome == PassageOutcome::in);
    CHECK(passage.rule == PassageRule::eyes);
    CHECK(passage.outer.antenna == 1);
    CHECK(passage.inner.antenna == 2);
    CHECK(passage.outer.best_rssi == CentiDbm{-5000});
    CHECK(passage.outer.n == 21);
    CHECK(passage.last == at_ms(2000));
    REQUIRE(passage.eyes);
    CHECK(passage.eyes->opened == at_ms(910));
    REQUIRE(scene.record.ended.size() == 1);
    CHECK(scene.record.ended[0].last == at_ms(2000));
}

TEST_CASE("a tag that goes in and stays in reach is decided early, and once") {
    Scene scene(test::gate_with_eyes());
    scene.read(tag(1), 1, 0, 900);
    scene.eye(1, kHigh, 910);
    scene.eye(2, kHigh, 1100);
    scene.read(tag(1), 2, 1150, 1300);
    scene.eye(1, kLow, 1310);
    scene.eye(2, kLow, 1500);
    scene.read(tag(1), 2, 1550, 2450);
    REQUIRE(scene.record.passages.size() == 1);
    CHECK(scene.record.passages[0].outcome == PassageOutcome::in);
    scene.read(tag(1), 2, 2500, 60'000);
    scene.gate.advance(at_ms(70'000));
    CHECK(scene.record.passages.size() == 1);
    CHECK(scene.record.ended.size() == 1);
}

TEST_CASE("at a gate with one antenna, a tag that rests inside is found to have come in") {
    GateLayout layout = test::gate_with_eyes();
    layout.antennas = {{2, GateSide::inner}};
    Scene scene(layout);
    scene.eye(1, kHigh, 0);
    scene.eye(2, kHigh, 200);
    scene.eye(1, kLow, 400);
    scene.eye(2, kLow, 600);
    scene.read(tag(1), 2, 300, 800, -50);
    scene.read(tag(1), 2, 850, 20'000, -62);
    REQUIRE(scene.record.passages.size() == 1);
    CHECK(scene.record.passages[0].outcome == PassageOutcome::in);
    scene.gate.advance(at_ms(30'000));
    CHECK(scene.record.passages.size() == 1);
}

TEST_CASE("a tag that went in, rested and comes out again makes two passages") {
    Scene scene(test::gate_without_eyes());
    scene.read(tag(1), 1, 0, 1000);
    scene.read(tag(1), 2, 1050, 20'000);
    scene.read(tag(1), 1, 20'050, 21'000);
    scene.gate.advance(at_ms(30'000));
    REQUIRE(scene.record.passages.size() == 2);
    CHECK(scene.record.passages[0].outcome == PassageOutcome::in);
    CHECK(scene.record.passages[1].outcome == PassageOutcome::out);
}

TEST_CASE("a tag that lies near the gate all day is present and never passes") {
    Scene scene(test::gate_with_eyes());
    for (std::int64_t pass = 0; pass < 20; ++pass) {
        const std::int64_t ms = pass * 10'000;
        scene.read(tag(7), 1, ms, ms + 5000);
        scene.eye(1, kHigh, ms + 5010);
        scene.eye(2, kHigh, ms + 5200);
        scene.eye(1, kLow, ms + 5400);
        scene.eye(2, kLow, ms + 5600);
        scene.read(tag(7), 1, ms + 5650, ms + 9950);
    }
    scene.gate.advance(at_ms(210'000));
    CHECK(scene.record.began.size() == 1);
    CHECK(scene.record.passages.empty());
    CHECK(scene.record.ended.size() == 1);
}

TEST_CASE("a tag that stood before the gate, however long, is seen going through") {
    // Radio follows the walk late: the outer side still leads when the beams are free again. A tag
    // must not be taken for resting just then, or its pass is before its time.
    for (std::int64_t stood_ms = 0; stood_ms <= 12'000; stood_ms += 100) {
        Scene scene(test::gate_with_eyes());
        const auto mm_at = [stood_ms](std::int64_t ms) {
            return std::max<std::int64_t>(-1'300, (ms - stood_ms) * 12 / 10 - 1'300);
        };
        const std::int64_t door_ms = stood_ms + 1'083;
        const std::array<std::pair<std::int64_t, std::uint16_t>, 4> edges = {
            {{door_ms - 417, 1}, {door_ms - 83, 2}, {door_ms + 83, 1}, {door_ms + 417, 2}}};
        std::size_t edge = 0;
        for (std::int64_t ms = 0; ms <= stood_ms + 3'000; ms += 50) {
            for (; edge < edges.size() && edges[edge].first <= ms; ++edge) {
                scene.eye(edges[edge].second, edge < 2 ? kHigh : kLow, edges[edge].first);
            }
            const std::uint16_t antenna = ms % 100 == 0 ? 1 : 2;
            const std::int64_t away_mm = std::abs(mm_at(ms) - (antenna == 1 ? -500 : 500));
            const auto dbm = static_cast<std::int32_t>(-45 - 8 * away_mm / 1'000);
            const TagRead one = read_of(tag(1), antenna, dbm, at_ms(ms));
            scene.gate.on_reads({&one, away_mm < 2'000 ? 1U : 0U});
            scene.gate.advance(at_ms(ms));
        }
        scene.gate.advance(at_ms(stood_ms + 10'000));
        INFO("stood there for " << stood_ms << " ms");
        REQUIRE(scene.record.passages.size() == 1);
        CHECK(scene.record.passages[0].outcome == PassageOutcome::in);
    }
}

TEST_CASE("a blind reader ends no presence, and what it may have missed is undecided") {
    Scene scene(test::gate_with_eyes());
    scene.read(tag(1), 1, 0, 1000);
    scene.gate.on_blind(0, at_ms(1000));
    scene.gate.advance(at_ms(20'000));
    CHECK(scene.record.ended.empty());
    scene.gate.on_sighted(0, at_ms(21'000));
    scene.gate.advance(at_ms(22'499));
    CHECK(scene.record.ended.empty());
    scene.gate.advance(at_ms(22'500));
    CHECK(scene.record.ended.size() == 1);
    REQUIRE(scene.record.passages.size() == 1);
    CHECK(scene.record.passages[0].outcome == PassageOutcome::undecided);
    CHECK(scene.record.passages[0].why.find("blind") != std::string::npos);
}

TEST_CASE("one blind antenna stops no clock, all of them do") {
    Scene scene(test::gate_without_eyes());
    scene.read(tag(1), 1, 0, 100);
    scene.gate.on_blind(2, at_ms(100));
    scene.gate.advance(at_ms(1600));
    CHECK(scene.record.ended.size() == 1);
    scene.read(tag(2), 1, 2000, 2100);
    scene.gate.on_blind(1, at_ms(2100));
    scene.gate.advance(at_ms(9000));
    CHECK(scene.record.ended.size() == 1);
    scene.gate.on_sighted(2, at_ms(9000));
    scene.gate.advance(at_ms(10'500));
    CHECK(scene.record.ended.size() == 2);
}

TEST_CASE("reads of other antennas are not this gate's, and an unknown antenna shows no side") {
    Scene scene(test::gate_without_eyes());
    scene.read(tag(1), 3, 0, 1000);
    CHECK(scene.gate.other_antenna_reads() == 21);
    CHECK(scene.gate.presence().held_count() == 0);
    for (std::int64_t ms = 0; ms <= 100; ms += 50) {
        TagRead read = read_of(tag(2), 0, -50, at_ms(ms));
        read.has = 0;
        scene.gate.on_reads({&read, 1});
    }
    scene.gate.advance(at_ms(5000));
    CHECK(scene.record.began.size() == 1);
    REQUIRE(scene.record.passages.size() == 1);
    CHECK(scene.record.passages[0].outcome == PassageOutcome::undecided);
    CHECK(scene.record.passages[0].outer.n == 0);
}

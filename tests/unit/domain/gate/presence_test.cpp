#include "firmware/domain/gate/presence.hpp"

#include <catch2/catch.hpp>

#include "tests/support/gate_record.hpp"

using namespace tally;
using test::at_ms;
using test::tag;

namespace {

std::vector<Epc> expire(PresenceTable& table, MonoTime until) {
    std::vector<Epc> ended;
    table.expire(until, [&ended](const Held& held) { ended.push_back(held.epc.value()); });
    return ended;
}

PresenceChange observe(PresenceTable& table, const Epc& epc, std::int64_t ms,
                       std::uint32_t count = 1) {
    return table.observe(epc, at_ms(ms), count).change;
}

}  // namespace

TEST_CASE("presence begins with the second look, continues, and ends after the absence") {
    PresenceTable table({2, 1000, 1500, 10});
    CHECK(observe(table, tag(1), 0) == PresenceChange::glimpsed);
    CHECK(table.present_count() == 0);
    CHECK(observe(table, tag(1), 1000) == PresenceChange::began);
    CHECK(observe(table, tag(1), 2000) == PresenceChange::continued);
    CHECK(expire(table, at_ms(3499)).empty());
    CHECK(expire(table, at_ms(3500)) == std::vector{tag(1)});
    CHECK(table.held_count() == 0);
    CHECK(expire(table, at_ms(9000)).empty());
}

TEST_CASE("a tag that left begins anew when it is heard again, but is remembered for a minute") {
    PresenceOptions options{1, 1000, 1500, 10};
    PresenceTable table(options);
    const auto leave = [&](std::int64_t until_ms) {
        table.expire(at_ms(until_ms),
                     [](Held& held) { held.track.restart(held.last, GateSide::inner); });
    };
    observe(table, tag(1), 0);
    observe(table, tag(2), 0);
    CHECK_FALSE(table.find(tag(1))->track.was_here_before());
    leave(1'500);
    CHECK(table.held_count() == 0);
    CHECK(observe(table, tag(1), 61'000) == PresenceChange::began);
    const Held& again = *table.find(tag(1));
    CHECK(again.n == 1);
    CHECK(again.first == at_ms(61'000));
    CHECK(again.track.start() == at_ms(61'000));
    CHECK(again.track.was_here_before());
    CHECK(again.track.known_side() == GateSide::inner);
    CHECK(table.held_count() == 1);
    leave(61'001);
    CHECK(table.find(tag(2)) == nullptr);
    CHECK(observe(table, tag(2), 61'001) == PresenceChange::began);
    CHECK_FALSE(table.find(tag(2))->track.was_here_before());
}

TEST_CASE("a remembered tag that is only glimpsed is still remembered, and takes nobody's room") {
    PresenceTable table({2, 1000, 1500, 1});
    observe(table, tag(1), 0);
    observe(table, tag(1), 100);
    table.expire(at_ms(2'000), [](Held& held) { held.track.restart(held.last, GateSide::outer); });
    CHECK(observe(table, tag(2), 2'000) == PresenceChange::glimpsed);
    CHECK(expire(table, at_ms(4'000)).empty());
    CHECK(observe(table, tag(1), 5'000) == PresenceChange::glimpsed);
    CHECK(expire(table, at_ms(7'000)).empty());
    CHECK(table.glimpse_count() == 2);
    REQUIRE(table.find(tag(1)) != nullptr);
    CHECK(table.find(tag(1))->track.known_side() == GateSide::outer);
    CHECK(table.held_count() == 0);
}

TEST_CASE("a look that comes too late after the first starts again") {
    PresenceTable table({2, 1000, 1500, 10});
    CHECK(observe(table, tag(1), 0) == PresenceChange::glimpsed);
    CHECK(expire(table, at_ms(1001)).empty());
    CHECK(table.glimpse_count() == 1);
    CHECK(observe(table, tag(1), 1001) == PresenceChange::glimpsed);
}

TEST_CASE("reads of one stamp are one look, and a read that merged enough suffices") {
    PresenceTable table({2, 1000, 1500, 10});
    CHECK(observe(table, tag(1), 5) == PresenceChange::glimpsed);
    CHECK(observe(table, tag(1), 5) == PresenceChange::glimpsed);
    CHECK(observe(table, tag(2), 5, 7) == PresenceChange::began);
    CHECK(observe(table, tag(2), 5, 3) == PresenceChange::continued);
    CHECK(table.find(tag(2))->n == 7);
    CHECK(observe(table, tag(3), 5, 0) == PresenceChange::glimpsed);
}

TEST_CASE("the absence clock stands still while the reader is blind") {
    PresenceTable table({1, 1000, 1500, 10});
    observe(table, tag(1), 0);
    table.blind_began(at_ms(1000));
    table.blind_began(at_ms(2000));  // already blind: nothing new
    CHECK(expire(table, at_ms(60'000)).empty());
    table.blind_ended(at_ms(61'000));
    CHECK(expire(table, at_ms(61'499)).empty());
    CHECK(expire(table, at_ms(61'500)) == std::vector{tag(1)});
}

TEST_CASE("a blind span that is told late counts from the newest read on") {
    PresenceTable table({1, 1000, 1500, 10});
    observe(table, tag(1), 0);
    observe(table, tag(2), 700);
    table.blind_began(at_ms(300));
    CHECK(expire(table, at_ms(5000)).empty());
    table.blind_ended(at_ms(5000));
    CHECK(expire(table, at_ms(5800)) == std::vector{tag(1)});
    CHECK(expire(table, at_ms(6500)) == std::vector{tag(2)});
}

TEST_CASE("a full table refuses and counts, and takes again when there is room") {
    PresenceTable table({1, 1000, 1500, 2});
    CHECK(observe(table, tag(1), 0) == PresenceChange::began);
    CHECK(observe(table, tag(2), 100) == PresenceChange::began);
    CHECK(observe(table, tag(3), 100) == PresenceChange::refused);
    CHECK(observe(table, tag(1), 100) == PresenceChange::continued);
    CHECK(table.refused_count() == 1);
    CHECK(expire(table, at_ms(1600)) == std::vector{tag(2), tag(1)});
    CHECK(observe(table, tag(3), 1600) == PresenceChange::began);
}

TEST_CASE("tags are visited and end by their latest read, the longest silent first") {
    PresenceTable table({1, 1000, 1500, 100});
    for (std::uint32_t i = 0; i < 10; ++i) {
        observe(table, tag(i), i);
    }
    observe(table, tag(0), 50);
    observe(table, tag(4), 60);
    std::vector<Epc> visited;
    table.for_each_present([&visited](const Held& held) { visited.push_back(held.epc.value()); });
    std::vector<Epc> expected;
    for (const std::uint32_t i : {1U, 2U, 3U, 5U, 6U, 7U, 8U, 9U, 0U, 4U}) {
        expected.push_back(tag(i));
    }
    CHECK(visited == expected);
    CHECK(expire(table, at_ms(9999)) == expected);
}

TEST_CASE("EPCs of any length are told apart, from none to 512 bits") {
    PresenceTable table({1, 1000, 1500, 2'000});
    const auto epc = [](std::size_t bits, std::uint8_t last) {
        Bytes bytes((bits + 7) / 8, 0x5a);
        if (!bytes.empty()) {
            bytes.back() = last;
        }
        return Epc::from_bits(bytes, bits).value();
    };
    std::vector<Epc> all{epc(0, 0)};
    for (std::size_t bits = 8; bits <= Epc::kBitsMax; bits += 8) {
        all.push_back(epc(bits, 0x10));
        all.push_back(epc(bits, 0x11));
    }
    for (const Epc& one : all) {
        CHECK(observe(table, one, 0) == PresenceChange::began);
    }
    CHECK(table.held_count() == all.size());
    for (const Epc& one : all) {
        REQUIRE(table.find(one) != nullptr);
        CHECK(table.find(one)->epc.value() == one);
        CHECK(observe(table, one, 100) == PresenceChange::continued);
    }
    CHECK(expire(table, at_ms(5'000)) == all);
}

TEST_CASE("held tags cost about 230 bytes each, and room is used again") {
    PresenceTable table({1, 1000, 1500, 200'000});
    for (std::uint32_t i = 0; i < 100'000; ++i) {
        observe(table, tag(i), 0);
    }
    const std::size_t full = table.memory_bytes();
    CHECK(full / 100'000 <= 235);
    CHECK(expire(table, at_ms(1500)).size() == 100'000);
    for (std::uint32_t i = 0; i < 100'000; ++i) {
        observe(table, tag(200'000 + i), 2000);
    }
    CHECK(table.memory_bytes() <= full + (PresenceTable::kRememberedMax + 1024) * 256);
    CHECK(table.find(tag(250'000)) != nullptr);
    CHECK(table.find(tag(1)) == nullptr);
}

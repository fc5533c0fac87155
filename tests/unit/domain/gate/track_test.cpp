#include "firmware/domain/gate/track.hpp"

#include <catch2/catch.hpp>

#include "tests/support/gate_record.hpp"

using namespace tally;
using test::at_ms;

namespace {

constexpr PassageOptions kOptions;

void hear(TagTrack& track, std::int64_t ms, GateSide side, std::int32_t dbm) {
    track.begin_look(at_ms(ms), kOptions);
    track.hear(
        {side, static_cast<std::uint16_t>(side == GateSide::outer ? 1 : 2), CentiDbm{dbm * 100}});
}

}  // namespace

TEST_CASE("a side's centre leans to its loud reads") {
    TagTrack track(at_ms(0));
    hear(track, 0, GateSide::outer, -60);
    hear(track, 1000, GateSide::outer, -48);
    track.settle(kOptions);
    const SideEvidence outer = track.evidence(GateSide::outer);
    CHECK(outer.n == 2);
    CHECK(outer.best_rssi == CentiDbm{-4800});
    CHECK(outer.first == at_ms(0));
    CHECK(outer.last == at_ms(1000));
    // 12 dB more is four times the amplitude: the centre lies at 4/5.
    CHECK(outer.centre > at_ms(795));
    CHECK(outer.centre < at_ms(805));
    CHECK(track.evidence(GateSide::inner).n == 0);
}

TEST_CASE("the lead changes when the other side is clearly louder, not when it is a little") {
    TagTrack track(at_ms(0));
    hear(track, 0, GateSide::outer, -50);
    hear(track, 50, GateSide::outer, -50);
    hear(track, 100, GateSide::inner, -50);  // one look against two
    track.settle(kOptions);
    CHECK(track.lead() == GateSide::outer);
    CHECK(track.lead_changes() == 0);
    for (std::int64_t ms = 150; ms <= 900; ms += 50) {
        hear(track, ms, GateSide::inner, -50);
    }
    track.settle(kOptions);
    CHECK(track.first_lead() == GateSide::outer);
    CHECK(track.lead() == GateSide::inner);
    CHECK(track.lead_changes() == 1);
}

TEST_CASE("a faint cross read long after the last loud one does not take the lead") {
    TagTrack track(at_ms(0));
    for (std::int64_t ms = 0; ms < 1000; ms += 100) {
        hear(track, ms, GateSide::inner, -45);
    }
    hear(track, 1400, GateSide::outer, -72);
    track.settle(kOptions);
    CHECK(track.lead() == GateSide::inner);
}

TEST_CASE("a tag that lies on one side is known to have been there, and only recent reads stay") {
    TagTrack track(at_ms(0));
    for (std::int64_t ms = 0; ms <= 60'000; ms += 100) {
        hear(track, ms, GateSide::outer, -55);
    }
    track.settle(kOptions);
    CHECK(track.was_here_before());
    CHECK(track.first_lead() == GateSide::outer);
    CHECK(track.start() >= at_ms(55'000));
    CHECK(track.evidence(GateSide::outer).n <= 51);
}

TEST_CASE("a read without RSSI counts, and no RSSI is invented for it") {
    TagTrack track(at_ms(0));
    track.begin_look(at_ms(0), kOptions);
    track.hear({GateSide::inner, 2, std::nullopt});
    track.settle(kOptions);
    CHECK(track.lead() == GateSide::inner);
    CHECK(track.evidence(GateSide::inner).n == 1);
    CHECK_FALSE(track.evidence(GateSide::inner).best_rssi);
}

TEST_CASE("an hour of wavering between two sides stays within its clock") {
    TagTrack track(at_ms(0));
    for (std::int64_t ms = 0; ms <= 5'400'000; ms += 500) {
        const bool outer = (ms / 2000) % 2 == 0;
        hear(track, ms, outer ? GateSide::outer : GateSide::inner, -50);
    }
    track.settle(kOptions);
    CHECK(track.last_look() == at_ms(5'400'000));
    CHECK(track.start() >= at_ms(1'800'000));
}

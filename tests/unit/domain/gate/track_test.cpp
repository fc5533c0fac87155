#include "firmware/domain/gate/track.hpp"

#include <catch2/catch.hpp>

#include "tests/support/gate_record.hpp"

using namespace tally;
using test::at_ms;

namespace {

void hear(TagTrack& track, std::int64_t ms, GateSide side, std::int32_t dbm) {
    track.begin_look(at_ms(ms));
    track.hear(
        {side, static_cast<std::uint16_t>(side == GateSide::outer ? 1 : 2), CentiDbm{dbm * 100}});
}

}  // namespace

TEST_CASE("each side keeps its looks, its first and last, and its best read") {
    TagTrack track(at_ms(0));
    hear(track, 0, GateSide::outer, -60);
    track.hear({GateSide::outer, 1, CentiDbm{-6500}});  // the same look
    hear(track, 1000, GateSide::outer, -48);
    hear(track, 1500, GateSide::outer, -55);
    const SideEvidence outer = track.evidence(GateSide::outer);
    CHECK(outer.n == 3);
    CHECK(outer.best_rssi == CentiDbm{-4800});
    CHECK(outer.first == at_ms(0));
    CHECK(outer.last == at_ms(1500));
    CHECK(track.evidence(GateSide::inner).n == 0);
    CHECK(track.last_look() == at_ms(1500));
}

TEST_CASE("a restart forgets the movement, and keeps where the tag stood and how loud it was") {
    TagTrack track(at_ms(0));
    hear(track, 0, GateSide::outer, -48);
    hear(track, 1000, GateSide::inner, -60);
    CHECK_FALSE(track.was_here_before());
    CHECK_FALSE(track.known_side());
    track.restart(at_ms(1000), GateSide::inner);
    CHECK(track.was_here_before());
    CHECK(track.known_side() == GateSide::inner);
    CHECK(track.start() == at_ms(1000));
    CHECK(track.loudest_db() == 34);
    CHECK(track.strip().size() == 0);
    CHECK(track.evidence(GateSide::outer).n == 0);
    track.restart(at_ms(2000), std::nullopt);
    CHECK(track.was_here_before());
    CHECK_FALSE(track.known_side());
}

TEST_CASE("a read without RSSI counts, and no RSSI is invented for it") {
    TagTrack track(at_ms(0));
    track.begin_look(at_ms(0));
    track.hear({GateSide::inner, 2, std::nullopt});
    CHECK(track.loudest_db() > 0);
    CHECK(track.evidence(GateSide::inner).n == 1);
    CHECK_FALSE(track.evidence(GateSide::inner).best_rssi);
}

TEST_CASE("an hour of wavering between two sides stays within its clock") {
    TagTrack track(at_ms(0));
    for (std::int64_t ms = 0; ms <= 5'400'000; ms += 500) {
        const bool outer = (ms / 2000) % 2 == 0;
        hear(track, ms, outer ? GateSide::outer : GateSide::inner, -50);
    }
    CHECK(track.last_look() == at_ms(5'400'000));
    CHECK(track.start() >= at_ms(1'800'000));
}

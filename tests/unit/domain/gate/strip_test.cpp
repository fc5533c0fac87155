#include "firmware/domain/gate/strip.hpp"

#include <catch2/catch.hpp>

using namespace tally;

namespace {

constexpr LoudnessStrip::FrameLimits kAll{99, 99};
constexpr std::uint32_t kFrameUs = 1U << LoudnessStrip::kShortestFrameBits;

void hear(LoudnessStrip& strip, GateSide side, std::int32_t dbm, std::uint32_t at_us) {
    strip.hear(side, CentiDbm{dbm * 100}, at_us);
}

}  // namespace

TEST_CASE("a frame keeps the loudest read of each side, whatever their order") {
    LoudnessStrip strip;
    CHECK(strip.size() == 0);
    hear(strip, GateSide::outer, -70, 0);
    hear(strip, GateSide::outer, -60, 10);
    hear(strip, GateSide::outer, -65, 20);
    hear(strip, GateSide::inner, -55, 30);
    CHECK(strip.size() == 1);
    CHECK(strip.inner_by_db(0, kAll) == 5);
    CHECK(strip.level_db(0) == 27);
}

TEST_CASE("a side that heard nothing counts as just below hearing, within the limits") {
    LoudnessStrip strip;
    hear(strip, GateSide::outer, -60, 0);
    hear(strip, GateSide::inner, -75, 2 * kFrameUs);
    hear(strip, GateSide::inner, -40, 3 * kFrameUs);
    hear(strip, GateSide::outer, -70, 3 * kFrameUs);
    CHECK(strip.size() == 4);
    CHECK(strip.inner_by_db(0, kAll) == -22);
    CHECK(strip.inner_by_db(0, {10, 6}) == -6);
    CHECK(strip.inner_by_db(1, kAll) == 0);
    CHECK(strip.level_db(1) == 0);
    CHECK(strip.inner_by_db(2, {10, 20}) == 7);
    CHECK(strip.inner_by_db(3, kAll) == 30);
    CHECK(strip.inner_by_db(3, {10, 6}) == 10);
}

TEST_CASE("levels beyond every reader are kept within bounds, and no level is a middling one") {
    LoudnessStrip strip;
    hear(strip, GateSide::outer, -120, 0);
    hear(strip, GateSide::inner, 100, 0);
    CHECK(strip.inner_by_db(0, kAll) == 79);
    CHECK(strip.hear(GateSide::inner, std::nullopt, kFrameUs) == 22);
    CHECK(strip.level_db(1) == 22);
}

TEST_CASE("a full strip joins its frames, and holds an hour in the end") {
    LoudnessStrip strip;
    hear(strip, GateSide::outer, -60, 0);
    hear(strip, GateSide::inner, -50, kFrameUs);
    hear(strip, GateSide::inner, -55, 31 * kFrameUs);
    CHECK(strip.frame_us() == kFrameUs);
    CHECK(strip.size() == 32);
    hear(strip, GateSide::outer, -65, 32 * kFrameUs);
    CHECK(strip.frame_us() == 2 * kFrameUs);
    CHECK(strip.size() == 17);
    CHECK(strip.inner_by_db(0, kAll) == 10);
    CHECK(strip.inner_by_db(15, kAll) == 27);
    CHECK(strip.inner_by_db(16, kAll) == -17);
    hear(strip, GateSide::outer, -61, 3'600'000'000U);
    CHECK(strip.size() <= LoudnessStrip::kFrames);
    CHECK(strip.level_db(strip.size() - 1) == 21);
    CHECK(strip.inner_by_db(0, kAll) != 0);
}

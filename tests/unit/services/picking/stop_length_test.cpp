// Lengths that are not exact: no bound of batches may rest on them.
#include "firmware/services/picking/stop_length.hpp"

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "planner/batch/batching.hpp"
#include "planner/check/batching_check.hpp"

using namespace tally;
using namespace tally::planner;

namespace {

struct Wave {
    BatchingProblem problem;
    WayMatrix ways;
    std::vector<std::vector<std::uint32_t>> places;
};

/// Orders of places on a square. Few ways are longer in one of the two directions, and so some are
/// longer than over a third place, as when a lane is closed while ways are asked for.
Wave wave_of(std::uint64_t seed) {
    Prng prng(seed);
    const std::size_t count = 4 + prng.below(16);
    std::vector<std::pair<std::int32_t, std::int32_t>> points;
    for (std::size_t i = 0; i < count; ++i) {
        points.push_back({static_cast<std::int32_t>(prng.below(20'000)),
                          static_cast<std::int32_t>(prng.below(20'000))});
    }
    Wave wave;
    const auto size = static_cast<Eigen::Index>(count);
    wave.ways.resize(size, size);
    for (Eigen::Index to = 0; to < size; ++to) {
        for (Eigen::Index from = 0; from < size; ++from) {
            const auto& a = points[static_cast<std::size_t>(from)];
            const auto& b = points[static_cast<std::size_t>(to)];
            const auto around = static_cast<std::int32_t>(prng.chance_ppm(100'000) ? 9'000 : 0);
            wave.ways(from, to) =
                from == to ? 0
                           : std::abs(a.first - b.first) + std::abs(a.second - b.second) + around;
        }
    }
    const std::size_t orders = 2 + prng.below(6);
    for (std::size_t order = 0; order < orders; ++order) {
        wave.places.emplace_back();
        for (std::size_t left = 1 + prng.below(8); left > 0; --left) {
            wave.places.back().push_back(static_cast<std::uint32_t>(1 + prng.below(count - 1)));
        }
        wave.problem.orders.push_back({{}, static_cast<std::int32_t>(wave.places.back().size())});
    }
    wave.problem.capacity = 12;
    return wave;
}

}  // namespace

TEST_CASE(
    "no batch comes below what its furthest order asks for, though a longer one may be lucky") {
    int lucky = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        INFO("seed " << seed);
        const Wave wave = wave_of(seed);
        StopLength length(wave.ways, wave.places);
        const auto orders = static_cast<std::uint32_t>(wave.places.size());
        for (std::uint32_t a = 0; a < orders; ++a) {
            const std::int32_t alone_mm = length.of(std::vector<std::uint32_t>{a});
            CHECK(length.least(a) <= alone_mm);
            for (std::uint32_t b = 0; b < orders; ++b) {
                const std::int32_t both_mm = length.of(std::vector<std::uint32_t>{a, b});
                CHECK(length.least(a) <= both_mm);
                lucky += both_mm < alone_mm ? 1 : 0;
            }
        }
    }
    CHECK(lucky > 20);  // Else this test shows nothing.
}

// Found by the scenario `picking`, seed 40: one tour for all was shorter than its longest order's
// alone, so that the answer was below its own bound, and was not used.
TEST_CASE("the judge uses every answer of a search over lengths that are not exact") {
    // Of 2,000 seeds those among which a bound by prices was too high, twice.
    for (std::uint64_t seed = 1'301; seed <= 1'500; ++seed) {
        INFO("seed " << seed);
        const Wave wave = wave_of(seed);
        // What a wave is given, and enough to ask what orders are worth.
        for (const BatchSearchOptions& options :
             {BatchSearchOptions{1, 3'000}, BatchSearchOptions{1, 20'000, 5'000}}) {
            auto search = BatchSearch::on(
                wave.problem, std::make_unique<StopLength>(wave.ways, wave.places), options);
            REQUIRE(search);
            while (!search->step(1'000)) {
            }
            StopLength length(wave.ways, wave.places);
            CHECK(check_batching(wave.problem, search->best(), length) ==
                  std::vector<std::string>{});
        }
    }
}

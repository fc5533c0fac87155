// One movement is booked at most once, whoever tells of it, with shelves among the tellers: weight
// changes, dark intervals, late confirmations and restarts mix with gates, scans and manifests, for
// goods tracked by item and by count. What must hold is written in tests/support/shelf_story.hpp.
// A failing seed is printed with its story, shortened; it then becomes a test in tests/regress.
// Hunt with TALLY_STORIES=first:count.
#include <cstdlib>

#include <catch2/catch.hpp>

#include "tests/support/shelf_story.hpp"

namespace {

struct Seeds {
    std::uint64_t first = 1, count = 150;
};

Seeds seeds() {
    Seeds seeds;
    if (const char* wish = std::getenv("TALLY_STORIES")) {
        char* rest = nullptr;
        seeds.first = std::strtoull(wish, &rest, 10);
        seeds.count = *rest == ':' ? std::strtoull(rest + 1, nullptr, 10) : 1;
    }
    return seeds;
}

}  // namespace

TEST_CASE("any interleaving of what shelves, gates, scans and manifests tell is booked once") {
    using namespace tally;
    const auto [first, count] = seeds();
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        Prng prng(seed);
        const test::Story story = test::make_story(prng);
        if (const auto trouble = test::trouble_in(story)) {
            const test::Story least = test::shortened(story);
            FAIL_CHECK("seed " << seed << ": " << *trouble
                               << "\nin short: " << test::trouble_in(least).value_or("gone") << "\n"
                               << test::text_of(least));
        }
    }
}

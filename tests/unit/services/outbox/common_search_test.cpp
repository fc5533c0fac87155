// Finding the last common event in few questions, and waiting longer after each failure.
#include "firmware/services/outbox/common_search.hpp"

#include <cmath>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "firmware/services/outbox/backoff.hpp"

using namespace tally;

namespace {

/// Plays the other side: equal heads up to `common`.
int rounds_to_find(std::uint64_t common, std::uint64_t limit) {
    CommonSearch search(limit);
    int rounds = 0;
    while (!search.done()) {
        const std::vector<std::uint64_t> sizes = search.ask();
        REQUIRE_FALSE(sizes.empty());
        REQUIRE(sizes.size() <= CommonSearch::kAskMax);
        REQUIRE(std::is_sorted(sizes.begin(), sizes.end()));
        REQUIRE(std::adjacent_find(sizes.begin(), sizes.end()) == sizes.end());
        REQUIRE(sizes.front() > search.common());
        std::uint64_t equal_at = search.common();
        for (const std::uint64_t size : sizes) {
            equal_at = size <= common ? size : equal_at;
        }
        search.answer(equal_at);
        REQUIRE(++rounds < 100);
    }
    REQUIRE(search.common() == common);
    return rounds;
}

int bound(std::uint64_t limit) {
    return static_cast<int>(std::ceil(std::log(static_cast<double>(limit + 1)) / std::log(33.0))) +
           1;
}

class Draws final : public Entropy {
 public:
    explicit Draws(std::uint64_t seed) : prng_(seed) {}
    std::uint64_t next_u64() override { return prng_.next(); }

 private:
    Prng prng_;
};

}  // namespace

TEST_CASE("the search finds the last common event of any two short lines") {
    for (std::uint64_t limit = 0; limit <= 80; ++limit) {
        for (std::uint64_t common = 0; common <= limit; ++common) {
            REQUIRE(rounds_to_find(common, limit) <= bound(limit));
        }
    }
}

TEST_CASE("the search finds the last common event of long lines in few rounds") {
    Prng prng(33);
    for (int i = 0; i < 2'000; ++i) {
        const std::uint64_t limit = prng.below(std::uint64_t{1} << (1 + prng.below(40)));
        const std::uint64_t common = prng.below(limit + 1);
        INFO("common " << common << " of " << limit);
        REQUIRE(rounds_to_find(common, limit) <= bound(limit));
    }
    CHECK(rounds_to_find(999'999, 1'000'000) <= 5);
}

TEST_CASE("each wait is drawn from the upper half of its step, which doubles up to the limit") {
    using std::chrono::seconds;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Draws draws(seed);
        Backoff backoff(seconds(1), seconds(30));
        for (int life = 0; life < 2; ++life) {
            Duration step = seconds(1);
            bool varies = false;
            Duration last{0};
            for (int i = 0; i < 12; ++i) {
                const Duration wait = backoff.next(draws);
                CHECK(wait >= step / 2);
                CHECK(wait <= step);
                varies = varies || (step == seconds(30) && last.count() != 0 && wait != last);
                last = wait;
                step = std::min<Duration>(seconds(30), step * 2);
            }
            CHECK(varies);
            backoff.reset();
        }
    }
}

// The presence table against a model that keeps every look of every tag and works the episodes out
// at the end, from the definitions alone: no table, no lists, no running state in common.
#include <map>
#include <tuple>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "firmware/domain/gate/presence.hpp"
#include "tests/support/gate_record.hpp"

using namespace tally;
using test::at_ms;
using test::tag;

namespace {

struct Look {
    std::int64_t ms = 0;
    std::uint32_t count = 0;
};

/// (tag, when): of a beginning the look that made it, of an ending the last look.
using Fact = std::pair<std::uint32_t, std::int64_t>;

struct Facts {
    std::vector<Fact> began, ended;

    void sort() {
        std::sort(began.begin(), began.end());
        std::sort(ended.begin(), ended.end());
    }
};

class NaiveModel {
 public:
    explicit NaiveModel(const PresenceOptions& options) : options_(options) {}

    void look(std::uint32_t number, std::int64_t ms, std::uint32_t count) {
        std::vector<Look>& looks = looks_[number];
        if (!looks.empty() && looks.back().ms == ms) {
            looks.back().count = std::max(looks.back().count, count);
        } else {
            looks.push_back({ms, count});
        }
    }
    void blind(std::int64_t from_ms, std::int64_t to_ms) { blind_.push_back({from_ms, to_ms}); }

    [[nodiscard]] Facts facts(std::int64_t end_ms) const {
        Facts facts;
        for (const auto& [number, looks] : looks_) {
            bool present = false;
            std::uint32_t n = 0;
            for (std::size_t i = 0; i < looks.size(); ++i) {
                n += looks[i].count;
                if (!present && n >= options_.min_reads) {
                    present = true;
                    facts.began.push_back({number, looks[i].ms});
                }
                const std::int64_t next = i + 1 < looks.size() ? looks[i + 1].ms : end_ms;
                const std::int64_t silence = seeing(next) - seeing(looks[i].ms);
                if (present ? silence >= options_.absence_ms
                            : silence > options_.confirm_window_ms) {
                    if (present) {
                        facts.ended.push_back({number, looks[i].ms});
                    }
                    present = false;
                    n = 0;
                }
            }
        }
        facts.sort();
        return facts;
    }

 private:
    [[nodiscard]] std::int64_t seeing(std::int64_t ms) const {
        std::int64_t blind_ms = 0;
        for (const auto& [from, to] : blind_) {
            blind_ms += std::max<std::int64_t>(0, std::min(ms, to) - from);
        }
        return ms - blind_ms;
    }

    PresenceOptions options_;
    std::map<std::uint32_t, std::vector<Look>> looks_;
    std::vector<std::pair<std::int64_t, std::int64_t>> blind_;
};

std::map<Epc, std::uint32_t> numbers_of_tags(std::uint32_t count) {
    std::map<Epc, std::uint32_t> numbers;
    for (std::uint32_t i = 0; i < count; ++i) {
        numbers[tag(i)] = i;
    }
    return numbers;
}

void run_one(std::uint64_t seed) {
    Prng prng(seed);
    PresenceOptions options;
    options.min_reads = static_cast<std::uint32_t>(prng.between(1, 4));
    options.confirm_window_ms = prng.between(1, 1500);
    options.absence_ms = prng.between(1, 2500);
    const auto tag_count = static_cast<std::uint32_t>(prng.between(1, 200));
    const auto numbers = numbers_of_tags(tag_count);
    PresenceTable table(options);
    NaiveModel model(options);
    Facts facts;
    std::int64_t now = 0;
    const auto expire = [&](std::int64_t ms) {
        table.expire(at_ms(ms), [&](const Held& held) {
            facts.ended.push_back({numbers.at(held.epc.value()), held.last.ns / 1'000'000});
        });
    };
    for (int step = 0; step < 600; ++step) {
        now += prng.between(0, prng.chance_ppm(100'000) ? 3000 : 120);
        if (prng.chance_ppm(20'000)) {
            table.blind_began(at_ms(now));
            const std::int64_t until = now + prng.between(0, 5000);
            expire(now + (until - now) / 2);
            table.blind_ended(at_ms(until));
            model.blind(now, until);
            now = until;
        }
        expire(now);
        const std::uint64_t reads = prng.below(12);
        for (std::uint64_t i = 0; i < reads; ++i) {
            const auto number = static_cast<std::uint32_t>(prng.below(tag_count));
            const auto count = static_cast<std::uint32_t>(prng.between(1, 3));
            model.look(number, now, count);
            if (table.observe(tag(number), at_ms(now), count).change == PresenceChange::began) {
                facts.began.push_back({number, now});
            }
        }
    }
    now += 60'000;
    expire(now);
    facts.sort();
    const Facts expected = model.facts(now);
    INFO("seed " << seed << ", tags " << tag_count << ", min_reads " << options.min_reads
                 << ", window " << options.confirm_window_ms << ", absence " << options.absence_ms);
    REQUIRE_FALSE(expected.began.empty());
    REQUIRE(facts.began == expected.began);
    REQUIRE(facts.ended == expected.ended);
    REQUIRE(table.held_count() == 0);
}

}  // namespace

TEST_CASE("presence equals a model that keeps every look, on random reads and blind spans") {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        run_one(seed);
    }
}

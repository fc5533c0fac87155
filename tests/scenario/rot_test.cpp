// One bit of an edge's journal turns while the box is down. What turned must be found: when the box
// starts, or by the fold over the whole ledger; or it was a bit that holds nothing.
#include <cstdio>
#include <map>

#include <catch2/catch.hpp>

#include "tests/scenario/sync_bench.hpp"
#include "tests/support/sim_disk_store.hpp"

using namespace tally;
using namespace tally::scenario;

namespace {

enum class Fate { at_start, by_ledger, by_fold, holds_nothing, silent };

/// First word of the first line that differs: row, position, item, state, checkpoint, command.
std::string first_difference(const std::string& before, const std::string& after) {
    std::size_t at = 0;
    while (at < before.size() && at < after.size() && before[at] == after[at]) {
        ++at;
    }
    const std::size_t newline = before.rfind('\n', at == 0 ? 0 : at - 1);
    const std::size_t from = at == 0 || newline == std::string::npos ? 0 : newline + 1;
    return before.substr(from, before.find(' ', from) - from);
}

struct Rot {
    Fate fate = Fate::silent;
    std::string what;
};

Rot rot_one_bit(std::uint64_t seed) {
    sim::SimSiteOptions options;
    options.seed = seed;
    SyncBench bench(std::move(options));
    REQUIRE(bench.site.settle());
    bench.write("back", 60);
    REQUIRE(bench.site.settle());
    bench.site.edge("back").ledger().checkpoint();
    bench.site.run_for(std::chrono::seconds(1));
    bench.site.kill("back");
    const std::string before = test::contents_of(bench.site.disk("back"));
    bench.site.copy_disk("back", "whole");  // closes it: the log is in the file now
    REQUIRE(bench.site.drive("back").rot("journal"));

    sim::SimDisk beside(Prng(1), {}, [] { return MonoTime{}; });
    beside.insert(bench.site.drive("back").image());
    std::string after;
    {
        auto store = test::open_journal(beside);
        if (!store) {
            CHECK((store.error().kind == ErrorKind::corrupt ||
                   store.error().kind == ErrorKind::refused ||
                   store.error().kind == ErrorKind::unsupported));
            return {Fate::at_start, ""};
        }
        after = test::contents_of(**store);
    }
    if (after == before) {
        return {Fate::holds_nothing, ""};
    }
    const std::string what = first_difference(before, after);
    bench.site.restart("back");
    bench.site.run_for(std::chrono::seconds(10));
    if (!bench.site.fatal().empty()) {
        return {Fate::by_ledger, what};
    }
    bool found = false;
    bench.site.edge("back").ledger().verify(
        [&found](const Result<std::uint64_t>& outcome) { found = !outcome; });
    bench.site.run_for(std::chrono::seconds(10));
    return {found ? Fate::by_fold : Fate::silent, what};
}

}  // namespace

TEST_CASE("a bit that turns in a journal at rest is found, or holds nothing") {
    constexpr std::uint64_t kSeeds = 150;
    std::map<Fate, int> fates;
    std::map<std::string, int> silent;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        const Rot rot = rot_one_bit(seed);
        ++fates[rot.fate];
        silent[rot.what] += rot.fate == Fate::silent ? 1 : 0;
    }
    std::printf(
        "of %llu bits: %d found at start, %d by the ledger's start, %d by its fold, "
        "%d held nothing, %d silent\n",
        static_cast<unsigned long long>(kSeeds), fates[Fate::at_start], fates[Fate::by_ledger],
        fates[Fate::by_fold], fates[Fate::holds_nothing], fates[Fate::silent]);
    for (const auto& [what, count] : silent) {
        std::printf("  silent in %s: %d\n", what.c_str(), count);
    }
    CHECK(fates[Fate::at_start] > 0);
    CHECK(silent["row"] == 0);       // events are hashed
    CHECK(silent["position"] == 0);  // stock is their fold
    CHECK(silent["item"] == 0);
}

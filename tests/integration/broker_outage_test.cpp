// The broker falls while goods pass: 100,000 events pile up on the edge, and when it is back all of
// them arrive, in order, once. TALLY_PILE sets another number.
#include <cstdio>
#include <cstdlib>

#include <catch2/catch.hpp>

#include "tests/integration/site/film.hpp"
#include "tests/integration/site/ledgers.hpp"
#include "tests/integration/site/live_site.hpp"

using namespace tally;
using namespace tally::test;

TEST_CASE("100,000 events that piled up without a broker arrive in order, once") {
    const char* wish = std::getenv("TALLY_PILE");
    const std::uint64_t pile = wish == nullptr ? 100'000 : std::strtoull(wish, nullptr, 10);
    // A tag that is only met at one side of the gate makes two events: it was sighted, and nobody
    // can say whether it passed. Some may be told before the broker falls.
    const std::uint64_t tags = pile / 2 + 5'000;
    constexpr auto kLong = std::chrono::minutes(4);
    SitePlan plan;
    plan.gates = {{"dock", "back", "SUPPLIER", "back.hall", "min_reads = 1\n"}};
    LiveSite site(plan);
    site.tap().start(site.broker().port(), WireTap::Keep::figures);
    const std::string film = (site.folder() / "film.llrp").string();
    write_film(film, parade(tags, 100));
    site.start_readers({"--replay", film, "--replay-gap-ms", "5"});
    import_master(site.config("back"), kFilmMaster);
    site.start_bridge();
    site.start_edge("back");
    REQUIRE(await(kPatience, [&] { return site.tap().edge("back").acknowledged() > 100; }));
    site.broker().kill9();
    const std::filesystem::path ledger = site.database("back");
    const std::uint64_t before = site.tap().edge("back").acknowledged();

    REQUIRE(await(kLong, [&] { return site.process("readers").has_said("playlist ended"); }));
    REQUIRE(await(kLong, [&] { return at_rest({ledger, ledger.string() + "-wal"}); }));
    const auto began = std::chrono::steady_clock::now();
    site.broker().start();
    REQUIRE(await(kLong, [&] { return site.tap().edge("back").acknowledged() >= 2 * tags; }));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    site.settle("back");
    site.stop("back");
    site.stop("bridge");
    const LineCopy at_edge = read_line(site.database("back"), host::StoreKind::edge, "back");
    std::printf(
        "%llu events acknowledged before the broker fell, %zu in the end; caught up in "
        "%.1f s\n",
        static_cast<unsigned long long>(before), at_edge.rows.size(), took.count());
    CHECK(at_edge.count("sighted") == tags);
    CHECK(at_edge.rows.size() - before >= pile);
    check_one_truth(at_edge, read_line(site.database("bridge"), host::StoreKind::bridge, "back"),
                    site.tap().edge("back").acks);
}

// Edge, bridge and broker are killed with -9, again and again, while units walk in and out of three
// gates and from one edge to the other. Afterwards both journals of each edge hold the same line.
// TALLY_KILLS sets how many (default 60), TALLY_SEED which; both are printed.
#include <cstdio>
#include <cstdlib>
#include <map>

#include <catch2/catch.hpp>

#include "firmware/base/prng.hpp"
#include "tests/integration/site/film.hpp"
#include "tests/integration/site/ledgers.hpp"
#include "tests/integration/site/live_site.hpp"

using namespace tally;
using namespace tally::test;

namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

void start_traffic(LiveSite& site) {
    std::vector<std::string> options = {"--replay-rounds", "0", "--replay-gap-ms", "20"};
    std::uint64_t first_serial = 1'000;
    for (const char* gate : {"dock", "door", "exit"}) {
        const std::string film = (site.folder() / (std::string(gate) + ".llrp")).string();
        write_film(film, traffic({first_serial, 200, 500}));
        first_serial += 1'000;
        options.push_back("--replay");
        options.push_back(std::string(gate) + "-reader=" + film);
    }
    site.start_readers(options);
}

/// What has been heard of both edges so far.
std::uint64_t heard(LiveSite& site) {
    std::uint64_t messages = 0;
    for (const auto& [edge, state] : site.tap().edges()) {
        messages += state.deltas + state.acks.size();
    }
    return messages;
}

/// Lets the site go on until `messages` more were heard, but not for longer than `limit`.
void go_on(LiveSite& site, std::uint64_t messages, Duration limit) {
    const std::uint64_t until = heard(site) + messages;
    await(limit, [&] { return heard(site) >= until; });
}

/// One kill and restart. Some victims are shot again before they are up.
void kill_one(LiveSite& site, Prng& prng, std::map<std::string, int>& killed) {
    static const char* const kVictims[] = {"back",   "back",   "back",   "shop",   "shop",
                                           "bridge", "bridge", "bridge", "broker", "broker"};
    const std::string victim = kVictims[prng.below(std::size(kVictims))];
    const auto span = [&](std::int64_t most_ms) {
        return std::chrono::milliseconds(prng.between(0, most_ms));
    };
    go_on(site, prng.below(12), span(1'200));
    ++killed[victim];
    if (victim == "broker") {
        site.broker().kill9();
        go_on(site, 1, span(400));
        site.broker().start();
        return;
    }
    site.process(victim).kill9();
    go_on(site, prng.below(6), span(400));
    site.launch(victim);
    if (prng.below(5) != 0) {
        site.await_up(victim);
    }
}

/// Ends the edge with all of its events acknowledged; what its end adds, the bridge gets at its
/// next start.
LineCopy end_with_everything_told(LiveSite& site, const std::string& edge) {
    for (int attempt = 0; attempt < 5; ++attempt) {
        site.settle(edge);
        site.stop(edge);
        LineCopy line = read_line(site.database(edge), host::StoreKind::edge, edge);
        if (site.tap().edge(edge).acknowledged() == line.rows.size()) {
            return line;
        }
        site.start_edge(edge);
        REQUIRE(await(kPatience,
                      [&] { return site.tap().edge(edge).acknowledged() >= line.rows.size(); }));
    }
    FAIL("edge " << edge << " never rests");
    return {};
}

}  // namespace

TEST_CASE("kill -9 of edge, bridge and broker loses nothing and doubles nothing") {
    const std::uint64_t kills = number_from_environment("TALLY_KILLS", 60);
    const std::uint64_t seed = number_from_environment("TALLY_SEED", 20'260'722);
    Prng prng(seed);
    SitePlan plan = warehouse_plan();
    for (GatePlan& gate : plan.gates) {
        gate.more = "absence_ms = 300\n";  // passages are decided between two kills
    }
    LiveSite site(plan);
    site.tap().start(site.broker().port(), WireTap::Keep::figures);
    start_traffic(site);
    import_master(site.config("back"), kFilmMaster);
    import_master(site.config("shop"), kFilmMaster);
    site.start_bridge();
    site.start_edge("back");
    site.start_edge("shop");
    REQUIRE(await(kPatience, [&] {
        return site.tap().edge("back").acknowledged() > 50 &&
               site.tap().edge("shop").acknowledged() > 50;
    }));

    std::map<std::string, int> killed;
    for (std::uint64_t kill = 0; kill < kills; ++kill) {
        INFO("seed " << seed << ", kill " << kill);
        kill_one(site, prng, killed);
    }
    for (const char* box : {"bridge", "back", "shop"}) {
        site.await_up(box);
    }
    site.process("readers").terminate();
    site.settle("back");  // its hand-overs become commands for the other edge
    const LineCopy shop = end_with_everything_told(site, "shop");
    const LineCopy back = end_with_everything_told(site, "back");
    site.stop("bridge");
    std::printf(
        "seed %llu: %d kills of back, %d of shop, %d of the bridge, %d of the broker; "
        "%zu events of back (%zu handed over), %zu of shop (%zu received)\n",
        static_cast<unsigned long long>(seed), killed["back"], killed["shop"], killed["bridge"],
        killed["broker"], back.rows.size(), back.count("handed_over"), shop.rows.size(),
        shop.count("received"));
    for (const auto& [edge, line] : {std::pair("back", &back), std::pair("shop", &shop)}) {
        INFO("edge " << edge);
        check_one_truth(*line, read_line(site.database("bridge"), host::StoreKind::bridge, edge),
                        site.tap().edge(edge).acks);
    }
    CHECK(back.count("handed_over") > 0);
    CHECK(shop.count("received") > 0);
    CHECK(back.rows.size() > kills * 5);
}

// A site whose broker speaks TLS: real daemons, a real broker, certificates made here. An impostor
// on the broker's port is refused in a sentence, and what happened meanwhile arrives once the true
// one is back.
#include <catch2/catch.hpp>

#include "tests/integration/site/film.hpp"
#include "tests/integration/site/ledgers.hpp"
#include "tests/integration/site/live_site.hpp"
#include "tests/support/authority.hpp"
#include "tests/support/temp_folder.hpp"

using namespace tally;
using namespace tally::test;

namespace {

constexpr std::uint64_t kTags = 500;

/// The broker reads its identity from the same two files at every start; tests exchange them.
void put_in_place(const ServerIdentity& identity, const ServerIdentity& place) {
    constexpr auto kOver = std::filesystem::copy_options::overwrite_existing;
    std::filesystem::copy_file(identity.certificate, place.certificate, kOver);
    std::filesystem::copy_file(identity.key, place.key, kOver);
}

}  // namespace

TEST_CASE("over TLS a site tells head office everything, and nothing to an impostor") {
    const TempFolder folder;
    const Authority ours(folder / "", "ours");
    const Authority theirs(folder / "", "theirs");
    const ServerIdentity honest = ours.sign("honest", "IP:127.0.0.1");
    const ServerIdentity impostor = theirs.sign("impostor", "IP:127.0.0.1");
    const ServerIdentity place{folder / "broker.crt", folder / "broker.key"};
    put_in_place(honest, place);

    SitePlan plan;
    plan.gates = {{"dock", "back", "SUPPLIER", "back.hall", "min_reads = 1\n"}};
    plan.broker_authority = ours.certificate();
    plan.broker.extra_lines = {"certfile " + place.certificate.string(),
                               "keyfile " + place.key.string()};
    LiveSite site(plan);
    site.tap().start(site.broker().port(), WireTap::Keep::figures);
    const std::string film = (site.folder() / "film.llrp").string();
    write_film(film, parade(kTags, 10));
    site.start_readers({"--replay", film});
    import_master(site.config("back"), kFilmMaster);
    site.start_bridge();

    site.broker().stop();
    put_in_place(impostor, place);
    site.broker().start();
    site.start_edge("back");
    REQUIRE(await(kPatience, [&] { return site.process("readers").has_said("playlist ended"); }));
    REQUIRE(await(kPatience, [&] { return site.process("back").has_said("ca_file"); }));
    CHECK(site.process("back").running());
    CHECK(site.process("bridge").running());
    CHECK(site.tap().edge("back").sent_end == 0);

    site.broker().stop();
    put_in_place(honest, place);
    site.broker().start();
    REQUIRE(await(kPatience, [&] { return site.tap().edge("back").acknowledged() > kTags; }));
    site.settle("back");
    site.stop("back");
    site.stop("bridge");
    const LineCopy at_edge = read_line(site.database("back"), host::StoreKind::edge, "back");
    CHECK(at_edge.count("sighted") == kTags);
    check_one_truth(at_edge, read_line(site.database("bridge"), host::StoreKind::bridge, "back"),
                    site.tap().edge("back").acks);
}

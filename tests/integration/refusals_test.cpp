// What an installer meets on a bad day. Whatever is wrong, a daemon says it in a sentence that
// names the next step, ends with the code that fits (or goes on, where it can), and loses nothing.
#include <fstream>

#include <catch2/catch.hpp>

#include "tests/integration/site/film.hpp"
#include "tests/integration/site/ledgers.hpp"
#include "tests/integration/site/live_site.hpp"
#include "tests/support/testdata.hpp"

using namespace tally;
using namespace tally::test;

namespace {

SitePlan one_gate() {
    SitePlan plan;
    plan.gates = {{"dock", "back", "SUPPLIER", "back.hall", "min_reads = 1\n"}};
    return plan;
}

void write_file(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

/// The journal of the box of that name at another site.
std::string other_site_journal(const LiveSite& site, const std::string& box) {
    const std::filesystem::path path = site.folder() / ("elsewhere-" + box + ".db");
    const bool is_bridge = box == "bridge";
    host::StoreOptions options;
    options.path = path.string();
    options.kind = is_bridge ? host::StoreKind::bridge : host::StoreKind::edge;
    options.owner = host::StoreOwner{"elsewhere", is_bridge ? std::string() : box};
    REQUIRE(host::SqliteStore::open(options));
    return read_file(path);
}

Outcome run_box(const LiveSite& site, const std::string& box) {
    return run_to_end(site.spec_of(box), kPatience);
}

void check_says(const Outcome& outcome, int code, std::initializer_list<const char*> words) {
    INFO(outcome.text);
    CHECK(outcome.code == code);
    for (const char* word : words) {
        INFO("looking for: " << word);
        CHECK(outcome.text.find(word) != std::string::npos);
    }
}

}  // namespace

TEST_CASE("a broken config ends the daemon with 2 and says file, line and what to write") {
    LiveSite site(one_gate());
    const std::string good = read_file(site.config("back"));
    struct Row {
        std::string from, to;
        std::vector<const char*> words;
    };
    const std::vector<Row> table = {
        {"database", "databse", {"back.toml", "databse", "database"}},
        {"host = \"127.0.0.1\"", "hots = \"127.0.0.1\"", {"hots", "host"}},
        {"port = ", "port = 70000 # ", {"port", "65535"}},
        {"[edge]", "[edge", {"back.toml"}},
        {"site.toml", "nowhere.toml", {"nowhere.toml"}},
    };
    for (const Row& row : table) {
        INFO(row.to);
        std::string broken = good;
        const std::size_t at = broken.find(row.from);
        REQUIRE(at != std::string::npos);
        write_file(site.config("back"), broken.replace(at, row.from.size(), row.to));
        const Outcome outcome = run_box(site, "back");
        check_says(outcome, 2, {"tallyd: "});
        for (const char* word : row.words) {
            INFO(outcome.text << "\nlooking for: " << word);
            CHECK(outcome.text.find(word) != std::string::npos);
        }
        CHECK_FALSE(std::filesystem::exists(site.database("back")));
    }
}

TEST_CASE("what a config names and is not there ends the daemon with 2 before it makes anything") {
    LiveSite site(one_gate());
    const std::string good = read_file(site.config("back"));
    const std::string database = "back.db";
    struct Row {
        std::string from, to;
        std::vector<const char*> words;
    };
    const std::vector<Row> table = {
        {database, "no/such/folder/back.db", {"back.db", "does not exist", "[edge] database"}},
        {"id = \"dock-reader\"", "id = \"dock-reader\"\ngen2_session = 7", {"gen2_session", "3"}},
        {"[broker]\n", "[broker]\nca_file = \"none.pem\"\n", {"none.pem", "ca_file"}},
        {"host = \"127.0.0.1\"", "host = \"\"", {"'host'", "is empty"}},
        {good, std::string((std::size_t{1} << 20) + 1, '#'), {"above 1 MiB"}},
    };
    for (const Row& row : table) {
        INFO(row.to.substr(0, 80));
        std::string broken = good;
        const std::size_t at = broken.find(row.from);
        REQUIRE(at != std::string::npos);
        write_file(site.config("back"), broken.replace(at, row.from.size(), row.to));
        ProcessSpec check = site.spec_of("back");
        check.arguments.emplace_back("--check-config");
        for (const Outcome& outcome : {run_to_end(check, kPatience), run_box(site, "back")}) {
            check_says(outcome, 2, {"tallyd: "});
            for (const char* word : row.words) {
                INFO(outcome.text.substr(0, 2'000) << "\nlooking for: " << word);
                CHECK(outcome.text.find(word) != std::string::npos);
            }
        }
        CHECK_FALSE(std::filesystem::exists(site.database("back")));
    }
}

TEST_CASE("a daemon tells its version without a config") {
    LiveSite site(one_gate());
    for (const char* box : {"back", "bridge"}) {
        ProcessSpec spec = site.spec_of(box);
        spec.arguments = {spec.arguments.front(), "--version"};
        const Outcome outcome = run_to_end(spec, kPatience);
        check_says(outcome, 0, {box == std::string("back") ? "tallyd " : "tally-bridge "});
        CHECK(outcome.text.find_first_of("0123456789") != std::string::npos);
    }
}

TEST_CASE("a database that is not ours, or not this box's, ends the daemon with 6, untouched") {
    LiveSite site(one_gate());
    import_master(site.config("back"), kFilmMaster);
    const std::string edge_journal = read_file(site.database("back"));
    const std::string of_elsewhere = other_site_journal(site, "back");
    const std::string bridge_of_elsewhere = other_site_journal(site, "bridge");
    std::string newer = edge_journal;
    constexpr std::size_t kUserVersionAt = 60;  // four bytes, big-endian: SQLite's file format, 1.3
    newer[kUserVersionAt + 3] = 99;
    struct Row {
        std::string name, box, bytes;
        std::vector<const char*> words;
    };
    const std::vector<Row> table = {
        {"a text file", "back", std::string(5'000, 'x'), {"back.db", "not a Tallyman journal"}},
        {"another box's",
         "bridge",
         edge_journal,
         {"bridge.db", "journal of", "name the right file"}},
        {"another edge's",
         "shop",
         edge_journal,
         {"shop.db", "edge back of site", "edge shop of", "'database'"}},
        {"another site's",
         "back",
         of_elsewhere,
         {"back.db", "edge back of site elsewhere", "'database'"}},
        {"another site's bridge's",
         "bridge",
         bridge_of_elsewhere,
         {"bridge.db", "the bridge of site elsewhere", "'database'"}},
        {"a newer one", "back", newer, {"back.db", "schema 99", "install the newer program"}},
        {"a torn one", "back", edge_journal.substr(0, 60), {"back.db", "restore a copy"}},
    };
    for (const Row& row : table) {
        INFO(row.name);
        write_file(site.database(row.box), row.bytes);
        const Outcome outcome = run_box(site, row.box);
        check_says(outcome, 6, {});
        for (const char* word : row.words) {
            INFO(outcome.text << "\nlooking for: " << word);
            CHECK(outcome.text.find(word) != std::string::npos);
        }
        CHECK(read_file(site.database(row.box)) == row.bytes);
    }
}

TEST_CASE("an API port that is taken ends the daemon with 1 and says which key to change") {
    LiveSite site(one_gate());
    std::string config = read_file(site.config("back"));
    const std::string taken = std::to_string(site.broker().port());
    config.insert(config.find("[api]\n") + 6, "port = " + taken + "\n");
    write_file(site.config("back"), config);
    check_says(run_box(site, "back"), 1, {"cannot listen on 127.0.0.1:", taken.c_str(), "[api]"});
}

TEST_CASE("without its reader an edge runs, is blind, and head office knows") {
    LiveSite site(one_gate());
    site.tap().start(site.broker().port(), WireTap::Keep::figures);
    site.start_bridge();
    site.start_edge("back");
    REQUIRE(await(kPatience, [&] { return site.tap().edge("back").acknowledged() >= 1; }));
    CHECK(site.process("back").has_said("dock-reader"));
    CHECK(site.process("back").running());
    site.stop("back");
    site.stop("bridge");
    const LineCopy line = read_line(site.database("bridge"), host::StoreKind::bridge, "back");
    REQUIRE(line.count("blind_began") == 1);
    CHECK(line.rows.front().canonical.find("dock-reader") != std::string::npos);
}

TEST_CASE("a refused broker login stops nothing: once the password is right, all arrives") {
    SitePlan plan = one_gate();
    plan.broker_user = "back-box";
    plan.broker_password = "the right one";
    plan.broker.users = {{plan.broker_user, plan.broker_password}};
    LiveSite site(plan);
    site.tap().start(site.broker().port(), WireTap::Keep::figures);
    const std::string film = (site.folder() / "film.llrp").string();
    write_film(film, parade(500, 10));
    site.start_readers({"--replay", film});
    import_master(site.config("back"), kFilmMaster);
    site.start_bridge();
    site.write_password("a wrong one");
    site.start_edge("back");
    REQUIRE(await(kPatience, [&] {
        return site.process("back").has_said("refuses the login of user 'back-box'");
    }));
    CHECK(site.process("back").has_said("check the user and the password file"));
    REQUIRE(await(kPatience, [&] { return site.process("readers").has_said("playlist ended"); }));
    CHECK(site.tap().edge("back").sent_end == 0);
    site.write_password(plan.broker_password);
    REQUIRE(await(kPatience, [&] { return site.tap().edge("back").acknowledged() > 500; }));
    site.settle("back");
    site.stop("back");
    site.stop("bridge");
    const LineCopy at_edge = read_line(site.database("back"), host::StoreKind::edge, "back");
    CHECK(at_edge.count("sighted") == 500);
    check_one_truth(at_edge, read_line(site.database("bridge"), host::StoreKind::bridge, "back"),
                    site.tap().edge("back").acks);
}

TEST_CASE("a full disk is said once and loses nothing: when there is room, all is written") {
    constexpr std::uint64_t kTags = 12'000;
    constexpr std::uint64_t kRoom = std::uint64_t{2} << 20;
    LiveSite site(one_gate());
    site.tap().start(site.broker().port(), WireTap::Keep::figures);
    const std::string film = (site.folder() / "film.llrp").string();
    write_film(film, parade(kTags, 50));
    site.start_readers({"--replay", film, "--replay-gap-ms", "2"});
    import_master(site.config("back"), kFilmMaster);
    site.start_bridge();
    site.start_edge("back", kRoom);
    Process& edge = site.process("back");
    const bool full = await(kPatience, [&] { return edge.has_said("full"); });
    INFO(edge.output());
    REQUIRE(full);
    CHECK(edge.running());
    CHECK_FALSE(edge.has_said("takes commits again"));
    edge.limit_file_bytes(0);
    REQUIRE(await(kPatience, [&] { return edge.has_said("the disk takes commits again"); }));
    REQUIRE(await(kPatience, [&] { return site.process("readers").has_said("playlist ended"); }));
    REQUIRE(await(kPatience, [&] { return site.tap().edge("back").acknowledged() > kTags; }));
    site.settle("back");
    site.stop("back");
    site.stop("bridge");
    const LineCopy at_edge = read_line(site.database("back"), host::StoreKind::edge, "back");
    CHECK(at_edge.count("sighted") == kTags);
    check_one_truth(at_edge, read_line(site.database("bridge"), host::StoreKind::bridge, "back"),
                    site.tap().edge("back").acks);
}

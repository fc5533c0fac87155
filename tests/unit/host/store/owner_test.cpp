// A journal belongs to one box of one site, and turns every other away before it is written to.
#include <catch2/catch.hpp>

#include "firmware/host/store/sqlite_store.hpp"
#include "tests/support/journal_rows.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/unit/host/store/raw_file.hpp"

using namespace tally;
using namespace tally::host;
using namespace tally::test;

namespace {

StoreOptions of_edge(const std::filesystem::path& path, StoreOwner owner) {
    return {.path = path.string(), .kind = StoreKind::edge, .owner = std::move(owner)};
}

StoreOptions of_bridge(const std::filesystem::path& path, const std::string& site) {
    return {.path = path.string(), .kind = StoreKind::bridge, .owner = StoreOwner{site, ""}};
}

/// Opens, writes rows of the edge, and closes.
void fill(const StoreOptions& options, const std::string& edge, std::uint64_t from = 1) {
    auto store = SqliteStore::open(options);
    REQUIRE(store);
    REQUIRE((*store)->commit(commit_of(rows_of({edge, 1, from, from + 2}))));
}

std::string owner_of(const std::filesystem::path& path) {
    return RawFile(path).value("SELECT site || '/' || edge FROM owner");
}

/// As the program before the owner was stored would have left the file.
void make_schema_2(const std::filesystem::path& path) {
    REQUIRE(RawFile(path).run("DROP TABLE owner; PRAGMA user_version=2").empty());
}

void check_turned_away(const StoreOptions& options, std::initializer_list<const char*> words) {
    const std::string before = bytes_of(options.path);
    const bool had_copy = std::filesystem::exists(options.path + ".v2");
    const auto store = SqliteStore::open(options);
    REQUIRE_FALSE(store);
    INFO(store.error().text);
    CHECK(store.error().kind == ErrorKind::unsupported);
    for (const char* word : words) {
        CHECK_THAT(store.error().text, Catch::Contains(word));
    }
    CHECK(bytes_of(options.path) == before);
    CHECK(std::filesystem::exists(options.path + ".v2") == had_copy);
}

}  // namespace

TEST_CASE("a new journal is the box's that made it, and stays so") {
    TempFolder folder;
    const auto path = folder / "journal";
    REQUIRE(SqliteStore::open(of_edge(path, {"pudong", "back"})));
    CHECK(owner_of(path) == "pudong/back");
    check_turned_away(of_edge(path, {"pudong", "shop"}),
                      {"edge back of site pudong", "edge shop of site pudong", "'database'"});
    check_turned_away(of_edge(path, {"hongqiao", "back"}),
                      {"edge back of site pudong", "edge back of site hongqiao"});
    fill(of_edge(path, {"pudong", "back"}), "back");
    CHECK(owner_of(path) == "pudong/back");
    CHECK(SqliteStore::open({.path = path.string()}));  // a checker may look
    CHECK(owner_of(path) == "pudong/back");
}

TEST_CASE("the bridge of another site is turned away, the same site's is not") {
    TempFolder folder;
    const auto path = folder / "journal";
    fill(of_bridge(path, "pudong"), "back");
    check_turned_away(of_bridge(path, "hongqiao"),
                      {"the bridge of site pudong", "the bridge of site hongqiao"});
    fill(of_bridge(path, "pudong"), "back", 4);
    fill(of_bridge(path, "pudong"), "shop");
    CHECK(owner_of(path) == "pudong/");
}

TEST_CASE("an older journal is its edge's by its rows, and of the site that opens it first") {
    TempFolder folder;
    const auto path = folder / "journal";
    fill({.path = path.string()}, "back");
    make_schema_2(path);
    check_turned_away(of_edge(path, {"pudong", "shop"}), {"edge back,", "edge shop of site"});
    fill(of_edge(path, {"pudong", "back"}), "back", 4);
    CHECK(owner_of(path) == "pudong/back");
    check_turned_away(of_edge(path, {"hongqiao", "back"}), {"edge back of site pudong"});
}

TEST_CASE("an older journal that does not say whose it is, is taken as it was before") {
    TempFolder folder;
    const auto path = folder / "journal";
    SECTION("a bridge's names its edges, not itself") {
        fill({.path = path.string(), .kind = StoreKind::bridge}, "back");
        make_schema_2(path);
        fill(of_bridge(path, "pudong"), "back", 4);
        CHECK(owner_of(path) == "pudong/");
    }
    SECTION("an edge's without a row") {
        REQUIRE(SqliteStore::open({.path = path.string()}));
        make_schema_2(path);
        fill(of_edge(path, {"pudong", "back"}), "back");
        CHECK(owner_of(path) == "pudong/back");
    }
    SECTION("one that two edges have written to") {
        fill({.path = path.string()}, "back");
        fill({.path = path.string()}, "shop");
        make_schema_2(path);
        fill(of_edge(path, {"pudong", "shop"}), "shop", 4);
        CHECK(owner_of(path) == "pudong/shop");
    }
}

TEST_CASE("a journal whose owner was lost is damaged") {
    TempFolder folder;
    const auto path = folder / "journal";
    fill(of_edge(path, {"pudong", "back"}), "back");
    REQUIRE(RawFile(path).run("DELETE FROM owner").empty());
    const auto store = SqliteStore::open(of_edge(path, {"pudong", "back"}));
    REQUIRE_FALSE(store);
    CHECK(store.error().kind == ErrorKind::corrupt);
}

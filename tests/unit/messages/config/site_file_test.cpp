#include "firmware/messages/config/site_file.hpp"

#include <catch2/catch.hpp>

#include "tests/support/places.hpp"

using namespace tally;

namespace {

const std::filesystem::path kExample = std::filesystem::path(test::source_dir()) / "deploy/example";

/// A small sound site; the broken rows below change one line of it each.
std::string site_text() {
    return R"([site]
id = "pudong"
own_prefixes = ["0614141"]
[[edge]]
id = "back"
[[place]]
id = "back.hall"
edge = "back"
[[gate]]
id = "dock"
edge = "back"
outer = "SUPPLIER"
inner = "back.hall"
reader = "dock-reader"
antennas = [{port = 1, side = "outer"}, {port = 2, side = "inner"}]
)";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("the example site is sound and holds the demo's gates") {
    const Loaded<SiteLayout> site = load_site(kExample / "site.toml").value();
    CHECK(site.value.id == SiteId("pudong"));
    CHECK(site.value.own_prefixes == std::vector<std::string>{"0614141"});
    CHECK(site.value.handover_limit == std::chrono::seconds(120));
    CHECK(site.value.edges.size() == 2);
    REQUIRE(site.value.gates.size() == 3);
    const GateLayout& dock = site.value.gates[0];
    CHECK(dock.id == GateId("dock"));
    CHECK(dock.outer == PlaceId("SUPPLIER"));
    CHECK(dock.reader == DeviceId("dock-reader"));
    CHECK(dock.antennas == std::vector<GatePort>{{1, GateSide::outer}, {2, GateSide::inner}});
    CHECK(dock.photo_eyes.size() == 2);
    CHECK(dock.absence == std::chrono::milliseconds(1500));
    CHECK(site.value.gates_of(EdgeId("shop")).size() == 1);
}

TEST_CASE("the effective site reads back as the same site") {
    const Loaded<SiteLayout> site = load_site(kExample / "site.toml").value();
    const Loaded<SiteLayout> again = parse_site(site.effective, "effective.toml").value();
    CHECK(again.value == site.value);
    CHECK_THAT(site.effective, Catch::Contains("# site.toml:5") && Catch::Contains("# default"));
}

TEST_CASE("the rules of a gate are what its table says, each key its own number") {
    const std::string rules =
        "absence_ms = 2001\nmin_reads = 3\nconfirm_window_ms = 2002\neye_broken_level = 'low'\n"
        "eye_debounce_ms = 21\neye_gap_ms = 801\nmemory_ms = 50001\n"
        "approach_ms = 3001\nrest_ms = 5001\nsettle_ms = 2003\nclear_db = 25\nearly_db = 71\n";
    const SiteLayout site = parse_site(site_text() + rules, "s.toml").value().value;
    GateOptions expected;
    expected.presence = {3, 2002, 2001};
    expected.presence.memory_ms = 50'001;
    expected.eyes = {InputChange::Level::low, 21, 801};
    expected.passage = {3001, 5001, 2003, 25, 71};
    CHECK(site.gates[0].options == expected);
    CHECK(site.gates[0].absence == std::chrono::milliseconds(2001));
    CHECK(parse_site(site_text(), "s.toml").value().value.gates[0].options == GateOptions());
}

TEST_CASE("each broken site is refused with the line and what to do") {
    struct Row {
        const char* name;
        const char* from;
        const char* to;
        const char* message;
    };
    const Row row = GENERATE(values<Row>({
        {"a mistyped key", "antennas =", "antena =",
         "s.toml:15:1: unknown key 'antena' in [[gate]] 'dock'; did you mean 'antennas'?"},
        {"a mistyped table", "[[place]]", "[[plaec]]",
         "s.toml:6:3: unknown key 'plaec'; did you mean 'place'?"},
        {"a site without id", "id = \"pudong\"", "",
         "s.toml:1:2: [site] lacks 'id' (short name of "
         "the site; stands in MQTT topics); add it"},
        {"a site id for no topic", "\"pudong\"", "\"pu/dong\"",
         "s.toml:2:1: [site]: 'pu/dong' cannot name a site; use 1 to 64 letters, digits, dots, "
         "dashes and underscores"},
        {"an offset that is none", "[[edge]]", "utc_offset = \"+8\"\n[[edge]]",
         "an offset of -14:00 to +14:00 was expected, like +08:00"},
        {"an offset of nowhere", "[[edge]]", "utc_offset = \"+14:30\"\n[[edge]]",
         "an offset of -14:00 to +14:00 was expected"},
        {"a quorum above all", "[[edge]]", "pallet_quorum_percent = 101\n[[edge]]",
         "s.toml:4:1: 'pallet_quorum_percent' in [site] is 101; allowed is 1 to 100"},
        {"a limit without its unit", "[[edge]]", "handover_limit = 1\n[[edge]]",
         "s.toml:4:1: unknown key 'handover_limit' in [site]; did you mean 'handover_limit_s'?"},
        {"an unknown edge", "edge = \"back\"", "edge = \"bakc\"",
         "s.toml:8:1: [[place]] 'back.hall': there is no edge 'bakc'; add an [[edge]] with that "
         "id"},
        {"a gate to nowhere", "inner = \"back.hall\"", "inner = \"back.hal\"",
         "s.toml:13:1: [[gate]] 'dock': there is no place 'back.hal'; add a [[place]] with that "
         "id, or name a virtual place such as SUPPLIER or CUSTOMER"},
        {"a third side", "side = \"inner\"", "side = \"upper\"",
         "s.toml:15:52: 'side' in [[gate.antennas]] number 2 of [[gate]] 'dock' is 'upper'; "
         "allowed is outer, inner"},
        {"an antenna port 0", "port = 1", "port = 0",
         "s.toml:15:14: 'port' in [[gate.antennas]] number 1 of [[gate]] 'dock' is 0; allowed is 1 "
         "to 64"},
        {"a gate without antennas",
         "antennas = [{port = 1, side = \"outer\"}, {port = 2, side = \"inner\"}]", "",
         "s.toml:9:1: [[gate]] 'dock': a gate without antennas sees nothing; list at least one"},
    }));
    INFO(row.name);
    const auto site = parse_site(replaced(site_text(), row.from, row.to), "s.toml");
    REQUIRE_FALSE(site.has_value());
    CHECK(site.error().kind == ErrorKind::malformed);
    CHECK_THAT(site.error().text, Catch::Contains(row.message));
}

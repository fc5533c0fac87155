// Scenario files are read strictly, stack in order, and draw the same numbers for the same seed
// whatever else is set.
#include <fstream>

#include <catch2/catch.hpp>

#include "sim/planted/planted.hpp"
#include "sim/scenarios/parameters.hpp"
#include "sim/scenarios/scenario.hpp"
#include "sim/scenarios/troubles.hpp"
#include "tests/support/places.hpp"
#include "tests/support/temp_folder.hpp"

using namespace tally;
using namespace tally::sim;

namespace {

const std::string kLibrary = test::source_dir() + "/sim/scenarios/library";

struct Folder {
    void write(const std::string& name, const std::string& text) {
        std::ofstream((folder / (name + ".toml"))) << text;
    }
    Result<Scenario> load(const std::string& name) { return load_scenario(folder / "", name); }
    test::TempFolder folder;
};

}  // namespace

TEST_CASE("every scenario of the library can be read") {
    const auto names = scenario_names(kLibrary);
    REQUIRE(names);
    CHECK(names->size() >= 13);
    for (const std::string& name : *names) {
        const auto scenario = load_scenario(kLibrary, name);
        INFO(name << ": " << (scenario ? "" : scenario.error().text));
        CHECK(scenario);
    }
}

TEST_CASE("every parameter's usual range can be drawn and lies in its bounds") {
    for (const Parameter& parameter : parameters()) {
        INFO(parameter.key());
        const auto usual = parse_range(parameter.usual);
        REQUIRE(usual);
        CHECK(usual->low >= parameter.least);
        CHECK(usual->high <= parameter.most);
        CHECK(find_parameter(parameter.key()) == &parameter);
    }
}

TEST_CASE("ranges are read and written") {
    CHECK(parse_range("8").value() == Range{8, 8, false});
    CHECK(parse_range("2..6").value() == Range{2, 6, false});
    CHECK(parse_range("off|-3..4").value() == Range{-3, 4, true});
    for (const char* wrong : {"", "x", "2..", "..3", "6..2", "off", "off|", "2...3", "1 ", "0x1"}) {
        INFO(wrong);
        CHECK_FALSE(parse_range(wrong));
    }
    for (const char* text : {"8", "2..6", "off|1..4"}) {
        CHECK(to_text(*parse_range(text)) == text);
    }
}

TEST_CASE("what is included comes first, and the file's own ranges win") {
    Folder folder;
    folder.write("calm", "meaning = \"calm\"\n[fault]\nkills = \"1\"\nlasts_s = \"9\"\n");
    folder.write("wild",
                 "meaning = \"wild\"\ninclude = [\"calm\"]\n[fault]\nkills = \"5\"\n"
                 "[expect]\nerrors = [\"full\"]\n");
    const auto wild = folder.load("wild");
    REQUIRE(wild);
    CHECK(wild->ranges.at("fault.kills") == Range{5, 5, false});
    CHECK(wild->ranges.at("fault.lasts_s") == Range{9, 9, false});
    CHECK(wild->expected_errors == std::vector<std::string>{"full"});
}

TEST_CASE("a wrong scenario says what is wrong, where, and what was meant") {
    Folder folder;
    folder.write("typo", "meaning = \"m\"\n[fault]\nkils = \"1\"\n");
    folder.write("far", "meaning = \"m\"\n[site]\nedges = \"1..900\"\n");
    folder.write("loop", "meaning = \"m\"\ninclude = [\"loop\"]\n");
    const auto text = [&](const char* name) { return folder.load(name).error().text; };
    CHECK(text("typo").find("did you mean 'kills'?") != std::string::npos);
    CHECK(text("far").find("'site.edges' lies in 1..8") != std::string::npos);
    CHECK(text("loop").find("includes itself") != std::string::npos);
    CHECK(text("lopp").find("did you mean 'loop'?") != std::string::npos);
    Folder none;
    CHECK(none.load("quiet_day").error().text.find("no scenario (*.toml) stands in ") == 0);
    CHECK(load_scenario("/no/such/folder", "quiet_day")
              .error()
              .text.find("the folder of scenarios /no/such/folder cannot be read") == 0);
    Scenario scenario;
    CHECK(set_range(scenario, "site.edge=2").error().text.find("'site.edges'") !=
          std::string::npos);
}

TEST_CASE("an error behind a fault is expected only where that fault was drawn") {
    Folder folder;
    folder.write("some",
                 "meaning = \"m\"\n[fault]\nfull_disks = \"off|1\"\n"
                 "[expect]\nerrors = [\"fault.full_disks: the disk is full\", \"odd\"]\n");
    const auto scenario = folder.load("some");
    REQUIRE(scenario);
    Draws draws = draw_options(*scenario, 1);
    draws["fault.full_disks"] = 0;
    CHECK(expected_errors(*scenario, draws) == std::vector<std::string>{"odd"});
    draws["fault.full_disks"] = 2;
    CHECK(expected_errors(*scenario, draws) == std::vector<std::string>{"the disk is full", "odd"});
    folder.write("typo", "meaning = \"m\"\n[expect]\nerrors = [\"fault.ful_disks: full\"]\n");
    CHECK(folder.load("typo").error().text.find("'fault.ful_disks'") != std::string::npos);
}

TEST_CASE("what a scenario is there to show is a kind that exists, and a number") {
    Folder folder;
    const auto said = [&](const std::string& wish) {
        folder.write("one", "meaning = \"m\"\n[expect]\nsaid = [\"" + wish + "\"]\n");
        return folder.load("one");
    };
    CHECK(said("item_twice 2").value().said_at_least == Said{{"item_twice", 2}});
    CHECK(said("blind_began 1").value().said_at_least == Said{{"blind_began", 1}});
    for (const char* wrong : {"item_twic 2", "item_twice", "item_twice 0", "item_twice 1..2"}) {
        INFO(wrong);
        CHECK_FALSE(said(wrong));
    }
}

TEST_CASE("a run of a site is described, and reduced, by what a site needs") {
    const auto site = load_scenario(kLibrary, "swarm");
    const auto fleet = load_scenario(kLibrary, "fleet");
    REQUIRE(site);
    REQUIRE(fleet);
    const auto says = [](const Scenario& scenario, const char* key) {
        return says_something(*find_parameter(key), draw_options(scenario, 1));
    };
    CHECK(says(*site, "site.edges"));
    CHECK(says(*site, "box.waiting_rows_max"));
    CHECK_FALSE(says(*site, "floor.rows"));
    CHECK(says(*fleet, "floor.rows"));
    CHECK_FALSE(says(*fleet, "site.edges"));
    CHECK(says(*fleet, "link.loss_ppm"));
}

TEST_CASE("a fault's line says all that was drawn of it") {
    CHECK(to_line(Trouble{
              "kills", std::chrono::seconds(1), std::chrono::milliseconds(5), "e1", {}, 73}) ==
          "fault at_ms=1000 kind=kills target=e1 lasts_ms=5 value=73");
}

TEST_CASE("setting one range moves no other draw") {
    auto scenario = load_scenario(kLibrary, "swarm");
    REQUIRE(scenario);
    Draws before = draw_options(*scenario, 7);
    REQUIRE(set_range(*scenario, "fault.kills=3"));
    const Draws after = draw_options(*scenario, 7);
    CHECK(after.at("fault.kills") == 3);
    before["fault.kills"] = 3;
    CHECK(before == after);
}

TEST_CASE("every planted bug can be planted, and a wrong name is told the near one") {
    for (const PlantedBug& bug : planted_bugs()) {
        CHECK(plant(std::string(bug.name), 1));
        CHECK_FALSE(bug.checkers.empty());
    }
    const auto wrong = [](const char* name) { return plant(name, 1).error().text; };
    CHECK(wrong("late_wil").find("did you mean 'late_will'?") != std::string::npos);
    for (const PlantedBug& bug : planted_bugs()) {
        CHECK(wrong("nosuch").find(bug.name) != std::string::npos);
    }
}

#include "firmware/base/config_reader.hpp"

#include <catch2/catch.hpp>

#include "firmware/base/near_name.hpp"
#include "tests/support/scratch_dir.hpp"

using namespace tally;

namespace {

struct Pump {
    std::string id;
    std::string mode;
    std::int64_t speed_rpm = 0;
    bool enabled = true;
    std::filesystem::path log_file;
    std::vector<std::string> tags;
    std::vector<std::int64_t> valves;
};

/// A reader of an invented file that uses every getter.
std::vector<Pump> read_pumps(ConfigTable root) {
    std::vector<Pump> pumps;
    ConfigTable plant = root.table({"plant", "the plant"});
    const std::string name = plant.text({"name", "its name"});
    for (ConfigTable& table : root.tables({.name = "pump", .meaning = "a pump", .count_max = 3})) {
        Pump pump;
        pump.id = table.text({"id", "its id"});
        pump.mode = table.text({.name = "mode",
                                .meaning = "how it runs",
                                .fallback = "steady",
                                .choices = {"steady", "pulsed"}});
        pump.speed_rpm = table.integer({.name = "speed_rpm",
                                        .meaning = "revolutions a minute",
                                        .min = 10,
                                        .max = 3000,
                                        .fallback = 600});
        pump.enabled = table.flag({.name = "enabled", .meaning = "on", .fallback = true});
        pump.log_file = table.path({.name = "log_file", .meaning = "a log", .fallback = ""});
        pump.tags = table.texts({.name = "tags", .meaning = "labels", .count_max = 2});
        for (ConfigTable& valve :
             table.tables({.name = "valves", .meaning = "its valves", .id = "port"})) {
            pump.valves.push_back(
                valve.integer({.name = "port", .meaning = "which", .min = 1, .max = 9}));
        }
        pumps.push_back(pump);
    }
    return pumps;
}

std::string error_of(std::string_view text) {
    Result<ConfigFile> file = ConfigFile::parse(text, "etc/plant.toml");
    if (!file) {
        return file.error().text;
    }
    read_pumps(file->root());
    const Result<void> finished = file->finish();
    return finished ? "" : finished.error().text;
}

constexpr std::string_view kSound = R"(
[plant]
name = "A \"quoted\" name"
[[pump]]
id = "p1"
mode = "pulsed"
speed_rpm = 900
enabled = false
log_file = "logs/p1.log"
tags = ["x", "y"]
valves = [{port = 3}, {port = 4}]
[[pump]]
id = "p2"
)";

}  // namespace

TEST_CASE("a sound file gives its values, and defaults where it is silent") {
    ConfigFile file = ConfigFile::parse(kSound, "etc/plant.toml").value();
    const std::vector<Pump> pumps = read_pumps(file.root());
    REQUIRE(file.finish().has_value());
    REQUIRE(pumps.size() == 2);
    CHECK(pumps[0].mode == "pulsed");
    CHECK(pumps[0].speed_rpm == 900);
    CHECK_FALSE(pumps[0].enabled);
    CHECK(pumps[0].log_file == "etc/logs/p1.log");
    CHECK(pumps[0].tags == std::vector<std::string>{"x", "y"});
    CHECK(pumps[0].valves == std::vector<std::int64_t>{3, 4});
    CHECK(pumps[1].mode == "steady");
    CHECK(pumps[1].speed_rpm == 600);
    CHECK(pumps[1].enabled);
    CHECK(pumps[1].log_file.empty());
}

TEST_CASE("the effective values are TOML with their origin, and read back as the same") {
    ConfigFile file = ConfigFile::parse(kSound, "etc/plant.toml").value();
    read_pumps(file.root());
    REQUIRE(file.finish().has_value());
    const std::string effective = file.effective();
    CHECK_THAT(effective,
               Catch::Contains("speed_rpm = 900                         # plant.toml:7"));
    CHECK_THAT(effective, Catch::Contains("speed_rpm = 600                         # default"));
    CHECK_THAT(effective, Catch::Contains("# log_file is not set"));
    ConfigFile again = ConfigFile::parse(effective, "etc/plant.toml").value();
    const std::vector<Pump> pumps = read_pumps(again.root());
    REQUIRE(again.finish().has_value());
    REQUIRE(pumps.size() == 2);
    CHECK(pumps[0].valves == std::vector<std::int64_t>{3, 4});
    CHECK(pumps[0].log_file == "etc/logs/p1.log");
    CHECK(pumps[1].speed_rpm == 600);
}

TEST_CASE("each mistake is told with file, line, column, and what to write instead") {
    struct Row {
        const char* name;
        const char* text;
        const char* message;
    };
    const Row row = GENERATE(values<Row>({
        {"a mistyped key", "[plant]\nname='n'\n[[pump]]\nid='p1'\nsped_rpm = 5\n",
         "etc/plant.toml:5:1: unknown key 'sped_rpm' in [[pump]] 'p1'; did you mean 'speed_rpm'?"},
        {"a key without its unit", "[plant]\nname='n'\n[[pump]]\nid='p1'\nspeed = 50\n",
         "etc/plant.toml:5:1: unknown key 'speed' in [[pump]] 'p1'; did you mean 'speed_rpm'?"},
        {"a key from elsewhere", "[plant]\nname='n'\ncolour = 'red'\n",
         "etc/plant.toml:3:1: unknown key 'colour' in [plant]; known here: name"},
        {"a mistyped table", "[plan]\nname='n'\n[plant]\nname='n'\n",
         "etc/plant.toml:1:2: unknown key 'plan'; did you mean 'plant'?"},
        {"an inner unknown key", "[plant]\nname='n'\n[[pump]]\nid='p1'\nvalves=[{port=1, prt=2}]\n",
         "etc/plant.toml:5:18: unknown key 'prt' in [[pump.valves]] number 1 of [[pump]] 'p1'; did "
         "you mean 'port'?"},
        {"a missing key", "[plant]\n",
         "etc/plant.toml:1:2: [plant] lacks 'name' (its name); add it"},
        {"a missing table", "", "etc/plant.toml:1:1: [plant] lacks 'name' (its name); add it"},
        {"a number above its bound", "[plant]\nname='n'\n[[pump]]\nid='p1'\nspeed_rpm = 3001\n",
         "etc/plant.toml:5:1: 'speed_rpm' in [[pump]] 'p1' is 3001; allowed is 10 to 3000"},
        {"a number below its bound", "[plant]\nname='n'\n[[pump]]\nid='p1'\nspeed_rpm = -1\n",
         "etc/plant.toml:5:1: 'speed_rpm' in [[pump]] 'p1' is -1; allowed is 10 to 3000"},
        {"a text for a number", "[plant]\nname='n'\n[[pump]]\nid='p1'\nspeed_rpm = '9'\n",
         "etc/plant.toml:5:1: 'speed_rpm' in [[pump]] 'p1' must be a whole number, not a text"},
        {"a fraction for a number", "[plant]\nname='n'\n[[pump]]\nid='p1'\nspeed_rpm = 9.5\n",
         "etc/plant.toml:5:1: 'speed_rpm' in [[pump]] 'p1' must be a whole number, not a fraction "
         "or a date"},
        {"a table for a list", "[plant]\nname='n'\n[pump]\nid='p1'\n",
         "etc/plant.toml:3:2: 'pump' must be a list, not a table"},
        {"an unknown choice", "[plant]\nname='n'\n[[pump]]\nid='p1'\nmode = 'pulse'\n",
         "etc/plant.toml:5:1: 'mode' in [[pump]] 'p1' is 'pulse'; allowed is steady, pulsed; did "
         "you mean 'pulsed'?"},
        {"a number among texts", "[plant]\nname='n'\n[[pump]]\nid='p1'\ntags = ['a', 2]\n",
         "etc/plant.toml:5:14: 'tags' in [[pump]] 'p1' must hold texts only, not a whole number"},
        {"too many texts", "[plant]\nname='n'\n[[pump]]\nid='p1'\ntags = ['a', 'b', 'c']\n",
         "etc/plant.toml:5:8: 'tags' in [[pump]] 'p1' holds 3 texts; allowed are up to 2"},
        {"too many tables",
         "[plant]\nname='n'\n[[pump]]\nid='1'\n[[pump]]\nid='2'\n[[pump]]\nid='3'\n[[pump]]\n",
         "etc/plant.toml:3:3: there are 4 [[pump]] (a pump); allowed are 0 to 3"},
    }));
    INFO(row.name);
    CHECK(error_of(row.text) == row.message);
}

TEST_CASE("all problems of a file come at once, in its order") {
    const std::string text = error_of("[plant]\nnam = 'x'\n[[pump]]\nspeed_rpm = 1\nmode = 3\n");
    CHECK(text ==
          "etc/plant.toml:1:2: [plant] lacks 'name' (its name); add it\n"
          "etc/plant.toml:2:1: unknown key 'nam' in [plant]; did you mean 'name'?\n"
          "etc/plant.toml:3:1: [[pump]] number 1 lacks 'id' (its id); add it\n"
          "etc/plant.toml:4:1: 'speed_rpm' in [[pump]] number 1 is 1; allowed is 10 to 3000\n"
          "etc/plant.toml:5:1: 'mode' in [[pump]] number 1 must be a text, not a whole number");
}

TEST_CASE("what is not TOML is refused at its line") {
    CHECK_THAT(error_of("[plant]\nname = \n"), Catch::StartsWith("etc/plant.toml:2:"));
    CHECK_THAT(error_of("[plant]\nname = 'a'\nname = 'b'\n"), Catch::Contains("not valid TOML"));
    CHECK_THAT(error_of("[@]"), Catch::StartsWith("etc/plant.toml:1:2: not valid TOML"));
    CHECK_THAT(error_of("\xff\xfe"), Catch::Contains("not valid TOML"));
    CHECK_THAT(error_of("a = " + std::string(100000, '[')), Catch::Contains("not valid TOML"));
}

TEST_CASE("a letter outside ASCII needs quotes, and is fine inside them and in comments") {
    CHECK(error_of("[plant]\nnam\xc3\xa9 = 'x'\n") ==
          "etc/plant.toml:2:4: not valid TOML: a character outside ASCII; put quotes around it");
    CHECK(error_of("[plant]\nname = \xcf\x87\n") ==
          "etc/plant.toml:2:8: not valid TOML: a character outside ASCII; put quotes around it");
    CHECK_THAT(error_of("[plant]\nname = 1979-05-27T07:32\"\xcf\x87\"\n"),
               Catch::Contains("2:25: not valid TOML: a character outside ASCII"));
    CHECK(error_of("# \xcf\x87\n[plant]\nname = \"b\\\"\xcf\x87\"  # \xcf\x87\n").empty());
    CHECK(error_of("[plant]\nname = '''\n\xcf\x87'''\n").empty());
    CHECK(error_of("\xef\xbb\xbf[plant]\nname = '\xcf\x87'\n").empty());
}

TEST_CASE("a file that is missing, no file, or too large is refused by name") {
    const test::ScratchDir scratch;
    const auto absent = ConfigFile::read(scratch.path() / "absent.toml");
    REQUIRE_FALSE(absent.has_value());
    CHECK_THAT(absent.error().text, Catch::Contains("absent.toml") && Catch::Contains("no config"));
    const auto folder = ConfigFile::read(scratch.path());
    REQUIRE_FALSE(folder.has_value());
    CHECK_THAT(folder.error().text, Catch::Contains("is not a file"));
    const auto large = ConfigFile::read(scratch.write("l.toml", std::string(1048577, '#')));
    REQUIRE_FALSE(large.has_value());
    CHECK(large.error().kind == ErrorKind::malformed);
    CHECK(ConfigFile::read(scratch.write("ok.toml", "a = 1\n")).has_value());
}

TEST_CASE("the reference lists every key with default, bounds and meaning") {
    ConfigFile file = ConfigFile::describe("plant.toml");
    read_pumps(file.root());
    const std::string reference = file.reference();
    CHECK_THAT(reference, Catch::Contains("### `[[pump]]`"));
    CHECK_THAT(reference, Catch::Contains("### `[[pump.valves]]`"));
    CHECK_THAT(reference, Catch::Contains("| `speed_rpm` | number | `600` | 10 to 3000 | "
                                          "revolutions a minute |"));
    CHECK_THAT(reference, Catch::Contains("| `name` | text | required |  | its name |"));
    CHECK_THAT(reference, Catch::Contains("| `log_file` | path | not set |"));
}

TEST_CASE("the near name is near, or nothing") {
    const std::vector<std::string> known = {"antennas", "absence_ms", "edge", "id"};
    CHECK(near_name("antena", known) == "antennas");
    CHECK(near_name("absence", known) == "absence_ms");
    CHECK(near_name("egde", known) == "edge");
    CHECK(near_name("colour", known).empty());
    CHECK(near_name("", known).empty());
    CHECK(near_name(std::string(1000, 'a'), known).empty());
}

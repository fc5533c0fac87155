// `tally plan` and `tally layout` on files: answers that can be checked by hand, and refusals.
#include <catch2/catch.hpp>

#include "tests/support/scratch_dir.hpp"
#include "tests/support/testdata.hpp"
#include "tools/tally/run.hpp"

using namespace tally;
using namespace tally::cli;

namespace {

constexpr const char* kFloor = R"([floor]
aisles = 3
spacing_mm = 4000
[[block]]
id = "only"
length_mm = 10000
[[row]]
id = "A"
aisle = 1
first_mm = 1000
step_mm = 1000
count = 9
[[row]]
id = "B"
aisle = 2
first_mm = 1000
step_mm = 1000
count = 9
[[stop]]
id = "depot"
kind = "station"
aisle = 0
y_mm = 0
)";

struct Ran {
    int code = 0;
    std::string out, err;
};

Ran run_words(const std::vector<std::string>& words, const std::string& in = {}) {
    Ran ran;
    Terminal terminal;
    terminal.out = [&](const std::string& text) { ran.out += text; };
    terminal.err = [&](const std::string& text) { ran.err += text; };
    terminal.in = [&] { return in; };
    ran.code = run(words, {}, terminal);
    return ran;
}

}  // namespace

TEST_CASE("a tour is planned, proven, drawn and told as table, CSV and JSON", "[cli]") {
    test::ScratchDir dir;
    const std::string floor = dir.write("floor.toml", kFloor).string();
    const std::string svg = (dir.path() / "tour.svg").string();
    const std::vector<std::string> words{"plan",   "tour",  "-",     "--floor", floor,
                                         "--from", "depot", "--svg", svg};
    const Ran ran = run_words(words, "B-2\nA-8\nA-1\n");
    INFO(ran.err);
    REQUIRE(ran.code == exit_code::kOk);
    // Out and back in aisle 1 to 8 m and in aisle 2 to 2 m, 8 m along the front and back: 36 m.
    CHECK(ran.out.find("total 36000, at least 36000 (proven optimal)") != std::string::npos);
    CHECK(test::read_file(svg).find("<polyline") != std::string::npos);
    std::vector<std::string> csv = words;
    csv.insert(csv.end(), {"-o", "csv"});
    CHECK(run_words(csv, "A-3\n").out == "n,place\n1,A-3\n");
    csv.back() = "json";
    CHECK(run_words(csv, "A-3\n").out.find("\"total\": 14000.0") != std::string::npos);
}

TEST_CASE("with turn costs the tour is still proven", "[cli]") {
    test::ScratchDir dir;
    std::string text = kFloor;
    text.insert(text.find("spacing_mm"), "turn_mm = 100\n");
    const std::string floor = dir.write("floor.toml", text).string();
    const Ran ran = run_words({"plan", "tour", "-", "--floor", floor, "--from", "depot"}, "A-3\n");
    INFO(ran.err);
    REQUIRE(ran.code == exit_code::kOk);
    CHECK(ran.out.find("total 14200, at least 14200 (proven optimal)") != std::string::npos);
}

TEST_CASE("orders are batched under the capacity", "[cli]") {
    test::ScratchDir dir;
    const std::string floor = dir.write("floor.toml", kFloor).string();
    std::vector<std::string> words{"plan",   "batch", "-",      "--floor", floor,
                                   "--from", "depot", "--work", "20000",   "--capacity",
                                   "2",      "-o",    "csv"};
    const Ran ran = run_words(words, "1,A-1\n2,B-9\n3,A-2\n4,B-8\n");
    INFO(ran.err);
    REQUIRE(ran.code == exit_code::kOk);
    CHECK(ran.out == "batch,orders,weight,length_mm\n1,1 3,2,12000\n2,2 4,2,34000\n");
    words[10] = "0";
    const Ran none = run_words(words, "1,A-1\n");
    CHECK(none.code == exit_code::kRefused);
    CHECK(none.err.find("carries nothing") != std::string::npos);
}

TEST_CASE("costs are assigned, a floor is checked and drawn", "[cli]") {
    CHECK(run_words({"plan", "assign", "-", "-o", "csv"}, ",t1,t2\nv1,1,2\nv2,1,9\n").out ==
          "row,column,cost\nv1,t2,2\nv2,t1,1\n");
    test::ScratchDir dir;
    const std::string floor = dir.write("floor.toml", kFloor).string();
    CHECK(run_words({"layout", "check", floor}).out.find("19 stops") != std::string::npos);
    CHECK(run_words({"layout", "draw", floor}).out.starts_with("<svg"));
    const std::string cut = dir.write("cut.toml", std::string(kFloor) + R"(
[[closure]]
id = "front end"
aisle = 1
from_mm = 0
to_mm = 1000
[[closure]]
id = "back end"
aisle = 1
from_mm = 9000
to_mm = 10000
)")
                                .string();
    const Ran ran = run_words({"layout", "check", cut});
    CHECK(ran.code == exit_code::kRefused);
    CHECK(ran.err.find("'A-5' cannot be reached from 'depot'") != std::string::npos);
}

TEST_CASE("what is missing or unknown is named, with what to do", "[cli]") {
    test::ScratchDir dir;
    const std::string floor = dir.write("floor.toml", kFloor).string();
    CHECK(run_words({"plan", "tour", "-"}, "A-1").err.find("--floor FILE") != std::string::npos);
    CHECK(run_words({"plan", "tour", "-", "--floor", floor}, "Z-1\n").err.find("'Z-1'") !=
          std::string::npos);
    CHECK(run_words({"plan", "tour", "-", "--floor", floor, "--to", "depot"}, "A-1\n")
              .err.find("--from") != std::string::npos);
    CHECK(run_words({"plan", "tour", "-", "--floor", "/no/such"}, "A-1").code == exit_code::kUsage);
    CHECK(run_words({"plan", "batch", "-", "--floor", floor, "--capacity", "x"}, "1,A-1")
              .err.find("--from") != std::string::npos);
}

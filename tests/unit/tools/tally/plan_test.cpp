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
    const Ran none = run_words({"plan", "assign", "-"}, ",t1\nv1,-\nv2,-\n");
    CHECK(none.code == exit_code::kRefused);
    CHECK(none.err.find("every pair is forbidden") != std::string::npos);
    const Ran part = run_words({"plan", "assign", "-"}, ",t1,t2\nv1,0.6,-\nv2,0.9,-\n");
    CHECK(part.code == exit_code::kOk);
    CHECK(part.out.find("total 0.6, at least 0.6") != std::string::npos);
    CHECK(part.out.find("INCOMPLETE: forbidden pairs allow no more than 1 of 2; without one are "
                        "rows v2, columns t2") != std::string::npos);
    const Ran spare = run_words({"plan", "assign", "-"}, ",t1\nv1,0.6\nv2,0.9\n");
    CHECK(spare.out.find("INCOMPLETE") == std::string::npos);
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
    CHECK(run_words({"plan", "batch", "-", "--floor", floor, "--capacity", "5"}, "1,A-1")
              .err.find("--from") != std::string::npos);
}

TEST_CASE("an article in several slots is picked where the route is shortest", "[cli]") {
    test::ScratchDir dir;
    const std::string floor = dir.write("floor.toml", kFloor).string();
    const std::string stock =
        dir.write("stock.csv", "article,place\nTEA,B-9\nTEA,A-4\nCUP,B-2\n").string();
    const std::vector<std::string> words{"plan",  "tour",    "-",   "--floor", floor, "--from",
                                         "depot", "--stock", stock, "-o",      "csv"};
    const Ran ran = run_words(words, "A-3\nTEA\n");
    INFO(ran.err);
    REQUIRE(ran.code == exit_code::kOk);
    CHECK(ran.out.find("A-4,TEA") != std::string::npos);
    CHECK(ran.out.find("B-9") == std::string::npos);
    std::vector<std::string> table(words.begin(), words.end() - 2);
    // Out and back to 4 m of aisle 1: 4 + 4 + 4 + 4 m.
    CHECK(run_words(table, "A-3\nTEA\n").out.find("total 16000, at least 16000") !=
          std::string::npos);
    // Without a choice the exact method answers as for a place.
    CHECK(run_words(table, "CUP\n").out.find("proven optimal") != std::string::npos);
    CHECK(run_words(table, "MUG\n").err.find("no place 'MUG'") != std::string::npos);
    std::vector<std::string> loaded = table;
    loaded.insert(loaded.end(), {"--capacity", "3"});
    CHECK(run_words(loaded, "TEA\n").err.find("not kept while slots are chosen") !=
          std::string::npos);
}

TEST_CASE("heavy goods come first, and a capacity makes trips", "[cli]") {
    test::ScratchDir dir;
    const std::string floor = dir.write("floor.toml", kFloor).string();
    const std::vector<std::string> words{"plan",   "tour",  "-",  "--floor", floor,
                                         "--from", "depot", "-o", "csv"};
    const Ran heavy = run_words(words, "place,rank\nA-1,2\nA-5,1\nB-3,0\n");
    INFO(heavy.err);
    CHECK(heavy.out == "n,place\n1,depot\n2,B-3\n3,A-5\n4,A-1\n");
    std::vector<std::string> trips = words;
    trips.insert(trips.end(), {"--capacity", "10"});
    const Ran cut = run_words(trips, "place,weight\nA-1,6\nA-2,5\nB-1,4\n");
    INFO(cut.err);
    CHECK(cut.out.find("trip,n,place") == 0);
    CHECK(cut.out.find("2,1,") != std::string::npos);
    trips[8] = "table";
    // 10 m for A-1 or 12 m for A-2 and 18 or 20 m with B-1: at least as long as each alone.
    CHECK(run_words(trips, "place,weight\nA-1,6\nA-2,5\nB-1,4\n").out.find("2 trips") !=
          std::string::npos);
    CHECK(run_words(trips, "place,weight\nA-1,11\n").err.find("weighs 11") != std::string::npos);
    CHECK(run_words(trips, "place,weight\nA-1,-1\n").err.find("is no weight") != std::string::npos);
    trips[5] = "--to";
    CHECK(run_words(trips, "A-1\n").code != exit_code::kOk);
}

TEST_CASE("a stretch that is closed just now is gone round, and proven", "[cli]") {
    test::ScratchDir dir;
    const std::string floor = dir.write("floor.toml", kFloor).string();
    std::vector<std::string> words{"plan",   "tour",  "-",        "--floor",    floor,
                                   "--from", "depot", "--closed", "1:3000-7000"};
    // A-8 is reached from the back: 10 + 4 + 2, and back the same way.
    const Ran ran = run_words(words, "A-8\n");
    INFO(ran.err);
    CHECK(ran.out.find("total 32000, at least 32000 (proven optimal)") != std::string::npos);
    CHECK(run_words(words, "A-5\n").err.find("closed stretch") != std::string::npos);
    words.back() = "9:1-2";
    CHECK(run_words(words, "A-8\n").code != exit_code::kOk);
    words.back() = "nonsense";
    CHECK(run_words(words, "A-8\n").err.find("AISLE:FROM-TO") != std::string::npos);
    const std::string graph = dir.write("graph.toml", R"([[node]]
id = "a"
x_mm = 0
y_mm = 0
[[node]]
id = "b"
x_mm = 1000
y_mm = 0
[[node]]
id = "c"
x_mm = 0
y_mm = 2000
[[lane]]
id = "ab"
from = "a"
to = "b"
length_mm = 1000
[[lane]]
id = "bc"
from = "b"
to = "c"
length_mm = 2500
[[lane]]
id = "ac"
from = "a"
to = "c"
length_mm = 2000
[[lane_stop]]
id = "s"
kind = "station"
lane = "ab"
offset_mm = 0
[[lane_stop]]
id = "t"
kind = "slot"
lane = "ab"
offset_mm = 1000
)")
                                  .string();
    words = {"plan", "tour", "-", "--floor", graph, "--from", "s"};
    CHECK(run_words(words, "t\n").out.find("total 2000") != std::string::npos);
    words.insert(words.end(), {"--closed", "b:a"});
    const Ran round = run_words(words, "t\n");
    INFO(round.err);
    CHECK(round.out.find("total 9000") != std::string::npos);
    words.back() = "a:z";
    CHECK(run_words(words, "t\n").err.find("no lane joins") != std::string::npos);
}

TEST_CASE("what would run away or mean nothing is refused in a sentence", "[cli]") {
    test::ScratchDir dir;
    const std::string floor = dir.write("floor.toml", kFloor).string();
    const std::vector<std::string> tour{"plan", "tour", "-", "--floor", floor, "--from", "depot"};
    std::vector<std::string> batch = tour;
    batch[1] = "batch";
    batch.insert(batch.end(), {"--capacity", "0"});
    batch.back() = "x";
    CHECK(run_words(batch, "o,A-1\n").err.find("--capacity x") != std::string::npos);
    std::vector<std::string> late = tour;
    late.insert(late.end(), {"--deadline", "3"});
    CHECK(run_words(late, "A-1\n").err.find("--on-box") != std::string::npos);
    std::string many;
    for (int i = 0; i < 100'000; ++i) {
        many += i % 2 == 0 ? "A-1\n" : "B-9\n";
    }
    const Ran ran = run_words(tour, many);  // Many picks, in two places.
    INFO(ran.err.substr(0, 300));
    CHECK(ran.code == exit_code::kOk);
    CHECK(ran.out.find("proven optimal") != std::string::npos);
    CHECK(run_words(tour, many + "A-1\n").err.find("up to 100000 can be planned as one") !=
          std::string::npos);
    CHECK(run_words({"plan", "assign", "-"}, ",a\nx,nan\n").err.find("is no cost") !=
          std::string::npos);
}

TEST_CASE("what cannot be planned is named as the files name it", "[cli]") {
    test::ScratchDir dir;
    const std::string floor = dir.write("floor.toml", kFloor).string();
    const std::string cut = dir.write("cut.toml",
                                      "[[node]]\nid = \"a\"\nx_mm = 0\ny_mm = 0\n"
                                      "[[node]]\nid = \"b\"\nx_mm = 9\ny_mm = 0\n"
                                      "[[node]]\nid = \"c\"\nx_mm = 50\ny_mm = 0\n"
                                      "[[node]]\nid = \"d\"\nx_mm = 60\ny_mm = 0\n"
                                      "[[lane]]\nid = \"l\"\nfrom = \"a\"\nto = \"b\"\n"
                                      "length_mm = 9\n"
                                      "[[lane]]\nid = \"m\"\nfrom = \"c\"\nto = \"d\"\n"
                                      "length_mm = 10\n"
                                      "[[lane_stop]]\nid = \"S\"\nkind = \"station\"\n"
                                      "lane = \"l\"\noffset_mm = 0\n"
                                      "[[lane_stop]]\nid = \"X\"\nkind = \"slot\"\n"
                                      "lane = \"m\"\noffset_mm = 5\n")
                                .string();
    struct Row {
        std::vector<std::string> words;
        std::string text;
        std::string told;
    };
    const std::vector<Row> rows = {
        {{"plan", "tour", "-", "--floor", floor, "--from", "depot"}, "", "no picks to visit"},
        {{"plan", "tour", "-", "--floor", cut, "--from", "S"},
         "X\n",
         "no way leads from 'S' to 'X'"},
        {{"plan", "batch", "-", "--floor", floor, "--from", "depot"},
         "o,A-1\n",
         "write --capacity"},
        {{"plan", "batch", "-", "--floor", floor, "--from", "depot", "--capacity", "2"},
         "late,A-1,3\n",
         "order 'late' weighs 3 and a vehicle carries 2"},
        {{"plan", "assign", "-"}, ",t1,t2\nv1,1,NaN\n", "row 'v1', column 't2': 'NaN' is no cost"},
    };
    for (const Row& row : rows) {
        const Ran ran = run_words(row.words, row.text);
        INFO(ran.err);
        CHECK(ran.code != exit_code::kOk);
        CHECK(ran.err.find(row.told) != std::string::npos);
    }
}

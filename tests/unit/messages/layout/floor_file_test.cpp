// Floors as files: each format becomes the same kind of floor, and what is wrong is named.
#include "firmware/messages/layout/floor_file.hpp"

#include <catch2/catch.hpp>

#include "firmware/messages/layout/floor_svg.hpp"
#include "tests/support/testdata.hpp"

using namespace tally;

namespace {

constexpr const char* kToml = R"(
[floor]
aisles = 3
spacing_mm = 4000

[[block]]
id = "front"
length_mm = 10000

[[block]]
id = "back"
length_mm = 20000

[[row]]
id = "A"
aisle = 1
first_mm = 500
step_mm = 1000
count = 25

[[stop]]
id = "depot"
kind = "station"
aisle = 0
y_mm = 0

[[closure]]
id = "spill"
aisle = 2
from_mm = 3000
to_mm = 5000

[[one_way]]
id = "up"
aisle = 0
to = "back"
)";

constexpr const char* kLif = R"({"metaInformation": {"lifVersion": "1.0.0"}, "layouts": [{
  "layoutId": "hall", "nodes": [
    {"nodeId": "a", "nodePosition": {"x": 0.0, "y": 0.0}},
    {"nodeId": "b", "nodePosition": {"x": 3.0, "y": 4.0}},
    {"nodeId": "c", "nodePosition": {"x": 10.5, "y": 4.0}}],
  "edges": [
    {"edgeId": "ab", "startNodeId": "a", "endNodeId": "b"},
    {"edgeId": "ba", "startNodeId": "b", "endNodeId": "a"},
    {"edgeId": "bc", "startNodeId": "b", "endNodeId": "c"}],
  "stations": [{"stationId": "pack", "interactionNodeIds": ["b"]}]}]})";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), with);
}

std::string refusal(const std::string& text) {
    const Result<FloorFile> file = read_floor(text, "floor");
    return file ? std::string() : file.error().text;
}

}  // namespace

TEST_CASE("our TOML becomes an aisle floor and its graph") {
    const Result<FloorFile> file = read_floor(kToml, "floor.toml");
    INFO((file ? "" : file.error().text));
    REQUIRE(file);
    REQUIRE(file->aisles);
    CHECK(file->aisles->blocks_mm == std::vector<std::int32_t>{10'000, 20'000});
    CHECK(file->aisles->directions[0] == AisleDirection::to_back);
    CHECK(file->layout.nodes.size() == 3 * 3 + 2);
    CHECK(file->layout.lanes.size() == 3 * 2 + 1 + 2 * 3);
    CHECK(file->layout.stops.size() == 26);
    CHECK(file->layout.stops[24].place == PlaceId("A-25"));
    CHECK(point_of(file->layout, file->layout.stops[24]) == std::pair{4000, 24'500});
    CHECK(file->layout.stops[25].kind == StopKind::station);
}

TEST_CASE("a TOML floor of nodes and lanes is read as it stands") {
    const std::string text = R"(
[[node]]
id = "a"
x_mm = 0
y_mm = 0
[[node]]
id = "b"
x_mm = 5000
y_mm = 0
[[lane]]
id = "ab"
from = "a"
to = "b"
length_mm = 5200
one_way = true
[[lane_stop]]
id = "shelf"
lane = "ab"
offset_mm = 1300
)";
    const Result<FloorFile> file = read_floor(text, "floor.toml");
    INFO((file ? "" : file.error().text));
    REQUIRE(file);
    CHECK(file->layout.lanes[0] == FloorLane{0, 1, 5200, LaneDirection::forward});
    CHECK(point_of(file->layout, file->layout.stops[0]) == std::pair{1250, 0});
    CHECK(refusal(replaced(text, "to = \"b\"", "to = \"z\"")).find("'z'") != std::string::npos);
}

TEST_CASE("LIF: opposite edges are one lane, stations are stops at nodes") {
    const Result<FloorFile> file = read_floor(kLif, "hall.json");
    INFO((file ? "" : file.error().text));
    REQUIRE(file);
    REQUIRE(file->layout.lanes.size() == 2);
    CHECK(file->layout.lanes[0] == FloorLane{0, 1, 5000, LaneDirection::both});
    CHECK(file->layout.lanes[1] == FloorLane{1, 2, 7500, LaneDirection::forward});
    REQUIRE(file->layout.stops.size() == 1);
    CHECK(point_of(file->layout, file->layout.stops[0]) == std::pair{3000, 4000});
}

TEST_CASE("every prefix of a floor file is read or refused, never worse") {
    for (const std::string& text : {std::string(kToml), std::string(kLif),
                                    std::string("type octile\nheight 2\nwidth 2\nmap\n.E\n@.\n")}) {
        for (std::size_t length = 0; length < text.size(); ++length) {
            const Result<FloorFile> file = read_floor(text.substr(0, length), "part");
            if (!file) {
                REQUIRE(!file.error().text.empty());
            }
        }
    }
}

TEST_CASE("a floor file with any byte broken is read or refused, and what is read is sound") {
    const std::string grid = "type octile\nheight 2\nwidth 2\nmap\n.E\n@.\n";
    for (const std::string& text : {std::string(kToml), std::string(kLif), grid}) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (const char broken : {'\0', '"', '-', '9', '[', '}', '\xff'}) {
                std::string damaged = text;
                damaged[at] = broken;
                if (at % 5 == 0) {
                    damaged.insert(at, 3, broken);
                }
                const Result<FloorFile> file = read_floor(damaged, "part");
                CAPTURE(at, broken);
                REQUIRE(
                    (file ? check_floor_layout(file->layout).empty() : !file.error().text.empty()));
            }
        }
    }
}

TEST_CASE("numbers at the edge of what fits are refused, not folded") {
    const std::string text = kToml;
    for (const char* number : {"-1", "2147483647", "2147483648", "9223372036854775807",
                               "9223372036854775808", "1e9", "nan", "inf", "0x7fffffff"}) {
        for (const char* key : {"aisles = ", "spacing_mm = ", "length_mm = ", "first_mm = ",
                                "step_mm = ", "count = ", "aisle = ", "y_mm = "}) {
            std::string damaged = text;
            const std::size_t at = damaged.find(key) + std::string(key).size();
            damaged.replace(at, damaged.find('\n', at) - at, number);
            CAPTURE(key, number);
            CHECK_FALSE(read_floor(damaged, "part"));
        }
    }
}

TEST_CASE("what is wrong with a floor file is named") {
    const auto has = [](const std::string& text, const char* part) {
        INFO(text);
        CHECK(text.find(part) != std::string::npos);
    };
    has(refusal(replaced(kToml, "aisles = 3", "aisels = 3")), "did you mean 'aisles'");
    has(refusal(replaced(kToml, "length_mm = 20000", "length_mm = -1")), "length_mm");
    has(refusal(replaced(kToml, "aisle = 1", "aisle = 7")), "A-1");
    has(refusal(replaced(kToml, "y_mm = 0", "y_mm = 99999")), "depot");
    has(refusal(replaced(kLif, "\"x\": 3.0", "\"x\": \"3\"")), "nodes[1]");
    has(refusal(replaced(kLif, "\"x\": 3.0", "\"x\": 1e300")), "nodes[1]");
    has(refusal(replaced(kLif, "\"endNodeId\": \"c\"", "\"endNodeId\": \"q\"")), "edges[2]");
    has(refusal(replaced(kLif, "[\"b\"]", "[\"q\"]")), "stations[0]");
    has(refusal("{\"layouts\": 3}"), "no LIF");
    has(refusal("{\"layouts\": [{}, {}]}"), "has 2 layouts");
    has(refusal("type octile\nheight 2\nwidth 3\nmap\n...\n..\n"), "row 1");
    has(refusal("type octile\nheight -2\nwidth 3\nmap\n"), "height");
    has(refusal(""), "");
}

TEST_CASE("the benchmark's warehouse maps are read with all their free cells") {
    if (!test::have_testdata("planner/mapf/maps")) {
        return;
    }
    const std::string text =
        test::read_file(test::testdata() / "planner/mapf/maps/warehouse-10-20-10-2-1.map");
    const Result<FloorFile> file = read_floor(text, "map");
    REQUIRE(file);
    CHECK(file->layout.nodes.size() == 5699);
}

TEST_CASE("a picture shows lanes, stops by name and the track, and is always the same") {
    const FloorFile file = *read_floor(kToml, "floor.toml");
    const std::string svg = floor_svg(file.layout, {{0, 0}, {0, 10'000}, {4000, 10'000}});
    CHECK(svg.find("<title>depot</title>") != std::string::npos);
    CHECK(svg.find("<title>A-25</title>") != std::string::npos);
    CHECK(svg.find("<polyline") != std::string::npos);
    CHECK(svg.find("marker-end") != std::string::npos);
    CHECK(svg == floor_svg(file.layout, {{0, 0}, {0, 10'000}, {4000, 10'000}}));
    CHECK(floor_svg(file.layout, {}).find("<polyline") == std::string::npos);
}

TEST_CASE("a curved edge of a LIF file is told with how far it leaves its straight line") {
    const auto lif = [](const std::string& points) {
        const std::string bend =
            R"("vehicleTypeEdgeProperties": [{"vehicleTypeId": "t", "trajectory": {"degree": 2, )"
            R"("knotVector": [0, 0, 0, 1, 1, 1], "controlPoints": [)" +
            points + "]}}]";
        return R"({"layouts": [{"nodes": [)"
               R"({"nodeId": "a", "nodePosition": {"x": 0, "y": 0}},)"
               R"({"nodeId": "b", "nodePosition": {"x": 4, "y": 0}}], "stations": [], "edges": [)"
               R"({"edgeId": "e", "startNodeId": "a", "endNodeId": "b"},)"
               R"({"edgeId": "f", "startNodeId": "b", "endNodeId": "a", )" +
               bend + "}]}]}";
    };
    const char* const straight = R"({"x": 4, "y": 0}, {"x": 2, "y": 0.015}, {"x": 0, "y": 0})";
    CHECK(read_floor(lif(straight), "f").value().warnings.empty());
    const char* const curved = R"({"x": 4, "y": 0}, {"x": 2, "y": 0.7}, {"x": 0, "y": 0})";
    const FloorFile file = read_floor(lif(curved), "f").value();
    REQUIRE(file.layout.lanes.size() == 1);
    REQUIRE(file.warnings.size() == 1);
    CHECK(file.warnings[0].find("the edge between 'a' and 'b' is curved") == 0);
    CHECK(file.warnings[0].find("up to 700 mm beside") != std::string::npos);
    // What is no point is none; it says nothing of the way.
    CHECK(read_floor(lif(R"({"x": 2}, 7, {"x": "far", "y": 1})"), "f").value().warnings.empty());
}

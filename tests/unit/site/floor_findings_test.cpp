// What a config asks of vehicles that they cannot do as the floor is drawn.
#include "firmware/site/floor_findings.hpp"

#include <catch2/catch.hpp>

#include "tests/support/places.hpp"

using namespace tally;

namespace {

EdgeConfig example() {
    return load_edge(test::source_dir() + "/deploy/example/back.toml").value().value;
}

}  // namespace

TEST_CASE("stops where a vehicle cannot stand right there are found, but those of people") {
    EdgeConfig config = example();
    CHECK(floor_findings(config).empty());
    FloorLayout& floor = config.floor->layout;
    floor.stops.push_back({PlaceId("charger"), StopKind::charger, 0, 450});
    const std::vector<std::string> one = floor_findings(config);
    REQUIRE(one.size() == 1);
    CHECK(one[0].find("stop 'charger' (charger) is 450 mm from where vehicles stop, and 50 are "
                      "allowed (pose_tolerance_mm)") == 0);
    config.fleet.pose_tolerance_mm = 450;
    CHECK(floor_findings(config).empty());
    config.fleet.pose_tolerance_mm = 50;
    floor.stops.back() = {PlaceId("desk"), StopKind::slot, 0, 450};
    CHECK(floor_findings(config).empty());  // A person walks there.
    config.fleet.carriers = {"desk"};
    CHECK(floor_findings(config).size() == 1);
    for (int i = 0; i < 30; ++i) {
        floor.stops.push_back(
            {PlaceId("charger" + std::to_string(i)), StopKind::charger, 0, 400 + i});
    }
    CHECK(floor_findings(config).size() == 21);
    CHECK(floor_findings(config).back() == "and 11 more like these");
    config.fleet.vehicles.clear();
    CHECK(floor_findings(config).empty());
}

TEST_CASE(
    "where vehicles know nodes only, stops between them are found; so is what the file bends") {
    EdgeConfig config = example();
    config.floor->layout.stops.push_back({PlaceId("charger"), StopKind::charger, 0, 6'000});
    CHECK(floor_findings(config).empty());
    config.fleet.stops_at_nodes_only = true;
    CHECK(cells_of(config.fleet).lanes == planner::LaneStops::at_nodes);
    config.floor->warnings = {"the edge is curved"};
    const std::vector<std::string> found = floor_findings(config);
    REQUIRE(found.size() == 2);
    CHECK(found[0].find("stop 'charger' (charger) is 6000 mm from where vehicles stop") == 0);
    CHECK(found[0].find("they stop at nodes only (cells)") != std::string::npos);
    CHECK(found[1] == "the edge is curved");
}

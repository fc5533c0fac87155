#include "firmware/domain/layout/site.hpp"

#include <functional>

#include <catch2/catch.hpp>

using namespace tally;

namespace {

/// Two edges, one place each, a dock at the back and a door between the two.
SiteLayout sound_site() {
    SiteLayout site;
    site.id = SiteId("pudong");
    site.own_prefixes = {"0614141"};
    site.edges = {EdgeId("back"), EdgeId("shop")};
    site.places = {{PlaceId("back.hall"), EdgeId("back")}, {PlaceId("shop.floor"), EdgeId("shop")}};
    GateLayout dock;
    dock.id = GateId("dock");
    dock.edge = EdgeId("back");
    dock.outer = PlaceId("SUPPLIER");
    dock.inner = PlaceId("back.hall");
    dock.reader = DeviceId("dock-reader");
    dock.antennas = {{1, GateSide::outer}, {2, GateSide::inner}};
    GateLayout door = dock;
    door.id = GateId("door");
    door.outer = PlaceId("back.hall");
    door.inner = PlaceId("shop.floor");
    door.reader = DeviceId("door-reader");
    site.gates = {dock, door};
    return site;
}

}  // namespace

TEST_CASE("a sound layout has no problems and answers its lookups") {
    const SiteLayout site = sound_site();
    CHECK(check_layout(site).empty());
    CHECK(site.owner_of(PlaceId("shop.floor")) == EdgeId("shop"));
    CHECK_FALSE(site.owner_of(PlaceId("SUPPLIER")).has_value());
    CHECK_FALSE(site.owner_of(PlaceId("roof")).has_value());
    REQUIRE(site.gates_of(EdgeId("back")).size() == 2);
    CHECK(site.gates_of(EdgeId("back"))[1].id == GateId("door"));
    CHECK(site.gates_of(EdgeId("shop")).empty());
    CHECK(site.places_of(EdgeId("shop")) == std::vector{PlaceId("shop.floor")});
    REQUIRE(site.find_gate(GateId("door")) != nullptr);
    CHECK(site.find_gate(GateId("door"))->inner == PlaceId("shop.floor"));
    CHECK(site.find_gate(GateId("window")) == nullptr);
}

TEST_CASE("each contradiction of a layout is reported where it stands, with what to do") {
    struct Row {
        const char* name;
        std::function<void(SiteLayout&)> breaks;
        LayoutPart part;
        std::size_t index;
        const char* key;
        const char* text;
    };
    const Row row = GENERATE(values<Row>({
        {"a site id with a space", [](SiteLayout& s) { s.id = SiteId("pu dong"); },
         LayoutPart::site, 0, "id", "cannot name a site"},
        {"a prefix with letters", [](SiteLayout& s) { s.own_prefixes = {"06141X1"}; },
         LayoutPart::site, 0, "own_prefixes", "6 to 12 digits"},
        {"an edge twice", [](SiteLayout& s) { s.edges.push_back(EdgeId("back")); },
         LayoutPart::edge, 2, "id", "two edges 'back'"},
        {"a place of nobody", [](SiteLayout& s) { s.places[1].edge = EdgeId("roof"); },
         LayoutPart::place, 1, "edge", "no edge 'roof'"},
        {"a place twice", [](SiteLayout& s) { s.places.push_back(s.places[0]); }, LayoutPart::place,
         2, "id", "two places 'back.hall'"},
        {"a virtual place declared",
         [](SiteLayout& s) {
             s.places.push_back({PlaceId("LOST"), EdgeId("back")});
         },
         LayoutPart::place, 2, "id", "virtual place"},
        {"a gate to nowhere", [](SiteLayout& s) { s.gates[0].outer = PlaceId("moon"); },
         LayoutPart::gate, 0, "outer", "no place 'moon'"},
        {"a gate into itself", [](SiteLayout& s) { s.gates[0].outer = PlaceId("back.hall"); },
         LayoutPart::gate, 0, "inner", "two different places"},
        {"a gate of the wrong edge", [](SiteLayout& s) { s.gates[0].edge = EdgeId("shop"); },
         LayoutPart::gate, 0, "edge", "owns neither side"},
        {"a gate without antennas", [](SiteLayout& s) { s.gates[1].antennas.clear(); },
         LayoutPart::gate, 1, "antennas", "at least one"},
        {"a port used twice", [](SiteLayout& s) { s.gates[1].reader = DeviceId("dock-reader"); },
         LayoutPart::gate, 1, "antennas", "already serves gate 'dock'"},
        {"a photo-eye twice",
         [](SiteLayout& s) {
             s.gates[0].photo_eyes = {{1, GateSide::outer}, {1, GateSide::inner}};
         },
         LayoutPart::gate, 0, "photo_eyes", "name each port once"},
    }));
    INFO(row.name);
    SiteLayout site = sound_site();
    row.breaks(site);
    const std::vector<LayoutProblem> problems = check_layout(site);
    REQUIRE_FALSE(problems.empty());
    CHECK(problems[0].part == row.part);
    CHECK(problems[0].index == row.index);
    CHECK(problems[0].key == row.key);
    CHECK_THAT(problems[0].text, Catch::Contains(row.text));
}

TEST_CASE("ids are short printable ASCII, since they stand in topics and file names") {
    CHECK(is_printable_id("back.hall-2_a"));
    CHECK_FALSE(is_printable_id(""));
    CHECK_FALSE(is_printable_id("a/b"));
    CHECK_FALSE(is_printable_id("a+"));
    CHECK_FALSE(is_printable_id("#"));
    CHECK_FALSE(is_printable_id("h\xc3\xa9"));
    CHECK(is_printable_id(std::string(64, 'x')));
    CHECK_FALSE(is_printable_id(std::string(65, 'x')));
}

TEST_CASE("goods for another edge come out beyond the gate that leads there") {
    SiteLayout site = sound_site();
    const EdgeId back("back");
    CHECK(far_side(site, PlaceId("shop.floor"), back) == PlaceId("shop.floor"));
    CHECK_FALSE(far_side(site, PlaceId("back.hall"), back));  // Its own.
    CHECK_FALSE(far_side(site, PlaceId("SUPPLIER"), back));
    CHECK_FALSE(far_side(site, PlaceId("moon"), back));
    site.places.push_back({PlaceId("shop.slot"), EdgeId("shop")});
    CHECK(far_side(site, PlaceId("shop.slot"), back) == PlaceId("shop.floor"));
    GateLayout hatch = site.gates.back();
    hatch.id = GateId("hatch");
    hatch.outer = PlaceId("shop.slot");
    hatch.inner = PlaceId("back.hall");
    site.gates.push_back(hatch);
    CHECK(far_side(site, PlaceId("shop.slot"), back) == PlaceId("shop.slot"));
    CHECK(far_side(site, PlaceId("back.hall"), EdgeId("shop")) == PlaceId("back.hall"));
    site.gates = {site.gates.front()};
    CHECK_FALSE(far_side(site, PlaceId("shop.floor"), back));
}

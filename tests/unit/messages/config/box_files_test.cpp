#include "firmware/messages/config/box_files.hpp"

#include <catch2/catch.hpp>

#include "tests/support/places.hpp"
#include "tests/support/scratch_dir.hpp"

using namespace tally;
namespace fs = std::filesystem;

namespace {

const fs::path kExample = fs::path(test::source_dir()) / "deploy/example";

std::string example(const char* name) {
    std::ifstream file(kExample / name);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("the example boxes are sound") {
    const EdgeConfig back = load_edge(kExample / "back.toml").value().value;
    CHECK(back.edge == EdgeId("back"));
    CHECK(back.database == kExample / "back.db");
    CHECK(back.broker.host == "127.0.0.1");
    CHECK(back.broker.port == 1883);
    CHECK(back.broker.user.empty());
    CHECK(back.broker.keepalive == std::chrono::seconds(15));
    CHECK(back.api.port == 0);
    CHECK(back.api.token_file == kExample / "back.tokens.toml");
    REQUIRE(back.readers.size() == 2);
    CHECK(back.readers[1].id == DeviceId("door-reader"));
    CHECK(back.readers[1].port == 5085);
    CHECK(back.site.gates.size() == 3);
    REQUIRE(back.fleet.vehicles.size() == 3);
    CHECK(back.fleet.vehicles[0].id == DeviceId("agv1"));
    CHECK(back.fleet.vehicles[0].cart == PlaceId("cart.a1"));
    CHECK(back.fleet.vehicles[0].start == "a0c0");
    CHECK(back.fleet.vehicles[2].way == WayOfWorking::station);
    CHECK(back.fleet.vehicles[2].reserve_permille == 250);
    CHECK(&vehicle_broker_of(back) == &back.broker);
    const EdgeConfig shop = load_edge(kExample / "shop.toml").value().value;
    CHECK(shop.readers.size() == 1);
    CHECK(shop.fleet.vehicles.empty());
    const BridgeConfig bridge = load_bridge(kExample / "bridge.toml").value().value;
    CHECK(bridge.database == kExample / "bridge.db");
    CHECK(bridge.site.edges.size() == 2);
}

TEST_CASE("each broken edge file is refused with the line and what to do") {
    struct Row {
        const char* name;
        const char* from;
        const char* to;
        const char* message;
    };
    const Row row = GENERATE(values<Row>({
        {"an edge the site does not know", "id = \"back\"", "id = \"bakc\"",
         ":5:1: [edge]: the site file has no edge 'bakc'; did you mean 'back'?"},
        {"a reader that is missing", "id = \"door-reader\"", "id = \"dor-reader\"",
         ":5:1: [edge]: gate 'door' of this edge needs a [[reader]] with id 'door-reader'; add it"},
        {"a reader without gate", "id = \"door-reader\"", "id = \"dor-reader\"",
         ":24:1: [[reader]] 'dor-reader': no gate of edge 'back' names this reader"},
        {"a session that Gen2 does not have", "port = 5085", "gen2_session = 4",
         "'gen2_session' in [[reader]] 'door-reader' is 4; allowed is -1 to 3"},
        {"a population without session", "port = 5085", "tag_population = 100",
         "the reader is told it together with the session only; add gen2_session"},
        {"a power that is no index", "port = 5085", "tx_power_index = -1",
         "'tx_power_index' in [[reader]] 'door-reader' is -1; allowed is 0 to 65535"},
        {"two readers at one address", "port = 5085", "port = 5084",
         ":25:1: [[reader]] 'door-reader': reader 'dock-reader' has this host and port already"},
        {"a host without a name", "host = \"127.0.0.1\"", "host = \"\"",
         " is empty; it is name or address of the MQTT broker"},
        {"a reader twice", "id = \"door-reader\"", "id = \"dock-reader\"",
         ":24:1: [[reader]] 'dock-reader': there are two readers of this id"},
        {"a port out of range", "port = 5085", "port = 65536",
         ":26:1: 'port' in [[reader]] 'door-reader' is 65536; allowed is 1 to 65535"},
        {"a password in the config", "port = 1883", "password = \"hunter2\"",
         "unknown key 'password' in [broker]; did you mean 'password_file'?"},
        {"a password without user", "port = 1883", "password_file = \"p\"",
         "a password needs a user"},
        {"a keepalive too long", "port = 1883", "keepalive_s = 60",
         "'keepalive_s' in [broker] is 60; allowed is 1 to 20"},
        {"a free port nobody learns", "port_file = \"back.port\"", "",
         "add 'port_file' or give a port"},
        {"a start that is no node", "start = \"a1c0\"", "start = \"a1c9\"",
         "[[vehicle]] 'agv2': the site's floor has no node 'a1c9'; did you mean 'a1c"},
        {"two vehicles at one node", "start = \"a1c0\"", "start = \"a0c0\"",
         "[[vehicle]] 'agv2': another vehicle starts at this node; give each its own"},
        {"a cart that is no place", "cart = \"cart.a2\"", "cart = \"cart.a7\"",
         "edge 'back' has no place 'cart.a7'; add it as a [[place]] of this edge"},
        {"a cart of another edge", "cart = \"cart.a2\"", "cart = \"shop.floor\"",
         "edge 'back' has no place 'shop.floor'"},
        {"one cart for two", "cart = \"cart.a2\"", "cart = \"cart.a1\"",
         "another vehicle carries this cart; give each its own"},
        {"a cart way without a cart", "cart = \"cart.a2\"", "",
         "a vehicle of way \"cart\" needs a 'cart'"},
        {"a station way with a cart", "way = \"station\"", "way = \"station\"\ncart = \"cart.a3\"",
         "a vehicle of way \"station\" carries no cart"},
        {"a cart that stands on the floor", "cart = \"cart.a2\"", "cart = \"packing\"",
         "place 'packing' is a stop of the floor and cannot be carried"},
        {"a reserve that nothing is left of", "reserve_percent = 25", "reserve_percent = 30",
         "'reserve_percent' in [[vehicle]] 'agv3' is 30; allowed is 0 to 29"},
        {"a serial number twice", "serial = \"agv2\"", "serial = \"agv1\"",
         "[[vehicle]] 'agv2': another vehicle has this maker and serial number"},
        {"a reader that nobody has, carried", "start = \"a1c0\"", "carries = \"r9\"",
         "[[vehicle]] 'agv2': this file has no reader 'r9'; add a [[reader]]"},
        {"a gate's reader, carried", "start = \"a1c0\"", "carries = \"dock-reader\"",
         "reader 'dock-reader' stands at a gate and cannot be carried"},
        {"parcels to a gate that is not there", "clearance_mm = 900", "parcels_to = \"moon\"",
         "the site has no gate 'moon'; name a [[gate]] of it"},
        {"parcels to a gate of the other box", "clearance_mm = 900", "parcels_to = \"exit\"",
         "gate 'exit' does not lead out of a place of edge 'back'"},
        {"a vehicle called as a reader", "id = \"agv2\"", "id = \"dock-reader\"",
         "another device of this box has this id; give each its own"},
        {"a version that is not spoken", "way = \"station\"", "version = \"3.0\"",
         "'version' in [[vehicle]] 'agv3' is '3.0'"},
        {"a broker without host", "clearance_mm = 900", "broker = {user = \"u\"}",
         "a broker of its own needs a host; give it, or remove this table"},
        {"a vehicle wider than any lane", "clearance_mm = 900", "clearance_mm = 20000",
         "'clearance_mm' in [fleet] is 20000; allowed is 300 to 10000"},
        {"a site file that is not there", "site_file = \"site.toml\"", "site_file = \"sites.toml\"",
         "there is no config file"},
        {"no site file named", "site_file = \"site.toml\"", "",
         ":1:1: the file lacks 'site_file' (the site.toml that all boxes of the site share); add "
         "it"},
    }));
    INFO(row.name);
    const test::ScratchDir scratch;
    scratch.write("site.toml", example("site.toml"));
    scratch.write("floor.toml", example("floor.toml"));
    const fs::path file =
        scratch.write("edge.toml", replaced(example("back.toml"), row.from, row.to));
    const auto edge = load_edge(file);
    REQUIRE_FALSE(edge.has_value());
    CHECK_THAT(edge.error().text, Catch::Contains(row.message));
    CHECK_THAT(edge.error().text, Catch::StartsWith(file.string() + ":"));
}

namespace {

const char* const kSignals = R"([[signal_bus]]
id = "gates"
host = "127.0.0.1"
[[signal]]
id = "dock-signal"
gate = "dock"
bus = "gates"
unit = 9
green = 0
yellow = 1
red = 2
lamp_on = "released"
[[signal.barrier]]
coil = 3
energised = "closed"
closed_input = 1
travel_ms = 4000
rest = "open"
alarm = "closed"
blind = "open"
)";

}  // namespace

TEST_CASE("a signal says which gate, which bus and which coils") {
    const test::ScratchDir scratch;
    scratch.write("site.toml", example("site.toml"));
    scratch.write("floor.toml", example("floor.toml"));
    const auto edge = load_edge(scratch.write("edge.toml", example("back.toml") + kSignals));
    INFO((edge ? std::string() : edge.error().text));
    REQUIRE(edge.has_value());
    REQUIRE(edge->value.signals.size() == 1);
    const SignalConfig& signal = edge->value.signals[0];
    CHECK(edge->value.signal_buses.at(0).port == 502);
    CHECK(signal.kind == "coils");
    CHECK(signal.wiring.red == 2);
    CHECK(signal.wiring.lamp_on == SignalWiring::LampOn::released);
    REQUIRE(signal.wiring.barrier);
    CHECK(signal.wiring.barrier->without_power() == BarrierOrder::open);
    CHECK_FALSE(signal.wiring.barrier->open_input);
    CHECK(signal.barrier ==
          BarrierPolicy{BarrierOrder::open, BarrierOrder::closed, BarrierOrder::open});
}

TEST_CASE("each broken signal is refused with what to do") {
    struct Row {
        const char* name;
        const char* from;
        const char* to;
        const char* message;
    };
    const Row row = GENERATE(values<Row>({
        {"a gate of nobody", "gate = \"dock\"", "gate = \"exit\"",
         "[[signal]] 'dock-signal': edge 'back' has no gate 'exit' in the site file"},
        {"a bus of nobody", "bus = \"gates\"", "bus = \"gate\"",
         "this file has no bus 'gate'; did you mean 'gates'?"},
        {"a coil twice", "yellow = 1", "yellow = 0", "coil 0 does something else already"},
        {"the barrier on a lamp", "coil = 3", "coil = 2", "coil 2 does something else already"},
        {"a policy left out", "blind = \"open\"\n", "", "lacks 'blind'"},
        {"an order that is none", "rest = \"open\"", "rest = \"opened\"", "'rest'"},
        {"one switch for both", "closed_input = 1", "open_input = 1\nclosed_input = 1",
         "one switch cannot say both"},
        {"an id of a reader", "id = \"dock-signal\"", "id = \"dock-reader\"",
         "another device of this box has this id"},
        {"an address below the table", "red = 2", "red = -2", "allowed is -1 to 65535"},
    }));
    INFO(row.name);
    const test::ScratchDir scratch;
    scratch.write("site.toml", example("site.toml"));
    scratch.write("floor.toml", example("floor.toml"));
    const auto edge = load_edge(
        scratch.write("edge.toml", example("back.toml") + replaced(kSignals, row.from, row.to)));
    REQUIRE_FALSE(edge.has_value());
    CHECK_THAT(edge.error().text, Catch::Contains(row.message));
}

TEST_CASE("two slots that would read the same cell are refused") {
    const std::string map = "map = \"" + test::source_dir() + "/deploy/registers/laumas.toml\"\n";
    const std::string bus = "[[shelf_bus]]\nid = \"rack\"\nhost = \"127.0.0.1\"\n";
    const std::string first = "[[shelf_bus.slots]]\nplace = \"a1\"\nunit = 3\n" + map;
    const std::string second = "[[shelf_bus.slots]]\nplace = \"a2\"\nunit = 3\n" + map;
    const std::string trouble = "slot 'a2' reads unit 3, channel 0, which slot 'a1' reads already";
    const test::ScratchDir scratch;
    scratch.write("site.toml", example("site.toml"));
    scratch.write("floor.toml", example("floor.toml"));
    for (const bool same : {true, false}) {
        const auto file = scratch.write("edge.toml", example("back.toml") + bus + first + second +
                                                         (same ? "" : "channel = 1\n"));
        const auto edge = load_edge(file);
        REQUIRE_FALSE(edge);  // The site has no such slots.
        CHECK((edge.error().text.find(trouble) != std::string::npos) == same);
    }
}

TEST_CASE("the problems of a broken site file come with the edge that names it") {
    const test::ScratchDir scratch;
    scratch.write("site.toml", replaced(example("site.toml"), "reader =", "raeder ="));
    const auto edge = load_edge(scratch.write("edge.toml", example("back.toml")));
    REQUIRE_FALSE(edge.has_value());
    CHECK_THAT(edge.error().text,
               Catch::Contains("unknown key 'raeder' in [[gate]] 'dock'; did you mean 'reader'?"));
}

TEST_CASE("the floor that the site names is read with the edge, and its problems are told") {
    const EdgeConfig back = load_edge(kExample / "back.toml").value().value;
    REQUIRE(back.floor);
    CHECK(back.floor->layout.stops.size() == 6 * 22 + 2);
    const test::ScratchDir scratch;
    scratch.write("site.toml", example("site.toml"));
    const fs::path file = scratch.write("edge.toml", example("back.toml"));
    const auto missing = load_edge(file);
    REQUIRE_FALSE(missing.has_value());
    CHECK_THAT(missing.error().text, Catch::Contains("its floor is unusable: cannot read") &&
                                         Catch::Contains("floor.toml"));
    scratch.write("floor.toml", replaced(example("floor.toml"), "aisles = 6", "aisles = 2"));
    CHECK_THAT(load_edge(file).error().text, Catch::Contains("lies off the floor"));
    scratch.write("site.toml", replaced(example("site.toml"), "floor_file =", "# floor_file ="));
    const std::string all = example("back.toml");
    scratch.write("edge.toml", all.substr(0, all.find("[[vehicle]]")));  // They need a floor.
    CHECK_FALSE(load_edge(file).value().value.floor);
}

TEST_CASE("vehicles stand at the fleet master's, on a site with a floor, and nowhere else") {
    test::ScratchDir dir;
    fs::copy(kExample / "floor.toml", dir.path() / "floor.toml");
    dir.write("back.toml", example("back.toml"));
    const auto refused = [&](const std::string& from, const std::string& to) {
        dir.write("site.toml", replaced(example("site.toml"), from, to));
        const auto loaded = load_edge(dir.path() / "back.toml");
        return loaded ? std::string() : loaded.error().text;
    };
    CHECK(refused("fleet_master = \"back\"", "fleet_master = \"back\"").empty());
    CHECK(refused("fleet_master = \"back\"", "")
              .find("the site has no fleet master; write fleet_master = \"back\" in [site]") !=
          std::string::npos);
    CHECK(refused("fleet_master = \"back\"", "fleet_master = \"shop\"")
              .find("the site's vehicles are driven by edge 'shop'") != std::string::npos);
    CHECK(refused("fleet_master = \"back\"", "fleet_master = \"bakc\"")
              .find("there is no edge 'bakc'; write the id of an [[edge]]") != std::string::npos);
    CHECK(refused("floor_file = \"floor.toml\"", "").find("vehicles need a floor to drive on") !=
          std::string::npos);
}

TEST_CASE("a vehicle carries a reader of its own past slots, and parcels go to a gate") {
    const test::ScratchDir dir;
    dir.write("site.toml", example("site.toml"));
    dir.write("floor.toml", example("floor.toml"));
    const std::string reader = "[[reader]]\nid = \"r9\"\nhost = \"10.0.0.9\"\n\n[fleet]";
    const std::string with = replaced(
        replaced(example("back.toml"), "[fleet]",
                 reader + "\nparcels_to = \"door\"\nscan_every_h = 24\nload_type = \"KLT\""),
        "start = \"a0c0\"", "carries = \"r9\"");
    const auto loaded = load_edge(dir.write("back.toml", with));
    INFO((loaded ? std::string() : loaded.error().text));
    REQUIRE(loaded);
    const EdgeConfig& back = loaded->value;
    CHECK(back.fleet.vehicles[0].carries == DeviceId("r9"));
    CHECK(back.fleet.vehicles[1].carries.empty());
    CHECK(back.fleet.scan_every == std::chrono::hours(24));
    CHECK(back.fleet.load_type == "KLT");
    CHECK(back.fleet.station_type == "floor");
    CHECK(back.fleet.scan_dwell == std::chrono::seconds(5));
    CHECK(near_side(back.site, *back.site.find_gate(back.fleet.parcels_to), back.edge) ==
          PlaceId("back.hall"));
    const auto twice =
        load_edge(dir.write("back.toml", replaced(with, "start = \"a1c0\"", "carries = \"r9\"")));
    REQUIRE_FALSE(twice);
    CHECK(twice.error().text.find("another vehicle carries this reader") != std::string::npos);
}

TEST_CASE("vehicles may be on a broker of their own") {
    test::ScratchDir dir;
    for (const char* name : {"floor.toml", "site.toml"}) {
        fs::copy(kExample / name, dir.path() / name);
    }
    dir.write("back.toml",
              replaced(example("back.toml"), "clearance_mm = 900",
                       "broker = {host = \"10.0.0.7\", port = 1884, user = \"fleet\"}"));
    const EdgeConfig back = load_edge(dir.path() / "back.toml").value().value;
    CHECK(vehicle_broker_of(back).host == "10.0.0.7");
    CHECK(vehicle_broker_of(back).port == 1884);
    CHECK(vehicle_broker_of(back).user == "fleet");
    CHECK(back.broker.port == 1883);
}

namespace {

/// A door of the example's floor, on a bus of its own.
const char* const kDoor = R"([[signal_bus]]
id = "doors"
host = "10.0.7.30"
[[door]]
id = "dock-door"
place = "dock"
bus = "doors"
unit = 4
coil = 3
energised = "open"
open_input = 0
closed_input = 1
)";

}  // namespace

TEST_CASE("a door that vehicles come through stands at a door of the floor, with a switch") {
    const auto load = [](const std::string& door) {
        const test::ScratchDir scratch;
        scratch.write("site.toml", example("site.toml"));
        scratch.write("floor.toml", example("floor.toml"));
        return load_edge(scratch.write("edge.toml", example("back.toml") + door));
    };
    const auto edge = load(kDoor);
    INFO((edge ? std::string() : edge.error().text));
    REQUIRE(edge);
    const DoorConfig& door = edge->value.fleet.doors.at(0);
    CHECK(door.place == PlaceId("dock"));
    CHECK(door.unit == 4);
    CHECK(door.close_after == std::chrono::seconds(5));
    CHECK(door.wiring.barrier->open_input == 0);

    struct Row {
        std::string from, to, message;
    };
    const Row row = GENERATE(values<Row>({
        {"open_input = 0\n", "", "only where a limit switch says that it is open"},
        {"place = \"dock\"", "place = \"dokc\"", "did you mean 'dock'?"},
        {"place = \"dock\"", "place = \"packing\"", "the site's floor has no door 'packing'"},
        {"bus = \"doors\"", "bus = \"dors\"", "did you mean 'doors'?"},
        {"id = \"dock-door\"", "id = \"agv1\"", "another device of this box has this id"},
        {"closed_input = 1", "closed_input = 0", "one switch cannot say both"},
        {"closed_input = 1",
         "[[door]]\nid = \"d2\"\nplace = \"dock\"\nbus = \"doors\"\nunit = 4\ncoil = 3\n"
         "energised = \"open\"\nopen_input = 0",
         "this place has a door already"},
        {"closed_input = 1",
         "[[door]]\nid = \"d2\"\nplace = \"dock\"\nbus = \"doors\"\nunit = 4\ncoil = 3\n"
         "energised = \"open\"\nopen_input = 0",
         "this coil of the unit moves something else already"},
        {"closed_input = 1",
         "[[door]]\nid = \"d2\"\nplace = \"dock\"\nbus = \"doors\"\nunit = 4\ncoil = 5\n"
         "energised = \"open\"\nopen_input = 0",
         "is another door's switch already"},
    }));
    INFO(row.message);
    CHECK_THAT(load(replaced(kDoor, row.from, row.to)).error().text, Catch::Contains(row.message));
}

// How a session gets a reader to read: what it sends, in which order, and what it puts up with.
#include "drivers/driver.hpp"
#include "drivers/llrp/session.hpp"
#include "tests/unit/drivers/llrp/session_world.hpp"

namespace tally {
MakeDriver<DriverClass::reader> make_llrp_reader;
}

using namespace tally;
using namespace tally::llrp;
using namespace tally::llrp::test;
using Phase = SessionStatus::Phase;

TEST_CASE("nothing is sent before the reader has said that it accepts the connection") {
    Bench bench;
    bench.reader.greets = false;
    bench.session.start();
    bench.world.run_for(seconds(5));
    CHECK(bench.reader.connected());
    CHECK(bench.reader.heard.empty());
    bench.reader.say(62, 77, {});  // A keepalive that comes too early is no leave to speak.
    CHECK(bench.reader.heard.empty());
    bench.reader.event("01000006 0000");
    CHECK(bench.reader.types() == std::vector<std::uint16_t>{46});
}

TEST_CASE("a 1.0.1 reader is set up in order and proven to read") {
    Bench bench;
    bench.session.start();
    bench.world.run_for(seconds(1));
    CHECK(bench.reader.types() == std::vector<std::uint16_t>{46, 1, 3, 64, 26, 20, 24, 2, 22});
    CHECK(bench.session.status().phase == Phase::reading);
    CHECK(bench.session.status().version == Version::v1_0_1);
    CHECK(bench.session.status().manufacturer == 25882);
    REQUIRE(bench.feed.blinds.size() == 1);
    CHECK(bench.feed.blinds[0].cause == BlindCause::offline);
    REQUIRE(bench.feed.sighted.size() == 3);
    CHECK(bench.feed.sighted[0].first == 0);
    CHECK(bench.feed.open.empty());
    CHECK(bench.reader.heard[0].version == Version::v1_1);
    for (std::size_t i = 1; i < bench.reader.heard.size(); ++i) {
        CHECK(bench.reader.heard[i].version == Version::v1_0_1);
    }
}

TEST_CASE("the default ROSpec is the verified 82-byte frame, the configuration as documented") {
    Bench bench;
    bench.session.start();
    bench.world.run_for(seconds(1));
    Bytes add = bench.reader.heard_bytes.at(5);
    add[9] = 5;
    CHECK(to_hex(add) == to_hex(hex("0414 00000052 00000005 00b1004800000064 0000 00b20012 00b30005"
                                    "00 00b600090000000000 00b7001a000200010002 00b800090000000000 "
                                    "00ba0007000101 00ed0012010001 00ee000bffc0 015c0005c0")));
    Bytes config = bench.reader.heard_bytes.at(2);
    config[9] = 3;
    CHECK(to_hex(config) ==
          "0403000000400000000300"
          "00f4002700f5000700018000f5000700028000f5000700038000f5000700048000f50007000880"
          "00dc0009010000271000e2000580");
}

TEST_CASE("power, session and inputs of the options reach the reader") {
    SessionOptions options = Bench::defaults();
    options.tx_power_index = 81;
    options.gen2_session = 2;
    options.tag_population = 100;
    options.tag_transit_ms = 700;
    options.inputs = {1, 2};
    options.antennas = {};
    const Message add = add_rospec(options);
    const Parameter* ai = add.child("ROSpec")->child("AISpec");
    CHECK(std::get<NumberList>(ai->fields.at(0).value) == NumberList{0});
    const Parameter* radio = ai->child("InventoryParameterSpec")->child("AntennaConfiguration");
    CHECK(radio->child("RFTransmitter")->number("TransmitPower") == 81);
    const Parameter* control =
        radio->child("C1G2InventoryCommand")->child("C1G2SingulationControl");
    CHECK(control->number("Session") == 2);
    CHECK(control->number("TagTransitTime") == 700);
    const Message config = set_reader_config(options, {});
    CHECK(encode(add));
    CHECK(std::count_if(config.parameters.begin(), config.parameters.end(),
                        [](const Parameter& p) { return p.type == 225; }) == 2);
    CHECK(config.child("EventsAndReports") == nullptr);
}

TEST_CASE("what a site says of the radio stands in the ADD_ROSPEC that its driver sends") {
    World world;
    FakeReader reader{world};
    RecordedFeed feed;
    RecordedEvents events;
    ReaderSpec spec;
    spec.id = DeviceId("g1");
    spec.antennas = {1, 2};
    spec.radio = {.gen2_session = 1, .tag_population = 100, .tx_power_index = 81};
    const auto driver = make_llrp_reader(spec, {reader, world, world, world, events}, feed);
    driver->start();
    world.run_for(seconds(1));
    REQUIRE(reader.types().at(5) == 20);  // ADD_ROSPEC
    const std::string sent = to_hex(reader.heard_bytes.at(5));
    // RFTransmitter: hop table 1, channel 0, index 81; C1G2SingulationControl: session 1 in the
    // highest two bits, 100 tags, no transit time (LLRP 1.0.1, 16.2.6.1.3 and 16.3.1.2.1.3)
    CHECK_THAT(sent, Catch::Contains("00e0000a000100000051"));
    CHECK_THAT(sent, Catch::Contains("0150000b40006400000000"));
}

TEST_CASE("a 1.1 reader is spoken to in 1.1") {
    Bench bench;
    bench.reader.speaks_1_1 = true;
    bench.session.start();
    bench.world.run_for(seconds(1));
    CHECK(bench.session.status().version == Version::v1_1);
    CHECK(bench.reader.types() == std::vector<std::uint16_t>{46, 47, 1, 3, 64, 26, 20, 24, 2, 22});
    CHECK(bench.reader.heard.back().version == Version::v1_1);
}

TEST_CASE("a reader that does not answer the version question is used as 1.0.1") {
    Bench bench;
    bench.reader.silent = {46};
    bench.session.start();
    bench.world.run_for(seconds(7));
    CHECK(bench.session.status().phase == Phase::reading);
    CHECK(bench.reader.dialed_at.size() == 1);
}

TEST_CASE("a reader that hangs up on the version question is not asked again") {
    Bench bench;
    bench.reader.silent = {46};
    bench.session.start();
    bench.world.run_for(milliseconds(10));
    REQUIRE(bench.reader.count(46) == 1);
    bench.reader.drop("reset");
    bench.world.run_for(seconds(2));
    CHECK(bench.reader.count(46) == 1);
    CHECK(bench.session.status().phase == Phase::reading);
}

TEST_CASE("an old ROSpec of ours is removed, others only if there is no room beside them") {
    struct Row {
        std::uint32_t room;
        std::map<std::uint32_t, std::uint8_t> before;
        std::vector<std::uint32_t> after;
        std::size_t deletes;
    };
    const Row rows[] = {
        {1, {}, {100}, 0},
        {1, {{100, 2}}, {100}, 1},
        {1, {{7, 1}}, {100}, 1},
        {4, {{7, 1}}, {7, 100}, 0},
        {4, {{7, 1}, {100, 2}}, {7, 100}, 1},
        {0, {{7, 1}, {8, 1}}, {7, 8, 100}, 0},
    };
    for (const Row& row : rows) {
        Bench bench;
        bench.reader.rospecs_max = row.room;
        bench.reader.rospecs = row.before;
        bench.session.start();
        bench.world.run_for(seconds(1));
        std::vector<std::uint32_t> ids;
        for (const auto& [id, state] : bench.reader.rospecs) {
            ids.push_back(id);
        }
        CHECK(ids == row.after);
        CHECK(bench.reader.rospecs[100] == 2);
        CHECK(bench.reader.count(21) == row.deletes);
    }
}

TEST_CASE("a reader that cannot hold reports is not asked to, nor released") {
    Bench bench;
    bench.reader.hold = false;
    bench.session.start();
    bench.world.run_for(seconds(1));
    CHECK(bench.session.status().phase == Phase::reading);
    CHECK(bench.reader.count(64) == 0);
    CHECK(to_hex(bench.reader.heard_bytes.at(2)).find("00e20005") == std::string::npos);
}

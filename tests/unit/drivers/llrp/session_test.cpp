// A reading session, and each thing wrong that readers and networks do to it.
#include "drivers/llrp/session.hpp"

#include "tests/unit/drivers/llrp/session_world.hpp"

using namespace tally;
using namespace tally::llrp;
using namespace tally::llrp::test;
using Phase = SessionStatus::Phase;
TEST_CASE("reports come out as reads stamped when they came; inputs likewise") {
    Bench bench;
    bench.run_until_reading();
    bench.world.run_for(milliseconds(123));
    bench.reader.say(61, 900, hex(kReport));
    REQUIRE(bench.feed.reads.size() == 1);
    CHECK(bench.feed.reads[0].at == bench.world.mono_now());
    CHECK(bench.feed.reads[0].antenna == 1);
    bench.reader.event("00f80007 0002 80");
    bench.reader.event("00f80007 0002 00");
    REQUIRE(bench.feed.inputs.size() == 2);
    CHECK(bench.feed.inputs[0].port == 2);
    CHECK(bench.feed.inputs[0].level == InputChange::Level::high);
    CHECK(bench.feed.inputs[1].level == InputChange::Level::low);
}

TEST_CASE("an enabled field left out is as before, but not across connections") {
    Bench bench;
    bench.run_until_reading();
    bench.reader.say(61, 1, hex(kReport));
    bench.reader.say(61, 2, hex("00f00011 8d000000000000000000000002"));
    REQUIRE(bench.feed.reads.size() == 2);
    CHECK(bench.feed.reads[1].antenna == 1);
    bench.reader.drop("reset");
    bench.world.run_for(seconds(5));
    REQUIRE(bench.session.status().phase == Phase::reading);
    bench.reader.say(61, 3, hex("00f00011 8d000000000000000000000003"));
    CHECK(bench.feed.reads.at(2).has == 0);
}

TEST_CASE("a message with the id of a pending request does not answer it") {
    Bench bench;
    bench.reader.silent = {24};
    bench.session.start();
    bench.world.run_for(seconds(1));
    REQUIRE(bench.reader.heard.back().type == 24);
    const std::uint32_t id = bench.reader.heard.back().id;
    const Bytes ok = hex("011f000800000000");
    bench.reader.say(61, id, hex(kReport));  // a report with that id
    bench.reader.say(34, id + 1, ok);        // the right type with another id
    bench.reader.say(30, id, ok);            // another answer with that id
    bench.reader.say(62, id, {});            // a keepalive with that id
    CHECK(bench.reader.types().back() == 72);
    CHECK(bench.feed.reads.size() == 1);
    bench.reader.say(34, id, ok);
    CHECK(bench.reader.types().back() == 2);
}

TEST_CASE("every keepalive is acknowledged with its id, and silence is a dead connection") {
    Bench bench;
    bench.run_until_reading();
    for (std::uint32_t i = 0; i < 10; ++i) {
        bench.world.run_for(seconds(10));
        bench.reader.say(62, 1000 + i, {});
        REQUIRE(bench.reader.heard.back().type == 72);
        CHECK(bench.reader.heard.back().id == 1000 + i);
    }
    CHECK(bench.feed.blinds.empty());
    const MonoTime last = bench.world.mono_now();
    bench.world.run_for(milliseconds(24'999));
    CHECK(bench.feed.blinds.empty());
    bench.world.run_for(milliseconds(2));
    REQUIRE(bench.feed.blinds.size() == 1);
    CHECK(bench.feed.blinds[0].cause == BlindCause::offline);
    // The last keepalive may have been under way for long; it left after the one before it came.
    CHECK(bench.feed.blinds[0].since == last - seconds(10));
    CHECK_THAT(bench.feed.blinds[0].text, Catch::Contains("silent for 25000 ms"));
    bench.world.run_for(seconds(5));
    CHECK(bench.session.status().phase == Phase::reading);
    CHECK(bench.feed.open.empty());
}

TEST_CASE("a lost connection is blind since it was known alive, and over when reading is proven") {
    Bench bench;
    bench.run_until_reading();
    bench.world.run_for(seconds(3));
    bench.reader.say(61, 1, hex(kReport));
    const MonoTime last = bench.world.mono_now();
    bench.world.run_for(seconds(1));
    bench.reader.say(61, 2, hex(kReport));
    bench.world.run_for(seconds(1));
    bench.reader.drop("connection reset by peer");
    REQUIRE(bench.feed.blinds.size() == 1);
    CHECK(bench.feed.blinds[0].since == last);
    CHECK_THAT(bench.feed.blinds[0].text, Catch::Contains("connection reset by peer"));

    bench.reader.silent = {22};
    bench.world.run_for(seconds(4));
    CHECK(bench.feed.open.count(0) == 1);  // Connected and set up, but nothing proven yet.
    bench.reader.event(with_id(kRoSpecStarted, 100));
    CHECK(bench.feed.open.empty());
    CHECK(bench.feed.sighted.front().second == bench.world.mono_now());
}

TEST_CASE("reconnecting is quick, jittered, and never a storm") {
    Bench bench;
    bench.run_until_reading();
    bench.reader.up = false;
    bench.reader.drop("reset");
    bench.world.run_for(seconds(600));
    const auto& dialed = bench.reader.dialed_at;
    REQUIRE(dialed.size() > 600 / 5);
    CHECK(dialed.size() < 600 / 1);
    bool differ = false;
    for (std::size_t i = 1; i < dialed.size(); ++i) {
        const Duration gap = dialed[i] - dialed[i - 1];
        REQUIRE(gap >= milliseconds(200));
        REQUIRE(gap <= seconds(5));
        differ = differ || (i > 1 && gap != dialed[i - 1] - dialed[i - 2]);
    }
    CHECK(differ);
    bench.reader.up = true;
    bench.world.run_for(seconds(5));
    CHECK(bench.session.status().phase == Phase::reading);
    CHECK(bench.feed.blinds.size() == 1);  // One span, however many tries.
}

TEST_CASE("a reader that stays away is spoken of once an hour, and when the reason changes") {
    Bench bench;
    const auto said = [&] {
        return std::count_if(bench.events.lines.begin(), bench.events.lines.end(),
                             [](const std::string& line) {
                                 return line.find("trying again in") != std::string::npos;
                             });
    };
    bench.reader.up = false;
    bench.session.start();
    bench.world.run_for(seconds(600));
    REQUIRE(bench.reader.dialed_at.size() > 100);
    CHECK(said() == 1);
    bench.world.run_for(seconds(3'100));
    CHECK(said() == 2);
    bench.reader.resets = false;  // It is switched off now.
    bench.world.run_for(seconds(60));
    CHECK(said() == 3);
    bench.reader.up = true;
    bench.world.run_for(seconds(20));
    REQUIRE(bench.session.status().phase == Phase::reading);
    bench.reader.up = false;
    bench.reader.resets = true;
    bench.reader.drop("refused");
    bench.world.run_for(seconds(60));
    CHECK(said() == 4);
}

TEST_CASE("a host that does not answer, a port that does not greet, and a mute reader are left") {
    SECTION("no connection") {
        Bench bench;
        bench.reader.up = false;
        bench.reader.resets = false;
        bench.session.start();
        bench.world.run_for(seconds(20));
        CHECK(bench.reader.dialed_at.size() >= 3);
        CHECK_THAT(bench.events.lines.front(), Catch::Contains("check its power"));
    }
    SECTION("no greeting") {
        Bench bench;
        bench.reader.greets = false;
        bench.session.start();
        bench.world.run_for(seconds(16));
        CHECK(bench.reader.dialed_at.size() == 2);
        CHECK_THAT(bench.events.lines.front(), Catch::Contains("LLRP port"));
    }
    SECTION("no answer") {
        Bench bench;
        bench.reader.silent = {3};
        bench.session.start();
        bench.world.run_for(milliseconds(5100));
        CHECK(bench.feed.open.at(0).cause == BlindCause::offline);
        bench.reader.silent = {};
        bench.world.run_for(seconds(5));
        CHECK(bench.session.status().phase == Phase::reading);
    }
}

TEST_CASE("a second client, a refusal and broken bytes are blind with reason and next action") {
    SECTION("the reader serves another client") {
        for (const char* status : {"0001", "0002", "0003"}) {
            Bench bench;
            bench.reader.greeting = status;
            bench.session.start();
            bench.world.run_for(seconds(1));
            CHECK(bench.feed.open.at(0).cause == BlindCause::refused);
            CHECK(bench.reader.heard.empty());
            bench.reader.greeting = "0000";
            bench.world.run_for(seconds(5));
            CHECK(bench.feed.open.empty());
        }
    }
    SECTION("a set-up step is refused") {
        const std::pair<std::uint16_t, const char*> rows[] = {
            {1, "capabilities"},    {3, "configuration"},      {26, "list its ROSpecs"},
            {20, "check antennas"}, {24, "enable our ROSpec"}, {22, "start reading"}};
        for (const auto& [type, text] : rows) {
            INFO(type);
            Bench bench;
            bench.reader.refuses[type] = kRefusal;
            bench.session.start();
            bench.world.run_for(seconds(1));
            REQUIRE(bench.feed.open.count(0) == 1);
            CHECK(bench.feed.open.at(0).cause == BlindCause::refused);
            CHECK_THAT(bench.feed.open.at(0).text, Catch::Contains(text));
            CHECK_THAT(bench.feed.open.at(0).text, Catch::Contains("A_OutOfRange (301) \"nope\""));
            bench.reader.refuses.clear();
            bench.world.run_for(seconds(6));
            CHECK(bench.feed.open.empty());
        }
    }
    SECTION("the stream breaks its format") {
        Bench bench;
        bench.run_until_reading();
        bench.reader.say(0, 1, {});
        REQUIRE(bench.feed.blinds.size() == 1);
        CHECK_THAT(bench.feed.blinds[0].text, Catch::Contains("message type 0 does not exist"));
        CHECK_FALSE(bench.reader.connected());
    }
}

TEST_CASE("a ROSpec that ends or is preempted is started again, and blind until proven") {
    for (const char* event : {kRoSpecEnded, kRoSpecPreempted}) {
        Bench bench;
        bench.run_until_reading();
        bench.world.run_for(seconds(20));
        bench.reader.say(62, 1, {});
        const MonoTime known = bench.world.mono_now();
        bench.world.run_for(seconds(1));
        bench.reader.event(with_id(event, 7));  // another ROSpec: not our concern
        CHECK(bench.feed.blinds.empty());
        bench.reader.event(with_id(event, 100));
        REQUIRE(bench.feed.blinds.size() == 1);
        CHECK(bench.feed.blinds[0].cause == BlindCause::not_reading);
        CHECK(bench.feed.blinds[0].since == known);
        CHECK(bench.reader.heard.back().type == 22);
        bench.world.run_for(milliseconds(10));
        CHECK(bench.feed.open.empty());
        CHECK(bench.reader.dialed_at.empty());
    }
}

TEST_CASE("a ROSpec that ends again and again is not restarted in a storm") {
    Bench bench;
    bench.run_until_reading();
    std::size_t ended = 0;
    for (int i = 0; i < 60'000; i += 10) {
        bench.world.run_for(milliseconds(10));
        if (bench.feed.open.empty()) {
            ++ended;
            bench.reader.event(with_id(kRoSpecEnded, 100));
        } else if (i % 5000 == 0) {
            bench.reader.say(62, 1, {});
        }
    }
    CHECK(ended > 10);
    CHECK(ended < 100);
    CHECK(bench.reader.connected());
}

TEST_CASE(
    "a buffer overflow is blind since the last report, and over with the next that has tags") {
    Bench bench;
    bench.run_until_reading();
    bench.reader.say(61, 1, hex(kReport));
    const MonoTime last_report = bench.world.mono_now();
    bench.world.run_for(seconds(4));
    bench.reader.event("00fa0005 5a");
    CHECK(bench.feed.blinds.empty());
    bench.reader.event(kOverflow);
    REQUIRE(bench.feed.blinds.size() == 1);
    CHECK(bench.feed.blinds[0].cause == BlindCause::buffer_overflow);
    CHECK(bench.feed.blinds[0].since == last_report);
    bench.world.run_for(seconds(10));
    bench.reader.say(61, 2, {});
    CHECK(bench.feed.open.count(0) == 1);  // The ROSpec is active, but no read has come through.
    bench.reader.say(61, 3, hex(kReport));
    CHECK(bench.feed.open.empty());

    // The same, but the reader has stopped reading: started again before it is over.
    bench.reader.rospecs[100] = 1;
    bench.reader.event(kOverflow);
    bench.world.run_for(milliseconds(2));
    REQUIRE(bench.feed.blinds.size() == 3);
    CHECK(bench.feed.blinds[2].cause == BlindCause::not_reading);
    CHECK(bench.feed.blinds[2].since == bench.feed.blinds[1].since);
    bench.world.run_for(seconds(5));
    CHECK(bench.reader.rospecs[100] == 2);
    bench.reader.say(61, 4, hex(kReport));
    CHECK(bench.feed.open.empty());
}

TEST_CASE("an antenna is blind by itself, from set-up or from its event, until it is back") {
    Bench bench;
    bench.reader.antennas_connected = {1, 3};
    bench.session.start();
    bench.world.run_for(seconds(1));
    REQUIRE(bench.feed.open.size() == 1);
    CHECK(bench.feed.open.at(2).cause == BlindCause::antenna_lost);
    const MonoTime before = bench.world.mono_now();
    bench.reader.say(62, 5, {});
    bench.world.run_for(seconds(3));
    bench.reader.event("00ff0007 00 0001");
    CHECK(bench.feed.open.at(1).since == before);
    bench.reader.event("00ff0007 00 0003");  // not one of ours
    CHECK(bench.feed.open.size() == 2);
    bench.reader.event("00ff0007 01 0001");
    bench.reader.event("00ff0007 01 0002");
    CHECK(bench.feed.open.empty());
    CHECK(bench.feed.sighted.back().second == bench.world.mono_now());
}

TEST_CASE("without a list of antennas, ports that never had one are not blind") {
    SessionOptions options = Bench::defaults();
    options.antennas = {};
    Bench bench(options);
    bench.run_until_reading();
    bench.reader.event("00ff0007 00 0004");
    CHECK(bench.feed.blinds.empty());
    bench.reader.event("00ff0007 00 0002");
    CHECK(bench.feed.open.count(2) == 1);
}

TEST_CASE("a malformed report is a blind moment, an announced close a reconnect, a rival no harm") {
    Bench bench;
    bench.run_until_reading();
    bench.reader.say(61, 1, hex("00f00007 810001"));
    REQUIRE(bench.feed.blinds.size() == 1);
    CHECK(bench.feed.open.empty());
    CHECK(bench.session.status().malformed == 1);

    bench.reader.event("01000006 0004");
    CHECK(bench.feed.blinds.size() == 1);
    CHECK_THAT(bench.events.lines.back(), Catch::Contains("another program tried to connect"));

    const MonoTime known = bench.world.mono_now();
    bench.world.run_for(seconds(1));
    bench.reader.event("01010004");
    REQUIRE(bench.feed.blinds.size() == 2);
    CHECK(bench.feed.blinds[1].since == known);
    CHECK_FALSE(bench.reader.connected());
    bench.world.run_for(seconds(5));
    CHECK(bench.feed.open.empty());
}

TEST_CASE("a reader exception makes the session look whether the ROSpec still runs") {
    Bench bench;
    bench.run_until_reading();
    bench.reader.event("00fc000e 0005 6f6f707321 810002");
    CHECK(bench.reader.heard.back().type == 26);
    CHECK_THAT(bench.events.lines.back(), Catch::Contains("oops!"));
    bench.world.run_for(milliseconds(10));
    CHECK(bench.feed.blinds.empty());
}

TEST_CASE("a reader that starts by itself is proven by its list") {
    SessionOptions options = Bench::defaults();
    options.start = SessionOptions::Start::immediate;
    Bench bench(options);
    bench.session.start();
    bench.world.run_for(milliseconds(100));
    CHECK(bench.feed.open.count(0) == 1);  // The fake leaves it inactive: no proof.
    bench.reader.rospecs[100] = 2;
    bench.reader.event(with_id(kRoSpecStarted, 100));
    CHECK(bench.reader.count(22) == 0);
}

TEST_CASE("stopping takes leave and says nothing more") {
    Bench bench;
    bench.run_until_reading();
    bench.session.stop();
    CHECK(bench.reader.heard.back().type == 14);
    bench.world.run_for(seconds(60));
    CHECK(bench.feed.blinds.empty());
    CHECK(bench.reader.dialed_at.empty());
    bench.session.start();
    bench.world.run_for(seconds(1));
    CHECK(bench.session.status().phase == Phase::reading);
}

TEST_CASE("the session lives through every split of its conversation") {
    // Two frames in one segment, and one frame byte by byte.
    Bench bench;
    bench.run_until_reading();
    Bytes both = frame_bytes({Version::v1_0_1, 61, 1, hex(kReport)});
    const Bytes keepalive = frame_bytes({Version::v1_0_1, 62, 2, {}});
    both.insert(both.end(), keepalive.begin(), keepalive.end());
    bench.reader.raw(both);
    for (const std::uint8_t byte : both) {
        bench.reader.raw(ByteView(&byte, 1));
    }
    CHECK(bench.feed.reads.size() == 2);
    CHECK(bench.reader.count(72) == 2);
}

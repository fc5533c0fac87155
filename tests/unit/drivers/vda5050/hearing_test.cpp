// What of a vehicle's messages counts: late, repeated, kept by the broker, of another life, broken;
// and whether it is there at all.
#include <nlohmann/json.hpp>

#include "tests/unit/drivers/vda5050/master_bench.hpp"

using namespace tally;
using namespace tally::test;
using std::chrono::seconds;
using vda5050::Freshness;
using vda5050::FreshnessJudge;

namespace {

using Json = nlohmann::json;
using MasterBench = MasterBenchOf<Json>;

Json paper_state() {
    return paper_state_of<Json>();
}

struct Judge {
    Freshness operator()(std::uint32_t id, std::int64_t at_s, std::int64_t now_s) {
        vda5050::Header header;
        header.id = id;
        header.at = WallTime{at_s * 1'000'000};
        return judge.judge(header, FreshnessJudge::Kept::no, MonoTime{now_s * 1'000'000'000});
    }
    FreshnessJudge judge;
};

}  // namespace

TEST_CASE("a state that comes late or twice is not believed") {
    Judge judge;
    CHECK(judge(10, 100, 100) == Freshness::fresh);
    CHECK(judge(12, 102, 102) == Freshness::fresh);
    CHECK(judge(12, 102, 103) == Freshness::repeated);
    CHECK(judge(11, 101, 103) == Freshness::stale);
    CHECK(judge(13, 102, 103) == Freshness::fresh);  // Two in one tick of its clock.
    CHECK(judge(12, 102, 103) == Freshness::stale);
}

TEST_CASE("a vehicle that counts from the start again is believed at once if its time goes on") {
    Judge judge;
    CHECK(judge(5000, 100, 100) == Freshness::fresh);
    CHECK(judge(0, 130, 130) == Freshness::restarted);
    CHECK(judge(1, 131, 131) == Freshness::fresh);
    // One of its former life comes out of a buffer: counted higher, and earlier.
    CHECK(judge(5001, 101, 132) == Freshness::stale);
    CHECK(judge(2, 133, 133) == Freshness::fresh);
}

TEST_CASE("a whole row of old states does not win against a vehicle that speaks") {
    Judge judge;
    CHECK(judge(10, 1000, 1000) == Freshness::fresh);
    for (std::uint32_t i = 0; i < 60; ++i) {
        CHECK(judge(11 + i, 1001 + i, 1001 + i) == Freshness::fresh);
        CHECK(judge(500 + i, 10 + i, 1001 + i) == Freshness::stale);
    }
}

TEST_CASE("a clock that was set back is believed when nothing else has been heard for a while") {
    Judge judge;
    CHECK(judge(10, 1000, 1000) == Freshness::fresh);
    std::int64_t now = 1001;
    std::uint32_t id = 11;
    for (; now < 1015; ++now) {
        CHECK(judge(id++, now - 900, now) == Freshness::stale);
    }
    CHECK(judge(id++, now - 900, now) == Freshness::restarted);
    CHECK(judge(id++, now - 899, now + 1) == Freshness::fresh);
}

TEST_CASE("a state kept by the broker says nothing, whatever it says") {
    MasterBench bench;
    Json state = paper_state();
    state["headerId"] = 9999;
    bench.say_raw(state, vda5050::Master::Kept::by_broker);
    CHECK(bench.master.counts().retained == 1);
    CHECK(bench.master.counts().states == 0);
    CHECK(bench.master.status().last_node.empty());
    bench.say(paper_state());
    CHECK(bench.master.counts().states == 1);
}

TEST_CASE("a stale state moves nothing") {
    MasterBench bench;
    bench.accepted(way("o1", {"n1", "n2"}, 2));
    Json late = MasterBench::showing("o1", 0, 2, 2, 2);  // "Finished", of before.
    late["headerId"] = 1;
    late["timestamp"] = "2025-12-31T23:59:59.00Z";
    bench.say_raw(late);
    CHECK(bench.master.counts().stale == 1);
    CHECK(bench.order().phase == OrderPhase::driving);
    CHECK(bench.order().passed == 0);
}

TEST_CASE("a will of long ago is believed, and so is a vehicle that speaks after it") {
    MasterBench bench;
    bench.say(paper_state());
    CHECK(bench.master.status().reach == VehicleReach::online);
    bench.connection("CONNECTIONBROKEN");  // Its timestamp is of 2020, as wills' are.
    CHECK(bench.master.status().reach == VehicleReach::broken);
    bench.say(paper_state());  // ONLINE never came again; the vehicle did.
    CHECK(bench.master.status().reach == VehicleReach::online);
    bench.connection("OFFLINE");
    CHECK(bench.master.status().reach == VehicleReach::offline);
    bench.connection("ONLINE");
    CHECK(bench.master.status().reach == VehicleReach::online);
}

TEST_CASE("a vehicle that says nothing is silent, is asked, and keeps its order") {
    MasterBench bench;
    bench.accepted(way("o1", {"n1"}, 1));
    bench.wait(seconds(34));
    CHECK(bench.master.status().reach == VehicleReach::online);
    const std::size_t asked = bench.told("stateRequest").size();
    bench.wait(seconds(3));
    CHECK(bench.master.status().reach == VehicleReach::silent);
    CHECK(bench.told("stateRequest").size() == asked + 1);
    CHECK(bench.order().phase == OrderPhase::driving);
    bench.say(MasterBench::showing("o1", 0, 1, 1, 1));
    CHECK(bench.master.status().reach == VehicleReach::online);
    CHECK(bench.order().phase == OrderPhase::finished);
}

TEST_CASE("an order sent before the vehicle joined is sent again when it joins") {
    MasterBench bench;
    bench.say(paper_state());
    REQUIRE(bench.master.order(bench.now, way("o1", {"n1"}, 1)));
    bench.connection("CONNECTIONBROKEN");
    bench.wait(seconds(60));
    CHECK(bench.sent_on("order").size() == 1);  // Nobody is there to hear it.
    bench.connection("ONLINE");
    CHECK(bench.sent_on("order").size() == 2);
}

TEST_CASE("over a lost broker nothing is sent, and afterwards everything unacknowledged is") {
    MasterBench bench;
    bench.say(paper_state());
    REQUIRE(bench.master.order(bench.now, way("o1", {"n1"}, 1)));
    bench.master.on_line_lost(bench.now);
    CHECK(bench.master.status().reach == VehicleReach::no_line);
    CHECK_FALSE(bench.master.act(bench.now, "startPause"));
    bench.wait(seconds(60));
    CHECK(bench.sent_on("order").size() == 1);
    bench.master.on_line(bench.now);
    CHECK(bench.sent_on("order").size() == 2);
    CHECK(bench.sent_on("order")[1].at("orderId") == "o1");
}

TEST_CASE("a message that is no good is refused with its place, once, and changes nothing") {
    MasterBench bench;
    bench.say(paper_state());
    Json broken = paper_state();
    broken["headerId"] = 77;
    broken["safetyState"]["eStop"] = "PERHAPS";
    bench.say_raw(broken);
    bench.say_raw(broken);
    CHECK(bench.master.counts().refused == 2);
    REQUIRE(bench.troubled("message"));
    CHECK(bench.master.status().troubles.back().text.find("safetyState.eStop is 'PERHAPS'") !=
          std::string::npos);
    CHECK(bench.vehicles.size() == 4);  // The line, online, the state, the trouble.
    bench.say(paper_state());
    CHECK_FALSE(bench.troubled("message"));
}

TEST_CASE("a message of another vehicle on this topic is not taken for this one's") {
    MasterBench bench;
    Json state = paper_state();
    state["serialNumber"] = "v2";
    bench.say(state);
    CHECK(bench.master.counts().states == 0);
    CHECK(bench.troubled("message"));
}

TEST_CASE("errors of a vehicle become advice, known ones in our words, others in its own") {
    MasterBench bench;
    Json state = paper_state();
    Json odd = MasterBench::error("wheelWobble", Json::object());
    odd["errorLevel"] = "FATAL";
    odd["errorDescription"] = "left rear";
    odd["errorHint"] = "grease it";
    state["errors"] = {MasterBench::error("batteryLowError", Json::object()), odd};
    bench.say(state);
    const auto& troubles = bench.master.status().troubles;
    REQUIRE(troubles.size() == 2);
    CHECK(troubles[0].text.find("push it to a charger") != std::string::npos);
    CHECK(troubles[1].weight == VehicleTrouble::Weight::stops);
    CHECK(troubles[1].text.find("left rear") != std::string::npos);
    CHECK(troubles[1].text.find("grease it") != std::string::npos);
}

TEST_CASE("a factsheet that the broker does not have is asked for, not for ever") {
    const std::string sheet = R"({"headerId": 1, "timestamp": "2026-01-01T00:00:01.00Z",
        "version": "2.0.0", "manufacturer": "acme", "serialNumber": "v1",
        "typeSpecification": {"seriesName": "c", "agvClass": "CARRIER"}})";
    MasterBench bench;
    const auto ten_minutes = [&] {  // With a state now and then, as by the standard.
        for (int i = 0; i < 30; ++i) {
            bench.say(paper_state());
            bench.wait(seconds(20));
        }
    };
    bench.wait(seconds(4));
    CHECK(bench.told("factsheetRequest").empty());
    bench.wait(seconds(2));
    CHECK(bench.told("factsheetRequest").size() == 1);
    SECTION("one that does not answer is asked three times in each of its lives") {
        ten_minutes();
        CHECK(bench.told("factsheetRequest").size() == 3);
        bench.connection("OFFLINE");
        bench.connection("ONLINE");
        ten_minutes();
        CHECK(bench.told("factsheetRequest").size() == 6);
    }
    SECTION("one that answers is not asked again") {
        bench.master.on_message(bench.now, vda5050::Topic::factsheet, sheet,
                                vda5050::Master::Kept::no);
        CHECK(bench.master.factsheet()->kind == "CARRIER");
        ten_minutes();
        bench.connection("ONLINE");
        ten_minutes();
        CHECK(bench.told("factsheetRequest").size() == 1);
    }
    SECTION("one that is not there is not asked") {
        bench.connection("CONNECTIONBROKEN");
        bench.wait(seconds(600));
        CHECK(bench.told("factsheetRequest").size() == 1);
    }
}

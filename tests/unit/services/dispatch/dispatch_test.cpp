// The dispatcher: who gets which mission, and what becomes of it.
#include "tests/unit/services/dispatch/paper_site.hpp"

using namespace tally;
using namespace tally::test;

TEST_CASE("missions are given together, not to whoever is asked first") {
    // Greedy gives m1 to a1, which is nearest, and sends a2 past it: 10 + 130 m, not 90 m.
    Site site({}, {{"p100", 900}, {"p40", 900}});
    site.list("m1", {"p90"});
    site.list("m2", {"p130"});
    site.tick();
    CHECK(site.who("m1") == "a2");
    CHECK(site.who("m2") == "a1");
    CHECK(site.line(DispatchPhase::assign, "a2", "m1") == "gets it, 50 m away");
}

TEST_CASE("a mission goes from stop to stop, and its end frees the vehicle") {
    Site site({}, {{"p0", 900}});
    site.list("m1", {"p10", "p20"});
    site.list("m2", {"p5"});
    site.tick();
    CHECK(site.who("m2") == "a1");
    CHECK(site.line(DispatchPhase::assign, "a1", "m1") ==
          "not considered: it is better used for mission m2");
    site.fleet.arrive(kFirst);
    site.tick();
    CHECK(site.state("m2") == MissionState::waiting);
    CHECK(site.line(DispatchPhase::assign, "a1", "m1").find("has mission m2") != std::string::npos);
    CHECK_FALSE(site.dispatch->close_stop("m1"));
    REQUIRE(site.dispatch->close_stop("m2"));
    site.tick();
    CHECK(site.state("m2") == MissionState::done);
    CHECK(site.who("m1") == "a1");
    site.fleet.arrive(kFirst);
    site.tick();
    REQUIRE(site.dispatch->close_stop("m1"));
    site.tick();
    CHECK(site.fleet.sent[kFirst] == std::vector<std::string>{"p5", "p10", "p20"});
    site.fleet.arrive(kFirst);
    site.tick();
    REQUIRE(site.dispatch->close_stop("m1"));
    site.tick();
    CHECK(site.state("m1") == MissionState::done);
    CHECK(site.dispatch->of_vehicle(kFirst) == nullptr);
}

TEST_CASE("a mission whose vehicle runs low on the way to it is not given to a second one") {
    DispatchOptions options;
    options.chargers = {"p300"};
    Site site(options, {{"p0", 500}, {"p40", 900}});
    site.list("m1", {"p10"});
    site.tick();
    REQUIRE(site.who("m1") == "a1");
    site.fleet.rows_[kFirst].status.battery_permille = 299;
    site.tick(3);
    CHECK(site.who("m1") == "a1");
    CHECK(site.dispatch->of_vehicle(kSecond) == nullptr);
    CHECK(site.fleet.sent[kSecond].empty());
    CHECK(site.fleet.sent[kFirst] == std::vector<std::string>{"p10"});
}

TEST_CASE("minds are changed only where it saves enough") {
    Site site({}, {{"p0", 900}});
    site.list("m1", {"p50"});
    site.tick();
    REQUIRE(site.who("m1") == "a1");
    site.fleet.rows_[kFirst].node = "p20";
    site.list("m2", {"p30"});  // 20 m nearer, and m1 waits for a minute's worth less.
    site.tick();
    CHECK(site.who("m2") == "a1");
    CHECK(site.state("m1") == MissionState::listed);
    site.list("m3", {"p22"});  // 8 m nearer: not worth it.
    site.tick();
    CHECK(site.who("m2") == "a1");
    CHECK(site.state("m3") == MissionState::listed);
}

TEST_CASE("what is urgent comes first, and what waits long comes too") {
    Site site({}, {{"p0", 900}});
    site.list("near", {"p5"});
    Mission urgent = Site::to("urgent", {"p400"});
    urgent.priority = 1;
    REQUIRE(site.dispatch->list(urgent));
    site.tick();
    CHECK(site.who("urgent") == "a1");
    Mission due = Site::to("due", {"p300"});
    due.due = site.box.mono_now() + 4min;
    REQUIRE(site.dispatch->drop("urgent", "by hand"));
    REQUIRE(site.dispatch->list(due));
    site.tick();
    CHECK(site.who("due") == "a1");
    REQUIRE(site.dispatch->drop("due", "by hand"));
    site.list("old", {"p200"});
    REQUIRE(site.dispatch->drop("near", "by hand"));
    site.kernel.run_for(20min);
    site.list("fresh", {"p1"});
    site.tick();
    CHECK(site.who("old") == "a1");
}

TEST_CASE("a mission weighs more with each minute of the last hour before it is due") {
    const auto who_first = [](Duration near_due, Duration far_due) {
        Site site({}, {{"p0", 900}});
        Mission near = Site::to("near", {"p100"});
        Mission far = Site::to("far", {"p200"});  // 100 m more: six minutes of that hour.
        near.due = site.box.mono_now() + near_due;
        far.due = site.box.mono_now() + far_due;
        REQUIRE(site.dispatch->list(near));
        REQUIRE(site.dispatch->list(far));
        site.tick();
        return site.who("near") == "a1" ? "near" : "far";
    };
    CHECK(who_first(6h, 2h) == std::string("near"));  // Time enough for both.
    CHECK(who_first(50min, 10min) == std::string("far"));
    CHECK(who_first(12min, 10min) == std::string("near"));
    CHECK(who_first(30min, -3h) == std::string("far"));
    CHECK(who_first(-1min, -3h) == std::string("near"));  // Both are late.
}

TEST_CASE("one vehicle out stops nobody: not begun goes back, begun is stranded and comes back") {
    Site site({}, {{"p0", 900}, {"p100", 900}});
    site.list("m1", {"p1", "p2"});
    site.tick();
    REQUIRE(site.who("m1") == "a1");
    site.fleet.rows_[kFirst].phase = FleetPhase::lost;
    site.fleet.rows_[kFirst].text = "it is silent";
    site.tick();
    CHECK(site.who("m1") == "a2");
    site.fleet.arrive(kSecond);
    site.tick();
    site.fleet.rows_[kSecond].phase = FleetPhase::held;
    site.fleet.rows_[kSecond].text = "look where it stands";
    site.tick();
    CHECK(site.state("m1") == MissionState::stranded);
    CHECK(site.dispatch->find("m1")->text.find("a2 is held: look where it stands") !=
          std::string::npos);
    // Somebody else goes on with other work.
    site.fleet.rows_[kFirst].phase = FleetPhase::idle;
    site.list("m2", {"p7"});
    site.tick();
    CHECK(site.who("m2") == "a1");
    // Released, it goes on by itself where it was.
    site.fleet.rows_[kSecond].phase = FleetPhase::idle;
    site.tick();
    CHECK(site.state("m1") == MissionState::driving);
    CHECK(site.fleet.sent[kSecond] == std::vector<std::string>{"p1", "p1"});
}

TEST_CASE("a begun mission is stranded when its vehicle cannot go on for long, not for a moment") {
    struct Out {
        const char* name;
        void (*set)(FleetRow& row, bool is_out);
    };
    const Out kOuts[] = {
        {"emergency stop", [](FleetRow& row, bool is) { row.status.emergency_stop = is; }},
        {"an error, or an empty battery",
         [](FleetRow& row, bool is) {
             row.status.troubles.clear();
             if (is) {
                 row.status.troubles.push_back(
                     {VehicleTrouble::Weight::stops, "batteryLowError", "it is empty"});
             }
         }},
        {"stuck",
         [](FleetRow& row, bool is) {
             row.phase = is ? FleetPhase::standing : FleetPhase::driving;
             row.text = is ? "has track and passes no node" : "";
         }},
    };
    for (const Out& out : kOuts) {
        INFO(out.name);
        Site site({}, {{"p0", 900}});
        Mission lift = Site::to("m1", {"p1", "p2"});
        lift.stops[1] = {"p2", {{"", "drop"}}, StopEnd::action, {}, {}};
        REQUIRE(site.dispatch->list(lift));
        site.tick();
        site.fleet.arrive(kFirst);
        site.tick();
        REQUIRE(site.dispatch->close_stop("m1"));
        site.tick();
        REQUIRE(site.state("m1") == MissionState::driving);
        FleetRow& row = site.fleet.rows_[kFirst];
        for (int i = 0; i < 3; ++i) {  // Short ones do not add up.
            out.set(row, true);
            site.tick(50);
            CHECK(site.state("m1") == MissionState::driving);
            out.set(row, false);
            site.tick();
        }
        out.set(row, true);
        site.tick(62);
        CHECK(site.state("m1") == MissionState::stranded);
        // Back again it goes on by itself: it had not begun with its work there.
        out.set(row, false);
        site.tick();
        CHECK(site.state("m1") == MissionState::driving);
        CHECK(site.fleet.sent[kFirst].back() == "p2");
    }
}

TEST_CASE("a person who pauses a vehicle takes no mission from it") {
    Site site({}, {{"p0", 900}});
    site.list("m1", {"p1", "p2"});
    site.tick();
    site.fleet.arrive(kFirst);
    site.tick();
    site.fleet.rows_[kFirst].status.paused = true;
    site.fleet.rows_[kFirst].phase = FleetPhase::standing;
    site.tick(300);
    CHECK(site.state("m1") == MissionState::waiting);
}

TEST_CASE("work that failed waits for an operator, who says whether it is done") {
    Site site({}, {{"p0", 900}});
    Mission lift = Site::to("m1", {"p1", "p2"});
    lift.stops[0] = {"p1", {{"", "pick"}}, StopEnd::action, {}, {}};
    REQUIRE(site.dispatch->list(lift));
    site.tick();
    site.fleet.arrive(kFirst, ErrandPhase::failed);
    site.tick();
    CHECK(site.state("m1") == MissionState::stranded);
    site.tick(60);
    CHECK(site.state("m1") == MissionState::stranded);
    SECTION("again") {
        REQUIRE(site.dispatch->go_on("m1", Dispatch::Work::again));
        site.tick();
        CHECK(site.fleet.sent[kFirst].back() == "p1");
        CHECK(site.fleet.work[kFirst].size() == 1);
    }
    SECTION("it was done by hand") {
        REQUIRE(site.dispatch->go_on("m1", Dispatch::Work::is_done));
        site.tick();
        CHECK(site.fleet.work[kFirst].empty());
        site.fleet.arrive(kFirst);
        site.tick(2);
        CHECK(site.fleet.sent[kFirst].back() == "p2");
    }
}

TEST_CASE("a stop that no way leads to is said, and driven to when it is open again") {
    Site site({}, {{"p0", 900}});
    site.fleet.closed = "p9";
    site.list("m1", {"p9"});
    site.tick();
    CHECK(site.dispatch->find("m1")->text.find("see which roads are closed") != std::string::npos);
    site.fleet.closed.clear();
    site.tick();
    CHECK(site.who("m1") == "a1");
}

TEST_CASE("paused, stopped and manual ones are named with what to do") {
    Site site({}, {{"p0", 900}, {"p0", 900}, {"p0", 900}, {"p0", 900}});
    site.fleet.rows_[DeviceId("a1")].status.paused = true;
    site.fleet.rows_[DeviceId("a2")].status.emergency_stop = true;
    site.fleet.rows_[DeviceId("a3")].status.mode = VehicleMode::manual;
    site.fleet.rows_[DeviceId("a4")].status.reach = VehicleReach::silent;
    site.list("m1", {"p9"});
    site.tick();
    CHECK(
        site.dispatch->find("m1")->text ==
        "a1 is paused; resume it when its way is free; a2 stands by emergency stop; see why, then "
        "release it; a3 is in mode manual; switch it to automatic at its panel; a4 is silent; see "
        "that it is switched on and has radio");
}

TEST_CASE("one that a person sent somewhere is left alone until it has been there") {
    DispatchOptions options;
    options.chargers = {"p0"};
    options.parking = {"p90"};
    Site site(options, {{"p10", 250}});
    REQUIRE(site.fleet.send(kFirst, {"p50"}));
    site.list("m1", {"p11"});
    site.tick(3);
    CHECK(site.fleet.sent[kFirst] == std::vector<std::string>{"p50"});
    CHECK(site.line(DispatchPhase::go_on, "a1") ==
          "is on its way to p50, where a person sent it; it comes when it has been there");
    CHECK(site.dispatch->find("m1")->text.find("where a person sent it") != std::string::npos);
    site.fleet.arrive(kFirst);
    site.tick();
    CHECK(site.fleet.sent[kFirst].back() == "p0");
}

TEST_CASE("a mission whose vehicle was sent elsewhere goes on after that") {
    Site site({}, {{"p0", 900}});
    site.list("m1", {"p10"});
    site.tick();
    REQUIRE(site.fleet.send(kFirst, {"p50"}));
    site.tick(3);
    CHECK(site.fleet.sent[kFirst] == std::vector<std::string>{"p10", "p50"});
    site.fleet.arrive(kFirst);
    site.tick();
    CHECK(site.fleet.sent[kFirst] == std::vector<std::string>{"p10", "p50", "p10"});
    site.fleet.arrive(kFirst);
    site.tick();
    CHECK(site.state("m1") == MissionState::waiting);
}

TEST_CASE("what cannot be is refused with its reason") {
    Site site({}, {{"p0", 900}});
    CHECK(site.dispatch->list(Mission{}).error().kind == ErrorKind::malformed);
    site.list("m1", {"p1"});
    CHECK(site.dispatch->list(Site::to("m1", {"p1"})).error().kind == ErrorKind::conflict);
    CHECK(site.dispatch->drop("m9", "x").error().kind == ErrorKind::conflict);
    CHECK(site.dispatch->go_on("m1", Dispatch::Work::again).error().kind == ErrorKind::conflict);
    Mission other = Site::to("m2", {"p1"});
    other.only = DeviceId("a9");
    other.priority = 1;
    REQUIRE(site.dispatch->list(other));
    Mission lift = Site::to("m3", {"p1"});
    lift.needs = "lift";
    REQUIRE(site.dispatch->list(lift));
    site.tick();
    CHECK(site.dispatch->find("m2")->text == "a1 does not have its goods; a9 has");
    CHECK(site.dispatch->find("m3")->text == "a1 has no lift, which it needs");
    CHECK(site.who("m1") == "a1");
}

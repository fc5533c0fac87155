// The dispatcher: chargers, their queue, and parking.
#include "tests/unit/services/dispatch/paper_site.hpp"

using namespace tally;
using namespace tally::test;

TEST_CASE(
    "nothing is accepted that would bring a battery under the reserve on the way to a charger") {
    DispatchOptions options;
    options.chargers = {"p0"};
    options.detour_percent = 100;
    options.stop_mm = 0;
    options.recharge_below_permille = 200;
    // 100 permille a km: 399 m there and 400 m back are 80 permille.
    Site site(options, {{"p1", 229}, {"p1", 231}});
    Mission first = Site::to("m1", {"p400"});
    first.priority = 1;
    REQUIRE(site.dispatch->list(first));
    site.list("m2", {"p400"});
    site.tick();
    CHECK(site.who("m1") == "a2");
    const std::string why = site.dispatch->find("m2")->text;
    CHECK(
        why.find("a1 has battery 22.9 %, which would fall to 14.9 %, under the reserve of 15 %, on "
                 "the way to charger p0; it is charged first") != std::string::npos);
    CHECK(why.find("a2 is better used for mission m1") != std::string::npos);
    // And so it is, though there is more than what is charged without a reason.
    CHECK(site.dispatch->of_vehicle(kFirst)->kind == MissionKind::charge);
}

TEST_CASE("chargers have a queue: the emptiest first, those with enough make room") {
    DispatchOptions options;
    options.chargers = {"p0"};
    options.parking = {"p50", "p60"};
    Site site(options, {{"p10", 250}, {"p20", 200}, {"p30", 800}});
    site.tick();
    CHECK(site.dispatch->of_vehicle(kSecond)->kind == MissionKind::charge);
    CHECK(site.line(DispatchPhase::recharge, "a1") == "waits for a charger, number 1 of the queue");
    site.fleet.arrive(kSecond);
    site.tick();
    CHECK(site.state(site.dispatch->of_vehicle(kSecond)->id) == MissionState::waiting);
    site.list("m1", {"p10"});
    site.tick();
    CHECK(site.who("m1") == "a3");
    // Low ones take no work, each with its reason.
    site.list("m2", {"p10"});
    site.tick();
    const std::string why = site.dispatch->find("m2")->text;
    CHECK(why.find("a1 has battery 25 %, under 30 %; it is charged first") != std::string::npos);
    CHECK(why.find("a2 charges: battery 20 %; it comes at 60 %") != std::string::npos);
    REQUIRE(site.dispatch->drop("m2", "by hand"));

    site.fleet.rows_[kSecond].status.battery_permille = 610;
    site.tick(2);
    const Mission* const second = site.dispatch->of_vehicle(kSecond);
    REQUIRE(second != nullptr);
    CHECK(second->kind == MissionKind::park);
    site.fleet.rows_[kSecond].status.charging = false;
    site.fleet.arrive(kSecond);
    site.tick(2);
    REQUIRE(site.dispatch->of_vehicle(kFirst) != nullptr);
    CHECK(site.dispatch->of_vehicle(kFirst)->kind == MissionKind::charge);
}

TEST_CASE("idle ones top up where nobody needs the charger, and come away for work") {
    DispatchOptions options;
    options.chargers = {"p0"};
    Site site(options, {{"p10", 650}});
    site.tick();
    REQUIRE(site.dispatch->of_vehicle(kFirst) != nullptr);
    CHECK(site.dispatch->of_vehicle(kFirst)->kind == MissionKind::charge);
    site.fleet.arrive(kFirst);
    site.tick();
    site.list("m1", {"p30"});
    site.tick();
    CHECK(site.who("m1") == "a1");
    CHECK(site.fleet.sent[kFirst].back() == "p30");
}

TEST_CASE("one with enough leaves its charger for one that waits, also without free parking") {
    DispatchOptions options;
    options.chargers = {"p0"};
    // After a restart: it charges already, and nobody is known to wait.
    Site site(options, {{"p0", 700}, {"p20", 250}});
    site.fleet.rows_[kFirst].status.charging = true;
    site.tick(3);
    CHECK(site.fleet.sent[kFirst] == std::vector<std::string>{"p20"});
    site.fleet.rows_[kFirst].status.charging = false;
    site.fleet.rows_[kFirst].node = "p5";
    site.tick();
    CHECK(site.fleet.sent[kSecond] == std::vector<std::string>{"p0"});
}

// Found by tally-sim, scenario picking, seed 68: a full vehicle stood on a charger on the only way.
TEST_CASE("one with enough leaves its charger for one that has got nowhere for long") {
    DispatchOptions options;
    options.chargers = {"p10"};
    options.parking = {"p50"};
    Site site(options, {{"p10", 590}, {"p20", 900}});
    site.fleet.rows_[kFirst].status.charging = true;
    site.list("m1", {"p0"});
    site.tick();
    REQUIRE(site.who("m1") == "a2");
    site.fleet.rows_[kSecond].stuck_plans = FleetRow::kStuckPlans;
    site.tick(2);
    CHECK(site.fleet.sent[kFirst].empty());  // It has not got enough yet.
    site.fleet.rows_[kFirst].status.battery_permille = 610;
    site.fleet.rows_[kSecond].stuck_plans = FleetRow::kStuckPlans - 1;
    site.tick(2);
    CHECK(site.fleet.sent[kFirst].empty());  // Nobody waits for long.
    site.fleet.rows_[kSecond].stuck_plans = FleetRow::kStuckPlans;
    site.tick(2);
    CHECK(site.fleet.sent[kFirst] == std::vector<std::string>{"p50"});
}

TEST_CASE("a charger that fails a vehicle is shunned by it for a while, and the next one has it") {
    DispatchOptions options;
    options.chargers = {"p0"};
    options.parking = {"p90", "p95"};
    Site site(options, {{"p10", 250}, {"p20", 280}});
    site.tick();
    REQUIRE(site.fleet.sent[kFirst] == std::vector<std::string>{"p0"});
    SECTION("its action fails") {
        site.fleet.arrive(kFirst, ErrandPhase::failed);
        site.tick();
    }
    SECTION("it does not charge") {
        site.fleet.arrive(kFirst);
        site.fleet.rows_[kFirst].status.charging = false;
        site.tick(63);
    }
    CHECK(site.fleet.sent[kFirst].back() == "p95");
    site.fleet.arrive(kFirst);
    site.tick(40);
    CHECK(site.fleet.sent[kSecond] == std::vector<std::string>{"p90", "p0"});
    CHECK(site.fleet.sent[kFirst] == std::vector<std::string>{"p0", "p95"});
    site.fleet.arrive(kSecond);
    site.fleet.rows_[kSecond].status.battery_permille = 700;
    site.tick(5);
    CHECK(site.fleet.sent[kFirst] == std::vector<std::string>{"p0", "p95"});
    site.fleet.rows_[kSecond].node = "p30";
    site.tick(300);
    CHECK(site.fleet.sent[kFirst].back() == "p0");
}

TEST_CASE("a charger under a dead vehicle is none") {
    DispatchOptions options;
    options.chargers = {"p0", "p500"};
    Site site(options, {{"p0", 500}, {"p10", 250}});
    site.fleet.rows_[kFirst].phase = FleetPhase::lost;
    site.tick();
    REQUIRE(site.dispatch->of_vehicle(kSecond) != nullptr);
    CHECK(site.dispatch->of_vehicle(kSecond)->stop().place == "p500");
}

TEST_CASE("with a dead vehicle on the only charger work goes on, with the reserve at its end") {
    DispatchOptions options;
    options.chargers = {"p0"};
    options.detour_percent = 100;
    options.stop_mm = 0;
    // 500 m are 50 permille.
    Site site(options, {{"p0", 500}, {"p10", 320}, {"p20", 900}});
    site.fleet.rows_[kFirst].phase = FleetPhase::lost;
    site.list("m1", {"p510"});
    site.tick();
    CHECK(site.who("m1") == "a3");
    CHECK(site.line(DispatchPhase::recharge, "").find("no charger can be used") == 0);
    REQUIRE(site.dispatch->drop("m1", "by hand"));
    site.list("m2", {"p1900"});
    Mission only = *site.dispatch->find("m2");
    only.id = "m3";
    only.only = kSecond;
    REQUIRE(site.dispatch->list(only));
    site.tick();
    CHECK(site.who("m2") == "a3");
    CHECK(site.dispatch->find("m3")->text.find("under the reserve of 15 %, at its end") !=
          std::string::npos);
}

TEST_CASE("idle vehicles park, each at its nearest place together, and are called away") {
    DispatchOptions options;
    options.parking = {"p10", "p20"};
    Site site(options, {{"p15", 900}, {"p2", 900}, {"p0", 900}});
    site.tick();
    REQUIRE(site.dispatch->of_vehicle(kFirst) != nullptr);
    CHECK(site.dispatch->of_vehicle(kFirst)->stop().place == "p20");
    CHECK(site.dispatch->of_vehicle(kSecond)->stop().place == "p10");
    site.tick();
    CHECK(site.line(DispatchPhase::park, "a3").find("no parking place is free") !=
          std::string::npos);
    site.list("m1", {"p1"});
    site.list("m2", {"p16"});
    site.tick();
    CHECK(site.who("m2") == "a1");
}

TEST_CASE("one that a person sends away gives up its charger, but not its work") {
    DispatchOptions options;
    options.chargers = {"p0"};
    Site site(options, {{"p0", 250}, {"p20", 280}});
    site.tick();
    site.fleet.arrive(kFirst);
    site.tick();
    const std::string charge = site.dispatch->of_vehicle(kFirst)->id;
    REQUIRE(site.dispatch->give_up_rest(kFirst, "sent by a person"));
    REQUIRE(site.fleet.send(kFirst, {"p60"}));
    site.fleet.rows_[kFirst].status.charging = false;
    site.fleet.rows_[kFirst].node = "p5";
    site.tick();
    CHECK(site.state(charge) == MissionState::dropped);
    CHECK(site.dispatch->of_vehicle(kSecond)->stop().place == "p0");
    CHECK(site.fleet.sent[kFirst].back() == "p60");

    site.fleet.rows_[kSecond].status.battery_permille = 900;
    site.list("m1", {"p19"});
    site.tick();
    REQUIRE(site.who("m1") == "a2");
    const auto refused = site.dispatch->give_up_rest(kSecond, "sent by a person");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().text.find("has mission m1; drop that first") != std::string::npos);
    CHECK(site.state("m1") == MissionState::assigned);
}

// The dispatcher with vehicles on paper: they stand on a line, and are where they were sent when
// the test says so.
#include "firmware/services/dispatch/dispatch.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include <catch2/catch.hpp>

#include "sim/kernel/kernel.hpp"

using namespace tally;
using namespace std::chrono_literals;

namespace {

/// Places on a line; "p12" is 12 m from its beginning.
std::int64_t metres(const std::string& place) {
    return std::strtoll(place.c_str() + 1, nullptr, 10);
}

struct PaperFleet final : FleetControl {
    Result<std::string> send(const DeviceId& id, Errand errand) override {
        FleetRow& row = rows_[id];
        if (closed == errand.goal) {
            return fail(ErrorKind::conflict, "no lane leads to " + closed);
        }
        row.errand = {"e" + std::to_string(++errands), errand.goal, ErrandPhase::driving, {}, {}};
        work[id] = errand.actions;
        sent[id].push_back(errand.goal);
        return row.errand.id;
    }
    Result<void> dismiss(const DeviceId& id) override {
        rows_[id].errand.phase = ErrandPhase::none;
        return {};
    }
    [[nodiscard]] std::vector<FleetRow> rows() const override {
        std::vector<FleetRow> rows;
        for (const auto& [id, row] : rows_) {
            rows.push_back(row);
        }
        return rows;
    }
    [[nodiscard]] std::optional<std::int64_t> way_mm(const std::string& from,
                                                     const std::string& to) const override {
        if (to == closed && from != to) {
            return std::nullopt;
        }
        return 1'000 * std::abs(metres(from) - metres(to));
    }
    /// It is where it was sent, and what it does there is finished or fails.
    void arrive(const DeviceId& id, ErrandPhase phase = ErrandPhase::done) {
        FleetRow& row = rows_[id];
        REQUIRE(row.errand.phase == ErrandPhase::driving);
        row.node = row.errand.goal;
        row.errand.phase = phase;
        row.errand.text = phase == ErrandPhase::failed ? "its action is failed" : "";
        if (!work[id].empty() && work[id][0].type == "startCharging") {
            row.status.charging = phase == ErrandPhase::done;
        }
    }
    std::map<DeviceId, FleetRow> rows_;
    std::map<DeviceId, std::vector<VehicleAction>> work;
    std::map<DeviceId, std::vector<std::string>> sent;
    std::string closed;
    int errands = 0;
};

struct Site {
    explicit Site(DispatchOptions options, std::vector<std::pair<std::string, std::int32_t>> at) {
        for (std::size_t i = 0; i < at.size(); ++i) {
            const DeviceId id("a" + std::to_string(i + 1));
            options.vehicles.push_back({id, 100, {}, {}});
            FleetRow row;
            row.id = id;
            row.node = at[i].first;
            row.status.reach = VehicleReach::online;
            row.status.heard_at = MonoTime{1};
            row.status.battery_permille = at[i].second;
            row.is_placed = true;
            fleet.rows_[id] = row;
        }
        dispatch.emplace(std::move(options), Dispatch::Ports{fleet, box, box, box});
    }
    static Mission to(std::string id, std::vector<std::string> places) {
        Mission mission;
        mission.id = std::move(id);
        for (std::string& place : places) {
            mission.stops.push_back({std::move(place), {}, StopEnd::person, {}, {}});
        }
        return mission;
    }
    void list(const std::string& id, std::vector<std::string> places) {
        REQUIRE(dispatch->list(to(id, std::move(places))));
    }
    void tick(int count = 1) {
        for (int i = 0; i < count; ++i) {
            kernel.run_for(1s);
            dispatch->tick();
        }
    }
    [[nodiscard]] MissionState state(const std::string& id) const {
        return dispatch->find(id)->state;
    }
    [[nodiscard]] std::string who(const std::string& id) const {
        const auto& vehicle = dispatch->find(id)->vehicle;
        return vehicle ? vehicle->str() : std::string();
    }
    /// The line about a vehicle and a mission, empty texts: any.
    [[nodiscard]] std::string line(DispatchPhase phase, const std::string& vehicle,
                                   const std::string& mission = {}) const {
        for (const DispatchLine& one : dispatch->lines()) {
            if (one.phase == phase && one.vehicle == vehicle &&
                (mission.empty() || one.mission == mission)) {
                return one.text;
            }
        }
        return {};
    }

    sim::Kernel kernel{{.seed = 1}};
    sim::Node& box = kernel.add_node({.name = "box"});
    PaperFleet fleet;
    std::optional<Dispatch> dispatch;
};

const DeviceId kFirst("a1");
const DeviceId kSecond("a2");

}  // namespace

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

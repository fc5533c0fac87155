#include "firmware/domain/fleet/mission.hpp"

#include <catch2/catch.hpp>

using namespace tally;
using enum MissionState;

namespace {

const DeviceId kCart("a1");

Mission tour() {
    Mission mission;
    mission.id = "m1";
    mission.stops = {{"slot", {}, StopEnd::person, {"t1"}, {}},
                     {"rack", {{"", "pick"}}, StopEnd::action, {}, {}},
                     {"station", {{"", "drop"}}, StopEnd::person, {}, {}}};
    return mission;
}

Mission after(Mission mission, std::vector<MissionStep> steps) {
    for (const MissionStep& one : steps) {
        const auto next = step(mission, one);
        INFO(to_string(one.act));
        REQUIRE(next);
        mission = *next;
    }
    return mission;
}

}  // namespace

TEST_CASE("a mission goes from stop to stop, each closed by what it waits for") {
    using enum MissionAct;
    Mission mission = after(tour(), {{assign, kCart, {}}});
    CHECK(mission.state == assigned);
    CHECK_FALSE(mission.has_begun());
    mission = after(mission, {{arrive, {}, {}}});
    CHECK(mission.state == waiting);
    CHECK(mission.has_begun());
    mission = after(mission, {{close_stop, {}, {}}});
    CHECK(mission.state == driving);
    CHECK(mission.stop().place == "rack");
    mission = after(mission, {{arrive, {}, {}}});
    CHECK(mission.state == acting);
    mission = after(mission, {{finish_work, {}, {}}});
    CHECK(mission.at == 2);
    mission = after(mission, {{arrive, {}, {}}, {finish_work, {}, {}}});
    CHECK(mission.state == waiting);
    mission = after(mission, {{close_stop, {}, {}}});
    CHECK(mission.is_over());
    CHECK(mission.state == done);
}

TEST_CASE("one not begun goes back to the list, one begun is stranded and goes on") {
    using enum MissionAct;
    const Mission given = after(tour(), {{assign, kCart, {}}});
    const Mission back = after(given, {{take_back, {}, "a1 is lost"}});
    CHECK(back.state == listed);
    CHECK_FALSE(back.vehicle);
    CHECK(back.text == "a1 is lost");
    const Mission begun = after(given, {{arrive, {}, {}}});
    CHECK(step(begun, {take_back, {}, {}}).error().text.find("is waiting; it cannot take back") !=
          std::string::npos);
    const Mission lost = after(begun, {{strand, {}, "a1 is lost"}});
    CHECK(lost.state == stranded);
    CHECK(lost.vehicle == kCart);
    CHECK(after(lost, {{go_on, {}, {}}}).state == driving);
    CHECK(after(lost, {{drop, {}, "by hand"}}).state == dropped);
}

TEST_CASE("what a state does not allow is refused, in every state") {
    using enum MissionAct;
    const std::vector<Mission> all{
        tour(), after(tour(), {{assign, kCart, {}}}),
        after(tour(), {{assign, kCart, {}}, {arrive, {}, {}}}),
        after(tour(), {{assign, kCart, {}}, {arrive, {}, {}}, {close_stop, {}, {}}}),
        after(tour(), {{drop, {}, "why"}})};
    const std::vector<std::vector<MissionAct>> allowed{{assign, drop},
                                                       {take_back, arrive, drop},
                                                       {close_stop, strand, drop},
                                                       {arrive, strand, drop},
                                                       {}};
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (const MissionAct act :
             {assign, take_back, arrive, finish_work, close_stop, strand, go_on, drop}) {
            INFO(to_string(all[i].state) << ", " << to_string(act));
            const bool may =
                std::find(allowed[i].begin(), allowed[i].end(), act) != allowed[i].end();
            CHECK(step(all[i], {act, kCart, {}}).has_value() == may);
        }
    }
}

TEST_CASE("a mission of one vehicle is no other's, and one that cannot be is not listed") {
    Mission mission = tour();
    mission.only = DeviceId("a2");
    CHECK_FALSE(step(mission, {MissionAct::assign, kCart, {}}));
    CHECK(step(mission, {MissionAct::assign, DeviceId("a2"), {}}));
    CHECK(check(tour()));
    mission.stops[1].actions.clear();
    CHECK(check(mission).error().text.find("names none") != std::string::npos);
    mission.stops.clear();
    CHECK_FALSE(check(mission));
    CHECK_FALSE(check(Mission{}));
}

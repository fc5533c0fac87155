// The worst of networks between real processes (mode M2): mosquitto, tally-bridge, two tallyd and
// tally-emul, with a fault proxy on each way that matters. Afterwards both journals of each edge
// hold the same line, and all that was acknowledged is in it.
#include <chrono>
#include <map>

#include <catch2/catch.hpp>

#include "tests/integration/site/film.hpp"
#include "tests/integration/site/proxied_site.hpp"

using namespace tally;
using namespace tally::test;

namespace {

using std::chrono::milliseconds;

constexpr const char* kGates[] = {"dock", "door", "exit"};

/// Units walk all the time, by films of passages.
class BadNetwork : public ProxiedSite {
 public:
    BadNetwork() : ProxiedSite(plan(), traffic_at) { REQUIRE(go_on(50)); }

    /// Some real time passes while nobody can hear anything.
    static void stay(Duration span) {
        const auto until = std::chrono::steady_clock::now() + span;
        await(span * 2, [&] { return std::chrono::steady_clock::now() >= until; });
    }

    /// Good weather, everybody ends, and the books are compared.
    std::map<std::string, LineCopy> end() {
        fair_weather();
        CHECK(go_on(5));
        auto lines = close();
        CHECK(lines["back"].count("handed_over") > 0);
        CHECK(lines["shop"].count("received") > 0);
        return lines;
    }

 private:
    static SitePlan plan() {
        SitePlan plan = warehouse_plan();
        for (GatePlan& gate : plan.gates) {
            gate.more = "absence_ms = 300\n";
        }
        return plan;
    }

    static std::vector<std::string> traffic_at(LiveSite& site) {
        std::vector<std::string> options = {"--replay-rounds", "0", "--replay-gap-ms", "20"};
        std::uint64_t first_serial = 1'000;
        for (const char* gate : kGates) {
            const std::string film = (site.folder() / (std::string(gate) + ".llrp")).string();
            write_film(film, traffic({first_serial, 200, 500}));
            first_serial += 1'000;
            options.insert(options.end(), {"--replay", std::string(gate) + "-reader=" + film});
        }
        return options;
    }
};

}  // namespace

TEST_CASE("a broker that is cut off, shut and silent in turn is caught up with") {
    BadNetwork net;
    for (const char* box : ProxiedSite::kBoxes) {
        net.way(box).set_weather({milliseconds(20), 700, 0});
    }
    REQUIRE(net.go_on(20));
    for (int outage = 0; outage < 3; ++outage) {
        for (const char* box : ProxiedSite::kBoxes) {
            net.way(box).set_door(Relay::Door::shut);
            net.way(box).cut();
        }
        BadNetwork::stay(std::chrono::seconds(3));
        for (const char* box : ProxiedSite::kBoxes) {
            net.way(box).set_door(Relay::Door::open);
        }
        REQUIRE(net.go_on(20));
    }
    // Half-open: only the keepalive (15 s, one and a half of it) can tell.
    net.way("back").hush();
    net.way("bridge").hush();
    REQUIRE(net.go_on(20));
    net.end();
}

TEST_CASE("readers whose connections break in a storm are read again, and blind meanwhile") {
    BadNetwork net;
    const std::uint64_t before = net.way("door-reader").accepted();
    for (int storm = 0; storm < 12; ++storm) {
        for (const char* gate : kGates) {
            FaultProxy& way = net.way(std::string(gate) + "-reader");
            way.set_weather({milliseconds(5), 7, 0});  // every frame in crumbs
            way.cut();
        }
        BadNetwork::stay(milliseconds(400));
    }
    REQUIRE(net.go_on(20));
    CHECK(net.way("door-reader").accepted() > before + 1);
    for (const char* gate : kGates) {
        net.way(std::string(gate) + "-reader").set_weather({});
    }
    REQUIRE(net.go_on(400));  // and units go over to the other edge again
    const auto lines = net.end();
    CHECK(lines.at("back").count("blind_began") > 2);
    CHECK(lines.at("back").count("blind_ended") > 2);
}

TEST_CASE("an edge that is killed again and again behind a slow network loses nothing") {
    BadNetwork net;
    net.way("back").set_weather({milliseconds(60), 13, 60'000});
    net.way("shop").set_weather({milliseconds(60), 400, 0});
    for (int kill = 0; kill < 8; ++kill) {
        INFO("kill " << kill);
        const std::string edge = kill % 3 == 2 ? "shop" : "back";
        net.site().process(edge).kill9();
        if (kill % 2 == 1) {
            net.way(edge).hush();
        }
        net.site().launch(edge);
        net.site().await_up(edge);
        BadNetwork::stay(milliseconds(250 * (kill % 4)));
    }
    REQUIRE(net.go_on(10));
    net.end();
}

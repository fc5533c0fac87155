// Three scenes, by hand after scenarios of virtual time, as real processes (mode M2): mosquitto,
// tally-bridge, two tallyd and tally-emul, with a fault proxy on each way that matters. Units walk
// all the time; afterwards both journals of each edge hold the same line, and all that was
// acknowledged is in it.
#include <cstdio>
#include <map>

#include <catch2/catch.hpp>

#include "tests/integration/site/film.hpp"
#include "tests/integration/site/ledgers.hpp"
#include "tests/integration/site/live_site.hpp"
#include "tests/support/fault_proxy.hpp"

using namespace tally;
using namespace tally::test;

namespace {

using std::chrono::milliseconds;

constexpr const char* kGates[] = {"dock", "door", "exit"};
constexpr const char* kBoxes[] = {"bridge", "back", "shop"};

/// A site that works, every box and every reader behind a proxy of its own.
class BadNetwork {
 public:
    BadNetwork() : site(plan()) {
        site.tap().start(site.broker().port(), WireTap::Keep::figures);
        start_traffic();
        for (const char* box : kBoxes) {
            ways[box] = std::make_unique<FaultProxy>(site.broker().port());
            site.lead_to_broker(box, ways[box]->port());
        }
        import_master(site.config("back"), kFilmMaster);
        import_master(site.config("shop"), kFilmMaster);
        site.start_bridge();
        site.start_edge("back");
        site.start_edge("shop");
        REQUIRE(go_on(50));
    }

    /// Until both edges have had `events` more acknowledged.
    bool go_on(std::uint64_t events) {
        const auto acknowledged = [&](const char* edge) {
            return site.tap().edge(edge).acknowledged();
        };
        const std::uint64_t back = acknowledged("back") + events;
        const std::uint64_t shop = acknowledged("shop") + events;
        return await(kPatience * 2,
                     [&] { return acknowledged("back") >= back && acknowledged("shop") >= shop; });
    }

    /// Some real time passes while nobody can hear anything.
    static void stay(Duration span) {
        const auto until = std::chrono::steady_clock::now() + span;
        await(span * 2, [&] { return std::chrono::steady_clock::now() >= until; });
    }

    /// Good weather, everybody ends, and the books are compared.
    std::map<std::string, LineCopy> end() {
        for (auto& [name, way] : ways) {
            way->set_weather({});
            way->set_door(Relay::Door::open);
        }
        CHECK(go_on(5));
        site.process("readers").terminate();
        site.settle("back");  // its hand-overs become commands for the other edge
        std::map<std::string, LineCopy> lines;
        for (const char* edge : {"shop", "back"}) {
            lines[edge] = end_told(edge);
        }
        site.stop("bridge");
        for (const auto& [edge, line] : lines) {
            INFO("edge " << edge);
            check_one_truth(line, read_line(site.database("bridge"), host::StoreKind::bridge, edge),
                            site.tap().edge(edge).acks);
            std::printf("%s: %zu events, %zu blind periods begun\n", edge.c_str(), line.rows.size(),
                        line.count("blind_began"));
        }
        CHECK(lines["back"].count("handed_over") > 0);
        CHECK(lines["shop"].count("received") > 0);
        return lines;
    }

    LiveSite site;
    std::map<std::string, std::unique_ptr<FaultProxy>> ways;  // of boxes and of readers

 private:
    static SitePlan plan() {
        SitePlan plan = warehouse_plan();
        for (GatePlan& gate : plan.gates) {
            gate.more = "absence_ms = 300\n";
        }
        return plan;
    }

    void start_traffic() {
        std::vector<std::string> options = {"--replay-rounds", "0", "--replay-gap-ms", "20"};
        std::uint64_t first_serial = 1'000;
        for (const char* gate : kGates) {
            const std::string film = (site.folder() / (std::string(gate) + ".llrp")).string();
            write_film(film, traffic({first_serial, 200, 500}));
            first_serial += 1'000;
            options.insert(options.end(), {"--replay", std::string(gate) + "-reader=" + film});
        }
        site.start_readers(options);
        std::map<std::string, std::uint16_t> ports;
        for (const auto& [reader, port] : site.readers()) {
            ways[reader] = std::make_unique<FaultProxy>(port);
            ports[reader] = ways[reader]->port();
        }
        site.use_readers(ports);
    }

    /// What an edge's end adds, the bridge gets at its next start.
    LineCopy end_told(const std::string& edge) {
        for (int attempt = 0; attempt < 5; ++attempt) {
            site.settle(edge);
            site.stop(edge);
            LineCopy line = read_line(site.database(edge), host::StoreKind::edge, edge);
            if (site.tap().edge(edge).acknowledged() == line.rows.size()) {
                return line;
            }
            site.start_edge(edge);
            REQUIRE(await(kPatience, [&] {
                return site.tap().edge(edge).acknowledged() >= line.rows.size();
            }));
        }
        FAIL("edge " << edge << " never rests");
        return {};
    }
};

}  // namespace

TEST_CASE("a broker that is cut off, shut and silent in turn is caught up with") {
    BadNetwork net;
    for (const char* box : kBoxes) {
        net.ways[box]->set_weather({milliseconds(20), 700, 0});
    }
    REQUIRE(net.go_on(20));
    for (int outage = 0; outage < 3; ++outage) {
        for (const char* box : kBoxes) {
            net.ways[box]->set_door(Relay::Door::shut);
            net.ways[box]->cut();
        }
        BadNetwork::stay(std::chrono::seconds(3));
        for (const char* box : kBoxes) {
            net.ways[box]->set_door(Relay::Door::open);
        }
        REQUIRE(net.go_on(20));
    }
    // Half-open: only the keepalive (15 s, one and a half of it) can tell.
    net.ways["back"]->hush();
    net.ways["bridge"]->hush();
    REQUIRE(net.go_on(20));
    net.end();
}

TEST_CASE("readers whose connections break in a storm are read again, and blind meanwhile") {
    BadNetwork net;
    const std::uint64_t before = net.ways["door-reader"]->accepted();
    for (int storm = 0; storm < 12; ++storm) {
        for (const char* gate : kGates) {
            FaultProxy& way = *net.ways[std::string(gate) + "-reader"];
            way.set_weather({milliseconds(5), 7, 0});  // every frame in crumbs
            way.cut();
        }
        BadNetwork::stay(milliseconds(400));
    }
    REQUIRE(net.go_on(20));
    CHECK(net.ways["door-reader"]->accepted() > before + 1);
    for (const char* gate : kGates) {
        net.ways[std::string(gate) + "-reader"]->set_weather({});
    }
    REQUIRE(net.go_on(400));  // and units go over to the other edge again
    const auto lines = net.end();
    CHECK(lines.at("back").count("blind_began") > 2);
    CHECK(lines.at("back").count("blind_ended") > 2);
}

TEST_CASE("an edge that is killed again and again behind a slow network loses nothing") {
    BadNetwork net;
    net.ways["back"]->set_weather({milliseconds(60), 13, 60'000});
    net.ways["shop"]->set_weather({milliseconds(60), 400, 0});
    for (int kill = 0; kill < 8; ++kill) {
        INFO("kill " << kill);
        const std::string edge = kill % 3 == 2 ? "shop" : "back";
        net.site.process(edge).kill9();
        if (kill % 2 == 1) {
            net.ways[edge]->hush();
        }
        net.site.launch(edge);
        net.site.await_up(edge);
        BadNetwork::stay(milliseconds(250 * (kill % 4)));
    }
    REQUIRE(net.go_on(10));
    net.end();
}

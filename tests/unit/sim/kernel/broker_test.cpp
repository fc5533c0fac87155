// Two boxes, "edge" and "central", and a broker on a third. A Desk is one client and what it heard.
#include "sim/kernel/broker.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace tally;
using namespace tally::sim;
using namespace std::chrono_literals;

namespace {

struct Desk final : BusHandler {
    std::unique_ptr<MessageBus> bus;
    int connected = 0;
    std::vector<BusMessage> messages;
    std::vector<Error> losses;
    std::map<std::uint64_t, Result<void>> outcomes;

    void on_connected() override { ++connected; }
    void on_message(const BusMessage& message) override { messages.push_back(message); }
    void on_lost(const Error& why) override { losses.push_back(why); }
    void on_published(std::uint64_t token, const Result<void>& outcome) override {
        outcomes.emplace(token, outcome);
    }
    [[nodiscard]] std::vector<std::string> payloads() const {
        std::vector<std::string> all;
        for (const BusMessage& message : messages) {
            all.push_back(message.payload);
        }
        return all;
    }
};

struct World {
    explicit World(BrokerOptions options = {}, std::uint64_t seed = 1)
        : kernel({.seed = seed}), network(kernel, {}), broker(kernel, network, host, options) {
        broker.set_rights("edge", {{"site/edge/#"}, {"site/edge/ack", "site/edge/cmd"}});
        broker.set_rights("bridge", BrokerRights::everything());
        edge.bus = broker.client(edge_box, "edge");
        bridge.bus = broker.client(central, "bridge");
    }
    void connect(Desk& desk, BusSession session) {
        desk.bus->connect(session, desk);
        kernel.run_for(1s);
    }
    void connect_both() {
        connect(bridge, {.client_id = "bridge", .will = {}, .subscriptions = {"site/#"}});
        connect(edge, edge_session());
        REQUIRE(bridge.connected == 1);
        REQUIRE(edge.connected == 1);
    }
    static BusSession edge_session() {
        return {.client_id = "edge",
                .will = BusMessage{"site/edge/death", "gone", Retain::no},
                .subscriptions = {"site/edge/ack"}};
    }
    void say(Desk& desk, const std::string& topic, const std::string& payload,
             Retain retain = Retain::no) {
        REQUIRE(desk.bus->publish({topic, payload, retain}));
        kernel.run_for(1s);
    }

    Kernel kernel;
    Node& edge_box = kernel.add_node({.name = "edge"});
    Node& central = kernel.add_node({.name = "central"});
    Node& host = kernel.add_node({.name = "broker"});
    Network network;
    SimBroker broker;
    Desk edge, bridge;
};

}  // namespace

TEST_CASE("a message reaches the subscribers of its topic, and the publisher hears it was taken") {
    World world;
    world.connect_both();
    const auto token = world.edge.bus->publish({"site/edge/delta", "d1", Retain::no});
    REQUIRE(token);
    CHECK(world.edge.outcomes.empty());
    world.kernel.run_for(1s);
    CHECK(world.bridge.payloads() == std::vector<std::string>{"d1"});
    REQUIRE(world.edge.outcomes.count(*token) == 1);
    CHECK(world.edge.outcomes.at(*token).has_value());
    CHECK(world.edge.messages.empty());
}

TEST_CASE("publishing needs a connection, a topic without wildcards, and room in flight") {
    World world({.client_in_flight_max = 3});
    CHECK(world.edge.bus->publish({"site/edge/x", "1", Retain::no}).error().kind ==
          ErrorKind::offline);
    world.connect_both();
    CHECK(world.edge.bus->publish({"site/+/x", "1", Retain::no}).error().kind ==
          ErrorKind::malformed);
    for (int i = 0; i < 3; ++i) {
        CHECK(world.edge.bus->publish({"site/edge/x", "1", Retain::no}));
    }
    CHECK(world.edge.bus->publish({"site/edge/x", "1", Retain::no}).error().kind ==
          ErrorKind::exhausted);
    world.kernel.run_for(1s);
    CHECK(world.edge.bus->publish({"site/edge/x", "1", Retain::no}));
}

TEST_CASE("a publish without the right is refused, and nobody gets it") {
    World world;
    world.connect_both();
    const auto token = world.edge.bus->publish({"site/other/delta", "forged", Retain::yes});
    REQUIRE(token);
    world.kernel.run_for(1s);
    REQUIRE(world.edge.outcomes.count(*token) == 1);
    CHECK(world.edge.outcomes.at(*token).error().kind == ErrorKind::refused);
    CHECK(world.bridge.messages.empty());
    CHECK(world.broker.retained() == 0);
    CHECK(world.broker.counts().refused == 1);
}

TEST_CASE("a subscriber without the right to read gets nothing") {
    World world;
    world.connect(world.edge, {.client_id = "edge", .will = {}, .subscriptions = {"#"}});
    world.connect(world.bridge, {.client_id = "bridge", .will = {}, .subscriptions = {}});
    world.say(world.bridge, "site/other/ack", "secret", Retain::yes);
    world.say(world.bridge, "site/edge/ack", "mine");
    CHECK(world.edge.payloads() == std::vector<std::string>{"mine"});
}

TEST_CASE("an unknown user is refused") {
    World world;
    Desk stranger;
    stranger.bus = world.broker.client(world.central, "stranger");
    world.connect(stranger, {.client_id = "s", .will = {}, .subscriptions = {}});
    CHECK(stranger.connected == 0);
    REQUIRE(stranger.losses.size() == 1);
    CHECK(stranger.losses[0].kind == ErrorKind::refused);
}

TEST_CASE("retained messages are given to later subscribers as retained, until cleared") {
    World world;
    world.connect(world.bridge, {.client_id = "bridge", .will = {}, .subscriptions = {"#"}});
    world.say(world.bridge, "site/edge/ack", "first", Retain::yes);
    world.say(world.bridge, "site/edge/ack", "second", Retain::yes);
    for (const BusMessage& live : world.bridge.messages) {
        CHECK(live.retain == Retain::no);
    }
    world.connect(world.edge, World::edge_session());
    REQUIRE(world.edge.messages.size() == 1);
    CHECK(world.edge.messages[0].payload == "second");
    CHECK(world.edge.messages[0].retain == Retain::yes);
    world.say(world.bridge, "site/edge/ack", "", Retain::yes);
    CHECK(world.edge.messages.back().payload.empty());
    world.edge.messages.clear();
    world.connect(world.edge, World::edge_session());
    CHECK(world.edge.connected == 2);
    CHECK(world.edge.messages.empty());
}

TEST_CASE("the broker forgets a client that left: nothing waits for it") {
    World world;
    world.connect_both();
    world.edge.bus->disconnect();
    world.say(world.bridge, "site/edge/ack", "missed");
    world.connect(world.edge, World::edge_session());
    CHECK(world.edge.messages.empty());
    CHECK(world.broker.counts().wills == 0);
    CHECK(world.edge.losses.empty());
}

TEST_CASE(
    "the will comes at once from a killed process, and after 1.5 keepalives from a dead box") {
    struct Row {
        const char* name;
        void (*end)(World&);
        Duration at_least;
        Duration at_most;
    };
    const Row rows[] = {
        {"process", [](World& w) { w.edge_box.kill(Death::process); }, 0s, 1s},
        {"power", [](World& w) { w.edge_box.kill(Death::power); }, 10s, 31s},
        {"partition", [](World& w) { w.network.partition(w.edge_box, w.host); }, 10s, 31s},
        {"half-open", [](World& w) { w.broker.make_half_open(w.edge_box); }, 10s, 31s},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        World world;
        world.connect_both();
        world.kernel.run_for(35s);
        const MonoTime cut = world.kernel.now();
        row.end(world);
        REQUIRE(
            world.kernel.run_until([&] { return !world.bridge.messages.empty(); }, cut + 10min));
        CHECK(world.bridge.payloads() == std::vector<std::string>{"gone"});
        CHECK(world.kernel.now() - cut >= row.at_least);
        CHECK(world.kernel.now() - cut <= row.at_most);
    }
}

TEST_CASE("a living client keeps its session for as long as it likes") {
    World world;
    world.connect_both();
    world.kernel.run_for(24h);
    CHECK(world.bridge.messages.empty());
    CHECK(world.edge.losses.empty());
    CHECK(world.broker.sessions() == 2);
}

TEST_CASE("a client notices a silent broker by its own pings") {
    World world;
    world.connect_both();
    world.host.kill(Death::power);
    world.kernel.run_for(19s);
    CHECK(world.edge.losses.empty());
    world.kernel.run_for(30s);
    REQUIRE(world.edge.losses.size() == 1);
    CHECK(world.edge.losses[0].kind == ErrorKind::timeout);
}

TEST_CASE("a will may come after its client is back") {
    World world({.late_will_ppm = 1'000'000, .late_will_max = 30s});
    world.connect_both();
    world.edge_box.kill(Death::process);
    world.edge_box.restart();
    world.connect(world.edge, World::edge_session());
    world.say(world.edge, "site/edge/birth", "back");
    world.kernel.run_for(1min);
    CHECK(world.bridge.payloads() == std::vector<std::string>{"back", "gone"});
}

TEST_CASE("a client with the same name takes over, and the will of the first one is sent") {
    World world;
    world.connect_both();
    Desk twin;
    twin.bus = world.broker.client(world.edge_box, "edge");
    world.connect(twin, World::edge_session());
    CHECK(twin.connected == 1);
    REQUIRE(world.edge.losses.size() == 1);
    CHECK(world.edge.losses[0].kind == ErrorKind::conflict);
    CHECK(world.bridge.payloads() == std::vector<std::string>{"gone"});
    CHECK(world.broker.sessions() == 2);
}

TEST_CASE("a restarted broker has no sessions, and its retained messages by option") {
    for (const RetainedOnRestart option : {RetainedOnRestart::kept, RetainedOnRestart::lost}) {
        World world({.retained_on_restart = option});
        world.connect_both();
        world.say(world.bridge, "site/edge/ack", "cursor", Retain::yes);
        world.edge.messages.clear();
        world.host.kill(Death::process);
        world.kernel.run_for(1s);
        CHECK(world.edge.losses.size() == 1);
        CHECK(world.bridge.losses.size() == 1);
        CHECK_FALSE(world.edge.bus->publish({"site/edge/delta", "d", Retain::no}));
        world.connect(world.edge, World::edge_session());
        CHECK(world.edge.connected == 1);
        CHECK(world.edge.losses.size() == 2);
        world.host.restart();
        world.connect(world.edge, World::edge_session());
        CHECK(world.edge.connected == 2);
        CHECK(world.edge.messages.size() == (option == RetainedOnRestart::kept ? 1 : 0));
        CHECK(world.broker.counts().wills == 0);
    }
}

TEST_CASE("what waits for a slow client is bounded; the rest is dropped and counted") {
    World world({.queued_messages_max = 10});
    world.connect(world.bridge, {.client_id = "bridge", .will = {}, .subscriptions = {}});
    world.connect(world.edge, World::edge_session());
    world.network.partition(world.edge_box, world.host);
    for (int i = 0; i < 15; ++i) {
        REQUIRE(world.bridge.bus->publish({"site/edge/ack", std::to_string(i), Retain::no}));
    }
    world.kernel.run_for(1s);
    CHECK(world.broker.counts().dropped == 5);
    world.network.heal(world.edge_box, world.host);
    world.kernel.run_for(1s);
    CHECK(world.edge.messages.size() == 10);
    CHECK(world.edge.messages.back().payload == "9");
}

TEST_CASE("order holds per topic with duplicates, while topics overtake each other") {
    bool overtaken = false;
    bool duplicated = false;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        World world({.duplicate_ppm = 200'000, .reorder_ppm = 200'000}, seed);
        world.connect_both();
        for (int i = 0; i < 100; ++i) {
            const std::string topic = "site/edge/t" + std::to_string(i % 4);
            REQUIRE(world.edge.bus->publish({topic, std::to_string(i), Retain::no}));
            world.kernel.run_for(1ms);
        }
        world.kernel.run_for(10s);
        std::map<std::string, int> last;
        std::set<int> seen;
        int newest = -1;
        for (const BusMessage& message : world.bridge.messages) {
            const int number = std::stoi(message.payload);
            const auto before = last.find(message.topic);
            CHECK((before == last.end() || before->second <= number));
            last[message.topic] = number;
            overtaken = overtaken || number < newest;
            newest = std::max(newest, number);
            duplicated = !seen.insert(number).second || duplicated;
        }
        CHECK(seen.size() == 100);
    }
    CHECK(overtaken);
    CHECK(duplicated);
}

TEST_CASE(
    "a connection that breaks leaves the publisher in doubt: the message came, or it did not") {
    int came = 0;
    int lost = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        World world({.break_ppm = 1'000'000}, seed);
        world.connect_both();
        world.bridge.messages.clear();
        world.say(world.edge, "site/edge/delta", "d");
        CHECK(world.edge.losses.size() == 1);
        CHECK(world.edge.outcomes.empty());
        const auto heard = world.bridge.payloads();
        const bool delta_came = std::count(heard.begin(), heard.end(), "d") == 1;
        (delta_came ? came : lost) += 1;
        CHECK(heard.back() == "gone");
    }
    CHECK(came > 5);
    CHECK(lost > 5);
}

TEST_CASE("a broken connection is told to both ends, and its will is sent") {
    World world;
    world.connect_both();
    world.broker.break_connections(world.edge_box);
    world.kernel.run_for(1s);
    CHECK(world.edge.losses.size() == 1);
    CHECK(world.bridge.losses.empty());
    CHECK(world.bridge.payloads() == std::vector<std::string>{"gone"});
}

TEST_CASE("connects are turned away by chance, and time out through a partition") {
    World busy({.refuse_ppm = 1'000'000});
    busy.connect(busy.edge, World::edge_session());
    REQUIRE(busy.edge.losses.size() == 1);
    CHECK(busy.edge.losses[0].kind == ErrorKind::offline);
    World world;
    world.network.partition(world.edge_box, world.host);
    world.connect(world.edge, World::edge_session());
    CHECK(world.edge.losses.empty());
    world.kernel.run_for(10s);
    REQUIRE(world.edge.losses.size() == 1);
    CHECK(world.edge.losses[0].kind == ErrorKind::timeout);
    world.network.heal_all();
    world.kernel.run_for(1min);
    CHECK(world.edge.connected == 0);
    CHECK(world.broker.sessions() == 0);
}

TEST_CASE("a bus that outlives its broker is dead, not dangling") {
    Kernel kernel({});
    Node& box = kernel.add_node({.name = "box"});
    Network network(kernel, {});
    Desk desk;
    {
        SimBroker broker(kernel, network, box, {});
        broker.set_rights("u", BrokerRights::everything());
        desk.bus = broker.client(box, "u");
        desk.bus->connect({.client_id = "c", .will = {}, .subscriptions = {}}, desk);
    }
    CHECK_FALSE(desk.bus->publish({"a", "b", Retain::no}));
    desk.bus->disconnect();
    desk.bus.reset();
}

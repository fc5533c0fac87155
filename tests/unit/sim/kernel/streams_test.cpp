// Streams between two nodes, "a" dials "b". A Peer is one end: it keeps what it hears, in order.

#include "sim/kernel/streams.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace tally;
using namespace tally::sim;
using namespace std::chrono_literals;

namespace {

struct Peer final : StreamHandler, AcceptHandler {
    std::unique_ptr<Stream> stream;
    bool opened = false;
    std::string heard;
    std::vector<std::size_t> pieces;
    std::vector<Error> ends;

    void on_open() override { opened = true; }
    void on_bytes(ByteView bytes) override {
        heard += as_text(bytes);
        pieces.push_back(bytes.size());
    }
    void on_closed(const Error& why) override { ends.push_back(why); }
    StreamHandler* on_accept(std::unique_ptr<Stream> accepted) override {
        stream = std::move(accepted);
        return this;
    }
};

struct World {
    explicit World(LinkOptions link = {}, std::uint64_t seed = 1)
        : kernel({.seed = seed}), network(kernel, link), streams(kernel, network) {
        listener = std::move(*streams.of(b).listen({"", 0}, far));
    }
    void dial() { near.stream = streams.of(a).dial({"b", listener->bound().port}, near); }
    void dial_and_open() {
        dial();
        kernel.run_for(1s);
        REQUIRE(near.opened);
        REQUIRE(far.stream);
    }

    Kernel kernel;
    Node& a = kernel.add_node({.name = "a"});
    Node& b = kernel.add_node({.name = "b"});
    Network network;
    Streams streams;
    Peer near, far;
    std::unique_ptr<StreamListener> listener;
};

std::string long_text(std::size_t size) {
    std::string text;
    for (std::size_t i = 0; text.size() < size; ++i) {
        text += std::to_string(i) + ",";
    }
    text.resize(size);
    return text;
}

}  // namespace

TEST_CASE("bytes arrive whole and in order, however the link splits and merges them") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        World world({.loss_ppm = 20'000, .split_ppm = 500'000, .merge_ppm = 300'000}, seed);
        world.dial_and_open();
        const std::string up = long_text(200'000);
        const std::string down = long_text(50'000);
        for (std::size_t at = 0; at < up.size(); at += 10'000) {
            REQUIRE(world.near.stream->send(as_bytes(up.substr(at, 10'000))));
        }
        REQUIRE(world.far.stream->send(as_bytes(down)));
        world.kernel.run_for(5min);
        CHECK(world.far.heard == up);
        CHECK(world.near.heard == down);
        CHECK(world.far.pieces.size() > 1);
    }
}

TEST_CASE("segments are split at other places by another seed, and merged at all") {
    const auto pieces = [](std::uint64_t seed, std::uint32_t split_ppm, std::uint32_t merge_ppm) {
        World world({.split_ppm = split_ppm, .merge_ppm = merge_ppm}, seed);
        world.dial_and_open();
        REQUIRE(world.near.stream->send(as_bytes(long_text(20'000))));
        world.kernel.run_for(1min);
        REQUIRE(world.far.heard.size() == 20'000);
        return world.far.pieces;
    };
    CHECK(pieces(1, 500'000, 0) == pieces(1, 500'000, 0));
    CHECK(pieces(1, 500'000, 0) != pieces(2, 500'000, 0));
    CHECK(pieces(1, 0, 1'000'000).size() < pieces(1, 0, 0).size());
}

TEST_CASE("no callback comes from inside dial, send or close") {
    World world;
    world.dial();
    CHECK_FALSE(world.near.opened);
    world.kernel.run_for(1s);
    REQUIRE(world.near.stream->send(as_bytes("x")));
    CHECK(world.far.heard.empty());
    world.near.stream->close();
    CHECK(world.far.ends.empty());
    world.kernel.run_for(1s);
    CHECK(world.far.heard == "x");
    REQUIRE(world.far.ends.size() == 1);
    CHECK(world.far.ends[0].kind == ErrorKind::offline);
    CHECK(world.near.ends.empty());
}

TEST_CASE("close sends what is queued first, even through a slow reader") {
    World world;
    world.dial_and_open();
    world.far.stream->set_reading(Stream::Reading::paused);
    const std::string text = long_text(1'000'000);
    REQUIRE(world.near.stream->send(as_bytes(text)));
    world.near.stream->close();
    CHECK_FALSE(world.near.stream->send(as_bytes("more")));
    world.kernel.run_for(1min);
    CHECK(world.far.heard.empty());
    CHECK(world.far.ends.empty());
    world.far.stream->set_reading(Stream::Reading::running);
    world.kernel.run_for(1min);
    CHECK(world.far.heard == text);
    CHECK(world.far.ends.size() == 1);
}

TEST_CASE("a paused reader holds the sender up, until 4 MiB wait and send is refused") {
    World world;
    world.dial_and_open();
    world.far.stream->set_reading(Stream::Reading::paused);
    const std::string block = long_text(std::size_t{1} << 20);
    int accepted = 0;
    Result<void> outcome;
    while ((outcome = world.near.stream->send(as_bytes(block)))) {
        ++accepted;
        world.kernel.run_for(10s);
        REQUIRE(accepted < 10);
    }
    CHECK(accepted == 4);
    CHECK(outcome.error().kind == ErrorKind::exhausted);
    CHECK(world.far.heard.empty());
    world.far.stream->set_reading(Stream::Reading::running);
    world.kernel.run_for(1min);
    CHECK(world.far.heard.size() == 4 * block.size());
    CHECK(world.near.stream->send(as_bytes(block)));
}

TEST_CASE("a dial is refused at once where nobody listens, and times out where nobody answers") {
    struct Row {
        const char* name;
        void (*prepare)(World&);
        ErrorKind kind;
        Duration at_least;
        Duration at_most;
    };
    const Row rows[] = {
        {"no listener", [](World& w) { w.listener.reset(); }, ErrorKind::offline, 0s, 1s},
        {"dead process", [](World& w) { w.b.kill(Death::process); }, ErrorKind::offline, 0s, 1s},
        {"no power", [](World& w) { w.b.kill(Death::power); }, ErrorKind::timeout, 10s, 11s},
        {"partition", [](World& w) { w.network.partition(w.a, w.b); }, ErrorKind::timeout, 10s,
         11s},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        World world;
        const std::uint16_t port = world.listener->bound().port;
        row.prepare(world);
        world.near.stream = world.streams.of(world.a).dial({"b", port}, world.near);
        CHECK(world.kernel.run_until([&] { return !world.near.ends.empty(); },
                                     MonoTime{60'000'000'000}));
        CHECK(world.near.ends[0].kind == row.kind);
        CHECK(world.kernel.now() - MonoTime{} >= row.at_least);
        CHECK(world.kernel.now() - MonoTime{} <= row.at_most);
        CHECK_FALSE(world.near.opened);
        CHECK(world.streams.connections() == (row.kind == ErrorKind::timeout ? 1 : 0));
    }
}

TEST_CASE("an unknown host, a foreign address and a taken port are told") {
    World world;
    world.near.stream = world.streams.of(world.a).dial({"nowhere", 80}, world.near);
    world.kernel.run_for(1s);
    REQUIRE(world.near.ends.size() == 1);
    CHECK(world.near.ends[0].text.find("nowhere") != std::string::npos);
    CHECK_FALSE(world.streams.of(world.a).listen({"b", 0}, world.far));
    const auto again = world.streams.of(world.b).listen(world.listener->bound(), world.far);
    REQUIRE_FALSE(again);
    CHECK(again.error().kind == ErrorKind::conflict);
    const Endpoint bound = world.listener->bound();
    world.listener.reset();
    CHECK(world.streams.of(world.b).listen(bound, world.far));
}

TEST_CASE("a partition is silence: bytes wait, and arrive in order after it heals") {
    World world;
    world.dial_and_open();
    world.network.partition(world.a, world.b);
    const std::string text = long_text(300'000);
    REQUIRE(world.near.stream->send(as_bytes(text)));
    world.kernel.run_for(1min);
    CHECK(world.far.heard.empty());
    CHECK(world.near.ends.empty());
    world.network.heal(world.a, world.b);
    world.kernel.run_for(1min);
    CHECK(world.far.heard == text);
}

TEST_CASE("a partition in the middle of a transfer loses nothing, for many seeds") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        World world({.latency_min = 1ms, .latency_max = 20ms, .split_ppm = 300'000}, seed);
        world.dial_and_open();
        const std::string text = long_text(300'000);
        REQUIRE(world.near.stream->send(as_bytes(text)));
        for (int i = 0; i < 5; ++i) {
            world.kernel.run_for(7ms);
            world.network.partition(world.a, world.b);
            world.kernel.run_for(11ms);
            world.network.heal(world.a, world.b);
        }
        world.kernel.run_for(1min);
        CHECK(world.far.heard == text);
    }
}

TEST_CASE("half-open: neither end is told, until the sender's system gives up") {
    World world;
    world.dial_and_open();
    world.streams.make_half_open(world.a, world.b);
    REQUIRE(world.near.stream->send(as_bytes("hello")));
    world.kernel.run_for(14min);
    CHECK(world.near.ends.empty());
    world.kernel.run_for(2min);
    REQUIRE(world.near.ends.size() == 1);
    CHECK(world.near.ends[0].kind == ErrorKind::timeout);
    CHECK(world.far.heard.empty());
    CHECK(world.far.ends.empty());
}

TEST_CASE("a killed process is noticed at once, a power cut is not") {
    World world;
    world.dial_and_open();
    SECTION("process") {
        world.b.kill(Death::process);
        world.kernel.run_for(1s);
        CHECK(world.near.ends.size() == 1);
        CHECK(world.far.ends.empty());
        CHECK_FALSE(world.near.stream->send(as_bytes("x")));
    }
    SECTION("power, and the box comes back: whoever still sends is reset") {
        world.b.kill(Death::power);
        REQUIRE(world.near.stream->send(as_bytes("x")));
        world.kernel.run_for(1min);
        CHECK(world.near.ends.empty());
        world.b.restart();
        world.kernel.run_for(1s);
        CHECK(world.near.ends.size() == 1);
    }
    CHECK(world.far.heard.empty());
}

TEST_CASE("what a process had sent before it died still arrives") {
    World world;
    world.dial_and_open();
    REQUIRE(world.far.stream->send(as_bytes("last words")));
    world.kernel.run_for(50us);
    world.b.kill(Death::process);
    world.kernel.run_for(1s);
    CHECK(world.near.heard == "last words");
    CHECK(world.near.ends.size() == 1);
}

TEST_CASE("resets and silence by chance come from named options only") {
    int resets = 0;
    int silences = 0;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        World torn({.reset_ppm = 20'000}, seed);
        torn.dial_and_open();
        REQUIRE(torn.near.stream->send(as_bytes(long_text(40'000))));
        torn.kernel.run_for(1min);
        resets += torn.near.ends.size() == 1 && torn.far.ends.size() == 1 ? 1 : 0;
        World hushed({.silence_ppm = 20'000}, seed);
        hushed.dial_and_open();
        REQUIRE(hushed.near.stream->send(as_bytes(long_text(40'000))));
        hushed.kernel.run_for(1min);
        silences += hushed.far.heard.size() < 40'000 && hushed.near.ends.empty() ? 1 : 0;
    }
    CHECK(resets > 5);
    CHECK(resets < 25);
    CHECK(silences > 5);
    CHECK(silences < 25);
}

TEST_CASE("a refused chance refuses although somebody listens") {
    World world({.refuse_ppm = 1'000'000});
    world.dial();
    world.kernel.run_for(1s);
    CHECK(world.near.ends.size() == 1);
    CHECK_FALSE(world.far.stream);
}

TEST_CASE("streams may be destroyed in any callback, and a destroyed one hears nothing") {
    struct Fickle final : StreamHandler {
        std::unique_ptr<Stream> stream;
        int calls = 0;
        void on_open() override { end(); }
        void on_bytes(ByteView /*bytes*/) override { end(); }
        void on_closed(const Error& /*why*/) override { end(); }
        void end() {
            ++calls;
            stream.reset();
        }
    };
    World world;
    Fickle fickle;
    fickle.stream = world.streams.of(world.a).dial({"b", world.listener->bound().port}, fickle);
    world.kernel.run_for(1s);
    CHECK(fickle.calls == 1);
    REQUIRE(world.far.ends.size() == 1);
    world.far.ends.clear();
    fickle.stream = world.streams.of(world.a).dial({"b", 1}, fickle);
    world.kernel.run_for(1s);
    CHECK(fickle.calls == 2);
    world.dial_and_open();
    world.near.stream.reset();
    world.kernel.run_for(1s);
    CHECK(world.near.ends.empty());
    CHECK(world.far.ends.size() == 1);
    CHECK(world.streams.connections() == 0);
}

TEST_CASE("an accept handler may refuse") {
    struct Closed final : AcceptHandler {
        StreamHandler* on_accept(std::unique_ptr<Stream> /*stream*/) override { return nullptr; }
    };
    World world;
    Closed closed;
    const auto listener = std::move(*world.streams.of(world.b).listen({"", 0}, closed));
    world.near.stream = world.streams.of(world.a).dial({"b", listener->bound().port}, world.near);
    world.kernel.run_for(1s);
    CHECK(world.near.ends.size() == 1);
    CHECK(world.streams.connections() == 0);
}

TEST_CASE("streams that outlive their world are dead, not dangling") {
    Kernel kernel({});
    Node& a = kernel.add_node({.name = "a"});
    Peer peer;
    std::unique_ptr<StreamListener> listener;
    {
        Network network(kernel, {});
        Streams streams(kernel, network);
        listener = std::move(*streams.of(a).listen({"127.0.0.1", 0}, peer));
        peer.stream = streams.of(a).dial(listener->bound(), peer);
    }
    CHECK_FALSE(peer.stream->send(as_bytes("x")));
    peer.stream->close();
    peer.stream.reset();
    listener.reset();
}

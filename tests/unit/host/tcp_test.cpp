// What TCP does beyond the promises of the stream port (tests/conformance/stream_suite.cpp).
#include "firmware/host/net/tcp.hpp"

#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "firmware/host/loop/fd.hpp"
#include "firmware/host/net/address.hpp"
#include "tests/conformance/stream_peers.hpp"
#include "tests/support/loop_driver.hpp"

namespace tally::host {
namespace {

using conformance::Doorman;
using conformance::Listener;
using test::turn_until;

constexpr Duration kSoon = std::chrono::seconds(20);

struct Net {
    Loop loop;
    TcpDialer dialer{loop};
    TcpAcceptor acceptor{loop};
    Doorman door;
};

std::unique_ptr<StreamListener> listen(Net& net, const char* host) {
    auto listening = net.acceptor.listen({host, 0}, net.door);
    REQUIRE(listening);
    return std::move(*listening);
}

TEST_CASE("a refused dial says what, why and what to do next") {
    Net net;
    const Endpoint dead = listen(net, "127.0.0.1")->bound();
    Listener near;
    near.stream = net.dialer.dial(dead, near);
    REQUIRE(turn_until(
        net.loop, [&] { return near.closes == 1; }, kSoon));
    CHECK(near.closed_why->text == "cannot reach " + to_text(dead) +
                                       ": connection refused; check that it is on and that the "
                                       "address is right");
}

TEST_CASE("bytes sent before the stream is open arrive") {
    Net net;
    const auto listener = listen(net, "127.0.0.1");
    Listener near;
    near.stream = net.dialer.dial(listener->bound(), near);
    CHECK(near.send("early"));
    near.close();
    REQUIRE(turn_until(
        net.loop, [&] { return !net.door.guests.empty() && net.door.guests[0]->closes == 1; },
        kSoon));
    CHECK(net.door.guests[0]->received == "early");
}

TEST_CASE("localhost and IPv6 are dialled without a look-up") {
    Net net;
    for (const Endpoint& at : {Endpoint{"localhost", 0}, Endpoint{"::1", 0}}) {
        auto listening = net.acceptor.listen(at, net.door);
        if (!listening && at.host == "::1") {
            WARN("skipped: this machine has no IPv6 loopback (" << listening.error().text << ")");
            continue;
        }
        REQUIRE(listening);
        Listener near;
        near.stream = net.dialer.dial({at.host, (*listening)->bound().port}, near);
        CHECK(turn_until(
            net.loop, [&] { return near.opens == 1; }, kSoon));
    }
}

TEST_CASE("a name that does not exist ends the dial, and a given-up look-up stays silent") {
    Net net;
    Listener given_up;
    given_up.stream = net.dialer.dial({"no-such-host.invalid", 5084}, given_up);
    given_up.stream.reset();
    Listener near;
    near.stream = net.dialer.dial({"no-such-host.invalid", 5084}, near);
    REQUIRE(turn_until(
        net.loop, [&] { return near.closes == 1; }, kSoon));
    CHECK(near.closed_why->kind != ErrorKind::malformed);
    CHECK(near.closed_why->text.find("no-such-host.invalid") != std::string::npos);
    CHECK(given_up.closes == 0);
}

TEST_CASE("a peer that does not answer ends the dial in time") {
    // A listener that accepts nobody: its queue fills, and further dials stay unanswered.
    Loop loop;
    const Fd deaf(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto any = numeric_addresses({"127.0.0.1", 0});
    REQUIRE(any);
    REQUIRE(::bind(deaf.get(), any->front().get(), any->front().size) == 0);
    REQUIRE(::listen(deaf.get(), 0) == 0);
    TcpDialer dialer(loop, {.connect_timeout = std::chrono::milliseconds(200)});
    std::vector<std::unique_ptr<Listener>> callers;
    for (int i = 0; i < 4; ++i) {
        callers.push_back(std::make_unique<Listener>());
        callers.back()->stream = dialer.dial(bound_endpoint(deaf.get()), *callers.back());
    }
    const Listener& last = *callers.back();
    REQUIRE(turn_until(
        loop, [&] { return last.closes == 1; }, kSoon));
    CHECK(last.closed_why->kind == ErrorKind::timeout);
    CHECK(last.closed_why->text.find("no answer within 200 ms") != std::string::npos);
}

TEST_CASE("listening errors are sentences") {
    Net net;
    const auto listener = listen(net, "127.0.0.1");
    const auto taken = net.acceptor.listen(listener->bound(), net.door);
    REQUIRE_FALSE(taken);
    CHECK(taken.error().kind == ErrorKind::conflict);
    CHECK(taken.error().text.find("another program has this port") != std::string::npos);

    const auto named = net.acceptor.listen({"gate-1.example", 0}, net.door);
    REQUIRE_FALSE(named);
    CHECK(named.error().kind == ErrorKind::malformed);

    const auto foreign = net.acceptor.listen({"192.0.2.1", 0}, net.door);
    REQUIRE_FALSE(foreign);
    CHECK(foreign.error().kind == ErrorKind::offline);
}

TEST_CASE("a socket connected to itself is told from a real peer") {
    const Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto any = numeric_addresses({"127.0.0.1", 0});
    REQUIRE(::bind(socket.get(), any->front().get(), any->front().size) == 0);
    CHECK_FALSE(connected_to_itself(socket.get()));
    const auto own = numeric_addresses(bound_endpoint(socket.get()));
    REQUIRE(::connect(socket.get(), own->front().get(), own->front().size) == 0);
    CHECK(connected_to_itself(socket.get()));
}

TEST_CASE("a listener may end inside on_accept") {
    struct OneGuest final : AcceptHandler {
        StreamHandler* on_accept(std::unique_ptr<Stream> stream) override {
            listener.reset();
            guest.stream = std::move(stream);
            return &guest;
        }
        std::unique_ptr<StreamListener> listener;
        Listener guest;
    };
    Net net;
    OneGuest door;
    auto listening = net.acceptor.listen({"127.0.0.1", 0}, door);
    REQUIRE(listening);
    door.listener = std::move(*listening);
    Listener near;
    near.stream = net.dialer.dial(door.listener->bound(), near);
    REQUIRE(turn_until(
        net.loop, [&] { return near.opens == 1 && door.guest.stream; }, kSoon));
    CHECK(near.send("hello"));
    CHECK(turn_until(
        net.loop, [&] { return door.guest.received == "hello"; }, kSoon));
}

TEST_CASE("a reset is heard by a reader that is paused") {
    Net net;
    const auto listener = listen(net, "127.0.0.1");
    Listener near;
    near.stream = net.dialer.dial(listener->bound(), near);
    REQUIRE(turn_until(
        net.loop, [&] { return near.opens == 1 && net.door.guests.size() == 1; }, kSoon));
    near.stream->set_reading(Stream::Reading::paused);
    // The far end dies with unread input: TCP answers that with a reset.
    net.door.guests[0]->stream->set_reading(Stream::Reading::paused);
    CHECK(near.send("unread"));
    net.loop.turn(Duration::zero());
    net.door.guests[0]->stream.reset();
    REQUIRE(turn_until(
        net.loop, [&] { return near.closes == 1; }, kSoon));
    CHECK(near.closed_why->text.find("connection reset by peer") != std::string::npos);
}

}  // namespace
}  // namespace tally::host

#include "tests/conformance/stream_suite.hpp"

#include "tests/conformance/stream_peers.hpp"

namespace tally::conformance {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

/// A dialled stream and its accepted other end.
struct Pair {
    explicit Pair(StreamFixture& world) {
        auto listening = world.acceptor().listen(world.listen_at(), door);
        REQUIRE(listening);
        listener = std::move(*listening);
        near.stream = world.dialer().dial(listener->bound(), near);
        TALLY_SOON(world, near.opens == 1 && door.guests.size() == 1);
        far = door.guests.front().get();
    }

    Doorman door;
    Listener near;
    Listener* far = nullptr;
    std::unique_ptr<StreamListener> listener;
};

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) {
        text[i] = static_cast<char>((i * 131 + i / 251) & 0xff);
    }
    return text;
}

void bytes_go_both_ways(StreamFixture& world) {
    Pair pair(world);
    CHECK(pair.listener->bound().port != 0);
    CHECK(pair.near.send("to "));
    CHECK(pair.near.send("the far end"));
    CHECK(pair.far->send("to the near end"));
    TALLY_SOON(world, pair.far->received.size() == 14 && pair.near.received.size() == 15);
    CHECK(pair.far->received == "to the far end");
    CHECK(pair.near.received == "to the near end");
    CHECK(pair.near.opens == 1);
    CHECK(pair.far->opens == 0);
}

void nobody_listens(StreamFixture& world) {
    Endpoint dead;
    {
        Doorman door;
        auto listening = world.acceptor().listen(world.listen_at(), door);
        REQUIRE(listening);
        dead = (*listening)->bound();
    }
    Listener near;
    near.inside_call = true;
    near.stream = world.dialer().dial(dead, near);
    near.inside_call = false;
    TALLY_SOON(world, near.closes == 1);
    CHECK_FALSE(near.called_inside);
    CHECK(near.opens == 0);
    CHECK(near.closed_why->kind == ErrorKind::offline);
    CHECK(near.closed_why->text.find(dead.host) != std::string::npos);
    let_a_moment_pass(world);
    CHECK_FALSE(near.called_after_end);
}

void a_megabyte_arrives_whole(StreamFixture& world) {
    Pair pair(world);
    const std::string sent = pattern(kMiB + 12'345);
    CHECK(pair.near.send(sent));
    TALLY_SOON(world, pair.far->received.size() >= sent.size());
    CHECK((pair.far->received == sent));
}

void too_much_at_once_is_refused_whole(StreamFixture& world) {
    Pair pair(world);
    const auto sent = pair.near.send(std::string(4 * kMiB + 1, 'x'));
    REQUIRE_FALSE(sent);
    CHECK(sent.error().kind == ErrorKind::exhausted);
    CHECK(pair.near.send("small"));
    TALLY_SOON(world, !pair.far->received.empty());
    let_a_moment_pass(world);
    CHECK(pair.far->received == "small");
}

void a_paused_reader_pushes_back(StreamFixture& world) {
    Pair pair(world);
    pair.far->stream->set_reading(Stream::Reading::paused);
    const std::string chunk = pattern(kMiB);
    std::size_t accepted = 0;
    bool refused = false;
    for (int i = 0; i < 64 && !refused; ++i) {
        const auto sent = pair.near.send(chunk);
        accepted += sent ? chunk.size() : 0;
        refused = !sent && sent.error().kind == ErrorKind::exhausted;
        let_a_moment_pass(world);
    }
    CHECK(refused);
    CHECK(pair.far->received.empty());
    pair.far->stream->set_reading(Stream::Reading::running);
    TALLY_SOON(world, pair.far->received.size() >= accepted);
    let_a_moment_pass(world);
    REQUIRE(pair.far->received.size() == accepted);
    for (std::size_t at = 0; at < accepted; at += kMiB) {
        CHECK((pair.far->received.compare(at, kMiB, chunk) == 0));
    }
    CHECK(pair.near.send("again"));
    TALLY_SOON(world, pair.far->received.size() == accepted + 5);
}

void a_reader_may_pause_inside_on_bytes(StreamFixture& world) {
    Pair pair(world);
    pair.far->when_bytes = [&] { pair.far->stream->set_reading(Stream::Reading::paused); };
    CHECK(pair.near.send(pattern(kMiB)));
    TALLY_SOON(world, !pair.far->received.empty());
    const std::size_t so_far = pair.far->received.size();
    let_a_moment_pass(world);
    CHECK(pair.far->received.size() == so_far);
    CHECK(so_far < kMiB);
    pair.far->when_bytes = nullptr;
    pair.far->stream->set_reading(Stream::Reading::running);
    TALLY_SOON(world, pair.far->received.size() == kMiB);
}

void close_sends_what_is_queued(StreamFixture& world) {
    Pair pair(world);
    const std::string sent = pattern(3 * kMiB);
    CHECK(pair.near.send(sent));
    CHECK(pair.far->send("unread"));  // must not turn the orderly end into a reset
    pair.near.close();
    pair.near.stream.reset();
    TALLY_SOON(world, pair.far->closes == 1);
    CHECK((pair.far->received == sent));
    CHECK(pair.far->closed_why->kind == ErrorKind::offline);
    let_a_moment_pass(world);
    CHECK(pair.near.closes == 0);
    CHECK(pair.near.received.empty());
    CHECK_FALSE(pair.far->called_after_end);
}

void close_twice_and_silence(StreamFixture& world) {
    Pair pair(world);
    pair.near.close();
    pair.near.close();
    CHECK_FALSE(pair.near.send("too late"));
    CHECK(pair.far->send("nobody listens"));
    TALLY_SOON(world, pair.far->closes == 1);
    let_a_moment_pass(world);
    CHECK(pair.near.closes == 0);
    CHECK(pair.near.received.empty());
    CHECK(pair.far->received.empty());
}

void destroying_closes_without_a_callback(StreamFixture& world) {
    Pair pair(world);
    pair.near.stream.reset();
    TALLY_SOON(world, pair.far->closes == 1);
    let_a_moment_pass(world);
    CHECK(pair.near.closes == 0);
}

void nothing_is_called_inside_send_or_close(StreamFixture& world) {
    Pair pair(world);
    pair.far->stream.reset();
    for (int i = 0; i < 20 && pair.near.closes == 0; ++i) {
        (void)pair.near.send("into the void");
        (void)world.run_until([&] { return pair.near.closes > 0; }, kAMoment);
    }
    TALLY_SOON(world, pair.near.closes == 1);
    CHECK_FALSE(pair.near.send("later"));
    pair.near.close();
    let_a_moment_pass(world);
    CHECK_FALSE(pair.near.called_inside);
    CHECK_FALSE(pair.near.called_after_end);
}

void a_stream_may_die_in_on_open(StreamFixture& world) {
    Doorman door;
    auto listening = world.acceptor().listen(world.listen_at(), door);
    REQUIRE(listening);
    Listener near;
    near.when_open = [&] { near.stream.reset(); };
    near.stream = world.dialer().dial((*listening)->bound(), near);
    TALLY_SOON(world, near.opens == 1 && door.guests.size() == 1);
    TALLY_SOON(world, door.guests.front()->closes == 1);
    CHECK(near.closes == 0);
}

void a_stream_may_die_in_on_bytes(StreamFixture& world) {
    Pair pair(world);
    pair.far->when_bytes = [&] { pair.far->stream.reset(); };
    CHECK(pair.near.send(pattern(kMiB)));
    TALLY_SOON(world, pair.near.closes == 1);
    CHECK(pair.far->received.size() < kMiB);
    CHECK(pair.far->closes == 0);
}

void a_stream_may_die_in_on_closed(StreamFixture& world) {
    Pair pair(world);
    pair.far->when_closed = [&] { pair.far->stream.reset(); };
    pair.near.close();
    TALLY_SOON(world, pair.far->closes == 1);
    CHECK_FALSE(pair.far->stream);
}

void a_dial_may_be_given_up(StreamFixture& world) {
    Doorman door;
    auto listening = world.acceptor().listen(world.listen_at(), door);
    REQUIRE(listening);
    Listener near;
    near.stream = world.dialer().dial((*listening)->bound(), near);
    near.stream.reset();
    let_a_moment_pass(world);
    CHECK(near.opens == 0);
    CHECK(near.closes == 0);
}

void a_refused_guest_is_shown_out(StreamFixture& world) {
    Doorman door;
    door.refuse_next = true;
    auto listening = world.acceptor().listen(world.listen_at(), door);
    REQUIRE(listening);
    Listener near;
    near.stream = world.dialer().dial((*listening)->bound(), near);
    TALLY_SOON(world, near.closes == 1);
    CHECK(door.refused == 1);
    near.stream = world.dialer().dial((*listening)->bound(), near);
    TALLY_SOON(world, door.guests.size() == 1);
}

void streams_outlive_their_listener(StreamFixture& world) {
    Pair pair(world);
    pair.listener.reset();
    CHECK(pair.near.send("still here"));
    TALLY_SOON(world, pair.far->received == "still here");
}

}  // namespace

std::vector<Promise<StreamFixture>> stream_promises() {
    return {
        {"a dialled stream opens once, and bytes go both ways in order", bytes_go_both_ways},
        {"where nobody listens, the dial ends offline and names the address", nobody_listens},
        {"a megabyte arrives whole and in order", a_megabyte_arrives_whole},
        {"more than the bound at once is exhausted, and none of it is sent",
         too_much_at_once_is_refused_whole},
        {"a paused reader pushes back until the sender is exhausted, and loses nothing",
         a_paused_reader_pushes_back},
        {"a reader may pause inside on_bytes", a_reader_may_pause_inside_on_bytes},
        {"close() sends what is queued, then ends", close_sends_what_is_queued},
        {"after close() there is silence, and it may be called twice", close_twice_and_silence},
        {"destroying a stream closes it without a callback", destroying_closes_without_a_callback},
        {"no callback comes from inside send() or close(), and none after on_closed",
         nothing_is_called_inside_send_or_close},
        {"a stream may be destroyed in on_open", a_stream_may_die_in_on_open},
        {"a stream may be destroyed in on_bytes", a_stream_may_die_in_on_bytes},
        {"a stream may be destroyed in on_closed", a_stream_may_die_in_on_closed},
        {"a dial may be given up at once", a_dial_may_be_given_up},
        {"a stream that the acceptor refuses is closed", a_refused_guest_is_shown_out},
        {"accepted streams outlive their listener", streams_outlive_their_listener},
    };
}

}  // namespace tally::conformance

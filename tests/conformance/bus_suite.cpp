#include "tests/conformance/bus_suite.hpp"

#include <algorithm>

#include "tests/conformance/bus_client.hpp"

namespace tally::conformance {
namespace {

/// A client that is connected and subscribed.
struct Connected {
    Connected(BusFixture& world, BusSession session) : client(world.add_client()) {
        client.connect(std::move(session));
        TALLY_SOON(world, client.connects == 1);
    }
    BusClient client;
};

BusSession session(const std::string& id, std::vector<std::string> subscriptions = {}) {
    BusSession made;
    made.client_id = id;
    made.subscriptions = std::move(subscriptions);
    return made;
}

void messages_reach_subscribers_in_order(BusFixture& world) {
    Connected reader(world, session("reader", {"site/+/delta", "other/#"}));
    Connected writer(world, session("writer"));
    std::vector<std::string> expected;
    for (int i = 0; i < 500; ++i) {
        expected.push_back(std::to_string(i));
        REQUIRE(world.run_until(
            [&] { return writer.client.publish("site/e1/delta", expected.back()).has_value(); },
            kSoon));
    }
    TALLY_SOON(world, writer.client.all_published());
    REQUIRE(writer.client.publish("site/e1/elsewhere", "nobody asked"));
    REQUIRE(writer.client.publish("other/a/b", "last"));
    expected.emplace_back("last");
    TALLY_SOON(world, reader.client.messages.size() >= expected.size());
    TALLY_SOON(world, writer.client.all_published());
    CHECK(reader.client.payloads() == expected);
    CHECK(reader.client.messages.front().topic == "site/e1/delta");
    CHECK(reader.client.messages.front().retain == Retain::no);
    for (const auto& [token, outcome] : writer.client.outcomes) {
        CHECK(outcome);
    }
    CHECK_FALSE(writer.client.unknown_token);
    CHECK_FALSE(writer.client.called_inside);
    CHECK_FALSE(reader.client.called_inside);
}

void payloads_are_bytes(BusFixture& world) {
    Connected peer(world, session("peer", {"bytes"}));
    std::string every_byte;
    for (int i = 0; i < 256; ++i) {
        every_byte += static_cast<char>(i);
    }
    const std::string batch(64 << 10, 'x');
    CHECK(peer.client.publish("bytes", every_byte));
    CHECK(peer.client.publish("bytes", batch));
    TALLY_SOON(world, peer.client.messages.size() == 2);
    CHECK((peer.client.messages[0].payload == every_byte));
    CHECK((peer.client.messages[1].payload == batch));
}

void what_is_sent_at_most_once_arrives_on_a_whole_line(BusFixture& world) {
    Connected peer(world, session("peer", {"once"}));
    for (int i = 0; i < 50; ++i) {
        CHECK(peer.client.publish("once", std::to_string(i), Retain::no, Qos::at_most_once));
    }
    TALLY_SOON(world, peer.client.messages.size() == 50);
    TALLY_SOON(world, peer.client.all_published());
    CHECK(peer.client.payloads().back() == "49");
    CHECK_FALSE(peer.client.unknown_token);
}

void publishing_needs_a_connection(BusFixture& world) {
    BusClient client(world.add_client());
    const auto never = client.publish("t", "x");
    REQUIRE_FALSE(never);
    CHECK(never.error().kind == ErrorKind::offline);
    client.connect(session("c"));
    CHECK_FALSE(client.publish("t", "x"));
    TALLY_SOON(world, client.connects == 1);
    CHECK(client.publish("t", "x"));
    client.disconnect();
    const auto after = client.publish("t", "x");
    REQUIRE_FALSE(after);
    CHECK(after.error().kind == ErrorKind::offline);
}

void too_many_in_flight_is_exhausted(BusFixture& world) {
    Connected writer(world, session("writer"));
    for (std::size_t i = 0; i < world.in_flight_max(); ++i) {
        REQUIRE(writer.client.publish("t", "x"));
    }
    const auto one_more = writer.client.publish("t", "x");
    REQUIRE_FALSE(one_more);
    CHECK(one_more.error().kind == ErrorKind::exhausted);
    TALLY_SOON(world, writer.client.all_published());
    CHECK(writer.client.publish("t", "x"));
    TALLY_SOON(world, writer.client.all_published());
    CHECK(std::all_of(writer.client.outcomes.begin(), writer.client.outcomes.end(),
                      [](const auto& of_token) { return of_token.second.has_value(); }));
}

void retained_messages_wait_for_latecomers(BusFixture& world) {
    Connected writer(world, session("writer"));
    CHECK(writer.client.publish("kept", "old", Retain::yes));
    CHECK(writer.client.publish("kept", "new", Retain::yes));
    CHECK(writer.client.publish("cleared", "gone", Retain::yes));
    CHECK(writer.client.publish("cleared", "", Retain::yes));
    CHECK(writer.client.publish("passing", "missed"));
    TALLY_SOON(world, writer.client.all_published());
    Connected late(world, session("late", {"#"}));
    TALLY_SOON(world, !late.client.messages.empty());
    let_a_moment_pass(world);
    CHECK(late.client.payloads() == std::vector<std::string>{"new"});
    CHECK(late.client.messages[0].retain == Retain::yes);
    CHECK_FALSE(late.client.message_before_connected);
}

void a_cut_connection_publishes_the_will(BusFixture& world) {
    Connected watcher(world, session("watcher", {"death/+"}));
    BusSession with_will = session("edge");
    with_will.will = BusMessage{"death/edge", "gone", Retain::no};
    Connected edge(world, with_will);
    world.cut(edge.client.bus);
    TALLY_SOON(world, !watcher.client.messages.empty());
    TALLY_SOON(world, edge.client.losses == 1);
    CHECK(watcher.client.payloads() == std::vector<std::string>{"gone"});
    CHECK(edge.client.lost_why->kind == ErrorKind::offline);
    CHECK_FALSE(edge.client.publish("t", "x"));
}

void a_disconnect_publishes_no_will(BusFixture& world) {
    Connected watcher(world, session("watcher", {"death/+", "word"}));
    BusSession with_will = session("edge");
    with_will.will = BusMessage{"death/edge", "gone", Retain::no};
    Connected edge(world, with_will);
    std::vector<std::string> expected;
    for (int i = 0; i < 100; ++i) {
        expected.push_back("last words " + std::to_string(i));
        CHECK(edge.client.publish("word", expected.back()));
    }
    const int calls = edge.client.calls;
    edge.client.disconnect();
    edge.client.disconnect();
    TALLY_SOON(world, watcher.client.messages.size() >= expected.size());
    let_a_moment_pass(world);
    let_a_moment_pass(world);
    CHECK(watcher.client.payloads() == expected);
    CHECK(edge.client.calls == calls);
}

void a_dead_broker_is_lost_and_found_again(BusFixture& world) {
    Connected reader(world, session("reader", {"t"}));
    Connected writer(world, session("writer"));
    CHECK(writer.client.publish("t", "retained, but the broker forgets", Retain::yes));
    TALLY_SOON(world, writer.client.all_published() && !reader.client.messages.empty());
    world.kill_broker();
    TALLY_SOON(world, reader.client.losses == 1 && writer.client.losses == 1);
    reader.client.connect(session("reader", {"t"}));
    TALLY_SOON(world, reader.client.losses == 2);
    CHECK(reader.client.lost_why->kind == ErrorKind::offline);
    CHECK_FALSE(reader.client.called_inside);

    world.start_broker();
    reader.client.connect(session("reader", {"t"}));
    writer.client.connect(session("writer"));
    TALLY_SOON(world, reader.client.connects == 2 && writer.client.connects == 2);
    CHECK(writer.client.publish("t", "again"));
    TALLY_SOON(world, reader.client.messages.size() == 2);
    CHECK(reader.client.messages.back().payload == "again");
}

void a_session_ends_with_its_connection(BusFixture& world) {
    Connected writer(world, session("writer"));
    Connected reader(world, session("reader", {"t"}));
    reader.client.disconnect();
    CHECK(writer.client.publish("t", "while away"));
    TALLY_SOON(world, writer.client.all_published());
    reader.client.connect(session("reader", {"t"}));
    TALLY_SOON(world, reader.client.connects == 2);
    CHECK(writer.client.publish("t", "back"));
    TALLY_SOON(world, !reader.client.messages.empty());
    CHECK(reader.client.payloads() == std::vector<std::string>{"back"});
}

void connecting_again_drops_the_earlier_connection(BusFixture& world) {
    Connected reader(world, session("reader", {"old"}));
    Connected writer(world, session("writer"));
    reader.client.connect(session("reader", {"new"}));
    reader.client.connect(session("reader", {"newest"}));
    TALLY_SOON(world, reader.client.connects == 2);
    for (const char* topic : {"old", "new", "newest"}) {
        CHECK(writer.client.publish(topic, topic));
    }
    TALLY_SOON(world, !reader.client.messages.empty());
    let_a_moment_pass(world);
    CHECK(reader.client.payloads() == std::vector<std::string>{"newest"});
    CHECK(reader.client.connects == 2);
    CHECK(reader.client.losses == 0);
    CHECK_FALSE(reader.client.called_inside);
}

void an_id_taken_over_is_lost(BusFixture& world) {
    Connected first(world, session("same"));
    Connected second(world, session("same"));
    TALLY_SOON(world, first.client.losses == 1);
    let_a_moment_pass(world);
    CHECK(second.client.losses == 0);
    CHECK(second.client.publish("t", "x"));
}

void handlers_may_call_the_bus(BusFixture& world) {
    Connected echo(world, session("echo", {"ask"}));
    Connected asker(world, session("asker", {"answer"}));
    echo.client.when_message = [&] { CHECK(echo.client.publish("answer", "yes")); };
    CHECK(asker.client.publish("ask", "?"));
    TALLY_SOON(world, asker.client.messages.size() == 1);

    asker.client.when_message = [&] { asker.client.disconnect(); };
    CHECK(asker.client.publish("ask", "?"));
    CHECK(asker.client.publish("ask", "?"));
    TALLY_SOON(world, asker.client.messages.size() == 2);
    let_a_moment_pass(world);
    CHECK(asker.client.messages.size() == 2);

    echo.client.when_lost = [&] { echo.client.connect(session("echo", {"ask"})); };
    world.cut(echo.client.bus);
    TALLY_SOON(world, echo.client.connects == 2);
}

}  // namespace

std::vector<Promise<BusFixture>> bus_promises() {
    return {
        {"messages reach subscribers in order, and every publish has its outcome",
         messages_reach_subscribers_in_order},
        {"payloads are bytes, up to a whole batch", payloads_are_bytes},
        {"what is sent at most once arrives on a whole line, and its publish has an outcome",
         what_is_sent_at_most_once_arrives_on_a_whole_line},
        {"publishing needs a connection", publishing_needs_a_connection},
        {"too many in flight is exhausted, until some are answered",
         too_many_in_flight_is_exhausted},
        {"retained messages wait for latecomers, and come after on_connected",
         retained_messages_wait_for_latecomers},
        {"a cut connection publishes the will and is lost", a_cut_connection_publishes_the_will},
        {"a disconnect delivers what was published, sends no will, and silence follows",
         a_disconnect_publishes_no_will},
        {"a dead broker is lost, unreachable, and found again",
         a_dead_broker_is_lost_and_found_again},
        {"a session ends with its connection", a_session_ends_with_its_connection},
        {"connecting again drops the earlier connection without a word",
         connecting_again_drops_the_earlier_connection},
        {"the elder of two clients with one id is lost", an_id_taken_over_is_lost},
        {"a handler may call the bus from any callback", handlers_may_call_the_bus},
    };
}

}  // namespace tally::conformance

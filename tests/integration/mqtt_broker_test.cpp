// What a real mosquitto says no to, and how that reaches a person. The promises of the bus itself
// are in tests/conformance/bus_suite.cpp.
#include <catch2/catch.hpp>

#include "firmware/host/mqtt/paho_message_bus.hpp"
#include "tests/conformance/bus_client.hpp"
#include "tests/support/loop_driver.hpp"
#include "tests/support/mosquitto.hpp"

namespace tally::host {
namespace {

using conformance::BusClient;
using test::Mosquitto;
using test::turn_until;

constexpr Duration kSoon = std::chrono::seconds(20);

/// A broker with one user, who may write only under his own topic.
test::MosquittoConfig one_edge() {
    return {.users = {{"edge1", "right"}},
            .acl = "user edge1\ntopic write tally/v1/s/edge1/#\ntopic read tally/v1/s/edge1/ack\n",
            .extra_lines = {}};
}

MqttOptions as_edge1(const Mosquitto& broker, const std::string& password) {
    return {.broker = broker.endpoint(),
            .user = "edge1",
            .password_file = broker.write_file("edge1.password", password + "\n").string()};
}

BusSession session(std::vector<std::string> subscriptions) {
    BusSession made;
    made.client_id = "edge1";
    made.subscriptions = std::move(subscriptions);
    return made;
}

bool says(const std::optional<Error>& error, std::initializer_list<std::string> parts) {
    if (!error) {
        return false;
    }
    INFO(error->text);
    for (const std::string& part : parts) {
        CHECK(error->text.find(part) != std::string::npos);
    }
    return true;
}

TEST_CASE("a wrong password is refused, and the sentence names the user and what to check") {
    Mosquitto broker(one_edge());
    Loop loop;
    PahoMessageBus bus(loop, as_edge1(broker, "wrong"));
    BusClient client(bus);
    client.connect(session({}));
    REQUIRE(turn_until(
        loop, [&] { return client.losses == 1; }, kSoon));
    CHECK(client.connects == 0);
    CHECK(client.lost_why->kind == ErrorKind::refused);
    CHECK(says(client.lost_why, {"127.0.0.1:" + std::to_string(broker.port()), "user 'edge1'",
                                 "check the user and the password file"}));
}

TEST_CASE("a corrected password file is read at the next connect") {
    Mosquitto broker(one_edge());
    Loop loop;
    PahoMessageBus bus(loop, as_edge1(broker, "wrong"));
    BusClient client(bus);
    client.when_lost = [&] {
        broker.write_file("edge1.password", "right\n");
        client.connect(session({}));
    };
    client.connect(session({}));
    REQUIRE(turn_until(
        loop, [&] { return client.connects == 1; }, kSoon));
    CHECK(client.losses == 1);
}

TEST_CASE("a password file that cannot be read is refused without asking the broker") {
    Mosquitto broker(one_edge());
    Loop loop;
    MqttOptions options = as_edge1(broker, "right");
    options.password_file += ".missing";
    PahoMessageBus bus(loop, options);
    BusClient client(bus);
    client.connect(session({}));
    REQUIRE(turn_until(
        loop, [&] { return client.losses == 1; }, kSoon));
    CHECK(client.lost_why->kind == ErrorKind::refused);
    CHECK(says(client.lost_why, {options.password_file}));
    CHECK(broker.log().find("New client connected") == std::string::npos);
}

TEST_CASE("a publish that the access rules deny is refused, and the next one still goes through") {
    Mosquitto broker(one_edge());
    Loop loop;
    PahoMessageBus bus(loop, as_edge1(broker, "right"));
    BusClient client(bus);
    client.connect(session({"tally/v1/s/edge1/ack"}));
    REQUIRE(turn_until(
        loop, [&] { return client.connects == 1; }, kSoon));
    const auto denied = client.publish("tally/v1/s/edge2/delta", "forged");
    const auto allowed = client.publish("tally/v1/s/edge1/delta", "own");
    REQUIRE(denied);
    REQUIRE(allowed);
    REQUIRE(turn_until(
        loop, [&] { return client.all_published(); }, kSoon));
    const Result<void>& taken = client.outcomes.at(*allowed);
    INFO((taken ? std::string("taken") : taken.error().text));
    CHECK(taken);
    const Result<void>& outcome = client.outcomes.at(*denied);
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == ErrorKind::refused);
    CHECK(says(outcome.error(),
               {"does not let user 'edge1' publish to 'tally/v1/s/edge2/delta'", "reason 135"}));
    CHECK(client.losses == 0);
}

TEST_CASE("a broker that goes down in order is lost like one that dies") {
    Mosquitto broker;
    Loop loop;
    PahoMessageBus bus(loop, {.broker = broker.endpoint()});
    BusClient client(bus);
    client.connect(session({}));
    REQUIRE(turn_until(
        loop, [&] { return client.connects == 1; }, kSoon));
    broker.stop();
    REQUIRE(turn_until(
        loop, [&] { return client.losses == 1; }, kSoon));
    CHECK(client.lost_why->kind == ErrorKind::offline);
}

TEST_CASE("messages that the loop does not take are given up at a bound, with the reason") {
    Mosquitto broker;
    Loop stalled_loop;
    PahoMessageBus slow(stalled_loop, {.broker = broker.endpoint(), .inbox_max = 10});
    BusClient reader(slow);
    reader.connect(session({"flood"}));
    REQUIRE(turn_until(
        stalled_loop, [&] { return reader.connects == 1; }, kSoon));

    // The reader's loop stands still while another client is told "echo" after the flood: the
    // broker sends to both in one order, and 20 unanswered messages are all it keeps under way.
    Loop loop;
    PahoMessageBus bus(loop, {.broker = broker.endpoint()});
    BusClient writer(bus);
    BusSession other = session({"flood"});
    other.client_id = "writer";
    writer.connect(other);
    REQUIRE(turn_until(
        loop, [&] { return writer.connects == 1; }, kSoon));
    for (int i = 0; i < 200; ++i) {
        REQUIRE(writer.publish("flood", "x"));
    }
    REQUIRE(turn_until(
        loop, [&] { return writer.all_published() && writer.messages.size() == 200; }, kSoon));

    REQUIRE(turn_until(
        stalled_loop, [&] { return reader.losses == 1; }, kSoon));
    CHECK(reader.lost_why->kind == ErrorKind::exhausted);
    CHECK(reader.messages.size() == 10);
}

TEST_CASE("a broker under test keeps its port when it is killed and started again") {
    Mosquitto broker;
    const auto port = broker.port();
    broker.kill9();
    CHECK_FALSE(broker.running());
    broker.start();
    CHECK(broker.port() == port);
    CHECK(broker.log().find("running") != std::string::npos);
}

}  // namespace
}  // namespace tally::host

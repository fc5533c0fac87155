// TLS to the broker: it must prove itself to the authority that the config names, or nothing is
// said to it.
#include <catch2/catch.hpp>

#include "firmware/host/mqtt/paho_message_bus.hpp"
#include "tests/conformance/bus_client.hpp"
#include "tests/support/authority.hpp"
#include "tests/support/loop_driver.hpp"
#include "tests/support/mosquitto.hpp"
#include "tests/support/temp_folder.hpp"

namespace tally::host {
namespace {

using conformance::BusClient;
using test::Mosquitto;
using test::turn_until;

constexpr Duration kSoon = std::chrono::seconds(20);

test::MosquittoConfig with_tls(const test::ServerIdentity& server) {
    test::MosquittoConfig config;
    config.extra_lines = {"certfile " + server.certificate.string(),
                          "keyfile " + server.key.string()};
    return config;
}

BusSession session() {
    BusSession made;
    made.client_id = "edge1";
    made.subscriptions = {"t"};
    return made;
}

/// Why one attempt to connect failed.
Error refusal(const MqttOptions& options) {
    Loop loop;
    PahoMessageBus bus(loop, options);
    BusClient client(bus);
    client.connect(session());
    REQUIRE(turn_until(
        loop, [&] { return client.losses == 1; }, kSoon));
    CHECK(client.connects == 0);
    return *client.lost_why;
}

void check_says(const Error& error, std::initializer_list<std::string> parts) {
    INFO(error.text);
    for (const std::string& part : parts) {
        INFO("looking for: " << part);
        CHECK(error.text.find(part) != std::string::npos);
    }
}

}  // namespace

TEST_CASE("a broker that proves itself to the named authority is spoken to over TLS") {
    const test::TempFolder folder;
    const test::Authority authority(folder / "", "ours");
    Mosquitto broker(with_tls(authority.sign("broker", "IP:127.0.0.1")));
    Loop loop;
    PahoMessageBus bus(loop,
                       {.broker = broker.endpoint(), .ca_file = authority.certificate().string()});
    BusClient client(bus);
    client.connect(session());
    REQUIRE(turn_until(
        loop, [&] { return client.connects == 1; }, kSoon));
    REQUIRE(bus.publish({"t", "over TLS", Retain::no}));
    REQUIRE(turn_until(
        loop, [&] { return !client.messages.empty(); }, kSoon));
    CHECK(client.messages.front().payload == "over TLS");
    CHECK(client.losses == 0);
}

TEST_CASE("a broker with a certificate of another authority is refused") {
    const test::TempFolder folder;
    const test::Authority ours(folder / "", "ours");
    const test::Authority theirs(folder / "", "theirs");
    Mosquitto broker(with_tls(theirs.sign("broker", "IP:127.0.0.1")));
    const Error error =
        refusal({.broker = broker.endpoint(), .ca_file = ours.certificate().string()});
    CHECK(error.kind == ErrorKind::refused);
    check_says(error, {"127.0.0.1:" + std::to_string(broker.port()), "ca_file",
                       ours.certificate().string()});
}

TEST_CASE("a broker with a certificate for another name is refused") {
    const test::TempFolder folder;
    const test::Authority ours(folder / "", "ours");
    Mosquitto broker(with_tls(ours.sign("broker", "DNS:elsewhere.example")));
    const Error error =
        refusal({.broker = broker.endpoint(), .ca_file = ours.certificate().string()});
    CHECK(error.kind == ErrorKind::refused);
    check_says(error, {"certificate", "127.0.0.1"});
}

TEST_CASE("a broker that speaks no TLS is not spoken to in the clear") {
    const test::TempFolder folder;
    const test::Authority ours(folder / "", "ours");
    Mosquitto broker;
    const Error error =
        refusal({.broker = broker.endpoint(), .ca_file = ours.certificate().string()});
    CHECK(error.kind == ErrorKind::refused);
    check_says(error, {"TLS"});
}

TEST_CASE("a ca_file that is not there is named") {
    const test::TempFolder folder;
    const test::Authority ours(folder / "", "ours");
    Mosquitto broker(with_tls(ours.sign("broker", "IP:127.0.0.1")));
    const std::string missing = (folder / "nowhere.crt").string();
    check_says(refusal({.broker = broker.endpoint(), .ca_file = missing}), {missing});
}

TEST_CASE("a TLS broker that does not run is offline, not refused") {
    const test::TempFolder folder;
    const test::Authority ours(folder / "", "ours");
    Mosquitto broker(with_tls(ours.sign("broker", "IP:127.0.0.1")));
    broker.stop();
    CHECK(refusal({.broker = broker.endpoint(), .ca_file = ours.certificate().string()}).kind ==
          ErrorKind::offline);
}

}  // namespace tally::host

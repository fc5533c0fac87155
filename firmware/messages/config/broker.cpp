#include "firmware/messages/config/broker.hpp"

namespace tally {

namespace {

BrokerConfig read_with_host(ConfigTable& table, const TextKey& host) {
    BrokerConfig broker;
    broker.host = table.text(host);
    broker.port = static_cast<std::uint16_t>(table.integer({.name = "port",
                                                            .meaning = "TCP port of the broker",
                                                            .min = 1,
                                                            .max = 65535,
                                                            .fallback = 1883}));
    broker.user = table.text(
        {.name = "user", .meaning = "name this box gives to the broker", .fallback = ""});
    broker.password_file = table.path({.name = "password_file",
                                       .meaning = "file with the broker password, mode 600",
                                       .fallback = ""});
    broker.ca_file = table.path(
        {.name = "ca_file",
         .meaning = "PEM file of the authority that signed the broker's certificate; given: TLS",
         .fallback = ""});
    broker.keepalive = std::chrono::seconds(
        table.integer({.name = "keepalive_s",
                       .meaning = "silence after which the broker announces this box's death is "
                                  "1.5 times this",
                       .min = 1,
                       .max = 20,
                       .fallback = 15}));
    if (broker.user.empty() && !broker.password_file.empty()) {
        table.report("password_file", "a password needs a user; add 'user' or remove this key");
    }
    return broker;
}

}  // namespace

BrokerConfig read_broker(ConfigTable table) {
    return read_with_host(table, {"host", "name or address of the MQTT broker"});
}

std::optional<BrokerConfig> read_other_broker(ConfigTable table) {
    BrokerConfig broker = read_with_host(
        table, {.name = "host",
                .meaning = "name or address of the MQTT broker; empty: the box's own, with all "
                           "that stands in [broker]",
                .fallback = ""});
    if (!broker.host.empty()) {
        return broker;
    }
    if (!broker.user.empty() || !broker.ca_file.empty()) {
        table.report("host", "a broker of its own needs a host; give it, or remove this table");
    }
    return std::nullopt;
}

}  // namespace tally

#include "firmware/host/mqtt/mqtt_errors.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace tally::host {
namespace {

using Named = std::pair<int, std::string_view>;
constexpr std::array kReasons{
    Named{128, "unspecified error"},
    Named{129, "malformed packet"},
    Named{130, "protocol error"},
    Named{131, "implementation specific error"},
    Named{132, "unsupported protocol version"},
    Named{133, "client identifier not valid"},
    Named{134, "bad user name or password"},
    Named{135, "not authorized"},
    Named{136, "server unavailable"},
    Named{137, "server busy"},
    Named{138, "banned"},
    Named{139, "server shutting down"},
    Named{140, "bad authentication method"},
    Named{141, "keep alive timeout"},
    Named{142, "session taken over"},
    Named{143, "topic filter invalid"},
    Named{144, "topic name invalid"},
    Named{145, "packet identifier in use"},
    Named{146, "packet identifier not found"},
    Named{147, "receive maximum exceeded"},
    Named{148, "topic alias invalid"},
    Named{149, "packet too large"},
    Named{150, "message rate too high"},
    Named{151, "quota exceeded"},
    Named{152, "administrative action"},
    Named{153, "payload format invalid"},
    Named{154, "retain not supported"},
    Named{155, "QoS not supported"},
    Named{156, "use another server"},
    Named{157, "server moved"},
    Named{158, "shared subscriptions not supported"},
    Named{159, "connection rate exceeded"},
    Named{160, "maximum connect time"},
    Named{161, "subscription identifiers not supported"},
    Named{162, "wildcard subscriptions not supported"},
};

ErrorKind kind_of(int reason) {
    switch (reason) {
        case 136:  // server unavailable
        case 137:  // server busy
        case 139:  // server shutting down
        case 141:  // keep alive timeout
        case 159:  // connection rate exceeded
        case 160:  // maximum connect time
            return ErrorKind::offline;
        case 142:  // session taken over
            return ErrorKind::conflict;
        case 147:  // receive maximum exceeded
        case 149:  // packet too large
        case 150:  // message rate too high
        case 151:  // quota exceeded
            return ErrorKind::exhausted;
        case 132:  // unsupported protocol version
            return ErrorKind::unsupported;
        default:
            return ErrorKind::refused;
    }
}

std::string who(const MqttOptions& options) {
    return options.user.empty() ? "an anonymous user" : fmt::format("user '{}'", options.user);
}

std::string where(const MqttOptions& options) {
    return fmt::format("{}:{}", options.broker.host, options.broker.port);
}

std::string why(int reason) {
    return fmt::format("{}, reason {}", reason_text(reason), reason);
}

bool about_login(int reason) {
    return reason == 134 || reason == 135 || reason == 138 || reason == 140;
}

}  // namespace

std::string_view reason_text(int reason) {
    const auto* const found =
        std::find_if(kReasons.begin(), kReasons.end(),
                     [reason](const Named& named) { return named.first == reason; });
    return found == kReasons.end() ? "unknown reason" : found->second;
}

Error connect_error(const MqttOptions& options, const std::string& client_id, int reason,
                    const std::string& detail) {
    if (reason < kReasonErrorMin) {
        return {ErrorKind::offline,
                fmt::format("cannot reach the broker at {}: {}; check that it runs, and the "
                            "address",
                            where(options), detail)};
    }
    if (about_login(reason)) {
        return {ErrorKind::refused,
                fmt::format("the broker at {} refuses the login of {} ({}); check the user and the "
                            "password file, and the broker's own password file",
                            where(options), who(options), why(reason))};
    }
    return {kind_of(reason),
            fmt::format("the broker at {} refuses the client '{}' ({}); see the broker's log",
                        where(options), client_id, why(reason))};
}

Error authority_error(const MqttOptions& options) {
    return {
        ErrorKind::refused,
        fmt::format("cannot speak TLS to the broker at {}: ca_file '{}' cannot be read; put the "
                    "certificate of the authority that signed the broker's there, PEM",
                    where(options), options.ca_file)};
}

Error proof_error(const MqttOptions& options) {
    return {
        ErrorKind::refused,
        fmt::format("the broker at {} does not prove itself over TLS to ca_file '{}'; check that "
                    "it speaks TLS on this port, and that its certificate is signed by that "
                    "authority, made for '{}' and not out of date",
                    where(options), options.ca_file, options.broker.host)};
}

Error lost_error(const MqttOptions& options, const std::string& client_id, int reason) {
    if (reason < kReasonErrorMin) {
        return {ErrorKind::offline,
                fmt::format("lost the broker at {}: the connection broke; check "
                            "that it runs, and the network in between",
                            where(options))};
    }
    if (reason == 142) {
        return {ErrorKind::conflict,
                fmt::format("the broker at {} ended the connection because another client uses the "
                            "id '{}'; give each box an id of its own",
                            where(options), client_id)};
    }
    return {kind_of(reason),
            fmt::format("the broker at {} ended the connection of '{}' ({}); see the broker's log",
                        where(options), client_id, why(reason))};
}

Error subscribe_error(const MqttOptions& options, const std::string& filter, int reason) {
    return {kind_of(reason),
            fmt::format("the broker at {} does not let {} subscribe to '{}' ({}); grant it in the "
                        "broker's access rules",
                        where(options), who(options), filter, why(reason))};
}

Error publish_error(const MqttOptions& options, const std::string& topic, int reason) {
    if (reason == 135) {
        return {
            ErrorKind::refused,
            fmt::format("the broker at {} does not let {} publish to '{}' ({}); grant it in the "
                        "broker's access rules",
                        where(options), who(options), topic, why(reason))};
    }
    return {kind_of(reason),
            fmt::format("the broker at {} did not take a message to '{}' ({}); see "
                        "the broker's log",
                        where(options), topic, why(reason))};
}

Error handover_error(const MqttOptions& options, const std::string& topic,
                     const std::string& detail) {
    return {
        ErrorKind::offline,
        fmt::format("a message to '{}' did not leave for the broker at {} ({}); publish it again "
                    "when connected",
                    topic, where(options), detail)};
}

Error inbox_error(const MqttOptions& options) {
    return {ErrorKind::exhausted,
            fmt::format("gave up the broker at {}: {} received messages wait, more than this "
                        "program may hold; it is overloaded or stood still",
                        where(options), options.inbox_max)};
}

}  // namespace tally::host

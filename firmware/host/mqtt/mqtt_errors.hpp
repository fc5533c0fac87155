// What MQTT 5 reason codes mean to a person (OASIS MQTT 5.0, section 2.4).
#pragma once

#include <string>
#include <string_view>

#include "firmware/base/result.hpp"
#include "firmware/host/mqtt/mqtt_options.hpp"

namespace tally::host {

/// Reason codes from 0x80 on are errors; in MQTT 5 they, not the library's return code, say whether
/// the broker accepted something.
constexpr int kReasonErrorMin = 0x80;

/// The specification's name of a reason code, in lower case.
std::string_view reason_text(int reason);

/// Why connecting failed. `reason` from the broker's CONNACK if it is an error, else `detail` says
/// what the network did.
Error connect_error(const MqttOptions& options, const std::string& client_id, int reason,
                    const std::string& detail);

/// The authority's file cannot be read.
Error authority_error(const MqttOptions& options);
/// Something listens there, but no TLS connection came of it. Paho does not say why.
Error proof_error(const MqttOptions& options);

/// Why a connection ended: by the broker's DISCONNECT (`reason`), or broken (0).
Error lost_error(const MqttOptions& options, const std::string& client_id, int reason);

Error subscribe_error(const MqttOptions& options, const std::string& filter, int reason);
Error publish_error(const MqttOptions& options, const std::string& topic, int reason);
/// The client library did not take a message.
Error handover_error(const MqttOptions& options, const std::string& topic,
                     const std::string& detail);
Error inbox_error(const MqttOptions& options);

}  // namespace tally::host

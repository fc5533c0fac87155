// Inside of edge.toml and bridge.toml: where an MQTT broker is. Use box_files.hpp.
#pragma once

#include <optional>

#include "firmware/messages/config/box_files.hpp"

namespace tally {

BrokerConfig read_broker(ConfigTable table);

/// A broker that may be left out; nothing then.
std::optional<BrokerConfig> read_other_broker(ConfigTable table);

}  // namespace tally

// The bridge's own rows in its journal: the line they hang on, and their kinds.
#pragma once

#include <string_view>

namespace tally {

/// The bridge's own line: anomalies that it raises and their resolutions.
inline constexpr std::string_view kBridgeEdge = "bridge";

inline constexpr std::string_view kHandOverRows = "hand_over";
/// Second halves that came before their first.
inline constexpr std::string_view kEarlyHalfRows = "hand_over_early";
/// "<edge> <epoch>" -> seq: that edge's commands of the epoch were written again from there on.
inline constexpr std::string_view kReplacedCommandRows = "commands_replaced";
/// "<edge>" -> "<epoch>:<seq>": events that came of its commands below that have come here.
inline constexpr std::string_view kToldCommandRows = "commands_told";

}  // namespace tally

// Orders and instant actions as a vehicle understands them. Source: VDA 5050 2.0, sections 6.6 and
// 6.9; the emulator's own reading of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally::sim::agv {

enum class Status : std::uint8_t { waiting, running, paused, finished, failed };

struct Action {
    std::string id, type;
    std::string blocking = "HARD";
    double seconds = 2;                   ///< parameter "duration"
    std::vector<std::string> parameters;  ///< keys that it was given
    Status status = Status::waiting;
    std::string result{};  ///< why it failed; empty: nothing to say
    bool instant = false;

    [[nodiscard]] bool ended() const {
        return status == Status::finished || status == Status::failed;
    }
};

struct Node {
    std::string id;
    std::uint32_t sequence = 0;
    bool released = false;
    bool placed = false;
    double x = 0, y = 0;   ///< metres
    double deviation = 0;  ///< metres; 0: what the vehicle thinks normal
    std::vector<Action> actions;
};

struct Edge {
    std::string id;
    std::uint32_t sequence = 0;
    bool released = false;
    double speed_max = 0;  ///< m/s; 0: its own
};

struct OrderText {
    std::string id;
    std::uint32_t update = 0;
    std::vector<Node> nodes;
    std::vector<Edge> edges;
};

/// Malformed if it breaks the form: sequence, released after unreleased, a missing member.
Result<OrderText> read_order(std::string_view text);
Result<std::vector<Action>> read_instant_actions(std::string_view text);

}  // namespace tally::sim::agv

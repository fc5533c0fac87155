// The messages of VDA 5050 2.0 and 2.1 as values, and their text. Master control writes `order` and
// `instantActions`, and reads what vehicles write. Source: VDA 5050 2.0.0 (2021) and 2.1.0 (2024),
// chapter 6, and their JSON schemas. Lengths arrive in metres and angles in radians; values here
// are in mm and thousandths of a degree. Pure: no time, no I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/base/time.hpp"
#include "firmware/domain/fleet/vehicle.hpp"

namespace tally::vda5050 {

enum class Version : std::uint8_t { v2_0, v2_1 };

/// "2.0.0" or "2.1.0".
std::string_view to_string(Version version) noexcept;
/// "NONE", "SOFT" or "HARD".
std::string_view to_string(Blocking blocking) noexcept;

/// Longer messages are refused unread.
inline constexpr std::size_t kMessageBytesMax = 1U << 20;

struct Header {
    std::uint32_t id = 0;  ///< counts up by topic and sender; starts over with its program
    WallTime at;           ///< by the sender's clock
    std::string version;
    std::string manufacturer;
    std::string serial;
};

// --- written ------------------------------------------------------------------------------------

struct OrderNode {
    std::uint32_t sequence = 0;  ///< even
    bool released = false;
    WayNode node;
};

struct OrderEdge {
    std::uint32_t sequence = 0;  ///< odd
    bool released = false;
    std::string id, start, end;
    std::optional<std::int64_t> speed_max_mm_s;
};

struct Order {
    std::string id;
    std::uint32_t update = 0;
    std::vector<OrderNode> nodes;
    std::vector<OrderEdge> edges;  ///< one fewer than nodes
};

/// Valid by the schema of that version. In 2.0 the schema wants `actionName` and `actions` where
/// the text of the standard and vehicles in the field want `actionType` and `instantActions`; both
/// are written then.
std::string write_order(const Header& header, Version version, const Order& order);
std::string write_instant_actions(const Header& header, Version version,
                                  const std::vector<VehicleAction>& actions);

// --- read ---------------------------------------------------------------------------------------

struct Reference {
    std::string key, value;
};

struct VehicleError {
    std::string type;
    std::string description, hint;
    bool fatal = false;
    std::vector<Reference> references;

    /// Empty if there is none of that key.
    [[nodiscard]] std::string_view reference(std::string_view key) const;
};

/// A node or edge that the vehicle still has before it.
struct PartState {
    std::string id;
    std::uint32_t sequence = 0;
    bool released = false;
};

struct State {
    Header header;
    std::string order_id;  ///< empty: it never had one since it started
    std::uint32_t order_update = 0;
    std::string last_node;
    std::uint32_t last_sequence = 0;
    std::vector<PartState> nodes, edges;
    std::vector<ActionReport> actions;
    bool driving = false, paused = false, wants_base = false;
    std::optional<VehiclePose> pose;  ///< none: unknown or not initialized
    bool is_unlocalized = false;      ///< not initialized, by its own word
    VehicleMode mode = VehicleMode::automatic;
    std::int32_t battery_permille = 0;
    bool charging = false;
    bool emergency_stop = false, field_violated = false;
    std::vector<std::string> loads;  ///< by loadId, or "?" where it is not told
    std::vector<VehicleError> errors;
};

enum class ConnectionState : std::uint8_t { online, offline, broken };

struct Connection {
    Header header;
    ConnectionState state = ConnectionState::offline;
};

struct Visualization {
    Header header;
    std::optional<VehiclePose> pose;
};

/// An action that a vehicle offers.
struct OfferedAction {
    struct Parameter {
        std::string key;
        bool optional = false;
    };
    std::string type;
    std::vector<std::string> scopes;  ///< "INSTANT", "NODE", "EDGE"; empty: not said
    std::vector<Parameter> parameters;
    std::vector<std::string> blocking;  ///< "NONE", "SOFT", "HARD"; empty: not said
};

/// The longest that a vehicle takes; 0: not said, and then there is none by the standard.
struct ProtocolLimits {
    std::int64_t message_bytes = 0;                 ///< msgLen
    std::int64_t serial_chars = 0;                  ///< topicSerialLen
    std::int64_t topic_part_chars = 0;              ///< topicElemLen
    std::int64_t id_chars = 0, word_chars = 0;      ///< idLen, enumLen
    bool are_ids_numbers = false;                   ///< idNumericalOnly
    std::int64_t nodes = 0, edges = 0;              ///< of an order
    std::int64_t node_actions = 0, parameters = 0;  ///< of an action
    std::int64_t instant_actions = 0;               ///< of a message
};

/// What we use of a factsheet. 0 and empty: not said.
struct Factsheet {
    Header header;
    std::string series, kind;  ///< seriesName, agvClass
    std::int64_t speed_max_mm_s = 0;
    std::int64_t width_mm = 0, length_mm = 0;
    ProtocolLimits limits;
    std::vector<std::string> demands;  ///< optionalParameters whose support is REQUIRED
    std::vector<OfferedAction> actions;
    std::vector<std::string> load_types;  ///< of its loadSets
};

/// Malformed with the path of what is wrong, what it must be and what to do; unsupported for
/// another major version. Members that nobody here uses are not looked at (docs/vda5050.md).
Result<State> read_state(std::string_view text);
Result<Connection> read_connection(std::string_view text);
Result<Visualization> read_visualization(std::string_view text);
Result<Factsheet> read_factsheet(std::string_view text);

/// "2026-11-29T20:15:00.123Z".
std::string write_time(WallTime at);
/// ISO 8601 with date, time, any fraction, and Z or an offset.
Result<WallTime> read_time(std::string_view text);

}  // namespace tally::vda5050

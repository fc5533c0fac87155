// What vehicles write, read strictly: the first thing that is wrong is named by its path.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "drivers/vda5050/messages.hpp"

namespace tally::vda5050 {

namespace {

using Json = nlohmann::json;

constexpr double kMdegPerRad = 57'295.779513082323;
constexpr double kMetresMax = 1e7;
constexpr std::uint32_t kIdMax = std::numeric_limits<std::uint32_t>::max();

/// The first thing that was wrong with a message.
struct Wrong {
    std::string text;
};

/// One JSON object on its way into a value. A member that is null is taken for one that is absent,
/// as many vehicles mean it.
class Fields {
 public:
    Fields(const Json& json, std::string path, Wrong& wrong)
        : json_(json), path_(std::move(path)), wrong_(wrong) {
        if (!json_.is_object()) {
            complain("must be an object");
        }
    }

    [[nodiscard]] bool has(const char* key) const {
        return json_.is_object() && json_.contains(key) && !json_.at(key).is_null();
    }
    std::string text(const char* key) {
        const Json* const value = need(key);
        if (value == nullptr || !value->is_string()) {
            complain(key, "must be a text");
            return {};
        }
        return value->get<std::string>();
    }
    std::string text_or_empty(const char* key) { return has(key) ? text(key) : std::string(); }
    bool flag(const char* key) {
        const Json* const value = need(key);
        if (value == nullptr || !value->is_boolean()) {
            complain(key, "must be true or false");
            return false;
        }
        return value->get<bool>();
    }
    bool flag_or_false(const char* key) { return has(key) && flag(key); }
    std::uint32_t number(const char* key) {
        const Json* const value = need(key);
        if (value == nullptr || !value->is_number_unsigned() ||
            value->get<std::uint64_t>() > kIdMax) {
            complain(key, "must be a whole number from 0 to 4294967295");
            return 0;
        }
        return value->get<std::uint32_t>();
    }
    double real(const char* key, double low, double high) {
        const Json* const value = need(key);
        if (value == nullptr || !value->is_number()) {
            complain(key, "must be a number");
            return 0;
        }
        const double given = value->get<double>();
        if (!(given >= low && given <= high)) {
            complain(key, "is out of bounds");
            return 0;
        }
        return given;
    }
    std::int64_t mm(const char* key) {
        return std::llround(real(key, -kMetresMax, kMetresMax) * 1000.0);
    }
    std::int32_t mdeg(const char* key) {
        // Some vehicles count their turns on; what matters is where they look.
        const double turn = std::remainder(real(key, -1e6, 1e6), 2 * 3.14159265358979323846);
        return static_cast<std::int32_t>(std::lround(turn * kMdegPerRad));
    }
    template <typename Value, std::size_t count>
    Value word(const char* key, const std::pair<const char*, Value> (&words)[count]) {
        const std::string given = text(key);
        std::string all;
        for (const auto& [name, value] : words) {
            if (given == name) {
                return value;
            }
            all += (all.empty() ? "" : ", ") + std::string(name);
        }
        complain(key, "is '" + given.substr(0, 40) + "'; it must be one of " + all);
        return words[0].second;
    }
    Fields object(const char* key) {
        static const Json kNothing = Json::object();
        const Json* const value = need(key);
        if (value == nullptr) {
            complain(key, "is missing");
            return {kNothing, at(key), wrong_};
        }
        return {*value, at(key), wrong_};
    }
    template <typename Take>
    void each(const char* key, Take take) {
        const Json* const value = need(key);
        if (value == nullptr || !value->is_array()) {
            complain(key, "must be a list");
            return;
        }
        for (std::size_t i = 0; i < value->size(); ++i) {
            Fields item((*value)[i], at(key) + "[" + std::to_string(i) + "]", wrong_);
            take(item);
        }
    }
    template <typename Take>
    void each_or_none(const char* key, Take take) {
        if (has(key)) {
            each(key, take);
        }
    }
    std::vector<std::string> texts_or_none(const char* key) {
        std::vector<std::string> all;
        const Json* const value = need(key);
        if (value != nullptr && !value->is_array()) {
            complain(key, "must be a list");
        } else if (value != nullptr) {
            for (const Json& item : *value) {
                if (!item.is_string()) {
                    complain(key, "must be a list of texts");
                    break;
                }
                all.push_back(item.get<std::string>());
            }
        }
        return all;
    }
    /// 0 for what is left out or not above 0.
    std::int64_t limit(const char* key) {
        const Json* const value = need(key);
        if (value == nullptr) {
            return 0;
        }
        if (!value->is_number_integer()) {
            complain(key, "must be a whole number");
            return 0;
        }
        return value->is_number_unsigned() ? static_cast<std::int64_t>(std::min<std::uint64_t>(
                                                 value->get<std::uint64_t>(), kIdMax))
                                           : 0;
    }
    void complain(const char* key, const std::string& what) {
        if (wrong_.text.empty()) {
            wrong_.text = at(key) + (need(key) == nullptr ? " is missing: it " : " ") + what;
        }
    }

 private:
    void complain(const std::string& what) {
        if (wrong_.text.empty()) {
            wrong_.text = (path_.empty() ? "the message" : path_) + " " + what;
        }
    }
    [[nodiscard]] const Json* need(const char* key) const {
        return has(key) ? &json_.at(key) : nullptr;
    }
    [[nodiscard]] std::string at(const char* key) const {
        return path_.empty() ? key : path_ + "." + key;
    }

    const Json& json_;
    std::string path_;
    Wrong& wrong_;
};

/// The schemas leave it to the vehicle whether visualization and factsheet carry one.
enum class HeaderMust : std::uint8_t { be_whole, be_right_where_it_is };

Header take_header(Fields& fields, HeaderMust must) {
    const bool whole = must == HeaderMust::be_whole;
    Header header;
    header.id = whole || fields.has("headerId") ? fields.number("headerId") : 0;
    header.version = whole ? fields.text("version") : fields.text_or_empty("version");
    header.manufacturer =
        whole ? fields.text("manufacturer") : fields.text_or_empty("manufacturer");
    header.serial = whole ? fields.text("serialNumber") : fields.text_or_empty("serialNumber");
    if (!whole && !fields.has("timestamp")) {
        return header;
    }
    const std::string at = fields.text("timestamp");
    if (const auto read = read_time(at)) {
        header.at = *read;
    } else {
        fields.complain("timestamp", "is wrong: " + read.error().text);
    }
    return header;
}

/// Parses and hands over the fields; what is wrong becomes the error.
template <typename Message, typename Take>
Result<Message> read(std::string_view text, const char* topic, HeaderMust must, Take take) {
    const std::string where = std::string("VDA 5050 ") + topic;
    const std::string next = "; tell the vehicle's maker, nothing of this message was used";
    if (text.size() > kMessageBytesMax) {
        return fail(ErrorKind::malformed, where + " is longer than 1 MiB" + next);
    }
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        return fail(ErrorKind::malformed, where + " is no JSON" + next);
    }
    Wrong wrong;
    Fields fields(json, "", wrong);
    Message message;
    message.header = take_header(fields, must);
    if (wrong.text.empty() && !message.header.version.empty() &&
        !message.header.version.starts_with("2.")) {
        return fail(ErrorKind::unsupported,
                    where + " is of version '" + message.header.version.substr(0, 20) +
                        "'; 2.0 and 2.1 are spoken here, set the vehicle to one of them");
    }
    take(fields, message);
    if (!wrong.text.empty()) {
        return fail(ErrorKind::malformed, where + ": " + wrong.text + next);
    }
    return message;
}

VehiclePose take_pose(Fields& fields) {
    VehiclePose pose;
    pose.x_mm = fields.mm("x");
    pose.y_mm = fields.mm("y");
    pose.heading_mdeg = fields.mdeg("theta");
    pose.map = fields.text("mapId");
    return pose;
}

std::optional<VehiclePose> take_position(Fields& fields) {
    if (!fields.has("agvPosition")) {
        return std::nullopt;
    }
    Fields position = fields.object("agvPosition");
    const VehiclePose pose = take_pose(position);
    return position.flag("positionInitialized") ? std::optional(pose) : std::nullopt;
}

PartState take_part(Fields& fields, const char* id) {
    PartState part;
    part.id = fields.text(id);
    part.sequence = fields.number("sequenceId");
    part.released = fields.flag("released");
    return part;
}

ActionReport take_action(Fields& fields) {
    // PAUSED stands in the text of 2.0 and not in its schema.
    static constexpr std::pair<const char*, ActionPhase> kWords[] = {
        {"WAITING", ActionPhase::waiting},   {"INITIALIZING", ActionPhase::initializing},
        {"RUNNING", ActionPhase::running},   {"PAUSED", ActionPhase::paused},
        {"FINISHED", ActionPhase::finished}, {"FAILED", ActionPhase::failed}};
    ActionReport action;
    action.id = fields.text("actionId");
    action.type = fields.text_or_empty("actionType");
    action.phase = fields.word("actionStatus", kWords);
    action.text = fields.text_or_empty("resultDescription");
    return action;
}

VehicleError take_error(Fields& fields) {
    static constexpr std::pair<const char*, bool> kLevels[] = {{"WARNING", false}, {"FATAL", true}};
    VehicleError error;
    error.type = fields.text("errorType");
    error.description = fields.text_or_empty("errorDescription");
    error.hint = fields.text_or_empty("errorHint");
    error.fatal = fields.word("errorLevel", kLevels);
    fields.each_or_none("errorReferences", [&](Fields& reference) {
        std::string key = reference.text("referenceKey");
        error.references.push_back({std::move(key), reference.text("referenceValue")});
    });
    return error;
}

void take_vehicle(Fields& fields, State& state) {
    static constexpr std::pair<const char*, VehicleMode> kModes[] = {
        {"AUTOMATIC", VehicleMode::automatic},
        {"SEMIAUTOMATIC", VehicleMode::semiautomatic},
        {"MANUAL", VehicleMode::manual},
        {"SERVICE", VehicleMode::service},
        {"TEACHIN", VehicleMode::teach_in}};
    static constexpr std::pair<const char*, bool> kStops[] = {
        {"NONE", false}, {"AUTOACK", true}, {"MANUAL", true}, {"REMOTE", true}};
    state.driving = fields.flag("driving");
    state.paused = fields.flag_or_false("paused");
    state.wants_base = fields.flag_or_false("newBaseRequest");
    state.mode = fields.word("operatingMode", kModes);
    state.pose = take_position(fields);
    state.is_unlocalized = fields.has("agvPosition") && !state.pose;
    fields.each_or_none("loads", [&](Fields& load) {
        const std::string id = load.text_or_empty("loadId");
        state.loads.push_back(id.empty() ? "?" : id);
    });
    Fields battery = fields.object("batteryState");
    // A gauge may be a little off at its ends.
    const double charge = std::clamp(battery.real("batteryCharge", -1, 101), 0.0, 100.0);
    state.battery_permille = static_cast<std::int32_t>(std::lround(charge * 10));
    state.charging = battery.flag("charging");
    Fields safety = fields.object("safetyState");
    state.emergency_stop = safety.word("eStop", kStops);
    state.field_violated = safety.flag("fieldViolation");
    fields.each("errors", [&](Fields& error) { state.errors.push_back(take_error(error)); });
}

void take_type(Fields& type, Factsheet& sheet) {
    sheet.series = type.text("seriesName");
    sheet.kind = type.text("agvClass");
}

void take_body(Fields& body, Factsheet& sheet) {
    sheet.speed_max_mm_s = body.mm("speedMax");
    sheet.width_mm = body.mm("width");
    sheet.length_mm = body.mm("length");
}

void take_limits(Fields& limits, Factsheet& sheet) {
    ProtocolLimits& made = sheet.limits;
    if (limits.has("maxStringLens")) {
        Fields texts = limits.object("maxStringLens");
        made.message_bytes = texts.limit("msgLen");
        made.serial_chars = texts.limit("topicSerialLen");
        made.topic_part_chars = texts.limit("topicElemLen");
        made.id_chars = texts.limit("idLen");
        made.word_chars = texts.limit("enumLen");
        made.are_ids_numbers = texts.flag_or_false("idNumericalOnly");
    }
    if (limits.has("maxArrayLens")) {
        Fields lists = limits.object("maxArrayLens");
        made.nodes = lists.limit("order.nodes");
        made.edges = lists.limit("order.edges");
        made.node_actions = lists.limit("node.actions");
        made.parameters = lists.limit("actions.actionsParameters");
        made.instant_actions = lists.limit("instantActions");
    }
}

OfferedAction take_offer(Fields& fields) {
    OfferedAction offer;
    offer.type = fields.text("actionType");
    offer.scopes = fields.texts_or_none("actionScopes");
    offer.blocking = fields.texts_or_none("blockingTypes");
    fields.each_or_none("actionParameters", [&](Fields& parameter) {
        std::string key = parameter.text("key");
        offer.parameters.push_back({std::move(key), parameter.flag_or_false("isOptional")});
    });
    return offer;
}

void take_features(Fields& features, Factsheet& sheet) {
    features.each_or_none("optionalParameters", [&](Fields& parameter) {
        std::string name = parameter.text("parameter");
        if (parameter.text("support") == "REQUIRED") {
            sheet.demands.push_back(std::move(name));
        }
    });
    features.each_or_none("agvActions",
                          [&](Fields& action) { sheet.actions.push_back(take_offer(action)); });
}

void take_loads(Fields& loads, Factsheet& sheet) {
    loads.each_or_none("loadSets",
                       [&](Fields& set) { sheet.load_types.push_back(set.text("loadType")); });
}

}  // namespace

std::string_view VehicleError::reference(std::string_view key) const {
    for (const Reference& reference : references) {
        if (reference.key == key) {
            return reference.value;
        }
    }
    return {};
}

Result<State> read_state(std::string_view text) {
    return read<State>(text, "state", HeaderMust::be_whole, [](Fields& fields, State& state) {
        state.order_id = fields.text("orderId");
        state.order_update = fields.number("orderUpdateId");
        state.last_node = fields.text("lastNodeId");
        state.last_sequence = fields.number("lastNodeSequenceId");
        fields.each("nodeStates",
                    [&](Fields& node) { state.nodes.push_back(take_part(node, "nodeId")); });
        fields.each("edgeStates",
                    [&](Fields& edge) { state.edges.push_back(take_part(edge, "edgeId")); });
        fields.each("actionStates",
                    [&](Fields& action) { state.actions.push_back(take_action(action)); });
        take_vehicle(fields, state);
    });
}

Result<Connection> read_connection(std::string_view text) {
    static constexpr std::pair<const char*, ConnectionState> kWords[] = {
        {"ONLINE", ConnectionState::online},
        {"OFFLINE", ConnectionState::offline},
        {"CONNECTIONBROKEN", ConnectionState::broken}};
    return read<Connection>(text, "connection", HeaderMust::be_whole,
                            [](Fields& fields, Connection& connection) {
                                connection.state = fields.word("connectionState", kWords);
                            });
}

Result<Visualization> read_visualization(std::string_view text) {
    return read<Visualization>(
        text, "visualization", HeaderMust::be_right_where_it_is,
        [](Fields& fields, Visualization& made) { made.pose = take_position(fields); });
}

Result<Factsheet> read_factsheet(std::string_view text) {
    return read<Factsheet>(text, "factsheet", HeaderMust::be_right_where_it_is,
                           [](Fields& fields, Factsheet& sheet) {
                               const auto part = [&](const char* key, auto take) {
                                   if (fields.has(key)) {
                                       Fields inner = fields.object(key);
                                       take(inner, sheet);
                                   }
                               };
                               part("typeSpecification", take_type);
                               part("physicalParameters", take_body);
                               part("protocolLimits", take_limits);
                               part("protocolFeatures", take_features);
                               part("loadSpecification", take_loads);
                           });
}

}  // namespace tally::vda5050

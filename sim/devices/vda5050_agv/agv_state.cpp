// What the vehicle says: its own writing of the messages.
#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "sim/devices/vda5050_agv/agv.hpp"
#include "sim/devices/vda5050_agv/json.hpp"

namespace tally::sim::agv {

namespace {

std::string time_text(WallTime at) {
    using namespace std::chrono;
    const sys_time<milliseconds> moment{milliseconds{at.us / 1000}};
    const auto day = floor<days>(moment);
    const year_month_day date{day};
    const auto ms = (moment - day).count();
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60, ms % 1000);
}

const char* word_of(Status status) {
    switch (status) {
        case Status::waiting:
            return "WAITING";
        case Status::running:
            return "RUNNING";
        case Status::paused:
            return "PAUSED";
        case Status::finished:
            return "FINISHED";
        case Status::failed:
            return "FAILED";
    }
    return "FAILED";
}

std::string action_text(const Action& action) {
    const std::string result =
        action.result.empty() ? std::string()
                              : fmt::format(R"(,"resultDescription":{})", json_text(action.result));
    return fmt::format(R"({{"actionId":{},"actionType":{},"actionStatus":"{}"{}}})",
                       json_text(action.id), json_text(action.type), word_of(action.status),
                       result);
}

/// "[a,b]" of whatever `make` makes of the items.
template <typename Items, typename Make>
std::string list(const Items& items, Make make) {
    std::string made = "[";
    for (const auto& item : items) {
        made += (made.size() > 1 ? "," : "") + make(item);
    }
    return made + "]";
}

}  // namespace

std::string Agv::topic(std::string_view name) const {
    return fmt::format("{}/v2/{}/{}/{}", setup_.interface, setup_.manufacturer, setup_.serial,
                       name);
}

std::string Agv::head(std::uint32_t id) const {
    return fmt::format(
        R"("headerId":{},"timestamp":"{}","version":"{}","manufacturer":{},"serialNumber":{})", id,
        time_text(ports_.clock.wall_now()), setup_.version, json_text(setup_.manufacturer),
        json_text(setup_.serial));
}

/// One draw, of one axis. None where there is no noise, so that other draws stay as they were.
double Agv::noise_m() {
    const std::int64_t most = faults_.noise_mm;
    return most <= 0 ? 0.0 : static_cast<double>(prng_.between(-most, most)) / 1000;
}

std::string Agv::state_text() {
    const auto part = [](const char* key, const auto& item) {
        return fmt::format(R"({{"{}":{},"sequenceId":{},"released":{}}})", key, json_text(item.id),
                           item.sequence, item.released);
    };
    std::vector<Action> all = instants_;
    all.insert(all.end(), actions_.begin(), actions_.end());
    std::vector<std::string> loads;
    if (!load_.empty()) {
        loads.push_back(load_);
    }
    if (setup_.number_states) {
        loads.push_back(fmt::format("state-{}", ++states_ever_));
    }
    const auto error = [](const Error& said) {
        return fmt::format(
            R"({{"errorType":"{}","errorLevel":"{}","errorDescription":{},"errorReferences":{}}})",
            said.type, said.level, json_text(said.text),
            list(said.references, [](const auto& pair) {
                return fmt::format(R"({{"referenceKey":"{}","referenceValue":{}}})", pair.first,
                                   json_text(pair.second));
            }));
    };
    std::string text = fmt::format(
        R"({{{},"orderId":{},"orderUpdateId":{},"lastNodeId":{},"lastNodeSequenceId":{},)",
        head(++state_header_), json_text(order_.id), order_.update,
        json_text(faults_.wrong_node != 0 ? "nowhere-" + last_.id : last_.id), last_.sequence);
    text += fmt::format(
        R"("driving":{},"paused":{},"newBaseRequest":{},"operatingMode":"{}",)", driving_, paused_,
        !nodes_.empty() && !nodes_.back().released && nodes_.front().released, mode_);
    text += fmt::format(R"("nodeStates":{},"edgeStates":{},"actionStates":{},"loads":{},)",
                        list(nodes_, [&](const Node& node) { return part("nodeId", node); }),
                        list(edges_, [&](const Edge& edge) { return part("edgeId", edge); }),
                        list(all, action_text), list(loads, [](const std::string& id) {
                            return fmt::format(R"({{"loadId":{}}})", json_text(id));
                        }));
    const double x = x_ + noise_m();
    const double y = y_ + noise_m();
    text +=
        fmt::format(R"("agvPosition":{{"x":{:.3f},"y":{:.3f},"theta":{:.4f},"mapId":{},)"
                    R"("positionInitialized":{}}},"velocity":{{"vx":{:.3f},"vy":0,"omega":0}},)",
                    x, y, heading_, json_text(setup_.map), faults_.lost == 0, speed_);
    text += fmt::format(
        R"("batteryState":{{"batteryCharge":{:.2f},"charging":{}}},"errors":{},"information":[],)"
        R"("safetyState":{{"eStop":"{}","fieldViolation":false}}}})",
        charge_, charging_, list(errors_, error), emergency_ ? "MANUAL" : "NONE");
    return text;
}

void Agv::say_state() {
    changed_ = false;
    state_timer_.arm(setup_.state_every, [this] { say_state(); });
    if (!connected_) {
        return;
    }
    const std::string payload = state_text();
    std::erase_if(errors_, [](Error& said) { return said.states_left-- == 0; });
    // Ended instant actions are spoken of for a while, then forgotten.
    constexpr std::size_t kInstantsKept = 20;
    if (instants_.size() > kInstantsKept && instants_.front().ended()) {
        instants_.erase(instants_.begin());
    }
    if (prng_.chance_ppm(static_cast<std::uint32_t>(faults_.mute_ppm))) {
        return;
    }
    const int copies = prng_.chance_ppm(static_cast<std::uint32_t>(faults_.twice_ppm)) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
        if (faults_.late_ms > 0 && prng_.chance_ppm(static_cast<std::uint32_t>(faults_.late_ppm))) {
            const Duration late = std::chrono::milliseconds(prng_.between(1, faults_.late_ms));
            // A message in the network outlives the vehicle's memory of it, not the vehicle.
            ports_.scheduler.after(late, [this, payload] { send_state(payload); });
        } else {
            send_state(payload);
        }
    }
}

void Agv::send_state(const std::string& payload) {
    if (connected_) {
        static_cast<void>(
            ports_.bus.publish({topic("state"), payload, Retain::no, Qos::at_most_once}));
    }
}

void Agv::say_connection(const char* word) {
    static_cast<void>(ports_.bus.publish(
        {topic("connection"),
         fmt::format(R"({{{},"connectionState":"{}"}})", head(++connection_header_), word),
         Retain::yes, Qos::at_least_once}));
}

const std::vector<Agv::Skill>& Agv::skills() {
    static const std::vector<Skill> kSkills = {
        {"pick", {"stationType", "loadType"}, {"stationName"}},
        {"drop", {"stationType", "loadType"}, {"stationName"}},
        {"wait", {}, {"duration"}},
        {"scan", {}},
        {"startCharging", {}},
        {"stopCharging", {}}};
    return kSkills;
}

void Agv::say_factsheet() {
    std::string text =
        fmt::format(R"({{{},"typeSpecification":{{"seriesName":"tally-emul","agvKinematic":"DIFF",)"
                    R"("agvClass":"CARRIER","maxLoadMass":100,"localizationTypes":["NATURAL"],)"
                    R"("navigationTypes":["AUTONOMOUS"]}},)",
                    head(++factsheet_header_));
    text += fmt::format(
        R"("physicalParameters":{{"speedMin":0.05,"speedMax":{:.2f},"accelerationMax":{:.2f},)"
        R"("decelerationMax":{:.2f},"heightMax":0.5,"width":{:.2f},"length":{:.2f}}},)",
        setup_.speed, setup_.acceleration, setup_.acceleration, setup_.width, setup_.length);
    std::string actions;
    for (const Skill& skill : skills()) {
        std::string parameters;
        const auto add = [&](const std::vector<std::string_view>& keys, bool is_optional) {
            for (const std::string_view key : keys) {
                parameters +=
                    fmt::format(R"({}{{"key":"{}","valueDataType":"{}","isOptional":{}}})",
                                parameters.empty() ? "" : ",", key,
                                key == "duration" ? "NUMBER" : "STRING", is_optional);
            }
        };
        add(skill.wants, false);
        add(skill.takes, true);
        actions += fmt::format(R"({{"actionType":"{}","actionScopes":[{}"NODE"],)"
                               R"("actionParameters":[{}]}},)",
                               skill.type, skill.type.ends_with("Charging") ? R"("INSTANT",)" : "",
                               parameters);
    }
    // What do_instant() knows besides.
    for (const char* const type :
         {"startPause", "stopPause", "cancelOrder", "stateRequest", "factsheetRequest"}) {
        actions += fmt::format(R"({{"actionType":"{}","actionScopes":["INSTANT"]}},)", type);
    }
    actions.pop_back();
    text += fmt::format(R"("protocolLimits":{{"maxStringLens":{{}},"maxArrayLens":{{}},"timing":)"
                        R"({{"minOrderInterval":1,"minStateInterval":1}}}},"protocolFeatures":)"
                        R"({{"optionalParameters":[],"agvActions":[{}]}},)"
                        R"("agvGeometry":{{}},"loadSpecification":{{}}}})",
                        actions);
    static_cast<void>(
        ports_.bus.publish({topic("factsheet"), text, Retain::yes, Qos::at_most_once}));
}

}  // namespace tally::sim::agv

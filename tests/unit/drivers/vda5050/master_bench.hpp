// One master with a vehicle made of paper: states are written by hand, member by member, with
// nothing of the codec under test. `Json` is nlohmann::json, whose header stands in .cpp files
// only.
#pragma once

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "drivers/vda5050/master.hpp"

namespace tally::test {

/// A whole state of a vehicle that stands, without an order.
template <typename Json>
Json paper_state_of() {
    return Json::parse(R"({"headerId": 1, "timestamp": "2026-01-01T00:00:01.00Z",
        "version": "2.0.0", "manufacturer": "acme", "serialNumber": "v1", "orderId": "",
        "orderUpdateId": 0, "lastNodeId": "a", "lastNodeSequenceId": 0, "driving": false,
        "operatingMode": "AUTOMATIC", "nodeStates": [], "edgeStates": [], "actionStates": [],
        "batteryState": {"batteryCharge": 80.5, "charging": false}, "errors": [],
        "safetyState": {"eStop": "NONE", "fieldViolation": false}})");
}

inline WayLeg leg(const std::string& to) {
    return {"to-" + to, {}, {to, WayPosition{1000, 2000, "hall", {}, {}}, {}}};
}

/// Starts at a; as many legs released as said.
inline DriveOrder way(const std::string& id, const std::vector<std::string>& nodes,
                      std::size_t released) {
    DriveOrder order{id, {"a", {}, {}}, {}, released};
    for (const std::string& node : nodes) {
        order.legs.push_back(leg(node));
    }
    return order;
}

template <typename Json>
struct MasterBenchOf final : vda5050::MasterOutlet, VehicleFeed {
    explicit MasterBenchOf(vda5050::Version version = vda5050::Version::v2_0)
        : master({.vehicle = DeviceId("cart"),
                  .address = {"uagv", "acme", "v1"},
                  .version = version,
                  .run = "run"},
                 *this, *this) {
        master.on_line(now);
        connection("ONLINE");
    }

    void publish(std::string topic, std::string payload) override {
        sent.emplace_back(std::move(topic), Json::parse(payload));
    }
    void on_vehicle(const DeviceId&, const VehicleStatus& status) override {
        vehicles.push_back(status);
    }
    void on_order(const DeviceId&, const OrderStatus& order) override { orders.push_back(order); }
    void on_action(const DeviceId&, const ActionReport& action) override {
        actions.push_back(action);
    }

    void wait(Duration span) {
        for (Duration left = span; left > Duration(0); left -= std::chrono::milliseconds(500)) {
            now.mono = now.mono + std::chrono::milliseconds(500);
            now.wall.us += 500'000;
            master.on_tick(now);
        }
    }
    /// As the vehicle would say it now.
    void say(Json state) {
        now.mono = now.mono + std::chrono::milliseconds(100);
        now.wall.us += 100'000;
        state["headerId"] = ++vehicle_header;
        state["timestamp"] = vda5050::write_time(now.wall);
        say_raw(state);
    }
    void say_raw(const Json& state, vda5050::Master::Kept kept = vda5050::Master::Kept::no) {
        master.on_message(now, vda5050::Topic::state, state.dump(), kept);
    }
    void connection(const std::string& word) {
        const Json said{{"headerId", 0},        {"timestamp", "2020-01-01T00:00:00.00Z"},
                        {"version", "2.0.0"},   {"manufacturer", "acme"},
                        {"serialNumber", "v1"}, {"connectionState", word}};
        master.on_message(now, vda5050::Topic::connection, said.dump(),
                          vda5050::Master::Kept::by_broker);
    }
    /// Takes a new order and has it acknowledged at its first node.
    Json accepted(const DriveOrder& order) {
        say(paper_state_of<Json>());
        REQUIRE(master.order(now, order));
        Json state = showing(order.id, 0, 0, order.released, order.legs.size());
        say(state);
        return state;
    }
    /// A state in the middle of an order a, n1, n2, ... of which `at` was reached last.
    static Json showing(const std::string& id, unsigned update, std::size_t at,
                        std::size_t released, std::size_t legs) {
        static const std::vector<std::string> kNames{"a", "n1", "n2", "n3", "n4", "n5"};
        Json state = paper_state_of<Json>();
        state["orderId"] = id;
        state["orderUpdateId"] = update;
        state["lastNodeId"] = kNames[at];
        state["lastNodeSequenceId"] = 2 * at;
        for (std::size_t i = at + 1; i <= legs; ++i) {
            state["nodeStates"].push_back(
                {{"nodeId", kNames[i]}, {"sequenceId", 2 * i}, {"released", i <= released}});
            state["edgeStates"].push_back({{"edgeId", "to-" + kNames[i]},
                                           {"sequenceId", 2 * i - 1},
                                           {"released", i <= released}});
        }
        return state;
    }
    static Json action(const std::string& id, const std::string& status) {
        return {{"actionId", id}, {"actionType", "pick"}, {"actionStatus", status}};
    }
    static Json error(const std::string& type, const Json& references) {
        Json made{
            {"errorType", type}, {"errorLevel", "WARNING"}, {"errorReferences", Json::array()}};
        for (const auto& [key, value] : references.items()) {
            made["errorReferences"].push_back({{"referenceKey", key}, {"referenceValue", value}});
        }
        return made;
    }

    [[nodiscard]] std::vector<Json> sent_on(const std::string& end) const {
        std::vector<Json> found;
        for (const auto& [topic, message] : sent) {
            if (topic.ends_with("/" + end)) {
                found.push_back(message);
            }
        }
        return found;
    }
    /// Instant actions of a type.
    [[nodiscard]] std::vector<Json> told(const std::string& type) const {
        std::vector<Json> found;
        for (const Json& message : sent_on("instantActions")) {
            for (const Json& action : message.at("actions")) {
                if (action.at("actionType") == type) {
                    found.push_back(action);
                }
            }
        }
        return found;
    }
    [[nodiscard]] OrderStatus order() const { return master.status().order; }
    [[nodiscard]] bool troubled(const std::string& kind) const {
        for (const VehicleTrouble& trouble : master.status().troubles) {
            if (trouble.kind == kind) {
                return true;
            }
        }
        return false;
    }

    vda5050::Moment now{MonoTime{1'000'000'000}, WallTime{1'767'225'600'000'000}};
    std::uint32_t vehicle_header = 0;
    std::vector<std::pair<std::string, Json>> sent;
    std::vector<VehicleStatus> vehicles;
    std::vector<OrderStatus> orders;
    std::vector<ActionReport> actions;
    vda5050::Master master;
};

}  // namespace tally::test

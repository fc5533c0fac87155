#include "tests/unit/services/fleet/fleet_world.hpp"

#include <nlohmann/json.hpp>

namespace tally::test {

void FleetWorld::look_at_base(const std::string& message) {
    const nlohmann::json order = nlohmann::json::parse(message);
    ++bases;
    std::string text;
    for (const nlohmann::json& node : order.at("nodes")) {
        text +=
            (node.at("released").get<bool>() ? " " : " ?") + node.at("nodeId").get<std::string>();
    }
    heard[order.at("serialNumber")].emplace_back(kernel.now(), text);
    const std::string name = order.at("orderId");
    const FleetRow now = row(std::stoi(order.at("serialNumber").get<std::string>().substr(1)));
    std::set<std::string>& own = owned[name];
    own.insert(now.node);
    own.insert(now.track.begin(), now.track.end());
    for (const nlohmann::json& node : order.at("nodes")) {
        const std::string id = node.at("nodeId");
        if (node.at("released").get<bool>() && !own.contains(id)) {
            problems.push_back("order " + name + " releases " + id +
                               ", which is not the vehicle's track");
        }
    }
}

}  // namespace tally::test

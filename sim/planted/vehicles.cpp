#include "sim/planted/vehicles.hpp"

#include <algorithm>
#include <optional>

namespace tally::sim {

namespace {

struct Piece {
    std::size_t at = 0, size = 0;
    std::string text;
};

/// What stands between `begin` and `end`, the first time from `from` on.
std::optional<Piece> between(const std::string& text, std::string_view begin, std::string_view end,
                             std::size_t from = 0) {
    const std::size_t at = text.find(begin, from);
    const std::size_t to = at == std::string::npos ? at : text.find(end, at + begin.size());
    if (to == std::string::npos) {
        return std::nullopt;
    }
    const std::size_t first = at + begin.size();
    return Piece{first, to - first, text.substr(first, to - first)};
}

void drop_first_of(std::string& text, std::string_view list) {
    if (const auto first = between(text, list, "}")) {
        const bool has_more = text[first->at + first->size + 1] == ',';
        text.erase(first->at, first->size + (has_more ? 2 : 1));
    }
}

}  // namespace

void HastyStates::bend_state(const std::string& /*topic*/, std::string& payload) {
    const auto next = between(payload, "\"nodeStates\":[{", "}");
    const bool drives = payload.find("\"driving\":true") != std::string::npos;
    if (!drives || !next || next->text.find("\"released\":true") == std::string::npos) {
        return;
    }
    const auto node = between(next->text, "\"nodeId\":", ",");
    const auto sequence = between(next->text, "\"sequenceId\":", ",");
    if (!node || !sequence) {
        return;
    }
    drop_first_of(payload, "\"nodeStates\":[");
    drop_first_of(payload, "\"edgeStates\":[");
    if (const auto last = between(payload, "\"lastNodeId\":", ",")) {
        payload.replace(last->at, last->size, node->text);
    }
    if (const auto last = between(payload, "\"lastNodeSequenceId\":", ",")) {
        payload.replace(last->at, last->size, sequence->text);
    }
}

void AgelessStates::bend_state(const std::string& topic, std::string& payload) {
    const auto time = between(payload, "\"timestamp\":\"", "\"");
    auto& [header, newest] = newest_[topic];
    if (!time) {
        return;
    }
    newest = std::max(newest, time->text);
    payload.replace(time->at, time->size, newest);
    if (const auto number = between(payload, "\"headerId\":", ",")) {
        payload.replace(number->at, number->size, std::to_string(++header));
    }
}

Result<std::uint64_t> StubbornOrders::publish(BusMessage message) {
    constexpr Duration kLater = std::chrono::seconds(4);
    constexpr std::string_view kOrder = "/order";
    const std::string vehicle = message.topic.substr(0, message.topic.rfind('/'));
    for (auto it = orders_.cancelled.begin(); it != orders_.cancelled.end();) {
        if (clock_.mono_now() - it->second < kLater) {
            ++it;
            continue;
        }
        std::string order = orders_.last[it->first];
        if (const auto update = between(order, "\"orderUpdateId\":", ",")) {
            const std::string next = std::to_string(std::stoull(update->text) + 1);
            order.replace(update->at, update->size, next);
            static_cast<void>(inner().publish(
                {it->first + std::string(kOrder), order, Retain::no, Qos::at_most_once}));
        }
        it = orders_.cancelled.erase(it);
    }
    if (message.topic.ends_with(kOrder)) {
        orders_.last[vehicle] = message.payload;
    } else if (message.payload.find("cancelOrder") != std::string::npos &&
               orders_.last.contains(vehicle)) {
        orders_.cancelled[vehicle] = clock_.mono_now();
    }
    return inner().publish(std::move(message));
}

Result<std::uint64_t> UnsentUpdates::publish(BusMessage message) {
    constexpr MonoTime kWell{Duration(std::chrono::minutes(5)).count()};
    const auto update = between(message.payload, "\"orderUpdateId\":", ",");
    const bool is_update = message.topic.ends_with("/order") && update && update->text != "0";
    if (is_update && clock_.mono_now() > kWell) {
        return 0;
    }
    return inner().publish(std::move(message));
}

void split_lanes(FloorLayout& floor, std::int32_t& clearance_mm) {
    const std::size_t lanes = floor.lanes.size();
    for (std::size_t i = 0; i < lanes; ++i) {
        FloorLane back = floor.lanes[i];
        if (back.direction == LaneDirection::both && back.length_mm >= 2'000) {
            floor.lanes[i].direction = LaneDirection::forward;
            std::swap(back.from, back.to);
            back.direction = LaneDirection::forward;
            back.length_mm += 1'000;  // Cut elsewhere: no cell of one is a cell of the other.
            floor.lanes.push_back(back);
        }
    }
    clearance_mm = 0;
}

}  // namespace tally::sim

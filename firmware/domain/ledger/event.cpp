#include "firmware/domain/ledger/event.hpp"

#include <array>
#include <utility>

namespace tally {

namespace {

constexpr std::array kNames = {
    std::pair{EventType::epoch_began, std::string_view("epoch_began")},
    std::pair{EventType::master_changed, std::string_view("master_changed")},
    std::pair{EventType::bound, std::string_view("bound")},
    std::pair{EventType::sighted, std::string_view("sighted")},
    std::pair{EventType::received, std::string_view("received")},
    std::pair{EventType::moved, std::string_view("moved")},
    std::pair{EventType::handed_over, std::string_view("handed_over")},
    std::pair{EventType::departed, std::string_view("departed")},
    std::pair{EventType::unpacked, std::string_view("unpacked")},
    std::pair{EventType::counted, std::string_view("counted")},
    std::pair{EventType::corrected, std::string_view("corrected")},
    std::pair{EventType::shelf_changed, std::string_view("shelf_changed")},
    std::pair{EventType::custody_changed, std::string_view("custody_changed")},
    std::pair{EventType::blind_began, std::string_view("blind_began")},
    std::pair{EventType::blind_ended, std::string_view("blind_ended")},
    std::pair{EventType::anomaly_raised, std::string_view("anomaly_raised")},
    std::pair{EventType::anomaly_resolved, std::string_view("anomaly_resolved")},
    std::pair{EventType::reserved, std::string_view("reserved")},
    std::pair{EventType::released, std::string_view("released")},
    std::pair{EventType::command_refused, std::string_view("command_refused")},
    std::pair{EventType::task_changed, std::string_view("task_changed")},
    std::pair{EventType::tag_changed, std::string_view("tag_changed")},
    std::pair{EventType::barrier_ordered, std::string_view("barrier_ordered")},
    std::pair{EventType::fleet_ordered, std::string_view("fleet_ordered")},
    std::pair{EventType::order_changed, std::string_view("order_changed")},
};

}  // namespace

std::string_view to_string(EventType type) noexcept {
    return kNames[static_cast<std::size_t>(type)].second;
}

std::optional<EventType> event_type_from(std::string_view name) noexcept {
    for (const auto& [type, text] : kNames) {
        if (text == name) {
            return type;
        }
    }
    return std::nullopt;
}

std::string event_ref(const EdgeId& edge, Epoch epoch, Seq seq) {
    return edge.str() + ":" + std::to_string(epoch.value()) + ":" + std::to_string(seq.value());
}

}  // namespace tally

#include "firmware/domain/signal/signal.hpp"

#include <array>

namespace tally {

namespace {

constexpr std::array<std::string_view, 5> kLights = {"dark", "green", "yellow", "red",
                                                     "red_flashing"};
constexpr std::array<std::string_view, 2> kOrders = {"open", "closed"};
constexpr std::array<std::string_view, 4> kPositions = {"unknown", "moving", "opened", "shut"};
constexpr std::array<std::string_view, 6> kFaults = {"none",    "silent",  "offline",
                                                     "refused", "garbled", "disobeys"};

}  // namespace

std::string_view to_string(Light light) noexcept {
    return kLights[static_cast<std::size_t>(light)];
}

std::string_view to_string(BarrierOrder order) noexcept {
    return kOrders[static_cast<std::size_t>(order)];
}

std::string_view to_string(BarrierPosition position) noexcept {
    return kPositions[static_cast<std::size_t>(position)];
}

std::string_view to_string(SignalFault fault) noexcept {
    return kFaults[static_cast<std::size_t>(fault)];
}

std::optional<BarrierOrder> barrier_order_from(std::string_view name) noexcept {
    for (const BarrierOrder order : {BarrierOrder::open, BarrierOrder::closed}) {
        if (to_string(order) == name) {
            return order;
        }
    }
    return std::nullopt;
}

}  // namespace tally

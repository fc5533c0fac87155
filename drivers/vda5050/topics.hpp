// Where the messages of a vehicle are: interface/v2/manufacturer/serialNumber/topic (VDA 5050 2.0,
// section 6.3).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/base/result.hpp"

namespace tally::vda5050 {

/// Who a vehicle is on the broker.
struct Address {
    std::string interface = "uagv";
    std::string manufacturer;
    std::string serial;

    auto operator<=>(const Address&) const = default;
};

enum class Topic : std::uint8_t {
    order,
    instant_actions,
    state,
    connection,
    factsheet,
    visualization
};

/// What vehicles write.
inline constexpr std::array kHeardTopics{Topic::state, Topic::connection, Topic::factsheet,
                                         Topic::visualization};

/// Malformed if a part is empty, holds '/', '+', '#' or a control character, or the serial number
/// something else than A-Z a-z 0-9 _ . : -
Result<void> check_address(const Address& address);

std::string topic_of(const Address& address, Topic topic);

struct TopicParts {
    Address address;
    Topic topic = Topic::state;
};
/// None: it is no VDA 5050 topic of version 2.
std::optional<TopicParts> split_topic(std::string_view topic);

}  // namespace tally::vda5050

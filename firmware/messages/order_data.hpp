// The `data` of order_changed, reserved and released, and an order's stored row.
#pragma once

#include <string>
#include <string_view>

#include "firmware/domain/order/order.hpp"

namespace tally {

/// order_changed. Which members count says `act`.
struct OrderData {
    OrderAct act = OrderAct::add;
    Order added;             ///< add: id, lines (what is asked for), priority, due, due_by
    std::string order;       ///< of the others
    std::uint64_t line = 0;  ///< wait
    std::int64_t milli = 0;  ///< wait: lacks so much
    Parcel parcel;           ///< pack: all but manifest and carrier; hand_over: those and the SSCC
    std::vector<std::uint64_t> claims;  ///< pack: what is in it
    std::string text;                   ///< why, for a person
};

/// reserved: `claim` as it is granted (its seq is the event's).
struct ReservedData {
    std::string order, sku;
    Claim claim;
};

/// released. SKU and place are said again so that one event can be read alone.
struct ReleasedData {
    std::string order, sku, place;
    Release what;
    std::string text;  ///< why, for a person; may be empty
};

std::string encode(const OrderData& data);
std::string encode(const ReservedData& data);
std::string encode(const ReleasedData& data);
Result<OrderData> decode_order_data(std::string_view json);
Result<ReservedData> decode_reserved_data(std::string_view json);
Result<ReleasedData> decode_released_data(std::string_view json);

/// An order as it stands, for a state row; its id is the row's key.
std::string encode_order(const Order& order);
Result<Order> decode_order(std::string_view json);

}  // namespace tally

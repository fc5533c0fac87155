// Orders as till, web and files send them (docs/wire/orders.md): JSON, one order or a list; or CSV
// with a line each. What a SKU is called and where its stock is, nobody asks here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/domain/order/order.hpp"

namespace tally {

inline constexpr std::size_t kOrderRequestBytesMax = std::size_t{1} << 20;
inline constexpr std::size_t kOrdersMax = 1'000;  ///< in one request

/// JSON, version 1:
///
///     {"v":1,"order":"W-1001","due":"2026-12-01","priority":3,
///      "lines":[{"sku":"tea-500","units":"2"},{"sku":"rice","units":1.5,"lot":"L1","place":"a1"}]}
///     {"v":1,"orders":[{"order":"W-1001","lines":[...]},...]}
///
/// `units` is a number or its text, at most three places; priority 1 (first) to 9, 5 if not said;
/// `due` a date or a moment with its zone, which is kept in UTC (due.hpp).
/// CSV: columns order, sku, units; lot, place, priority, due if wanted; lines of one order
/// together. `malformed` names what is wrong and where; then nothing is taken. `file` may be empty.
Result<std::vector<Order>> read_orders(std::string_view text, const std::string& file);

struct OrderCancel {
    std::string order;
    std::string reason;  ///< for people
};

/// What a sender says on in/orders: such orders, or that nobody wants one any more:
///
///     {"v":1,"cancel":"W-1001","reason":"the customer rang"}
struct OrderMessage {
    std::vector<Order> orders;
    std::optional<OrderCancel> cancel;  ///< then there are no orders
};
/// `malformed` as of read_orders(), which takes orders alone.
Result<OrderMessage> read_order_message(std::string_view text);
std::string encode_cancel_message(const OrderCancel& cancel);

/// One order as canonical JSON that read_orders() takes: what was asked for.
std::string encode_order_request(const Order& order);

/// Commands of the bridge: the data of the first is such a request, of the second an OrderCancel.
inline constexpr std::string_view kOrderCommand = "order";
inline constexpr std::string_view kOrderCancelCommand = "order_cancel";

std::string encode_order_cancel(const OrderCancel& cancel);
Result<OrderCancel> decode_order_cancel(std::string_view json);

}  // namespace tally

// Orders as operators see them, on an edge and on the bridge.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/domain/order/order.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/services/ledger/order_book.hpp"
#include "firmware/services/ledger/work_book.hpp"

namespace tally {

/// Whose order it is. `stage`: what to call where it stands; empty: stage_of() says. Its times are
/// shown as clocks of the site have them.
struct OrderAt {
    EdgeId edge;
    std::string_view stage;
    std::int32_t utc_offset_min = 0;
};

/// A row of a list of orders.
void write_order_row(CanonicalWriter& w, const Order& order, const OrderAt& at);
/// Rows of those of a stage, the one to serve first in front; empty: those that are not finished;
/// "all".
void write_order_rows(CanonicalWriter& w, const OrderBook& orders, const OrderAt& at,
                      const std::string& stage);
/// `data` of such a list.
std::string orders_data(const OrderBook& orders, const OrderAt& at, const std::string& stage);

/// `data` of one order, with its claims, the tasks that pick them, parcels and history.
std::string order_data(const Order& order, const WorkBook& work, const OrderAt& at);

}  // namespace tally

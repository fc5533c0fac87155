// The operators' API of orders: add, list, show, cancel.
#pragma once

#include <string>
#include <string_view>

#include "firmware/services/api/edge_view.hpp"
#include "firmware/services/api/operator_api.hpp"
#include "firmware/services/orders/orders_data.hpp"

namespace tally {

/// Single-threaded, on the loop; part of EdgeApi.
class OrderApi {
 public:
    explicit OrderApi(const EdgeView& view) : view_(view) {}

    ApiReply read(const ApiCall& call);
    /// Within the transaction that also remembers the answer.
    ApiReply write(const ApiCall& call);

 private:
    [[nodiscard]] ApiReply ok(std::string_view schema, std::string_view data,
                              std::string_view next) const;
    [[nodiscard]] OrderAt here() const;
    ApiReply add(const ApiCall& call);
    ApiReply cancel(const ApiCall& call);
    ApiReply pack(const ApiCall& call);
    ApiReply label(const ApiCall& call);
    ApiReply hand_over(const ApiCall& call);

    const EdgeView& view_;
};

}  // namespace tally

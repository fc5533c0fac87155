// What becomes of orders that were sent, told to the sender: by the API, and on out/orders
// (docs/wire/orders.md). The same rows on both.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/domain/ids.hpp"
#include "firmware/messages/canonical_json.hpp"

namespace tally {

/// Names on the wire by to_string().
enum class OrderOutcome : std::uint8_t {
    added,      ///< taken, and durable
    known,      ///< it was here already, with the same content
    refused,    ///< not taken, or not cancelled: `text` says why
    passed_on,  ///< by the bridge: durable there, on its way to the edge
    cancelled,  ///< as was asked, and durable; `known`: it was before
};

std::string_view to_string(OrderOutcome outcome) noexcept;

/// One order of those that came.
struct OrderTaken {
    std::string id;
    OrderOutcome outcome = OrderOutcome::refused;
    std::string stage;               ///< empty: not taken, or no longer kept
    std::int64_t missing_milli = 0;  ///< not promised yet
    std::string text;                ///< refused: why and what to do; passed on: to whom and why

    bool operator==(const OrderTaken&) const = default;
};

/// As an element of an array.
void write(CanonicalWriter& w, const OrderTaken& taken);

/// The answer to one message. Only what is durable is answered.
struct OrderAnswer {
    EdgeId edge;
    std::string sha256;  ///< of the message, hex: which one this answers
    std::vector<OrderTaken> orders;
    std::string text;  ///< the message could not be read: why; then there are no orders

    bool operator==(const OrderAnswer&) const = default;
};

std::string encode(const OrderAnswer& answer);
/// `malformed` for anything that encode() does not give.
Result<OrderAnswer> decode_order_answer(std::string_view json);

}  // namespace tally

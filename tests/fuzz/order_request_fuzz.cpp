// Orders as anybody may send them: whatever the text, it is read as orders that are whole and can
// be written and read again as the same, or refused with a sentence. Likewise what an edge answers
// and what they and head office cancel. A text that begins with "JSON" goes past the guess whether
// it is JSON or CSV: its rest is laid in a list behind a good order.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "firmware/base/bytes.hpp"
#include "firmware/base/check.hpp"
#include "firmware/domain/ledger/event_form.hpp"
#include "firmware/messages/order_answer.hpp"
#include "firmware/messages/order_request.hpp"

namespace {

using namespace tally;

void check_read(std::string_view text) {
    const auto orders = read_orders(text, "till.json");
    if (!orders) {
        TALLY_CHECK(orders.error().kind == ErrorKind::malformed, "a text is wrong, nothing else");
        const std::string& said = orders.error().text;  // The file, or the order in it.
        TALLY_CHECK(said.starts_with("till.json") || said.starts_with("order "),
                    "and it is said where");
        return;
    }
    TALLY_CHECK(!orders->empty() && orders->size() <= kOrdersMax, "some orders, not too many");
    std::set<std::string> ids;
    for (const Order& order : *orders) {
        TALLY_CHECK(ids.insert(order.id).second, "each order once");
        const bool is_whole = check_order(order).has_value();
        TALLY_CHECK(is_whole, "an order that was read may be taken");
        for (const OrderLine& line : order.lines) {
            TALLY_CHECK(
                is_ledger_text(line.sku) && is_ledger_text(line.lot) && is_ledger_text(line.place),
                "what stands in a line may stand in the ledger");
        }
        const std::string request = encode_order_request(order);
        const auto again = read_orders(request, {});
        TALLY_CHECK(again && *again == std::vector<Order>{order},
                    "written and read, it is the same");
    }
}

/// What comes over the broker: orders as above, or one that is cancelled.
void check_message(std::string_view text) {
    const auto message = read_order_message(text);
    if (!message) {
        TALLY_CHECK(message.error().kind == ErrorKind::malformed, "a text is wrong, nothing else");
        return;
    }
    if (!message->cancel) {
        const auto orders = read_orders(text, {});
        TALLY_CHECK(orders && *orders == message->orders, "orders are read as everywhere");
        return;
    }
    TALLY_CHECK(message->orders.empty(), "orders, or a cancellation");
    TALLY_CHECK(!read_orders(text, {}), "which is no order");
    const std::string again = encode_cancel_message(*message->cancel);
    const auto read = read_order_message(again);
    TALLY_CHECK(read && read->cancel && encode_cancel_message(*read->cancel) == again,
                "written and read, it is the same");
    const std::string command = encode_order_cancel(*message->cancel);
    TALLY_CHECK(decode_order_cancel(command).has_value(), "head office may send it, too");
}

void check_answers(std::string_view text) {
    if (const auto answer = decode_order_answer(text)) {
        TALLY_CHECK(encode(*answer) == text, "an answer has one text");
    }
    if (const auto cancel = decode_order_cancel(text)) {
        TALLY_CHECK(encode_order_cancel(*cancel) == text, "a cancellation has one text");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = as_text({data, size});
    check_read(text);
    check_message(text);
    check_answers(text);
    if (text.starts_with("JSON")) {
        check_read(R"({"v":1,"orders":[{"order":"W-1","lines":[{"sku":"rice","units":1}]},)" +
                   std::string(text.substr(4)) + "]}");
    }
    return 0;
}

// Orders as anybody may send them: whatever the text, it is read as orders that are whole and can
// be written and read again as the same, or refused with a sentence. Likewise what an edge answers
// and what head office cancels. A text that begins with "JSON" goes past the guess whether it is
// JSON or CSV: its rest is laid in a list behind a good order.
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
    check_answers(text);
    if (text.starts_with("JSON")) {
        check_read(R"({"v":1,"orders":[{"order":"W-1","lines":[{"sku":"rice","units":1}]},)" +
                   std::string(text.substr(4)) + "]}");
    }
    return 0;
}

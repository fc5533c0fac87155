#include "firmware/services/orders/order_lines.hpp"

#include <algorithm>

#include "firmware/messages/csv.hpp"

namespace tally {

namespace {

constexpr std::int64_t kQtyMilliMax = (std::int64_t{1} << 53) - 1;  // JSON's, as all quantities

}  // namespace

Result<void> name_skus(Order& order, const Registers& registers) {
    for (OrderLine& line : order.lines) {
        const CodeMeaning meaning = registers.master().meaning_of(line.sku);
        if (meaning.sku.empty()) {
            return fail(ErrorKind::conflict, "order " + order.id + ": '" + line.sku +
                                                 "' is no code of a known SKU; import its item "
                                                 "record, then send the order again");
        }
        line.sku = meaning.sku;
        if (line.qty_milli > kQtyMilliMax / std::max<std::int64_t>(1, meaning.units)) {
            return fail(ErrorKind::malformed,
                        "order " + order.id + ": " + format_units(line.qty_milli) + " times " +
                            std::to_string(meaning.units) + " units of SKU " + line.sku +
                            " is more than this box can count; mend the quantity");
        }
        line.qty_milli *= meaning.units;
        const ItemRecord* item = registers.sku(line.sku);
        const bool by_item = item != nullptr && item->tracking == Tracking::by_item;
        if (by_item && line.qty_milli % Quantity::of_units(1).milli != 0) {
            return fail(ErrorKind::conflict, "order " + order.id + ": SKU " + line.sku +
                                                 " comes in whole units, not " +
                                                 format_units(line.qty_milli));
        }
    }
    return {};
}

}  // namespace tally

#include <charconv>
#include <limits>
#include <map>

#include "firmware/messages/plan/plan_file.hpp"
#include "firmware/messages/plan/plan_json.hpp"
#include "firmware/messages/plan/plan_text.hpp"

namespace tally {

namespace {

Result<std::int32_t> weight_of(const std::string& text) {
    std::int32_t weight = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
    if (error != std::errc() || end != text.data() + text.size() || weight < 1) {
        return fail(ErrorKind::malformed, shown(text) + " is no weight; write 1 or more");
    }
    return weight;
}

}  // namespace

Result<OrderFile> read_order_file(std::string_view text) {
    TALLY_TRY(check_size(text));
    if (is_json(text)) {
        return orders_from_json(text);
    }
    OrderFile file;
    std::map<std::string, std::size_t> index;
    TALLY_TRY_ASSIGN(const std::vector<Cells> lines, csv_lines(text));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const Cells& cells = lines[i];
        if (i == 0 && cells[0] == "order") {
            continue;
        }
        if (cells.size() < 2 || cells[0].empty()) {
            return fail(ErrorKind::malformed, "line " + std::to_string(i + 1) +
                                                  " needs an order, a place and maybe a weight");
        }
        const auto [at, is_new] = index.try_emplace(cells[0], file.orders.size());
        if (is_new) {
            file.orders.push_back({cells[0], {}, 0});
        }
        OrderFile::Order& order = file.orders[at->second];
        TALLY_TRY_ASSIGN(PlaceId place, place_named(cells[1]));
        order.picks.push_back(std::move(place));
        TALLY_TRY_ASSIGN(const std::int32_t weight,
                         weight_of(cells.size() > 2 && !cells[2].empty() ? cells[2] : "1"));
        if (order.weight > std::numeric_limits<std::int32_t>::max() - weight) {
            return fail(ErrorKind::malformed, "order '" + order.id + "' weighs too much");
        }
        order.weight += weight;
    }
    return file;
}

}  // namespace tally

#include "firmware/messages/order_request.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "firmware/base/near_name.hpp"
#include "firmware/domain/layout/site.hpp"
#include "firmware/domain/ledger/event_form.hpp"
#include "firmware/domain/order/due.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"
#include "firmware/messages/csv.hpp"
#include "firmware/messages/csv_table.hpp"

namespace tally {

namespace {

using Json = nlohmann::json;

tl::unexpected<Error> bad(const std::string& where, const std::string& what) {
    return fail(ErrorKind::malformed, where + ": " + what);
}

Result<void> known_keys(const Json& object, const std::vector<std::string>& known,
                        const std::string& where) {
    if (!object.is_object()) {
        return bad(where, "a JSON object was expected");
    }
    for (const auto& [key, value] : object.items()) {
        if (std::find(known.begin(), known.end(), key) == known.end()) {
            const std::string near = near_name(key, known);
            return bad(where,
                       "unknown key '" + key + "'" +
                           (near.empty() ? std::string() : "; did you mean '" + near + "'?"));
        }
    }
    return {};
}

/// A text that may stand in the ledger; empty where it is not there.
Result<std::string> text_in(const Json& object, const char* key, const std::string& where) {
    if (!object.contains(key)) {
        return std::string();
    }
    const Json& value = object[key];
    if (!value.is_string() || !is_ledger_text(value.get_ref<const std::string&>())) {
        return bad(where, std::string("'") + key +
                              "' is a text of at most 160 plain characters, without quotation "
                              "marks and backslashes");
    }
    return value.get<std::string>();
}

/// Thousandths of "2", "1.5", 2 or 1.5.
Result<std::int64_t> units_in(const Json& line, const std::string& where) {
    const Json value = line.contains("units") ? line["units"] : Json();
    if (value.is_string()) {
        const auto units = parse_units(value.get_ref<const std::string&>());
        return units ? units : bad(where, units.error().text);
    }
    if (value.is_number_unsigned() && value.get<std::uint64_t>() <= 1'000'000'000ULL) {
        return value.get<std::int64_t>() * 1'000;
    }
    if (value.is_number_float()) {
        const double milli = value.get<double>() * 1'000;
        const double whole = std::round(milli);
        if (std::abs(milli - whole) < 1e-6 && whole > 0 && whole < 1e12) {
            return static_cast<std::int64_t>(whole);
        }
    }
    return bad(where, "'units' is a number above 0 with at most three places, e.g. 2 or \"0.25\"");
}

Result<OrderLine> line_from(const Json& json, const std::string& where) {
    TALLY_TRY(known_keys(json, {"sku", "units", "lot", "place"}, where));
    OrderLine line;
    TALLY_TRY_ASSIGN(line.sku, text_in(json, "sku", where));
    TALLY_TRY_ASSIGN(line.lot, text_in(json, "lot", where));
    TALLY_TRY_ASSIGN(line.place, text_in(json, "place", where));
    TALLY_TRY_ASSIGN(line.qty_milli, units_in(json, where));
    return line;
}

Result<Order> order_from(const Json& json, const std::string& where) {
    TALLY_TRY(known_keys(json, {"v", "order", "due", "priority", "lines"}, where));
    Order order;
    TALLY_TRY_ASSIGN(order.id, text_in(json, "order", where));
    TALLY_TRY_ASSIGN(const std::string due, text_in(json, "due", where));
    if (!due.empty()) {
        const auto read = read_due(due);
        if (!read) {
            return bad(where, read.error().text);
        }
        order.due = *read;
    }
    if (json.contains("priority")) {
        const Json& priority = json["priority"];
        if (!priority.is_number_integer()) {
            return bad(where, "'priority' is a whole number, 1 (first) to 9");
        }
        order.priority = priority.get<std::int64_t>();
    }
    const Json lines = json.contains("lines") ? json["lines"] : Json();
    if (!lines.is_array()) {
        return bad(where, "'lines' is a list of {\"sku\",\"units\"}");
    }
    std::size_t number = 0;
    for (const Json& line : lines) {
        ++number;
        TALLY_TRY_ASSIGN(OrderLine read,
                         line_from(line, where + ", line " + std::to_string(number)));
        order.lines.push_back(std::move(read));
    }
    TALLY_TRY(check_order(order));
    return order;
}

Result<std::vector<Order>> from_json(std::string_view text, const std::string& name) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) {
        return bad(name, "this is not JSON; see docs/wire/orders.md");
    }
    if (!json.is_object() || !json.contains("v") || json["v"] != Json(1)) {
        return bad(name, "a JSON object with \"v\":1 was expected");
    }
    if (json.contains("cancel")) {
        return bad(name,
                   "this cancels an order, which is taken over MQTT alone; here it is "
                   "tally order cancel ORDER --reason TEXT (POST /v1/orders/ORDER/cancel)");
    }
    std::vector<Order> orders;
    if (!json.contains("orders")) {
        TALLY_TRY_ASSIGN(Order order, order_from(json, name));
        orders.push_back(std::move(order));
        return orders;
    }
    TALLY_TRY(known_keys(json, {"v", "orders"}, name));
    if (!json["orders"].is_array()) {
        return bad(name, "'orders' is a list");
    }
    for (const Json& one : json["orders"]) {
        TALLY_TRY_ASSIGN(Order order,
                         order_from(one, name + ", order " + std::to_string(orders.size() + 1)));
        orders.push_back(std::move(order));
    }
    return orders;
}

/// A later line of an order may leave out what the first said, and not say otherwise.
void note_contradictions(CsvTable& table, const CsvRow& row, const Order& order) {
    const std::string wanted = "as in the first line of order " + order.id + ", or nothing";
    if (!row.text("due").empty() && read_due(row.text("due")).value_or("") != order.due) {
        table.note(row, "due", wanted);
    }
    const std::string priority = row.text("priority", std::to_string(order.priority));
    if (priority != std::to_string(order.priority)) {
        table.note(row, "priority", wanted);
    }
}

Result<std::vector<Order>> from_csv(std::string_view text, const std::string& name) {
    TALLY_TRY_ASSIGN(CsvTable table, CsvTable::read(text, name,
                                                    {{"order", "sku", "units"},
                                                     {"lot", "place", "priority", "due"}}));
    std::vector<Order> orders;
    for (const CsvRow& row : table.rows()) {
        if (orders.empty() || orders.back().id != row.text("order")) {
            Order order;
            order.id = row.text("order");
            if (const std::string& asked = row.text("due"); !asked.empty()) {
                const auto due = read_due(asked);
                order.due = due.value_or("");
                if (!due) {
                    table.note(row, "due", due.error().text);
                }
            }
            const std::string priority = row.text("priority", "5");
            const char* end = priority.data() + priority.size();
            const auto [stopped, error] = std::from_chars(priority.data(), end, order.priority);
            if (error != std::errc() || stopped != end) {
                table.note(row, "priority", "a whole number, 1 (first) to 9");
            }
            orders.push_back(std::move(order));
        } else {
            note_contradictions(table, row, orders.back());
        }
        OrderLine line{row.text("sku"), row.text("lot"), row.text("place"), 0, 0, 0};
        for (const std::string_view column : {"sku", "lot", "place"}) {
            if (!is_ledger_text(row.text(column))) {
                table.note(row, column, "at most 160 plain characters");
            }
        }
        if (const auto units = parse_units(row.text("units"))) {
            line.qty_milli = *units;
        } else {
            table.note(row, "units", units.error().text);
        }
        orders.back().lines.push_back(std::move(line));
    }
    TALLY_TRY(table.finish());
    for (const Order& order : orders) {
        TALLY_TRY(check_order(order));
    }
    return orders;
}

}  // namespace

Result<std::vector<Order>> read_orders(std::string_view text, const std::string& file) {
    const std::string name = file.empty() ? "orders" : file;
    if (text.size() > kOrderRequestBytesMax) {
        return bad(name, "more than 1 MiB; send it in parts");
    }
    const auto first = text.find_first_not_of(" \t\r\n");
    const bool is_json =
        first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
    TALLY_TRY_ASSIGN(std::vector<Order> orders,
                     is_json ? from_json(text, name) : from_csv(text, name));
    if (orders.empty() || orders.size() > kOrdersMax) {
        return bad(name, "1 to " + std::to_string(kOrdersMax) + " orders at a time, not " +
                             std::to_string(orders.size()));
    }
    std::set<std::string> ids;
    for (const Order& order : orders) {
        if (!ids.insert(order.id).second) {
            return bad(name, "order " + order.id +
                                 " stands there twice; lines of one order stand "
                                 "together");
        }
    }
    return orders;
}

Result<OrderMessage> read_order_message(std::string_view text) {
    const std::string name = "the message";
    const bool may_cancel =
        text.size() <= kOrderRequestBytesMax && text.find("\"cancel\"") != std::string_view::npos;
    const Json json = may_cancel ? Json::parse(text, nullptr, false) : Json();
    OrderMessage message;
    if (!json.is_object() || !json.contains("cancel") || json.value("v", Json()) != Json(1)) {
        TALLY_TRY_ASSIGN(message.orders, read_orders(text, {}));
        return message;
    }
    TALLY_TRY(known_keys(json, {"v", "cancel", "reason"}, name));
    OrderCancel cancel;
    TALLY_TRY_ASSIGN(cancel.order, text_in(json, "cancel", name));
    if (!is_printable_id(cancel.order)) {
        return bad(name, "'cancel' is the id of an order: 1 to 64 characters of A-Z a-z 0-9 . _ -");
    }
    const Json reason = json.value("reason", Json());
    cancel.reason = reason.is_string() ? reason.get<std::string>() : std::string();
    if (cancel.reason.empty() || cancel.reason.size() > kOrderTextBytesMax) {
        return bad(name, "'reason' says why order " + cancel.order +
                             " is cancelled: a text of 1 to " + std::to_string(kOrderTextBytesMax) +
                             " bytes");
    }
    message.cancel = std::move(cancel);
    return message;
}

std::string encode_cancel_message(const OrderCancel& cancel) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("cancel").text(cancel.order).key("reason").text(cancel.reason);
    w.key("v").integer(1).end_object();
    return out;
}

std::string encode_order_request(const Order& order) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().optional_text("due", order.due).key("lines").begin_array();
    for (const OrderLine& line : order.lines) {
        w.begin_object().optional_text("lot", line.lot).optional_text("place", line.place);
        w.key("sku").text(line.sku).key("units").text(format_units(line.qty_milli)).end_object();
    }
    w.end_array().key("order").text(order.id).key("priority").integer(order.priority);
    w.key("v").integer(1).end_object();
    return out;
}

std::string encode_order_cancel(const OrderCancel& cancel) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("order").text(cancel.order).key("reason").text(cancel.reason);
    w.end_object();
    return out;
}

Result<OrderCancel> decode_order_cancel(std::string_view json) {
    OrderCancel cancel;
    ObjectReader reader(json, "order_cancel");
    reader.text("order", cancel.order);
    reader.text("reason", cancel.reason);
    TALLY_TRY(reader.finish());
    return cancel;
}

}  // namespace tally

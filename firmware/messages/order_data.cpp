#include "firmware/messages/order_data.hpp"

#include <type_traits>
#include <utility>

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally {

namespace {

void number(CanonicalWriter& w, std::string_view key, std::int64_t value) {
    if (value != 0) {
        w.key(key).integer(value);
    }
}

void number(CanonicalWriter& w, std::string_view key, std::uint64_t value) {
    if (value != 0) {
        w.key(key).number(value);
    }
}

/// A number that is left out where it is 0 may not be written as 0.
template <typename Number>
void positive(ObjectReader& reader, std::string_view key, Number& value) {
    bool there = false;
    if constexpr (std::is_same_v<Number, std::int64_t>) {
        there = reader.optional_integer(key, value);
    } else {
        there = reader.optional_number(key, value);
    }
    if (there && value == 0) {
        reader.refuse(key, "a number other than 0");
    }
}

/// A line as it is asked for, and in a row also how far it has come.
enum class Form { asked, row };

void write(CanonicalWriter& w, const OrderLine& line, Form form) {
    const bool row = form == Form::row;
    w.begin_object().optional_text("lot", line.lot).optional_text("place", line.place);
    w.key("qty_milli").integer(line.qty_milli);
    number(w, "shipped_milli", row ? line.shipped_milli : 0);
    w.key("sku").text(line.sku);
    number(w, "waits_milli", row ? line.waits_milli : 0);
    w.end_object();
}

Result<OrderLine> read_line(std::string_view json, Form form) {
    OrderLine line;
    ObjectReader reader(json, "line of an order");
    reader.optional_text("lot", line.lot);
    reader.optional_text("place", line.place);
    reader.integer("qty_milli", line.qty_milli);
    if (form == Form::row) {
        positive(reader, "shipped_milli", line.shipped_milli);
    }
    reader.text("sku", line.sku);
    if (form == Form::row) {
        positive(reader, "waits_milli", line.waits_milli);
    }
    TALLY_TRY(reader.finish());
    return line;
}

void write_lines(CanonicalWriter& w, const Order& order, Form form) {
    w.key("lines").begin_array();
    for (const OrderLine& line : order.lines) {
        write(w, line, form);
    }
    w.end_array();
}

Result<void> read_lines(const std::vector<std::string_view>& rows, Form form, Order& order) {
    for (const std::string_view row : rows) {
        TALLY_TRY_ASSIGN(OrderLine line, read_line(row, form));
        order.lines.push_back(std::move(line));
    }
    return {};
}

void write_claim(CanonicalWriter& w, const Claim& claim, Form form) {
    w.begin_object().optional_text("item", claim.item).key("line").number(claim.line);
    w.key("lot").text(claim.lot).key("n").number(claim.n).optional_text("origin", claim.origin);
    w.optional_text("parcel", claim.parcel);
    number(w, "pick", claim.pick);
    w.key("place").text(claim.place).key("qty_milli").integer(claim.qty_milli);
    if (form == Form::row) {
        w.key("seq").number(claim.seq);
    }
    w.end_object();
}

Result<Claim> read_claim(std::string_view json, Form form) {
    Claim claim;
    ObjectReader reader(json, "claim of an order");
    reader.optional_text("item", claim.item);
    reader.number("line", claim.line);
    reader.text("lot", claim.lot);
    reader.number("n", claim.n);
    reader.optional_text("origin", claim.origin);
    reader.optional_text("parcel", claim.parcel);
    positive(reader, "pick", claim.pick);
    reader.text("place", claim.place);
    reader.integer("qty_milli", claim.qty_milli);
    if (form == Form::row) {
        reader.number("seq", claim.seq);
    }
    TALLY_TRY(reader.finish());
    return claim;
}

void write_parcel(CanonicalWriter& w, const Parcel& parcel) {
    w.begin_object().optional_text("carrier", parcel.carrier);
    number(w, "expected_mg", parcel.expected_mg);
    w.optional_text("manifest", parcel.manifest).key("place").text(parcel.place);
    w.key("sscc").text(parcel.sscc);
    number(w, "weight_mg", parcel.weight_mg);
    w.end_object();
}

Result<Parcel> read_parcel(std::string_view json) {
    Parcel parcel;
    ObjectReader reader(json, "parcel of an order");
    reader.optional_text("carrier", parcel.carrier);
    positive(reader, "expected_mg", parcel.expected_mg);
    reader.optional_text("manifest", parcel.manifest);
    reader.text("place", parcel.place);
    reader.text("sscc", parcel.sscc);
    positive(reader, "weight_mg", parcel.weight_mg);
    TALLY_TRY(reader.finish());
    return parcel;
}

void write_notes(CanonicalWriter& w, const Order& order) {
    w.key("notes").begin_array();
    for (const OrderNote& note : order.notes) {
        w.begin_object().key("by").text(note.by).key("t_ms").integer(note.t_ms);
        w.key("text").text(note.text).end_object();
    }
    w.end_array();
}

Result<void> read_notes(const std::vector<std::string_view>& rows, Order& order) {
    for (const std::string_view row : rows) {
        OrderNote note;
        ObjectReader reader(row, "note of an order");
        reader.text("by", note.by);
        reader.integer("t_ms", note.t_ms);
        reader.text("text", note.text);
        TALLY_TRY(reader.finish());
        order.notes.push_back(std::move(note));
    }
    return {};
}

std::string encode_added(const Order& order) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("act").text(to_string(OrderAct::add)).optional_text("due", order.due);
    w.optional_text("due_by", order.due_by);
    write_lines(w, order, Form::asked);
    w.key("order").text(order.id).key("priority").integer(order.priority).end_object();
    return out;
}

Result<OrderData> decode_added(std::string_view json) {
    OrderData data;
    std::string act;
    std::vector<std::string_view> lines;
    ObjectReader reader(json, "data of order_changed");
    reader.text("act", act);
    reader.optional_text("due", data.added.due);
    reader.optional_text("due_by", data.added.due_by);
    reader.elements("lines", lines);
    reader.text("order", data.added.id);
    reader.integer("priority", data.added.priority);
    TALLY_TRY(reader.finish());
    TALLY_TRY(read_lines(lines, Form::asked, data.added));
    TALLY_TRY(check_order(data.added));
    data.order = data.added.id;
    return data;
}

}  // namespace

std::string encode(const OrderData& data) {
    if (data.act == OrderAct::add) {
        return encode_added(data.added);
    }
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("act").text(to_string(data.act));
    if (data.act == OrderAct::pack) {
        w.key("claims").begin_array();
        for (const std::uint64_t n : data.claims) {
            w.number(n);
        }
        w.end_array();
    }
    number(w, "line", data.line);
    number(w, "milli", data.milli);
    w.key("order").text(data.order);
    if (!data.parcel.sscc.empty()) {
        w.key("parcel");
        write_parcel(w, data.parcel);
    }
    w.optional_text("text", data.text).end_object();
    return out;
}

Result<OrderData> decode_order_data(std::string_view json) {
    const std::string name = text_member(json, "act");
    const auto act = order_act_from(name);
    if (act == OrderAct::add) {
        return decode_added(json);
    }
    OrderData data;
    std::string ignored;
    std::string_view parcel;
    std::vector<std::string_view> claims;
    ObjectReader reader(json, "data of order_changed");
    reader.text("act", ignored);
    if (!act) {
        reader.refuse("act", "add, wait, cancel, pack or hand_over");
    }
    data.act = act.value_or(OrderAct::wait);
    if (data.act == OrderAct::pack) {
        reader.elements("claims", claims);
    }
    positive(reader, "line", data.line);
    positive(reader, "milli", data.milli);
    reader.text("order", data.order);
    if (data.act == OrderAct::pack || data.act == OrderAct::hand_over) {
        reader.object("parcel", parcel);
    }
    reader.optional_text("text", data.text);
    TALLY_TRY(reader.finish());
    if (!parcel.empty()) {
        TALLY_TRY_ASSIGN(data.parcel, read_parcel(parcel));
    }
    for (const std::string_view text : claims) {
        canonical::Cursor cursor(text);
        std::uint64_t n = 0;
        if (!cursor.number(n) || !cursor.at_end()) {
            return fail(ErrorKind::malformed, "data of order_changed: 'claims' are numbers");
        }
        data.claims.push_back(n);
    }
    return data;
}

std::string encode(const ReservedData& data) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("claim");
    write_claim(w, data.claim, Form::asked);
    w.key("order").text(data.order).key("sku").text(data.sku).end_object();
    return out;
}

Result<ReservedData> decode_reserved_data(std::string_view json) {
    ReservedData data;
    std::string_view claim;
    ObjectReader reader(json, "data of reserved");
    reader.object("claim", claim);
    reader.text("order", data.order);
    reader.text("sku", data.sku);
    TALLY_TRY(reader.finish());
    TALLY_TRY_ASSIGN(data.claim, read_claim(claim, Form::asked));
    return data;
}

std::string encode(const ReleasedData& data) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("n").number(data.what.n).key("order").text(data.order);
    w.key("place").text(data.place).key("qty_milli").integer(data.what.qty_milli);
    w.key("sku").text(data.sku).optional_text("text", data.text);
    w.key("why").text(to_string(data.what.why)).end_object();
    return out;
}

Result<ReleasedData> decode_released_data(std::string_view json) {
    ReleasedData data;
    std::string why;
    ObjectReader reader(json, "data of released");
    reader.number("n", data.what.n);
    reader.text("order", data.order);
    reader.text("place", data.place);
    reader.integer("qty_milli", data.what.qty_milli);
    reader.text("sku", data.sku);
    reader.optional_text("text", data.text);
    reader.text("why", why);
    const auto known = release_why_from(why);
    if (!known) {
        reader.refuse("why", "picked, moved, revoked, not_found, dropped, cancelled or shipped");
    }
    TALLY_TRY(reader.finish());
    data.what.why = *known;
    return data;
}

std::string encode_order(const Order& order) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("by").text(order.by);
    if (order.cancelled) {
        w.key("cancelled").boolean(true);
    }
    w.key("claims").begin_array();
    for (const auto& [n, claim] : order.claims) {
        write_claim(w, claim, Form::row);
    }
    w.end_array().optional_text("due", order.due).optional_text("due_by", order.due_by);
    number(w, "ended_seq", order.ended_seq);
    number(w, "last_claim", order.last_claim);
    write_lines(w, order, Form::row);
    write_notes(w, order);
    w.key("parcels").begin_array();
    for (const Parcel& parcel : order.parcels) {
        write_parcel(w, parcel);
    }
    w.end_array().key("priority").integer(order.priority).key("seq").number(order.seq);
    w.key("t_ms").integer(order.t_ms).end_object();
    return out;
}

Result<Order> decode_order(std::string_view json) {
    Order order;
    std::vector<std::string_view> claims, lines, notes, parcels;
    ObjectReader reader(json, "stored order");
    reader.text("by", order.by);
    if (reader.optional_boolean("cancelled", order.cancelled) && !order.cancelled) {
        reader.refuse("cancelled", "true");
    }
    reader.elements("claims", claims);
    reader.optional_text("due", order.due);
    reader.optional_text("due_by", order.due_by);
    positive(reader, "ended_seq", order.ended_seq);
    positive(reader, "last_claim", order.last_claim);
    reader.elements("lines", lines);
    reader.elements("notes", notes);
    reader.elements("parcels", parcels);
    reader.integer("priority", order.priority);
    reader.number("seq", order.seq);
    reader.integer("t_ms", order.t_ms);
    TALLY_TRY(reader.finish());
    TALLY_TRY(read_lines(lines, Form::row, order));
    TALLY_TRY(read_notes(notes, order));
    for (const std::string_view text : claims) {
        TALLY_TRY_ASSIGN(Claim claim, read_claim(text, Form::row));
        order.claims[claim.n] = std::move(claim);
    }
    for (const std::string_view text : parcels) {
        TALLY_TRY_ASSIGN(Parcel parcel, read_parcel(text));
        order.parcels.push_back(std::move(parcel));
    }
    return order;
}

}  // namespace tally

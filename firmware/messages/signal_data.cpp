#include "firmware/messages/signal_data.hpp"

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally {

std::string encode(const BarrierData& data) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("gate").text(data.gate);
    if (data.held) {
        w.key("held").boolean(true);
    }
    w.key("order").text(to_string(data.order)).key("why").text(data.why).end_object();
    return out;
}

Result<BarrierData> decode_barrier_data(std::string_view json) {
    BarrierData data;
    std::string order;
    ObjectReader reader(json, "data of barrier_ordered");
    reader.text("gate", data.gate);
    if (reader.optional_boolean("held", data.held) && !data.held) {
        reader.refuse("held", "true, or nothing");
    }
    reader.text("order", order);
    const auto known = barrier_order_from(order);
    if (!known) {
        reader.refuse("order", "open or closed");
    }
    data.order = known.value_or(BarrierOrder::open);
    reader.text("why", data.why);
    TALLY_TRY(reader.finish());
    return data;
}

std::string encode_barrier_row(const BarrierStanding& standing) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("by").text(standing.by).key("seq").number(standing.seq);
    w.key("t_ms").integer(standing.t_ms).key("what").verbatim(encode(standing.what)).end_object();
    return out;
}

Result<BarrierStanding> decode_barrier_row(std::string_view json) {
    BarrierStanding standing;
    std::string_view what;
    ObjectReader reader(json, "stored barrier order");
    reader.text("by", standing.by);
    reader.number("seq", standing.seq);
    reader.integer("t_ms", standing.t_ms);
    reader.object("what", what);
    TALLY_TRY(reader.finish());
    TALLY_TRY_ASSIGN(standing.what, decode_barrier_data(what));
    return standing;
}

}  // namespace tally

#include "firmware/messages/fleet_data.hpp"

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally {

std::string encode(const HandOrder& order) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("act").text(to_string(order.act));
    if (order.for_ms != 0) {
        w.key("for_ms").integer(order.for_ms);
    }
    w.optional_text("mission", order.mission).optional_text("node", order.node);
    w.optional_text("phase", order.phase).optional_text("place", order.place);
    w.optional_text("reason", order.reason).optional_text("refused", order.refused);
    if (order.stands) {
        w.key("stands").boolean(true);
    }
    w.optional_text("to", order.to).optional_text("track", order.track);
    w.optional_text("vehicle", order.vehicle);
    w.optional_text("why", order.why).end_object();
    return out;
}

Result<HandOrder> decode_hand_order(std::string_view json) {
    HandOrder order;
    std::string act;
    ObjectReader reader(json, "data of fleet_ordered");
    reader.text("act", act);
    const auto known = hand_act_from(act);
    if (!known) {
        reader.refuse("act", "what a person can order of vehicles, e.g. release");
    }
    order.act = known.value_or(HandAct::pause);
    reader.optional_integer("for_ms", order.for_ms);
    reader.optional_text("mission", order.mission);
    reader.optional_text("node", order.node);
    reader.optional_text("phase", order.phase);
    reader.optional_text("place", order.place);
    reader.optional_text("reason", order.reason);
    reader.optional_text("refused", order.refused);
    reader.optional_boolean("stands", order.stands);
    reader.optional_text("to", order.to);
    reader.optional_text("track", order.track);
    reader.optional_text("vehicle", order.vehicle);
    reader.optional_text("why", order.why);
    TALLY_TRY(reader.finish());
    return order;
}

std::string encode_hand_order_row(const HandOrderGiven& given) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("by").text(given.by).key("seq").number(given.seq);
    w.key("t_ms").integer(given.t_ms).key("what").verbatim(encode(given.what)).end_object();
    return out;
}

Result<HandOrderGiven> decode_hand_order_row(std::string_view json) {
    HandOrderGiven given;
    std::string_view what;
    ObjectReader reader(json, "stored order of a vehicle");
    reader.text("by", given.by);
    reader.number("seq", given.seq);
    reader.integer("t_ms", given.t_ms);
    reader.object("what", what);
    TALLY_TRY(reader.finish());
    TALLY_TRY_ASSIGN(given.what, decode_hand_order(what));
    return given;
}

}  // namespace tally

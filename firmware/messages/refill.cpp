#include "firmware/messages/refill.hpp"

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally {

std::string encode(const Refill& refill) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("milli").integer(refill.milli).key("place").text(refill.place);
    w.key("sku").text(refill.sku).key("text").text(refill.text).end_object();
    return out;
}

Result<Refill> decode_refill(std::string_view json) {
    Refill refill;
    ObjectReader reader(json, "refill");
    reader.integer("milli", refill.milli);
    if (refill.milli < 0) {
        reader.refuse("milli", "0 or more");
    }
    reader.text("place", refill.place);
    reader.text("sku", refill.sku);
    reader.text("text", refill.text);
    TALLY_TRY(reader.finish());
    return refill;
}

std::string refill_key(const std::string& place, const std::string& sku) {
    return "refill:" + place + " " + sku;
}

}  // namespace tally

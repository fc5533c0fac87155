#include "firmware/messages/hand_over_row.hpp"

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally {

std::string encode_row(const HandOverRow& row) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object().optional_text("anomaly", row.anomaly);
    writer.key("notice").verbatim(encode(row.notice));
    writer.optional_text("other_edge", row.other_edge);
    writer.key("received_first").boolean(row.received_first).end_object();
    return out;
}

Result<HandOverRow> decode_hand_over_row(std::string_view json) {
    HandOverRow row;
    std::string_view notice;
    ObjectReader reader(json, "stored hand-over");
    reader.optional_text("anomaly", row.anomaly);
    reader.object("notice", notice);
    reader.optional_text("other_edge", row.other_edge);
    reader.boolean("received_first", row.received_first);
    TALLY_TRY(reader.finish());
    TALLY_TRY_ASSIGN(row.notice, decode_hand_over_notice(notice));
    return row;
}

}  // namespace tally

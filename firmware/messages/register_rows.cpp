#include "firmware/messages/register_rows.hpp"

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally {

std::string encode_row(const AnomalyRow& row) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object().optional_text("item", row.item).key("t_ms").integer(row.t_ms);
    writer.key("what").verbatim(encode(row.what)).end_object();
    return out;
}

Result<AnomalyRow> decode_anomaly_row(std::string_view json) {
    AnomalyRow row;
    std::string_view what;
    ObjectReader reader(json, "stored anomaly");
    reader.optional_text("item", row.item);
    reader.integer("t_ms", row.t_ms);
    reader.object("what", what);
    TALLY_TRY(reader.finish());
    TALLY_TRY_ASSIGN(row.what, decode_anomaly_data(what));
    return row;
}

std::string encode_row(const BlindRow& row) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object().key("began_seq").number(row.began_seq);
    writer.key("ended_seq").number(row.ended_seq).key("until_t_ms").integer(row.until_t_ms);
    writer.key("what").verbatim(encode(row.what)).end_object();
    return out;
}

Result<BlindRow> decode_blind_row(std::string_view json) {
    BlindRow row;
    std::string_view what;
    ObjectReader reader(json, "stored blind span");
    reader.number("began_seq", row.began_seq);
    reader.number("ended_seq", row.ended_seq);
    reader.integer("until_t_ms", row.until_t_ms);
    reader.object("what", what);
    TALLY_TRY(reader.finish());
    TALLY_TRY_ASSIGN(row.what, decode_blind_data(what));
    return row;
}

}  // namespace tally

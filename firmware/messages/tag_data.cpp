#include "firmware/messages/tag_data.hpp"

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally {

namespace {

void write_block(CanonicalWriter& w, const SerialBlock& block) {
    w.key("block").number(block.block).key("epoch").number(block.epoch);
}

}  // namespace

std::string encode(const TagData& data) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("act").text(to_string(data.act));
    if (data.act == TagAct::reserve) {
        write_block(w, data.block);
    }
    w.optional_text("lot", data.lot).optional_text("place", data.place);
    w.optional_text("printer", data.printer).optional_text("replaced_by", data.replaced_by);
    w.optional_text("replaces", data.replaces).optional_text("sku", data.sku);
    w.optional_text("text", data.text).end_object();
    return out;
}

Result<TagData> decode_tag_data(std::string_view json) {
    TagData data;
    std::string act;
    ObjectReader reader(json, "data of tag_changed");
    reader.text("act", act);
    const auto known = tag_act_from(act);
    if (!known) {
        reader.refuse("act",
                      "reserve, allocate, send, take_back, printed, fail, discard, retire "
                      "or place");
    }
    data.act = known.value_or(TagAct::send);
    if (data.act == TagAct::reserve) {
        reader.number("block", data.block.block);
        reader.number("epoch", data.block.epoch);
    }
    reader.optional_text("lot", data.lot);
    reader.optional_text("place", data.place);
    reader.optional_text("printer", data.printer);
    reader.optional_text("replaced_by", data.replaced_by);
    reader.optional_text("replaces", data.replaces);
    reader.optional_text("sku", data.sku);
    reader.optional_text("text", data.text);
    TALLY_TRY(reader.finish());
    return data;
}

std::string encode_label(const Label& label) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("by").text(label.by).optional_text("lot", label.lot);
    w.optional_text("printer", label.printer).optional_text("replaces", label.replaces);
    w.key("seq").number(label.seq).optional_text("sku", label.sku);
    w.key("state").integer(static_cast<std::int64_t>(label.state)).key("t_ms").integer(label.t_ms);
    w.optional_text("text", label.text).end_object();
    return out;
}

Result<Label> decode_label(std::string_view json) {
    Label label;
    std::int64_t state = 0;
    ObjectReader reader(json, "stored label");
    reader.text("by", label.by);
    reader.optional_text("lot", label.lot);
    reader.optional_text("printer", label.printer);
    reader.optional_text("replaces", label.replaces);
    reader.number("seq", label.seq);
    reader.optional_text("sku", label.sku);
    reader.integer("state", state);
    if (state < 0 || state > static_cast<std::int64_t>(LabelState::unsure)) {
        reader.refuse("state", "a state of a label");
    }
    reader.integer("t_ms", label.t_ms);
    reader.optional_text("text", label.text);
    TALLY_TRY(reader.finish());
    label.state = static_cast<LabelState>(state);
    return label;
}

std::string encode_retired(const RetiredTag& tag) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("by").text(tag.by).optional_text("replaced_by", tag.replaced_by);
    w.optional_text("text", tag.text).end_object();
    return out;
}

Result<RetiredTag> decode_retired(std::string_view json) {
    RetiredTag tag;
    ObjectReader reader(json, "stored retired tag");
    reader.text("by", tag.by);
    reader.optional_text("replaced_by", tag.replaced_by);
    reader.optional_text("text", tag.text);
    TALLY_TRY(reader.finish());
    return tag;
}

std::string encode_serials(const SerialsRow& row) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object();
    write_block(w, row.block);
    w.key("seq").number(row.seq).key("valid").boolean(row.valid).end_object();
    return out;
}

Result<SerialsRow> decode_serials(std::string_view json) {
    SerialsRow row;
    ObjectReader reader(json, "stored block of serials");
    reader.number("block", row.block.block);
    reader.number("epoch", row.block.epoch);
    reader.number("seq", row.seq);
    reader.boolean("valid", row.valid);
    TALLY_TRY(reader.finish());
    return row;
}

}  // namespace tally

#include "firmware/messages/hand_over.hpp"

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally {

std::string encode(const HandOverNotice& notice) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object().key("custody").text(notice.custody).key("edge").text(notice.edge);
    writer.key("item").text(notice.item).key("lot").text(notice.lot);
    writer.optional_text("parent", notice.parent).key("place").text(notice.place);
    writer.key("quality").text(notice.quality).key("ref").text(notice.ref);
    writer.key("sku").text(notice.sku).end_object();
    return out;
}

Result<HandOverNotice> decode_hand_over_notice(std::string_view json) {
    HandOverNotice notice;
    ObjectReader reader(json, "hand-over notice");
    reader.text("custody", notice.custody);
    reader.text("edge", notice.edge);
    reader.text("item", notice.item);
    reader.text("lot", notice.lot);
    reader.optional_text("parent", notice.parent);
    reader.text("place", notice.place);
    reader.text("quality", notice.quality);
    reader.text("ref", notice.ref);
    reader.text("sku", notice.sku);
    TALLY_TRY(reader.finish());
    return notice;
}

}  // namespace tally

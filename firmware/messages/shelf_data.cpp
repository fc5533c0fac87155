#include "firmware/messages/shelf_data.hpp"

#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally {

namespace {

Result<OpenShelfChange> decode_open(std::string_view json) {
    OpenShelfChange open;
    ObjectReader reader(json, "open change of a slot");
    reader.optional_text("anomaly", open.anomaly);
    reader.text("ref", open.ref);
    reader.text("sku", open.sku);
    reader.integer("units", open.units);
    TALLY_TRY(reader.finish());
    return open;
}

}  // namespace

std::string encode(const ShelfEvidence& evidence) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object().key("after_mg").integer(evidence.after_mg);
    writer.key("before_mg").integer(evidence.before_mg).key("device").text(evidence.device);
    writer.key("tolerance_mg").integer(evidence.tolerance_mg).end_object();
    return out;
}

Result<ShelfEvidence> decode_shelf_evidence(std::string_view json) {
    ShelfEvidence evidence;
    ObjectReader reader(json, "evidence of a shelf");
    reader.integer("after_mg", evidence.after_mg);
    reader.integer("before_mg", evidence.before_mg);
    reader.text("device", evidence.device);
    reader.integer("tolerance_mg", evidence.tolerance_mg);
    TALLY_TRY(reader.finish());
    return evidence;
}

std::string encode(const ShelfData& data) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object().optional_text("sku", data.sku).key("slot").text(data.slot);
    writer.optional_text("text", data.text);
    if (data.units != 0) {
        writer.key("units").integer(data.units);
    }
    writer.key("what").text(data.what).end_object();
    return out;
}

Result<ShelfData> decode_shelf_data(std::string_view json) {
    ShelfData data;
    ObjectReader reader(json, "data of shelf_changed");
    reader.optional_text("sku", data.sku);
    reader.text("slot", data.slot);
    reader.optional_text("text", data.text);
    reader.optional_integer("units", data.units);
    reader.text("what", data.what);
    TALLY_TRY(reader.finish());
    return data;
}

std::string encode(const SlotMemory& memory) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object();
    if (memory.baseline_mg) {
        writer.key("baseline_mg").integer(*memory.baseline_mg);
    }
    writer.key("open").begin_array();
    for (const OpenShelfChange& open : memory.open) {
        writer.begin_object().optional_text("anomaly", open.anomaly).key("ref").text(open.ref);
        writer.key("sku").text(open.sku).key("units").integer(open.units).end_object();
    }
    writer.end_array().end_object();
    return out;
}

Result<SlotMemory> decode_slot_memory(std::string_view json) {
    SlotMemory memory;
    ObjectReader reader(json, "memory of a slot");
    std::int64_t baseline = 0;
    if (reader.optional_integer("baseline_mg", baseline)) {
        memory.baseline_mg = baseline;
    }
    std::vector<std::string_view> open;
    reader.elements("open", open);
    TALLY_TRY(reader.finish());
    for (const std::string_view each : open) {
        TALLY_TRY_ASSIGN(OpenShelfChange change, decode_open(each));
        memory.open.push_back(std::move(change));
    }
    return memory;
}

}  // namespace tally

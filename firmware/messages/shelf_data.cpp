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

Result<WaitingMove> decode_move(std::string_view json) {
    WaitingMove move;
    ObjectReader reader(json, "movement that a slot waits for");
    reader.optional_text("anomaly", move.anomaly);
    reader.optional_text("item", move.item);
    reader.text("sku", move.sku);
    reader.integer("units", move.units);
    TALLY_TRY(reader.finish());
    return move;
}

Result<OddWeight> decode_odd(std::string_view json) {
    OddWeight odd;
    ObjectReader reader(json, "odd weight of a slot");
    reader.text("anomaly", odd.anomaly);
    reader.integer("weight_mg", odd.weight_mg);
    TALLY_TRY(reader.finish());
    return odd;
}

Result<CountedLately> decode_counted(std::string_view json) {
    CountedLately counted;
    std::vector<std::string_view> units;
    ObjectReader reader(json, "counts of a slot");
    reader.integer("change_mg", counted.change_mg);
    reader.elements("units", units);
    TALLY_TRY(reader.finish());
    for (const std::string_view each : units) {
        CountedLately::Units of_sku;
        ObjectReader inner(each, "count of a slot");
        inner.text("sku", of_sku.sku);
        inner.integer("units", of_sku.units);
        TALLY_TRY(inner.finish());
        counted.units.push_back(std::move(of_sku));
    }
    return counted;
}

Result<AskedCommand> decode_asked(std::string_view json) {
    AskedCommand asked;
    ObjectReader reader(json, "command asked of a slot");
    reader.text("ref", asked.ref);
    reader.integer("shown_mg", asked.shown_mg);
    reader.text("what", asked.what);
    TALLY_TRY(reader.finish());
    return asked;
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

namespace {

void write_moves(CanonicalWriter& writer, std::string_view key,
                 const std::vector<WaitingMove>& moves) {
    if (moves.empty()) {
        return;
    }
    writer.key(key).begin_array();
    for (const WaitingMove& move : moves) {
        writer.begin_object().optional_text("anomaly", move.anomaly);
        writer.optional_text("item", move.item).key("sku").text(move.sku);
        writer.key("units").integer(move.units).end_object();
    }
    writer.end_array();
}

}  // namespace

std::string encode(const SlotMemory& memory) {
    std::string out;
    CanonicalWriter writer(out);
    writer.begin_object();
    if (memory.asked) {
        writer.key("asked").begin_object().key("ref").text(memory.asked->ref);
        writer.key("shown_mg").integer(memory.asked->shown_mg);
        writer.key("what").text(memory.asked->what).end_object();
    }
    if (memory.baseline_mg) {
        writer.key("baseline_mg").integer(*memory.baseline_mg);
    }
    if (memory.counted) {
        writer.key("counted").begin_object().key("change_mg").integer(memory.counted->change_mg);
        writer.key("units").begin_array();
        for (const CountedLately::Units& each : memory.counted->units) {
            writer.begin_object().key("sku").text(each.sku);
            writer.key("units").integer(each.units).end_object();
        }
        writer.end_array().end_object();
    }
    write_moves(writer, "crossed", memory.crossed);
    write_moves(writer, "moves", memory.moves);
    if (memory.never_weighed) {
        writer.key("never_weighed").boolean(true);
    }
    if (memory.odd) {
        writer.key("odd").begin_object().key("anomaly").text(memory.odd->anomaly);
        writer.key("weight_mg").integer(memory.odd->weight_mg).end_object();
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
    std::string_view asked, counted, odd;
    std::int64_t baseline = 0;
    std::vector<std::string_view> crossed, open, moves;
    reader.optional_object("asked", asked);
    if (reader.optional_integer("baseline_mg", baseline)) {
        memory.baseline_mg = baseline;
    }
    reader.optional_object("counted", counted);
    reader.optional_elements("crossed", crossed);
    reader.optional_elements("moves", moves);
    reader.optional_boolean("never_weighed", memory.never_weighed);
    reader.optional_object("odd", odd);
    reader.elements("open", open);
    TALLY_TRY(reader.finish());
    if (!asked.empty()) {
        TALLY_TRY_ASSIGN(memory.asked, decode_asked(asked));
    }
    if (!counted.empty()) {
        TALLY_TRY_ASSIGN(memory.counted, decode_counted(counted));
    }
    for (const std::string_view each : crossed) {
        TALLY_TRY_ASSIGN(WaitingMove move, decode_move(each));
        memory.crossed.push_back(std::move(move));
    }
    for (const std::string_view each : moves) {
        TALLY_TRY_ASSIGN(WaitingMove move, decode_move(each));
        memory.moves.push_back(std::move(move));
    }
    if (!odd.empty()) {
        TALLY_TRY_ASSIGN(memory.odd, decode_odd(odd));
    }
    for (const std::string_view each : open) {
        TALLY_TRY_ASSIGN(OpenShelfChange change, decode_open(each));
        memory.open.push_back(std::move(change));
    }
    return memory;
}

}  // namespace tally

#include "firmware/messages/event_json.hpp"

#include <utility>

#include "firmware/domain/ledger/event_form.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/canonical_reader.hpp"

namespace tally {

namespace {

Result<void> check_object(std::string_view key, const std::string& text) {
    if (text.empty()) {
        return {};
    }
    auto canonical = check_canonical(text);
    if (!canonical || text.front() != '{') {
        return fail(ErrorKind::malformed,
                    "event: key '" + std::string(key) + "': a canonical JSON object was expected" +
                        (canonical ? std::string() : " (" + canonical.error().text + ")"));
    }
    return {};
}

void write_object(CanonicalWriter& writer, std::string_view key, const std::string& text) {
    if (!text.empty()) {
        writer.key(key).verbatim(text);
    }
}

void write_unless(CanonicalWriter& writer, std::string_view key, std::string_view text,
                  std::string_view default_text) {
    writer.optional_text(key, text == default_text ? std::string_view() : text);
}

void write_event(CanonicalWriter& w, const Event& event) {
    w.begin_object().key("by").text(event.by).optional_text("cause", event.cause);
    write_unless(w, "custody", event.custody, kFreeCustody);
    w.optional_text("custody_to", event.custody_to);
    write_object(w, "data", event.data);
    w.key("edge").text(event.edge.str()).key("epoch").number(event.epoch.value());
    write_object(w, "evidence", event.evidence);
    w.optional_text("from", event.from.str())
        .optional_text("item", event.item.str())
        .optional_text("lot", event.lot.str())
        .optional_text("parent", event.parent);
    if (!event.sku.empty()) {
        w.key("qty").integer(event.qty.milli);
    }
    write_unless(w, "quality", event.quality, kGoodQuality);
    w.optional_text("quality_to", event.quality_to)
        .optional_text("raw_ref", event.raw_ref)
        .key("seq")
        .number(event.seq.value())
        .optional_text("sku", event.sku.str())
        .key("t_ms")
        .integer(event.t_ms)
        .optional_text("to", event.to.str())
        .key("type")
        .text(to_string(event.type))
        .key("v")
        .integer(Event::kVersion)
        .end_object();
}

// A member that is left out when empty: there, it must say something.
template <typename Text>
void read_text(ObjectReader& reader, std::string_view key, Text& value) {
    std::string text;
    if (reader.optional_text(key, text)) {
        if (text.empty()) {
            reader.refuse(key, "a text that is not empty (or no such key)");
        }
        value = Text(std::move(text));
    }
}

void read_unless(ObjectReader& reader, std::string_view key, std::string& value) {
    std::string text;
    if (reader.optional_text(key, text)) {
        if (text.empty() || text == value) {
            reader.refuse(key, "a text other than the default '" + value + "' (or no such key)");
        }
        value = std::move(text);
    }
}

void read_object(ObjectReader& reader, std::string_view key, std::string& value) {
    std::string_view verbatim;
    if (reader.optional_object(key, verbatim)) {
        value.assign(verbatim);
    }
}

Result<Event> read_event(ObjectReader& reader) {
    Event event;
    std::string edge;
    std::string type;
    std::uint64_t epoch = 0;
    std::uint64_t seq = 0;
    std::int64_t version = 0;
    reader.text("by", event.by);
    read_text(reader, "cause", event.cause);
    read_unless(reader, "custody", event.custody);
    read_text(reader, "custody_to", event.custody_to);
    read_object(reader, "data", event.data);
    reader.text("edge", edge);
    reader.number("epoch", epoch);
    read_object(reader, "evidence", event.evidence);
    read_text(reader, "from", event.from);
    read_text(reader, "item", event.item);
    read_text(reader, "lot", event.lot);
    read_text(reader, "parent", event.parent);
    const bool has_qty = reader.optional_integer("qty", event.qty.milli);
    read_unless(reader, "quality", event.quality);
    read_text(reader, "quality_to", event.quality_to);
    read_text(reader, "raw_ref", event.raw_ref);
    reader.number("seq", seq);
    read_text(reader, "sku", event.sku);
    reader.integer("t_ms", event.t_ms);
    read_text(reader, "to", event.to);
    reader.text("type", type);
    reader.integer("v", version);
    if (has_qty == event.sku.empty()) {
        reader.refuse("qty", "'qty' exactly where there is a 'sku'");
    }
    TALLY_TRY(reader.finish());
    if (version != Event::kVersion) {
        return fail(ErrorKind::unsupported, "event: version " + std::to_string(version) +
                                                " is not known here; update this box");
    }
    const auto known = event_type_from(type);
    if (!known) {
        return fail(ErrorKind::malformed,
                    "event: key 'type': '" + type + "' is not an event type this version knows");
    }
    event.type = *known;
    event.edge = EdgeId(std::move(edge));
    event.epoch = Epoch(epoch);
    event.seq = Seq(seq);
    return event;
}

}  // namespace

Result<void> append_event(std::string& out, const Event& event) {
    TALLY_TRY(check_form(event));
    TALLY_TRY(check_object("evidence", event.evidence));
    TALLY_TRY(check_object("data", event.data));
    CanonicalWriter writer(out);
    write_event(writer, event);
    return {};
}

Result<std::string> encode_event(const Event& event) {
    std::string out;
    out.reserve(512);
    TALLY_TRY(append_event(out, event));
    return out;
}

Result<Event> decode_event(std::string_view canonical) {
    ObjectReader reader(canonical, "event");
    auto event = read_event(reader);
    if (event) {
        TALLY_TRY(check_form(*event));
    }
    return event;
}

}  // namespace tally

#include "firmware/messages/sync/fields.hpp"

#include "firmware/domain/ledger/event_form.hpp"

namespace tally::sync_fields {

namespace {

bool lower_hex(std::string_view text) {
    for (const char c : text) {
        if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
            return false;
        }
    }
    return true;
}

}  // namespace

bool is_session(std::string_view text) noexcept {
    return text.size() == 16 && lower_hex(text);
}

void read(ObjectReader& reader, std::string_view key, Digest& value) {
    std::string hex;
    reader.text(key, hex);
    if (reader.ok() && (!lower_hex(hex) || !digest_from_hex(hex, value))) {
        reader.refuse(key, "64 lower-case hex digits");
    }
}

void read(ObjectReader& reader, std::string_view key, EdgeId& value) {
    std::string text;
    reader.text(key, text);
    if (reader.ok() && (text.empty() || !is_ledger_text(text))) {
        reader.refuse(key, "the name of an edge");
    }
    value = EdgeId(std::move(text));
}

void read(ObjectReader& reader, std::string_view key, Epoch& value) {
    std::uint64_t number = 0;
    reader.number(key, number);
    value = Epoch(number);
}

void read(ObjectReader& reader, std::string_view key, Seq& value) {
    std::uint64_t number = 0;
    reader.number(key, number);
    value = Seq(number);
}

void read_session(ObjectReader& reader, std::string& value) {
    reader.text("session", value);
    if (reader.ok() && !is_session(value)) {
        reader.refuse("session", "16 lower-case hex digits");
    }
}

void read_version(ObjectReader& reader) {
    std::int64_t version = 0;
    reader.integer("v", version);
    if (reader.ok() && version != kVersion) {
        reader.refuse("v", "version 1, the only one known here,");
    }
}

void write_verbatim(CanonicalWriter& writer, std::span<const std::string_view> values) {
    writer.begin_array();
    for (const std::string_view value : values) {
        writer.verbatim(value);
    }
    writer.end_array();
}

}  // namespace tally::sync_fields

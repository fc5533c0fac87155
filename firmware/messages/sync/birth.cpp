#include "firmware/messages/sync/birth.hpp"

#include "firmware/base/check.hpp"
#include "firmware/messages/sync/fields.hpp"

namespace tally {

namespace {

constexpr std::string_view kBirth = "birth";
constexpr std::string_view kBeat = "beat";

Result<HeadProbe> decode_probe(std::string_view text) {
    HeadProbe probe;
    ObjectReader reader(text, "probe");
    sync_fields::read(reader, "head", probe.head);
    sync_fields::read(reader, "seq", probe.seq);
    TALLY_TRY(reader.finish());
    return probe;
}

Result<CommandCursor> decode_cursor(std::string_view text) {
    CommandCursor cursor;
    ObjectReader reader(text, "earlier epoch of commands");
    sync_fields::read(reader, "epoch", cursor.epoch);
    sync_fields::read(reader, "next", cursor.next);
    TALLY_TRY(reader.finish());
    return cursor;
}

void write_past(CanonicalWriter& writer, const std::vector<CommandCursor>& past) {
    TALLY_CHECK(past.size() <= kPastCommandsMax, "a birth carries at most kPastCommandsMax epochs");
    writer.key("cmd_past").begin_array();
    for (const CommandCursor& cursor : past) {
        writer.begin_object().key("epoch").number(cursor.epoch.value());
        writer.key("next").number(cursor.next.value()).end_object();
    }
    writer.end_array();
}

void write_probes(CanonicalWriter& writer, const std::vector<HeadProbe>& probes) {
    TALLY_CHECK(probes.size() <= kProbesMax, "a birth carries at most kProbesMax heads");
    writer.key("probes").begin_array();
    for (const HeadProbe& probe : probes) {
        writer.begin_object().key("head").text(to_hex(probe.head));
        writer.key("seq").number(probe.seq.value()).end_object();
    }
    writer.end_array();
}

}  // namespace

std::string session_text(std::uint64_t number) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4) {
        text.push_back(kDigits[(number >> shift) & 15]);
    }
    return text;
}

std::string encode(const Birth& birth) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("cmd_epoch").number(birth.cmd_epoch.value());
    w.key("cmd_next").number(birth.cmd_next.value());
    if (!birth.cmd_past.empty()) {
        write_past(w, birth.cmd_past);
    }
    w.key("digest").text(to_hex(birth.digest));
    w.key("edge").text(birth.edge.str()).key("epoch").number(birth.epoch.value());
    w.key("head").text(to_hex(birth.head));
    w.key("kind").text(birth.kind == Birth::Kind::birth ? kBirth : kBeat);
    if (!birth.probes.empty()) {
        write_probes(w, birth.probes);
    }
    w.key("seq").number(birth.seq.value()).key("session").text(birth.session);
    w.key("t_ms").integer(birth.t_ms).key("v").integer(sync_fields::kVersion).end_object();
    return out;
}

Result<Birth> decode_birth(std::string_view text) {
    Birth birth;
    std::string kind;
    std::vector<std::string_view> probes;
    std::vector<std::string_view> past;
    ObjectReader reader(text, "birth");
    sync_fields::read(reader, "cmd_epoch", birth.cmd_epoch);
    sync_fields::read(reader, "cmd_next", birth.cmd_next);
    const bool has_past = reader.optional_elements("cmd_past", past);
    if (has_past && (past.empty() || past.size() > kPastCommandsMax)) {
        reader.refuse("cmd_past", "1 to 64 epochs (or no such key)");
    }
    sync_fields::read(reader, "digest", birth.digest);
    sync_fields::read(reader, "edge", birth.edge);
    sync_fields::read(reader, "epoch", birth.epoch);
    sync_fields::read(reader, "head", birth.head);
    reader.text("kind", kind);
    const bool probed = reader.optional_elements("probes", probes);
    sync_fields::read(reader, "seq", birth.seq);
    sync_fields::read_session(reader, birth.session);
    reader.integer("t_ms", birth.t_ms);
    sync_fields::read_version(reader);
    if (kind != kBirth && kind != kBeat) {
        reader.refuse("kind", "'birth' or 'beat'");
    }
    if (probed && (probes.empty() || probes.size() > kProbesMax)) {
        reader.refuse("probes", "1 to 32 heads (or no such key)");
    }
    TALLY_TRY(reader.finish());
    birth.kind = kind == kBirth ? Birth::Kind::birth : Birth::Kind::beat;
    for (const std::string_view probe : probes) {
        TALLY_TRY_ASSIGN(HeadProbe decoded, decode_probe(probe));
        birth.probes.push_back(decoded);
    }
    for (const std::string_view earlier : past) {
        TALLY_TRY_ASSIGN(const CommandCursor cursor, decode_cursor(earlier));
        const CommandCursor newest{birth.cmd_epoch, birth.cmd_next};
        const bool ascends = birth.cmd_past.empty() || birth.cmd_past.back().epoch < cursor.epoch;
        if (!ascends || cursor.epoch >= newest.epoch) {
            return fail(ErrorKind::malformed, "key 'cmd_past' of a birth: its epochs must ascend");
        }
        birth.cmd_past.push_back(cursor);
    }
    return birth;
}

std::string encode(const Death& death) {
    std::string out;
    CanonicalWriter w(out);
    w.begin_object().key("edge").text(death.edge.str()).key("session").text(death.session);
    w.key("v").integer(sync_fields::kVersion).end_object();
    return out;
}

Result<Death> decode_death(std::string_view text) {
    Death death;
    ObjectReader reader(text, "death");
    sync_fields::read(reader, "edge", death.edge);
    sync_fields::read_session(reader, death.session);
    sync_fields::read_version(reader);
    TALLY_TRY(reader.finish());
    return death;
}

}  // namespace tally

#include "firmware/messages/sync/ack.hpp"

#include "firmware/base/check.hpp"
#include "firmware/messages/sync/birth.hpp"
#include "firmware/messages/sync/fields.hpp"

namespace tally {

namespace {

constexpr std::string_view kOk = "ok";
constexpr std::string_view kDiverged = "diverged";

Result<Seq> decode_seq(std::string_view text) {
    canonical::Cursor cursor(text);
    std::uint64_t value = 0;
    if (!cursor.number(value) || !cursor.at_end()) {
        return fail(ErrorKind::malformed, "ack: key 'probe': sequence numbers were expected");
    }
    return Seq(value);
}

}  // namespace

std::string encode(const Ack& ack) {
    TALLY_CHECK(ack.probe.size() <= kProbesMax, "an ack asks for at most kProbesMax heads");
    std::string out;
    CanonicalWriter w(out);
    w.begin_object();
    if (ack.common) {
        w.key("common").number(ack.common->value());
    }
    w.key("edge").text(ack.edge.str()).key("epoch").number(ack.epoch.value());
    w.key("head").text(to_hex(ack.head)).key("next_seq").number(ack.next_seq.value());
    if (!ack.probe.empty()) {
        w.key("probe").begin_array();
        for (const Seq seq : ack.probe) {
            w.number(seq.value());
        }
        w.end_array();
    }
    w.key("session").text(ack.session);
    w.key("stock").text(ack.stock == Ack::Stock::ok ? kOk : kDiverged);
    w.key("v").integer(sync_fields::kVersion).end_object();
    return out;
}

Result<Ack> decode_ack(std::string_view text) {
    Ack ack;
    std::uint64_t common = 0;
    std::vector<std::string_view> probe;
    std::string stock;
    ObjectReader reader(text, "ack");
    if (reader.optional_number("common", common)) {
        ack.common = Seq(common);
    }
    sync_fields::read(reader, "edge", ack.edge);
    sync_fields::read(reader, "epoch", ack.epoch);
    sync_fields::read(reader, "head", ack.head);
    sync_fields::read(reader, "next_seq", ack.next_seq);
    const bool probes = reader.optional_elements("probe", probe);
    sync_fields::read_session(reader, ack.session);
    reader.text("stock", stock);
    sync_fields::read_version(reader);
    if (stock != kOk && stock != kDiverged) {
        reader.refuse("stock", "'ok' or 'diverged'");
    }
    if (probes && (probe.empty() || probe.size() > kProbesMax)) {
        reader.refuse("probe", "1 to 32 sequence numbers (or no such key)");
    }
    TALLY_TRY(reader.finish());
    ack.stock = stock == kOk ? Ack::Stock::ok : Ack::Stock::diverged;
    for (const std::string_view value : probe) {
        TALLY_TRY_ASSIGN(const Seq seq, decode_seq(value));
        ack.probe.push_back(seq);
    }
    return ack;
}

}  // namespace tally

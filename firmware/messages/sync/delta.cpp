#include "firmware/messages/sync/delta.hpp"

#include <algorithm>

#include "firmware/base/check.hpp"
#include "firmware/messages/event_json.hpp"
#include "firmware/messages/sync/fields.hpp"

namespace tally {

namespace {

constexpr std::size_t kHeaderBytesMax = 1024;

Result<void> read_events(Delta& delta) {
    std::uint64_t seq = delta.header.first_seq.value();
    delta.events.reserve(delta.canonical.size());
    for (const std::string_view text : delta.canonical) {
        auto event = decode_event(text);
        if (!event) {
            return fail("delta: event " + std::to_string(seq), event.error());
        }
        if (event->edge != delta.header.edge || event->epoch != delta.header.epoch ||
            event->seq != Seq(seq)) {
            return fail(ErrorKind::malformed,
                        "delta: event " + event_ref(event->edge, event->epoch, event->seq) +
                            " stands where " +
                            event_ref(delta.header.edge, delta.header.epoch, Seq(seq)) +
                            " was expected");
        }
        delta.events.push_back(std::move(*event));
        ++seq;
    }
    return {};
}

}  // namespace

std::size_t batch_size(std::span<const std::string_view> canonical) {
    std::size_t bytes = kHeaderBytesMax;
    std::size_t rows = 0;
    for (const std::string_view text : canonical.first(std::min(canonical.size(), kBatchRowsMax))) {
        bytes += text.size() + 1;
        if (rows > 0 && bytes > kBatchBytesMax) {
            break;
        }
        ++rows;
    }
    return rows;
}

std::string encode_delta(const DeltaHeader& header, std::span<const std::string_view> canonical) {
    TALLY_CHECK(!canonical.empty() && canonical.size() <= kBatchRowsMax, "a batch has 1 to 256");
    std::size_t bytes = kHeaderBytesMax;
    for (const std::string_view text : canonical) {
        bytes += text.size() + 1;
    }
    std::string out;
    out.reserve(bytes);
    CanonicalWriter w(out);
    w.begin_object().key("cmd_epoch").number(header.cmd_epoch.value());
    w.key("cmd_next").number(header.cmd_next.value());
    w.key("edge").text(header.edge.str()).key("epoch").number(header.epoch.value()).key("events");
    sync_fields::write_verbatim(w, canonical);
    w.key("first_seq").number(header.first_seq.value()).key("head").text(to_hex(header.head));
    w.key("n").number(canonical.size()).key("prev_head").text(to_hex(header.prev_head));
    w.key("sent_ms").integer(header.sent_ms).key("session").text(header.session);
    w.key("v").integer(sync_fields::kVersion).end_object();
    return out;
}

Result<Delta> decode_delta(std::string_view text) {
    Delta delta;
    DeltaHeader& header = delta.header;
    std::uint64_t n = 0;
    ObjectReader reader(text, "delta");
    sync_fields::read(reader, "cmd_epoch", header.cmd_epoch);
    sync_fields::read(reader, "cmd_next", header.cmd_next);
    sync_fields::read(reader, "edge", header.edge);
    sync_fields::read(reader, "epoch", header.epoch);
    reader.elements("events", delta.canonical);
    sync_fields::read(reader, "first_seq", header.first_seq);
    sync_fields::read(reader, "head", header.head);
    reader.number("n", n);
    sync_fields::read(reader, "prev_head", header.prev_head);
    reader.integer("sent_ms", header.sent_ms);
    sync_fields::read_session(reader, header.session);
    sync_fields::read_version(reader);
    if (n != delta.canonical.size() || n < 1 || n > kBatchRowsMax) {
        reader.refuse("n", "the number of events, 1 to 256,");
    }
    TALLY_TRY(reader.finish());
    TALLY_TRY(read_events(delta));
    return delta;
}

}  // namespace tally

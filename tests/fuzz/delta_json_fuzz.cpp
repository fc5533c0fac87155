// Any bytes as a message between edge and bridge, an event, a checkpoint or a topic: refused with a
// reason, or exactly the text of what was read. Hashes and signatures rest on that.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "firmware/base/check.hpp"
#include "firmware/messages/canonical_json.hpp"
#include "firmware/messages/checkpoint.hpp"
#include "firmware/messages/topics.hpp"
#include "tests/support/sync_samples.hpp"

using namespace tally;

namespace {

void same_or_refused(const Result<std::string>& again, std::string_view text) {
    if (again) {
        TALLY_CHECK(*again == text, "what was read must be written as it was");
    } else {
        TALLY_CHECK(!again.error().text.empty(), "a refusal must carry its reason");
    }
}

Result<std::string> recode_event(std::string_view text) {
    TALLY_TRY_ASSIGN(const Event event, decode_event(text));
    TALLY_CHECK(is_canonical(text), "an event that was read must be canonical");
    return encode_event(event);
}

Result<std::string> recode_checkpoint(std::string_view text) {
    TALLY_TRY_ASSIGN(const Book book, decode_checkpoint(text));
    return encode_checkpoint(book);
}

Result<std::string> recode_topic(std::string_view text) {
    TALLY_TRY_ASSIGN(const Topic topic, parse_topic(text));
    return topic_text(topic);
}

// A snapshot may carry its rows in any order that loads; the rows must still be the same stock.
void snapshot_is_its_stock(std::string_view text) {
    const Result<SnapshotChunk> chunk = decode_snapshot(text);
    SnapshotAssembly assembly;
    if (!chunk || !assembly.add(*chunk) || chunk->chunks != 1) {
        return;
    }
    Book book = assembly.take();
    TALLY_CHECK(book.verify().has_value(), "a stock that was taken must hold its rules");
    TALLY_CHECK(book.digest().bytes() == chunk->header.digest, "and have its digest");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<test::SyncSample> samples = test::sync_samples();
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const test::SyncSample& sample : samples) {
        if (sample.name != "snapshot") {
            same_or_refused(sample.recode(text), text);
        }
    }
    snapshot_is_its_stock(text);
    same_or_refused(recode_event(text), text);
    same_or_refused(recode_topic(text), text);
    if (const auto again = recode_checkpoint(text)) {
        same_or_refused(recode_checkpoint(*again), *again);
    }
    return 0;
}

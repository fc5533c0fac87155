// Whatever a reader sends: the frame reader, the tree codec and the fast path must neither crash
// nor contradict each other. The input is one stream of bytes, cut into segments by its own
// content.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "drivers/llrp/codec.hpp"
#include "drivers/llrp/report.hpp"
#include "firmware/base/check.hpp"

namespace {

using namespace tally;
using namespace tally::llrp;

constexpr std::uint16_t kRoAccessReport = 61;
constexpr std::uint16_t kTagReportData = 240;

std::size_t tags_in(const Message& report) {
    std::size_t count = 0;
    for (const Parameter& parameter : report.parameters) {
        count += parameter.type == kTagReportData ? 1 : 0;
    }
    return count;
}

void take(const Frame& frame) {
    Fault fault;
    const auto message = decode(frame, &fault);
    if (message) {
        // What decodes encodes, and is then the same message.
        const auto bytes = encode(*message);
        TALLY_CHECK(bytes, "a decoded message encodes");
        const auto again = parse_frame(*bytes);
        TALLY_CHECK(again, "an encoded message is a frame");
        const auto twin = decode(*again);
        TALLY_CHECK(twin && *twin == *message, "and decodes to the same");
    } else {
        TALLY_CHECK(encode(error_message(fault, frame.version, frame.id)),
                    "every fault can be said in LLRP");
    }
    if (frame.type == kRoAccessReport) {
        ReportDecoder decoder(0xffff);
        std::vector<TagRead> reads;
        const auto fast = decoder.decode(frame.body, MonoTime{1}, reads);
        TALLY_CHECK(fast || reads.empty(), "a refused report leaves no read");
        if (message && fast) {
            TALLY_CHECK(reads.size() == tags_in(*message), "both paths see the same tags");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FrameReader reader;
    std::size_t at = 0;
    while (at < size) {
        const std::size_t segment = std::min<std::size_t>(1 + data[at] % 37U, size - at);
        reader.feed({data + at, segment});
        at += segment;
        for (;;) {
            const auto frame = reader.next();
            if (!frame) {
                return 0;
            }
            if (!frame->has_value()) {
                break;
            }
            take(**frame);
        }
    }
    return 0;
}

#include "tools/bench/llrp_bench.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include "drivers/llrp/codec.hpp"
#include "drivers/llrp/report.hpp"

namespace tally::bench {

namespace {

using Clock = std::chrono::steady_clock;
using namespace tally::llrp;

constexpr std::uint16_t kRoAccessReport = 61;
constexpr std::size_t kSegmentBytes = 16 * 1024;
constexpr std::size_t kBigReportTags = 20'588;  // of 68 bytes each: 1.4 MB

/// A tag report as a reader sends it with all content enabled; the serial makes each another tag.
void append_tag(ByteWriter& writer, std::uint32_t serial) {
    writer.u16(240);
    writer.u16(68);
    writer.u8(0x80 + 13);
    writer.u64(0x3074257bf7194e40);
    writer.u32(serial);
    const std::pair<std::uint8_t, std::uint16_t> words[] = {
        {14, 1},      {10, 1},     {1, static_cast<std::uint16_t>(1 + serial % 4)}, {7, 5}, {8, 3},
        {12, 0x3000}, {11, 0xbeef}};
    for (const auto& [type, value] : words) {
        writer.u8(static_cast<std::uint8_t>(0x80 + type));
        writer.u16(value);
    }
    for (const unsigned type : {9U, 16U}) {
        writer.u8(static_cast<std::uint8_t>(0x80 + type));
        writer.u32(100);
    }
    for (const unsigned type : {2U, 4U}) {
        writer.u8(static_cast<std::uint8_t>(0x80 + type));
        writer.u64(0x00060a24181e4000 + serial);
    }
    writer.u8(0x80 + 6);
    writer.u8(static_cast<std::uint8_t>(0xc3 + serial % 16));
}

Bytes report_of(std::uint32_t first_serial, std::size_t tags) {
    ByteWriter body;
    for (std::size_t i = 0; i < tags; ++i) {
        append_tag(body, first_serial + static_cast<std::uint32_t>(i));
    }
    return frame_bytes({Version::v1_0_1, kRoAccessReport, 1, body.bytes()});
}

Bytes single_tag_reports(std::size_t count) {
    Bytes stream;
    for (std::size_t i = 0; i < count; ++i) {
        const Bytes report = report_of(static_cast<std::uint32_t>(i), 1);
        stream.insert(stream.end(), report.begin(), report.end());
    }
    return stream;
}

/// Feeds the stream in segments, as a socket would, and gives every report to `take`.
template <typename Take>
std::size_t run(ByteView stream, FrameReader& frames, Take take) {
    std::size_t tags = 0;
    for (std::size_t at = 0; at < stream.size(); at += kSegmentBytes) {
        frames.feed(stream.subspan(at, std::min(kSegmentBytes, stream.size() - at)));
        for (;;) {
            const auto frame = frames.next();
            if (!frame || !frame->has_value()) {
                break;
            }
            if ((*frame)->type == kRoAccessReport) {
                tags += take(**frame);
            }
        }
    }
    return tags;
}

struct Cost {
    double ns_per_tag = 0;
    std::size_t tags = 0;  ///< in one pass
};

/// The best of several passes over at least a quarter of a second.
template <typename Take>
Cost cost_of(ByteView stream, Take take) {
    Cost best;
    FrameReader frames;
    const auto begin = Clock::now();
    for (int pass = 0; pass < 3 || Clock::now() - begin < std::chrono::milliseconds(250); ++pass) {
        const auto start = Clock::now();
        const std::size_t tags = run(stream, frames, take);
        const double ns = std::chrono::duration<double, std::nano>(Clock::now() - start).count() /
                          static_cast<double>(std::max<std::size_t>(tags, 1));
        best = {pass == 0 ? ns : std::min(best.ns_per_tag, ns), tags};
    }
    return best;
}

Cost fast_cost(ByteView stream) {
    ReportDecoder decoder(0xffc0);
    std::vector<TagRead> reads;
    return cost_of(stream, [&](const Frame& frame) {
        reads.clear();
        return decoder.decode(frame.body, MonoTime{1}, reads) ? reads.size() : 0;
    });
}

Cost tree_cost(ByteView stream) {
    return cost_of(stream, [](const Frame& frame) {
        const auto message = decode(frame);
        return message ? message->parameters.size() : 0;
    });
}

/// What `gzip -dc` gives for the file; empty if there is none.
Bytes unpacked(const std::filesystem::path& path) {
    Bytes contents;
    if (!std::filesystem::exists(path)) {
        return contents;
    }
    const std::string command = "gzip -dc '" + path.string() + "'";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    Bytes block(1 << 16);
    for (std::size_t got = 0;
         pipe && (got = fread(block.data(), 1, block.size(), pipe.get())) > 0;) {
        contents.insert(contents.end(), block.begin(),
                        block.begin() + static_cast<std::ptrdiff_t>(got));
    }
    return contents;
}

void print(const char* what, const Cost& cost, const char* limit) {
    std::printf("%36s%10zu%10.1f   %s\n", what, cost.tags, cost.ns_per_tag, limit);
}

}  // namespace

int bench_llrp(const std::string& testdata) {
    const Bytes singles = single_tag_reports(4500);
    const Bytes big = report_of(0, kBigReportTags);
    std::printf("LLRP bytes to TagRead\n%36s%10s%10s   %s\n", "", "tags", "ns/tag",
                "limit or peer (recorded)");
    print("single-tag reports", fast_cost(singles), "aim <= 30; LTKCPP 481, EdgeX 381");
    const Cost big_cost = fast_cost(big);
    print("one report of 1.4 MB", big_cost, "aim <= 30");
    const Bytes golden =
        unpacked(std::filesystem::path(testdata) / "rfid/llrp-ltk-golden/dx101_c.bin.gz");
    if (!golden.empty()) {
        print("golden reports up to 1.4 MB (dx101_c)", fast_cost(golden),
              "LTKCPP 16,964, EdgeX 1,348");
    }
    print("tree codec, single-tag reports", tree_cost(singles), "LTKCPP 481, EdgeX 381");
    print("tree codec, one report of 1.4 MB", tree_cost(big), "LTKCPP 16,964, EdgeX 1,348");
    if (big_cost.tags != kBigReportTags) {
        std::fprintf(stderr, "llrp bench: %zu of %zu tags decoded\n", big_cost.tags,
                     kBigReportTags);
        return 1;
    }
    return 0;
}

}  // namespace tally::bench

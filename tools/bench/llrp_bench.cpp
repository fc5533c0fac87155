#include "tools/bench/llrp_bench.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include "drivers/llrp/codec.hpp"
#include "drivers/llrp/report.hpp"
#include "tools/bench/table.hpp"

namespace tally::bench {

namespace {

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
    Sample ns_per_tag;
    std::size_t tags = 0;  ///< in one pass
    double allocations_per_tag = 0;
};

/// Passes of about 20,000 tags each, so that short streams are measured as well as long ones.
template <typename Take>
Cost cost_of(ByteView stream, Take take) {
    constexpr int kRuns = 9;
    constexpr std::size_t kTagsMin = 20'000;
    Cost cost;
    FrameReader frames;
    cost.tags = run(stream, frames, take);
    const std::size_t repeats = 1 + kTagsMin / std::max<std::size_t>(cost.tags, 1);
    std::size_t before = 0;
    std::size_t after = 0;
    cost.ns_per_tag = ns_per_piece(cost.tags * repeats, kRuns, [&] {
        before = allocations();
        for (std::size_t i = 0; i < repeats; ++i) {
            run(stream, frames, take);
        }
        after = allocations();
    });
    cost.allocations_per_tag = static_cast<double>(after - before) /
                               static_cast<double>(std::max<std::size_t>(cost.tags * repeats, 1));
    return cost;
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

/// The file's bytes, unpacked if they are packed; empty if there is none.
Bytes unpacked(const std::filesystem::path& path) {
    Bytes contents;
    if (!std::filesystem::exists(path)) {
        return contents;
    }
    const std::string command = "gzip -dcf '" + path.string() + "'";
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    Bytes block(1 << 16);
    for (std::size_t got = 0;
         pipe && (got = fread(block.data(), 1, block.size(), pipe.get())) > 0;) {
        contents.insert(contents.end(), block.begin(),
                        block.begin() + static_cast<std::ptrdiff_t>(got));
    }
    return contents;
}

/// The report frames of a recorded conversation alone, as the peers were given them.
Bytes reports_of(ByteView stream) {
    Bytes reports;
    FrameReader frames;
    frames.feed(stream);
    for (auto frame = frames.next(); frame && frame->has_value(); frame = frames.next()) {
        if ((*frame)->type == kRoAccessReport) {
            const Bytes bytes = frame_bytes(**frame);
            reports.insert(reports.end(), bytes.begin(), bytes.end());
        }
    }
    return reports;
}

std::string with_count(const std::string& what, const Cost& cost) {
    return what + ", " + std::to_string(cost.tags) + " tags";
}

}  // namespace

int bench_llrp(const std::string& testdata) {
    const auto golden = std::filesystem::path(testdata) / "rfid/llrp-ltk-golden";
    Table table("LLRP bytes to TagRead, framing included (processor time; peers recorded)");
    const auto row = [&table](const std::string& what, const Cost& cost, const Beside& beside) {
        table.row(with_count(what, cost), {cost.ns_per_tag, "ns/tag", 1}, beside);
    };
    const Cost single = fast_cost(single_tag_reports(4500));
    row("single-tag reports, made here", single, at_most(30));
    const Cost big = fast_cost(report_of(0, kBigReportTags));
    row("one report of 1.4 MB, made here", big, at_most(30));
    table.row("the big report against the single ones",
              {sample_of({big.ns_per_tag.median / single.ns_per_tag.median}), "times", 2},
              at_most(1));
    table.row("operator new a tag, over both",
              {sample_of({single.allocations_per_tag + big.allocations_per_tag}), "calls", 3},
              at_most(0));
    if (const Bytes real = reports_of(unpacked(golden / "dx101_a.bin")); !real.empty()) {
        row("single-tag reports, captured (dx101_a)", fast_cost(real), peer("EdgeX", 381));
        row("the same through the tree codec", tree_cost(real), peer("LTKCPP", 481));
    }
    if (const Bytes real = unpacked(golden / "dx101_c.bin.gz"); !real.empty()) {
        row("reports to 1.4 MB, captured (dx101_c)", fast_cost(real), peer("EdgeX", 1'348));
        row("the same through the tree codec", tree_cost(real), peer("LTKCPP", 16'964));
    } else {
        table.note("no captured reports in " + golden.string() + "; those rows are left out");
    }
    if (big.tags != kBigReportTags) {
        std::fprintf(stderr, "llrp bench: %zu of %zu tags decoded\n", big.tags, kBigReportTags);
        return 1;
    }
    return 0;
}

}  // namespace tally::bench

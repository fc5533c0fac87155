#include "sim/kernel/trace.hpp"

#include <algorithm>

namespace tally::sim {

namespace {

constexpr std::size_t kBlockBytes = 4096;
constexpr std::size_t kTextBytesMax = 96;  // of one part that is text, in a readable line
constexpr std::size_t kHexBytesMax = 12;   // of one that is not: nobody reads more of it

void write_part(ByteWriter& block, ByteView part) {
    block.u64(part.size());
    block.raw(part);
}

std::string readable(ByteView part) {
    const ByteView begin = part.first(std::min(part.size(), kTextBytesMax));
    const bool is_text =
        std::all_of(begin.begin(), begin.end(), [](std::uint8_t c) { return c >= 32 && c < 127; });
    const ByteView head = is_text ? begin : begin.first(std::min(begin.size(), kHexBytesMax));
    std::string line = is_text ? std::string(as_text(head)) : to_hex(head);
    if (head.size() < part.size()) {
        line += "... (" + std::to_string(part.size()) + " bytes)";
    }
    return line;
}

std::string seconds_text(std::int64_t ns) {
    std::string fraction = std::to_string(ns % 1'000'000'000);
    fraction.insert(0, 9 - fraction.size(), '0');
    return std::to_string(ns / 1'000'000'000) + "." + fraction;
}

/// Eight digits that differ where any byte differs.
std::string mark_of(std::initializer_list<ByteView> parts) {
    ByteWriter all;
    for (const ByteView part : parts) {
        write_part(all, part);
    }
    return to_hex(sha256(all.bytes())).substr(0, 8);
}

}  // namespace

void Trace::record(MonoTime at, std::string_view node, std::string_view kind,
                   std::initializer_list<ByteView> parts) {
    ++entries_;
    block_.u64(static_cast<std::uint64_t>(at.ns));
    write_part(block_, as_bytes(node));
    write_part(block_, as_bytes(kind));
    block_.u64(parts.size());
    for (const ByteView part : parts) {
        write_part(block_, part);
    }
    if (block_.size() >= kBlockBytes) {
        chained_ = hash();
        block_ = ByteWriter();
    }
    if (entries_kept_ > 0) {
        kept_.push_back(line_of(at, node, kind, parts));
        if (kept_.size() > entries_kept_) {
            kept_.pop_front();
        }
    }
    if (listener_) {
        listener_(text_of(line_of(at, node, kind, parts)) + " #" + mark_of(parts));
    }
}

Digest Trace::hash() const {
    return sha256({ByteView(chained_), ByteView(block_.bytes())});
}

Trace::Line Trace::line_of(MonoTime at, std::string_view node, std::string_view kind,
                           std::initializer_list<ByteView> parts) {
    Line line{at.ns, std::string(node), std::string(kind), {}};
    for (const ByteView part : parts) {
        line.detail += " " + readable(part);
    }
    return line;
}

std::string Trace::text_of(const Line& line) {
    return seconds_text(line.at_ns) + " " + line.node + " " + line.kind + line.detail;
}

std::vector<std::string> Trace::last() const {
    std::vector<std::string> lines;
    lines.reserve(kept_.size());
    for (const Line& line : kept_) {
        lines.push_back(text_of(line));
    }
    return lines;
}

}  // namespace tally::sim

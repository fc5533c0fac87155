#include "drivers/llrp/frame.hpp"

#include <fmt/format.h>

#include "drivers/llrp/big_endian.hpp"

namespace tally::llrp {
namespace {

// A buffer grown beyond what large reports need is given back once it is empty.
constexpr std::size_t kKeptBytes = std::size_t{2} * 1024 * 1024;
constexpr std::size_t kSegmentBytesUsual = std::size_t{64} * 1024;

constexpr std::uint16_t kReservedTypesFirst = 900;
constexpr std::uint16_t kReservedTypesLast = 999;

struct Header {
    std::uint16_t version;
    std::uint16_t type;
    std::uint32_t length;
    std::uint32_t id;
};

/// `bytes` holds at least a header.
Header read_header(ByteView bytes) {
    const std::uint8_t* const at = bytes.data();
    const std::uint16_t start = u16_at(at);
    return {static_cast<std::uint16_t>((start >> 10) & 7),
            static_cast<std::uint16_t>(start & 0x3ff), u32_at(at + 2), u32_at(at + 6)};
}

inline bool is_message_type(std::uint16_t type) {
    return type != 0 && (type < kReservedTypesFirst || type > kReservedTypesLast);
}

/// Asked for every message, so it makes no text; whats_wrong() does.
inline bool is_sound(const Header& header, std::size_t frame_bytes_max) {
    return (header.version == 1 || header.version == 2) && is_message_type(header.type) &&
           header.length >= kHeaderBytes && header.length <= frame_bytes_max;
}

/// Of a header that is not sound.
Error whats_wrong(const Header& header, std::size_t frame_bytes_max) {
    if (header.version != 1 && header.version != 2) {
        return {ErrorKind::malformed,
                fmt::format("LLRP version field {} is neither 1 (1.0.1) nor 2 (1.1): the stream is "
                            "broken or this is no LLRP reader; check host and port",
                            header.version)};
    }
    if (!is_message_type(header.type)) {
        return {ErrorKind::malformed,
                fmt::format("LLRP message type {} does not exist: the stream is broken; reconnect",
                            header.type)};
    }
    return {ErrorKind::malformed,
            fmt::format("LLRP message length {} is outside {} to {} bytes: the stream is broken; "
                        "reconnect",
                        header.length, kHeaderBytes, frame_bytes_max)};
}

Frame frame_of(const Header& header, ByteView bytes) {
    return {static_cast<Version>(header.version), header.type, header.id,
            bytes.subspan(kHeaderBytes, header.length - kHeaderBytes)};
}

}  // namespace

Result<Frame> parse_frame(ByteView bytes) {
    if (bytes.size() < kHeaderBytes) {
        return fail(ErrorKind::malformed,
                    fmt::format("{} bytes are too few for an LLRP header", bytes.size()));
    }
    const Header header = read_header(bytes);
    if (!is_sound(header, kFrameBytesMax)) {
        return fail(whats_wrong(header, kFrameBytesMax));
    }
    if (header.length != bytes.size()) {
        return fail(ErrorKind::malformed, fmt::format("LLRP message length {} but {} bytes given",
                                                      header.length, bytes.size()));
    }
    return frame_of(header, bytes);
}

Bytes frame_bytes(const Frame& frame) {
    ByteWriter writer;
    writer.u16(
        static_cast<std::uint16_t>((static_cast<unsigned>(frame.version) << 10) | frame.type));
    writer.u32(static_cast<std::uint32_t>(kHeaderBytes + frame.body.size()));
    writer.u32(frame.id);
    writer.raw(frame.body);
    return writer.take();
}

void FrameReader::feed(ByteView bytes) {
    if (taken_ > 0) {
        // Only the incomplete tail moves, and only once per completed frame.
        buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(taken_));
        taken_ = 0;
        if (buffer_.empty() && buffer_.capacity() > kKeptBytes) {
            buffer_.shrink_to_fit();
        }
    }
    if (buffer_.size() >= kHeaderBytes) {
        // The rest of a large frame gets its room at once: growing by doubling would copy it
        // several times, and end above what is kept.
        const Header header = read_header(buffer_);
        const std::size_t needed = header.length + bytes.size();
        if (is_sound(header, frame_bytes_max_) && buffer_.capacity() < needed) {
            buffer_.reserve(needed + kSegmentBytesUsual);
        }
    }
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

Result<std::optional<Frame>> FrameReader::next() {
    const ByteView rest = ByteView(buffer_).subspan(taken_);
    if (rest.size() < kHeaderBytes) {
        return std::optional<Frame>();
    }
    const Header header = read_header(rest);
    if (!is_sound(header, frame_bytes_max_)) {
        return fail(whats_wrong(header, frame_bytes_max_));
    }
    if (rest.size() < header.length) {
        return std::optional<Frame>();
    }
    taken_ += header.length;
    return std::optional<Frame>(frame_of(header, rest));
}

void FrameReader::reset() {
    buffer_ = {};
    taken_ = 0;
}

}  // namespace tally::llrp

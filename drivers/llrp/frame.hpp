// Cuts the byte stream of a reader into LLRP frames (LLRP 1.1 section 17.1: 10-byte header, lengths
// include it). No I/O: bytes go in as they come, whole frames come out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "drivers/llrp/message.hpp"
#include "firmware/base/bytes.hpp"
#include "firmware/base/result.hpp"

namespace tally::llrp {

inline constexpr std::size_t kHeaderBytes = 10;

/// Real readers send reports of 1.4 MB; above this bound a length is taken for a broken stream.
inline constexpr std::size_t kFrameBytesMax = std::size_t{8} * 1024 * 1024;

/// One whole message; `body` is everything after the header.
struct Frame {
    Version version = Version::v1_0_1;
    std::uint16_t type = 0;
    std::uint32_t id = 0;
    ByteView body;
};

/// Parses exactly one frame. Malformed if the bytes are not one, or more or less than one.
Result<Frame> parse_frame(ByteView bytes);

/// Frame bytes around a body.
Bytes frame_bytes(const Frame& frame);

/// Collects bytes and gives frames. Linear in the bytes fed, whatever their segmentation. Holds at
/// most one frame and one segment. Single-threaded.
class FrameReader {
 public:
    explicit FrameReader(std::size_t frame_bytes_max = kFrameBytesMax)
        : frame_bytes_max_(frame_bytes_max) {}

    /// Appends what came from the wire. Invalidates frames given before.
    void feed(ByteView bytes);

    /// The next whole frame, valid until feed() or reset(); nothing if more bytes are needed. After
    /// an error (length, version or type that no reader may send) framing is lost: every further
    /// call gives the same error until reset().
    Result<std::optional<Frame>> next();

    /// Forgets everything, for a new connection.
    void reset();

    /// Bytes of the incomplete frame so far.
    [[nodiscard]] std::size_t pending() const noexcept { return buffer_.size() - taken_; }

 private:
    std::size_t frame_bytes_max_;
    Bytes buffer_;
    std::size_t taken_ = 0;
};

}  // namespace tally::llrp

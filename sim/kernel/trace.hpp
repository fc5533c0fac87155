// The trace of a simulated world: every effect that leaves a node or the kernel, hashed in order.
// Two runs are the same run exactly if their hashes are equal (docs/adr/0004).
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/base/bytes.hpp"
#include "firmware/base/sha256.hpp"
#include "firmware/base/time.hpp"

namespace tally::sim {

/// Single-threaded. The hash covers time, node, kind and all bytes of each entry; the readable
/// ring keeps the last entries only, each cut to a line, for the report of a failure.
class Trace {
 public:
    /// Hears each entry as a line, with a mark of all its bytes at the end, so that two lines are
    /// equal exactly if their entries are.
    using Listener = std::function<void(const std::string&)>;

    /// `entries_kept` bounds the readable ring; the hash covers all entries in any case.
    explicit Trace(std::size_t entries_kept, Listener listener = {})
        : entries_kept_(entries_kept), listener_(std::move(listener)) {}

    /// Adds one entry. `kind` is a fixed word ("stream.send"); `parts` are hashed each with its
    /// length, so that no two different lists of parts look the same.
    void record(MonoTime at, std::string_view node, std::string_view kind,
                std::initializer_list<ByteView> parts);

    /// SHA-256 over all entries so far, chained in blocks: h = SHA-256(h, block).
    [[nodiscard]] Digest hash() const;
    [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }

    /// The newest entries, oldest first: "12.000345678 edge-a stream.send 00000001 hello".
    [[nodiscard]] std::vector<std::string> last() const;

 private:
    struct Line {
        std::int64_t at_ns = 0;
        std::string node, kind, detail;
    };
    static Line line_of(MonoTime at, std::string_view node, std::string_view kind,
                        std::initializer_list<ByteView> parts);
    static std::string text_of(const Line& line);

    std::size_t entries_kept_;
    Listener listener_;
    std::uint64_t entries_ = 0;
    Digest chained_{};
    ByteWriter block_;
    std::deque<Line> kept_;
};

}  // namespace tally::sim

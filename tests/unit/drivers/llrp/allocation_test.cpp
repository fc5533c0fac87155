// How often the fast path asks for memory. This program replaces operator new and counts, so it is
// one of its own. Buffers grow on a first pass; after that nothing may be asked for any more.
#include <algorithm>
#include <cstdlib>
#include <new>
#include <vector>

#include "drivers/llrp/frame.hpp"
#include "drivers/llrp/report.hpp"
#include "tests/unit/drivers/llrp/frames.hpp"

using namespace tally;
using namespace tally::llrp;

namespace {

std::size_t allocation_count = 0;

}  // namespace

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++allocation_count;
    return std::malloc(size == 0 ? 1 : size);
}
void* operator new(std::size_t size) {
    if (void* memory = operator new(size, std::nothrow)) {
        return memory;
    }
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace {

constexpr std::uint16_t kRoAccessReport = 61;
constexpr std::size_t kSegmentBytes = 4'096;

void append(Bytes& to, ByteView more) {
    to.insert(to.end(), more.begin(), more.end());
}

Bytes frame_of(ByteView body) {
    return frame_bytes({Version::v1_0_1, kRoAccessReport, 1, body});
}

/// Tag reports of three forms in turn: all content, an EPC of 240 bits with the result of a read,
/// an EPC alone.
Bytes tag_report(std::size_t number) {
    const char* forms[] = {
        "00f00044 8d3074257bf7194e4000001a85 8900000001 8e0001 8a0001 810002 86c3 870005"
        "8200060a24181e4000 8400060a2418221090 88000c 8c3000 8bbeef 9000000000",
        "00f00035 00f10024 00f0 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d"
        "810001 015d000a 00 0001 0000 ff",
        "00f00011 8d000000000000000000000001"};
    return llrp::test::hex(forms[number % 3]);
}

/// One report a tag, and one report of them all.
Bytes stream_of(std::size_t tags) {
    Bytes stream;
    Bytes all;
    for (std::size_t i = 0; i < tags; ++i) {
        append(stream, frame_of(tag_report(i)));
        append(all, tag_report(i));
    }
    append(stream, frame_of(all));
    return stream;
}

/// Takes the stream in segments, as a session does; gives how many tags were read.
std::size_t take(ByteView stream, FrameReader& frames, ReportDecoder& decoder,
                 std::vector<TagRead>& reads) {
    std::size_t tags = 0;
    for (std::size_t at = 0; at < stream.size(); at += kSegmentBytes) {
        frames.feed(stream.subspan(at, std::min(kSegmentBytes, stream.size() - at)));
        for (auto frame = frames.next(); frame && frame->has_value(); frame = frames.next()) {
            reads.clear();
            const Result<void> decoded = decoder.decode((*frame)->body, MonoTime{1}, reads);
            tags += decoded ? reads.size() : 0;
        }
    }
    return tags;
}

}  // namespace

TEST_CASE("from bytes to reads, no tag costs an allocation, in small reports and in large ones") {
    constexpr std::size_t kTags = 3'000;
    const Bytes stream = stream_of(kTags);
    FrameReader frames;
    ReportDecoder decoder(0xffc0);
    std::vector<TagRead> reads;

    allocation_count = 0;
    REQUIRE(take(stream, frames, decoder, reads) == 2 * kTags);
    CHECK(allocation_count > 0);  // The count counts: the buffers had to grow.

    allocation_count = 0;
    const std::size_t tags = take(stream, frames, decoder, reads);
    const std::size_t asked = allocation_count;
    CHECK(tags == 2 * kTags);
    CHECK(asked == 0);
}

TEST_CASE("a large report that comes again and again is held in room that was made once") {
    // Doubling from these segments would pass over the frame and end above what is kept.
    constexpr std::size_t kSegment = 5'000;
    const Bytes frame = frame_of(Bytes(1'400'000));
    FrameReader frames;
    std::size_t asked[3] = {};
    for (std::size_t& of_this_pass : asked) {
        allocation_count = 0;
        std::size_t whole = 0;
        for (std::size_t at = 0; at < frame.size(); at += kSegment) {
            frames.feed(ByteView(frame).subspan(at, std::min(kSegment, frame.size() - at)));
            const auto next = frames.next();
            whole += next && next->has_value() ? 1 : 0;
        }
        of_this_pass = allocation_count;
        REQUIRE(whole == 1);
    }
    CHECK(asked[0] > 0);
    CHECK(asked[0] <= 3);  // One for what came first, one for the rest: nothing is copied often.
    CHECK(asked[1] == 0);
    CHECK(asked[2] == 0);
}

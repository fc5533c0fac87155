// A gate in its steady state allocates nothing for a read. This program counts every allocation by
// replacing the global operators, therefore it stands alone.
#include <cstdlib>
#include <new>

#include <catch2/catch.hpp>

#include "firmware/domain/epc/scheme.hpp"
#include "tests/support/gate_record.hpp"

namespace {

std::size_t allocation_count = 0;

}  // namespace

void* operator new(std::size_t size) {
    ++allocation_count;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) {
        return memory;
    }
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++allocation_count;
    return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

using namespace tally;
using test::at_ms;
using test::read_of;
using test::tag;

TEST_CASE("reads of held tags, glimpses that come and go, and decoding allocate nothing") {
    test::GateRecord record;
    record.began.reserve(10'000);
    GateTracker gate(test::gate_with_eyes(), {}, record);
    std::uint32_t stray = 100'000;
    const auto second = [&](std::int64_t from_ms) {
        for (std::int64_t ms = from_ms; ms < from_ms + 1000; ms += 100) {
            for (std::uint32_t number = 0; number < 2000; ++number) {
                const TagRead read = read_of(tag(number), 1, -50, at_ms(ms));
                gate.on_reads({&read, 1});
            }
            const TagRead glimpse = read_of(tag(stray++), 2, -70, at_ms(ms));
            gate.on_reads({&glimpse, 1});
        }
        gate.advance(at_ms(from_ms + 1000));
    };
    for (std::int64_t s = 0; s < 5; ++s) {
        second(s * 1000);
    }
    const std::size_t before = allocation_count;
    REQUIRE(before > 0);  // the counter counts
    bool decoded = true;
    for (std::int64_t s = 5; s < 15; ++s) {
        second(s * 1000);
        decoded = decoded && decode_gs1(tag(stray)).ok();
    }
    const std::size_t after = allocation_count;
    CHECK(after == before);
    CHECK(decoded);
    CHECK(gate.presence().present_count() == 2000);
    CHECK(gate.presence().glimpse_count() > 100);
    CHECK(record.passages.empty());
}

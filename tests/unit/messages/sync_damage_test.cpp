// Every prefix and every flipped bit of every message: never a crash, and never a message that
// would be written otherwise than it was read.
#include <catch2/catch.hpp>

#include "tests/support/data_samples.hpp"

using namespace tally;

TEST_CASE("no prefix of a message is a message") {
    for (const test::SyncSample& sample : test::all_samples()) {
        INFO(sample.name);
        // A movement may carry nothing at all; every other message is at least begun.
        const std::size_t least = sample.name == "data_movement" ? 1 : 0;
        for (std::size_t size = least; size < sample.text.size(); ++size) {
            const auto again = sample.recode(std::string_view(sample.text).substr(0, size));
            REQUIRE_FALSE(again);
            REQUIRE(again.error().kind == ErrorKind::malformed);
            REQUIRE_FALSE(again.error().text.empty());
        }
    }
}

TEST_CASE("a message with one bit flipped is refused or is exactly the message it says") {
    for (const test::SyncSample& sample : test::all_samples()) {
        INFO(sample.name);
        std::size_t refused = 0;
        for (std::size_t bit = 0; bit < sample.text.size() * 8; ++bit) {
            std::string text = sample.text;
            text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
            if (const auto again = sample.recode(text)) {
                REQUIRE(*again == text);
            } else {
                ++refused;
            }
        }
        CHECK(refused > sample.text.size());
    }
}

TEST_CASE("a message is not taken for one of another kind") {
    const auto samples = test::all_samples();
    for (const test::SyncSample& sample : samples) {
        for (const test::SyncSample& other : samples) {
            const bool same_topic = sample.name.substr(0, 1) == other.name.substr(0, 1);
            if (!same_topic) {
                INFO(sample.name << " read as " << other.name);
                CHECK_FALSE(other.recode(sample.text));
            }
        }
    }
}

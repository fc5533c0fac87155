#include "firmware/base/plain_text.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace tally;

TEST_CASE("the plain prefix ends at the first character that needs care, wherever it stands") {
    for (int value = 0; value < 256; ++value) {
        const char c = static_cast<char>(value);
        const bool plain = value >= 0x20 && value <= 0x7E && c != '"' && c != '\\';
        CHECK(is_plain(c) == plain);
        for (std::size_t size = 1; size <= 19; ++size) {
            for (std::size_t at = 0; at < size; ++at) {
                std::string text(size, '!');  // one above the blank, one below the quotation mark
                text[at] = c;
                REQUIRE(plain_prefix(text) == (plain ? size : at));
            }
        }
    }
    CHECK(plain_prefix("") == 0);
    CHECK(is_plain(std::string_view("Plain [text] ~")));
}

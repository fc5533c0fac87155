#include "firmware/messages/checkpoint.hpp"

#include <catch2/catch.hpp>

#include "tests/support/stock_samples.hpp"

using namespace tally;
using test::moved;

namespace {

Book sample() {
    Book book;
    BookChange change;
    Event event = moved({.item = "A", .sku = "tea", .from = "SUPPLIER", .to = "dock", .seq = 3});
    event.parent = "PAL";
    REQUIRE(book.apply(event, change));
    event = moved({.item = "B", .sku = "oil", .from = "SUPPLIER", .to = "dock", .seq = 4});
    REQUIRE(book.apply(event, change));
    event = moved({.item = "B", .sku = "oil", .from = "dock", .to = "CUSTOMER", .seq = 5});
    REQUIRE(book.apply(event, change));
    return book;
}

constexpr const char* kBody =
    R"({"items":2,"positions":4,"v":1}
["position","SUPPLIER","tea","-","free","good",-1000]
["position","dock","tea","-","free","good",1000]
["position","SUPPLIER","oil","-","free","good",-1000]
["position","CUSTOMER","oil","-","free","good",1000]
["A",1,"PAL",3]
["B",3,"",5]
)";

}  // namespace

TEST_CASE("a checkpoint has exactly these lines and comes back equal") {
    Book book = sample();
    CHECK(encode_checkpoint(book) == kBody);
    auto back = decode_checkpoint(kBody);
    REQUIRE(back);
    CHECK(back->digest() == book.digest());
    CHECK(back->items() == book.items());
    CHECK(encode_checkpoint(Book()) == "{\"items\":0,\"positions\":0,\"v\":1}\n");
    CHECK(decode_checkpoint("{\"items\":0,\"positions\":0,\"v\":1}\n"));
}

TEST_CASE("a damaged checkpoint is corrupt or another whole book, never a crash") {
    const std::string body = kBody;
    const std::string digest = sample().digest().hex();
    for (std::size_t size = 0; size < body.size(); ++size) {
        const auto book = decode_checkpoint(std::string_view(body).substr(0, size));
        REQUIRE_FALSE(book);
        REQUIRE(book.error().kind == ErrorKind::corrupt);
    }
    for (std::size_t bit = 0; bit < body.size() * 8; ++bit) {
        std::string text = body;
        text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << (bit % 8)));
        if (auto book = decode_checkpoint(text)) {
            REQUIRE(encode_checkpoint(*book) == text);
            REQUIRE(book->digest().hex() != digest);
        }
    }
    CHECK_FALSE(decode_checkpoint(body + "x"));
    CHECK_FALSE(decode_checkpoint(R"({"items":18446744073709551615,"positions":0,"v":1}
)"));
}

#include "firmware/messages/request_body.hpp"

#include <catch2/catch.hpp>

using namespace tally;

TEST_CASE("a body is one flat object of texts, in any order and with blanks", "[api]") {
    const auto body = read_request_body(" {\"place\" : \"shop.floor\",\n \"reason\":\"货\"} ",
                                        {"reason", "place"});
    REQUIRE(body);
    CHECK(body->at("place") == "shop.floor");
    CHECK(body->at("reason") == "货");
    CHECK(read_request_body(" \n", {"a"})->empty());
}

TEST_CASE("a body that is anything else is refused with its reason", "[api][security]") {
    struct Case {
        std::string body, says;
    };
    const std::string deep(100'000, '[');
    const auto bad = GENERATE_COPY(values<Case>({{"[]", "not a JSON object"},
                                                 {"\"how\"", "not a JSON object"},
                                                 {"{\"how\":1}", "'how' is not a text"},
                                                 {"{\"how\":null}", "'how' is not a text"},
                                                 {"{\"how\":{}}", "'how' is not a text"},
                                                 {"{\"how\":\"a\",\"how\":\"b\"}", "twice"},
                                                 {"{\"hwo\":\"a\"}", "did you mean 'how'?"},
                                                 {"{\"how\":\"\xff\"}", "not JSON"},
                                                 {"{\"how\":\"a\"} x", "not JSON"},
                                                 {"{\"how\":\"a\"", "not JSON"},
                                                 {deep, "not a JSON object"}}));
    CAPTURE(bad.body.substr(0, 40));
    const auto body = read_request_body(bad.body, {"how"});
    REQUIRE_FALSE(body);
    CHECK(body.error().kind == ErrorKind::malformed);
    CHECK_THAT(body.error().text, Catch::Contains(bad.says));
}

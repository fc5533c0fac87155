#include "firmware/messages/canonical_json.hpp"

#include <catch2/catch.hpp>

using namespace tally;

namespace {

std::string text_of(std::string_view value) {
    std::string out;
    append_canonical_text(out, value);
    return out;
}

}  // namespace

TEST_CASE("the writer gives sorted members without blanks") {
    std::string out = "before ";
    CanonicalWriter w(out);
    w.begin_object().key("a").begin_array().integer(-1).text("x").boolean(true).begin_array();
    w.end_array().end_array().key("b").begin_object().end_object().key("b_1").number(0);
    w.key("c").verbatim("{\"y\":[]}").optional_text("d", "").optional_text("e", "z").end_object();
    CHECK(out == R"(before {"a":[-1,"x",true,[]],"b":{},"b_1":0,"c":{"y":[]},"e":"z"})");
    CHECK(is_canonical(std::string_view(out).substr(7)));
}

TEST_CASE("a key of any length stands whole between its quotation marks") {
    for (std::size_t size = 0; size <= 64; ++size) {
        const std::string key(size, 'a');
        std::string out = "before";
        CanonicalWriter w(out);
        w.begin_object().key(key).integer(1).key(key + "b").text("t").end_object();
        CHECK(out == "before{\"" + key + "\":1,\"" + key + "b\":\"t\"}");
    }
}

TEST_CASE("numbers from 2^53 on are written as sixteen hex digits") {
    std::string out;
    CanonicalWriter w(out);
    w.begin_array().number(9007199254740991).number(9007199254740992).number(~std::uint64_t{0});
    w.integer(-9007199254740991).end_array();
    CHECK(out == R"([9007199254740991,"0020000000000000","ffffffffffffffff",-9007199254740991])");
    CHECK(is_canonical(out));
}

TEST_CASE(
    "strings have the shortest escapes of RFC 8785, and other characters stand for themselves") {
    CHECK(text_of("plain /") == R"("plain /")");
    CHECK(text_of("\b\t\n\f\r\"\\") == R"("\b\t\n\f\r\"\\")");
    CHECK(text_of(std::string_view("\0\x1f\x7f", 3)) == "\"\\u0000\\u001f\x7f\"");
    CHECK(text_of("\u20ac \u4ed3\u5e93 \U0001F4E6") == "\"\u20ac \u4ed3\u5e93 \U0001F4E6\"");
}

TEST_CASE("broken UTF-8 from outside becomes the replacement character, so text is always valid") {
    for (const char* broken : {"\x80", "\xC3", "\xED\xA0\x80", "\xC0\xAF", "\xF5\x80\x80\x80"}) {
        const std::string text = text_of(std::string("a") + broken + "b");
        CHECK(is_canonical(text));
        CHECK(text.find("\xEF\xBF\xBD") != std::string::npos);
    }
}

TEST_CASE("canonical text is told from all other JSON") {
    for (const char* good : {"0", "-1", "9007199254740991", "true", "false", "\"\"", "[]", "{}",
                             "[1,[2],{}]", R"({"":1,"A":2,"_":3,"a":4})", R"(["\u001f"])"}) {
        INFO(good);
        CHECK(is_canonical(good));
    }
    for (const char* bad : {"",
                            " ",
                            "null",
                            "1.5",
                            "1e3",
                            "-0",
                            "01",
                            "-01",
                            "+1",
                            "9007199254740992",
                            "[1, 2]",
                            "[1,]",
                            "[,1]",
                            "[",
                            "]",
                            "{",
                            "[1",
                            "{\"a\"}",
                            "{\"a\":}",
                            "{\"a\":1,}",
                            "{a:1}",
                            "tru",
                            "truee",
                            "\"",
                            "\"\\\"",
                            "\"\\/\"",
                            "\"\\u0041\"",
                            "\"\\u000A\"",
                            "\"\\u000a\"",
                            "\"\\u001F\"",
                            "\"\\u00\"",
                            "\"\n\"",
                            "\"\x80\"",
                            R"({"b":1,"a":2})",
                            R"({"a":1,"a":2})",
                            R"({"\n":1})",
                            "{\"\xC3\xA9\":1}",
                            "1 ",
                            "[] []",
                            "\"\\x\""}) {
        INFO(bad);
        CHECK_FALSE(is_canonical(bad));
    }
    CHECK(is_canonical(std::string(16, '[') + std::string(16, ']')));
    CHECK_FALSE(is_canonical(std::string(17, '[') + std::string(17, ']')));
    CHECK_FALSE(is_canonical(std::string(100'000, '[')));
    CHECK(check_canonical("[1, 2]").error().text ==
          "not canonical JSON at byte 3: a value was expected");
}

TEST_CASE("only an object is a canonical object") {
    CHECK(is_canonical_object("{}"));
    CHECK_FALSE(is_canonical_object(""));
    CHECK_FALSE(is_canonical_object("[]"));
    CHECK_FALSE(is_canonical_object("{} "));
}

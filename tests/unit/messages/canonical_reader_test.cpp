#include "firmware/messages/canonical_reader.hpp"

#include <catch2/catch.hpp>

using namespace tally;

namespace {

struct Sample {
    std::string name;
    std::int64_t level = -7;
    std::uint64_t size = 0;
    bool open = false;
    std::vector<std::string_view> parts;
    std::string_view place;
};

Result<Sample> read(std::string_view text) {
    Sample sample;
    ObjectReader reader(text, "sample");
    reader.optional_integer("level", sample.level);
    reader.text("name", sample.name);
    reader.boolean("open", sample.open);
    reader.elements("parts", sample.parts);
    reader.object("place", sample.place);
    reader.number("size", sample.size);
    TALLY_TRY(reader.finish());
    return sample;
}

}  // namespace

TEST_CASE("members are read in order, escapes resolved, and inner values kept verbatim") {
    const auto sample = read(
        R"({"level":-3,"name":"a\n\"\u0001\\","open":true,"parts":[1,{"x":"]"},[]],"place":{"z":"}"},"size":"ffffffffffffffff"})");
    REQUIRE(sample);
    CHECK(sample->name == "a\n\"\x01\\");
    CHECK(sample->level == -3);
    CHECK(sample->open);
    CHECK(sample->size == ~std::uint64_t{0});
    CHECK(sample->place == R"({"z":"}"})");
    CHECK(sample->parts == std::vector<std::string_view>{"1", R"({"x":"]"})", "[]"});
}

TEST_CASE("a missing optional member leaves its value as it was") {
    const auto sample = read(R"({"name":"","open":false,"parts":[],"place":{},"size":0})");
    REQUIRE(sample);
    CHECK(sample->level == -7);
}

TEST_CASE("an error names the key and what was expected") {
    const std::pair<const char*, const char*> table[] = {
        {"", "sample: an object in canonical JSON was expected"},
        {"{}", "sample: key 'name' is missing"},
        {R"({"level":1,"nam":2})", "sample: key 'nam' is not known here, or out of order"},
        {R"({"name":1})", "sample: key 'name': a string was expected, at byte 8"},
        {R"({"name":"","open":1})", "sample: key 'open': a value was expected, at byte 18"},
        {R"({"name":"","open":true,"open":true})", "sample: key 'open' repeats or is out of order"},
        {R"({"name":"","open":true,"parts":{}})",
         "sample: key 'parts': an array was expected, at byte 31"},
        {R"({"name":"","open":true,"parts":[],"place":[]})",
         "sample: key 'place': an object was expected, at byte 42"},
        {R"({"name":"","open":true,"parts":[],"place":{},"size":-1})",
         "sample: key 'size': a number that is not negative was expected, at byte 54"},
        {R"({"name":"","open":true,"parts":[],"place":{},"size":1,"x":1})",
         "sample: key 'x' is not known here"},
        {R"({"name":"","open":true,"parts":[],"place":{},"size":1} )",
         "sample: the object must end where the text ends, at byte 54"},
        {R"({"name":"" ,"open":true})",
         "sample: a comma or a closing brace was expected after key 'name', at byte 10"},
    };
    for (const auto& [text, expected] : table) {
        const auto sample = read(text);
        REQUIRE_FALSE(sample);
        CHECK(sample.error().kind == ErrorKind::malformed);
        CHECK(sample.error().text == expected);
    }
}

TEST_CASE("elements of an array are sliced verbatim out of an object with other members") {
    const auto slices =
        slice_array(R"({"a":[1,[2]],"events":[{"k":"],["},{"k":2}],"n":2})", "events");
    REQUIRE(slices);
    CHECK(*slices == std::vector<std::string_view>{R"({"k":"],["})", R"({"k":2})"});
    CHECK_FALSE(slice_array(R"({"n":2})", "events"));
    CHECK_FALSE(slice_array(R"({"events":[1,{"b":1,"a":2}]})", "events"));
    CHECK(array_elements("[]", "rows")->empty());
    CHECK_FALSE(array_elements("[1]x", "rows"));
}

TEST_CASE("single members are found in a data object") {
    CHECK(text_member(R"({"a":"x","n":-4})", "a") == "x");
    CHECK(text_member(R"({"a":"x","n":-4})", "b").empty());
    CHECK(text_member("", "b").empty());
    CHECK(integer_member(R"({"a":"x","n":-4})", "n") == -4);
    CHECK_FALSE(integer_member(R"({"a":"x","n":-4})", "a"));
}

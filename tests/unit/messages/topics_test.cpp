#include "firmware/messages/topics.hpp"

#include <catch2/catch.hpp>

using namespace tally;

TEST_CASE("topics are built and read back") {
    for (int i = 0; i <= static_cast<int>(TopicKind::in_documents); ++i) {
        const Topic topic{
            .site = SiteId("pudong"), .edge = EdgeId("back-1"), .kind = static_cast<TopicKind>(i)};
        const auto text = topic_text(topic);
        REQUIRE(text);
        CHECK(*text == "tally/v1/pudong/back-1/" + std::string(to_string(topic.kind)));
        CHECK(*parse_topic(*text) == topic);
    }
    CHECK(*topic_text({.site = SiteId("s"), .edge = EdgeId("e"), .kind = TopicKind::in_counts}) ==
          "tally/v1/s/e/in/counts");
}

TEST_CASE("names that would change a topic's levels or match others are refused") {
    for (const char* name :
         {"", "a/b", "+", "a+", "#", "$SYS", "a b", "\xE4\xBB\x93", "a\n", "a\"", "a\\"}) {
        INFO(name);
        CHECK_FALSE(is_topic_level(name));
        CHECK_FALSE(topic_text({.site = SiteId("s"), .edge = EdgeId(name)}));
        CHECK_FALSE(topic_text({.site = SiteId(name), .edge = EdgeId("e")}));
    }
    CHECK_FALSE(is_topic_level(std::string(65, 'a')));
    CHECK(is_topic_level(std::string(64, 'a')));
}

TEST_CASE("what is not one of our topics is refused") {
    for (const char* text : {"", "tally", "tally/v1/s/e", "tally/v1/s/e/", "tally/v1/s/e/births",
                             "tally/v1/s//birth", "tally/v1//e/birth", "tally/v2/s/e/birth",
                             "/tally/v1/s/e/birth", "tally/v1/s/e/birth/", "tally/v1/+/e/birth",
                             "tally/v1/s/e/in", "tally/v1/s/e/in/orders/x", "Tally/v1/s/e/birth"}) {
        INFO(text);
        CHECK_FALSE(parse_topic(text));
    }
}

TEST_CASE("edge and bridge subscribe to what the other side writes") {
    CHECK(bridge_filters() == std::vector<std::string>{"tally/v1/+/+/birth", "tally/v1/+/+/death",
                                                       "tally/v1/+/+/delta",
                                                       "tally/v1/+/+/snapshot"});
    CHECK(*edge_filters(SiteId("s"), EdgeId("e")) ==
          std::vector<std::string>{"tally/v1/s/e/ack", "tally/v1/s/e/cmd", "tally/v1/s/e/in/orders",
                                   "tally/v1/s/e/in/counts", "tally/v1/s/e/in/documents"});
    CHECK_FALSE(edge_filters(SiteId("s"), EdgeId("+")));
}

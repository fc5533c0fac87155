#include "sim/kernel/topic_filter.hpp"

#include <catch2/catch.hpp>

using namespace tally::sim;

TEST_CASE("topic filters select what MQTT 5.0, section 4.7, says") {
    struct Row {
        const char* filter;
        const char* topic;
        bool matches;
    };
    const Row rows[] = {
        {"a/b", "a/b", true},      {"a/b", "a/bc", false},     {"a/b", "a", false},
        {"a/b", "a/b/c", false},   {"a/+", "a/b", true},       {"a/+", "a/b/c", false},
        {"a/+", "a", false},       {"a/+", "a/", true},        {"+/b", "a/b", true},
        {"+", "a", true},          {"+", "a/b", false},        {"+/+", "/a", true},
        {"/+", "/a", true},        {"+", "/a", false},         {"a/+/c", "a/b/c", true},
        {"a/+/c", "a/b/d", false}, {"#", "a", true},           {"#", "a/b/c", true},
        {"a/#", "a", true},        {"a/#", "a/b/c", true},     {"a/#", "ab", false},
        {"a/+/#", "a", false},     {"a/+/#", "a/b", true},     {"#", "$SYS/x", false},
        {"+/x", "$SYS/x", false},  {"$SYS/#", "$SYS/x", true}, {"A", "a", false},
    };
    for (const Row& row : rows) {
        INFO(row.filter << " on " << row.topic);
        CHECK(topic_matches(row.filter, row.topic) == row.matches);
    }
}

TEST_CASE("wildcards stand alone in their level, and # only last") {
    for (const char* good : {"a", "+", "#", "a/+/b", "a/#", "/", "+/#"}) {
        INFO(good);
        CHECK(valid_filter(good));
    }
    for (const char* bad : {"", "a+", "#a", "a/#/b", "a/b#", "+a/b", "##"}) {
        INFO(bad);
        CHECK_FALSE(valid_filter(bad));
    }
    CHECK(valid_topic("a/b"));
    CHECK_FALSE(valid_topic("a/+"));
    CHECK_FALSE(valid_topic("#"));
    CHECK_FALSE(valid_topic(""));
}

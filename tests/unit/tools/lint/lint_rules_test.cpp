// The lint against planted slips. Marks are put together from halves, so that this file passes.
#include "tools/lint/lint_rules.hpp"

#include <catch2/catch.hpp>

using namespace tally::lint;

namespace {

std::string lines(std::size_t count, const std::string& line) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += line + "\n";
    }
    return text;
}

std::string function_of(std::size_t body_lines, const std::string& indent) {
    return indent + "int f(int a,\n" + indent + "      int b) {\n" +
           lines(body_lines, indent + "    ++a;") + indent + "}\n";
}

void check_one(const std::vector<Finding>& findings, const std::string& message) {
    REQUIRE(findings.size() == 1);
    CHECK_THAT(findings[0].text, Catch::Contains(message));
}

}  // namespace

TEST_CASE("files and functions above their size are reported, at it they are not") {
    check_one(check_shape(source_file("a.cpp", lines(501, "int x;"))), "501 lines");
    CHECK(check_shape(source_file("a.cpp", lines(500, "int x;"))).empty());
    check_one(check_shape(source_file("a.cpp", function_of(68, ""))), "a function of 71 lines");
    CHECK(check_shape(source_file("a.cpp", function_of(67, ""))).empty());
    check_one(check_shape(source_file("a.cpp", "class C {\n" + function_of(68, "    ") + "};\n")),
              "a function of 71 lines");
    CHECK(
        check_shape(source_file("a.cpp", "namespace n {\n" + lines(90, "int x;") + "}\n")).empty());
    CHECK(check_shape(source_file("a.cpp", "struct S {\n" + lines(90, "    int f();") + "};\n"))
              .empty());
}

TEST_CASE("headers without guard and files with empty names are reported") {
    check_one(check_shape(source_file("a.hpp", "int x;\n")), "#pragma once");
    CHECK(check_shape(source_file("a.hpp", "// A.\n#pragma once\n")).empty());
    const char* path = GENERATE("a/utils.cpp", "common/x.cpp", "gate_helper.cpp", "manager.hpp.md");
    CHECK_THAT(check_shape(source_file(path, "")).at(0).text, Catch::Contains("names nothing"));
    CHECK(check_shape(source_file("common_search.cpp", "")).empty());
}

TEST_CASE("marks that must not stay are reported wherever they stand") {
    const std::string silencer =
        "NO"
        "LINT";
    struct Row {
        std::string line;
        std::string message;
    };
    const Row row = GENERATE_COPY(values<Row>({
        {"x();  // TO"
         "DO: later",
         "unfinished work"},
        {"# FIX"
         "ME",
         "unfinished work"},
        {"x();  // " + silencer, "check-name"},
        {"x();  // " + silencer + "(bugprone-x)", "check-name"},
        {"x();  // " + silencer + "NEXTLINE: because of reasons", "check-name"},
        {"#pragma GCC diagnostic"
         " ignored \"-Wall\"",
         "without reason"},
        {"cp /ho"
         "me/me/x y",
         "path of one machine"},
        {"cd /srv/tree/build", "path of this checkout"},
    }));
    INFO(row.line);
    check_one(check_marks(source_file("a.txt", row.line), "/srv/tree"), row.message);
}

TEST_CASE("a silenced lint that names check and reason, and plain prose, pass") {
    const std::string silencer =
        "NO"
        "LINT";
    for (const std::string& line :
         {"x();  // " + silencer + "(bugprone-x): the C interface wants it so",
          "// " + silencer + "NEXTLINE(bugprone-x): the C interface wants it so",
          std::string("a list of what is todo, and the home/ folder"),
          std::string("mastodon METHOD")}) {
        INFO(line);
        CHECK(check_marks(source_file("a.txt", line), "/srv/tree").empty());
    }
}

TEST_CASE("links of documents that lead nowhere are reported") {
    const std::set<std::string> paths = {"docs", "docs/a.md", "docs/adr", "docs/adr/1.md",
                                         "README.md"};
    const auto broken = check_links(
        source_file("docs/a.md", "see [one](adr/1.md) and [two](adr/2.md#top)\n"), paths);
    check_one(broken, "'adr/2.md' leads nowhere");
    CHECK(check_links(source_file("docs/a.md",
                                  "[a](adr/1.md#x) [b](../README.md) [c](adr/) "
                                  "[d](https://example.org/x) [e](#here)\n"),
                      paths)
              .empty());
    CHECK(check_links(source_file("a.cpp", "x[0](nowhere)\n"), paths).empty());
}

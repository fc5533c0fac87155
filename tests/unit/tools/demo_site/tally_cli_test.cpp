#include "tools/demo_site/tally_cli.hpp"

#include <catch2/catch.hpp>

#include "tests/support/temp_folder.hpp"

using namespace tally;
using namespace tally::demo;

TEST_CASE("a command is run against its box with the manager's token, and its words come back") {
    const test::TempFolder folder;
    const TallyCli cli{"/bin/echo", "http://127.0.0.1:7", "/secret/token", folder / "out"};
    for (int run = 0; run < 2; ++run) {  // Each run's words alone.
        const Result<std::string> words = cli.run({"anomaly", "ls"});
        REQUIRE(words);
        CHECK(*words ==
              "anomaly ls --url http://127.0.0.1:7 --token-file /secret/token --no-color");
    }
}

TEST_CASE("a command that fails is an error that holds the command and its code") {
    const test::TempFolder folder;
    const TallyCli cli{"/bin/false", "http://127.0.0.1:7", "/secret/token", folder / "out"};
    const Result<std::string> words =
        cli.run({"anomaly", "resolve", "back:1:2", "--how", "all ok"});
    REQUIRE_FALSE(words);
    CHECK(words.error().kind == ErrorKind::refused);
    CHECK(words.error().text.find("`tally anomaly resolve back:1:2 --how 'all ok'`") == 0);
    CHECK(words.error().text.find("code 1") != std::string::npos);
}

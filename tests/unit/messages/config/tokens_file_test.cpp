#include "firmware/messages/config/tokens_file.hpp"

#include <catch2/catch.hpp>

#include "tests/support/scratch_dir.hpp"

using namespace tally;

namespace {

std::string user(const std::string& name, const std::string& role, const std::string& token) {
    return "[[user]]\nname = \"" + name + "\"\nrole = \"" + role + "\"\ntoken = \"" + token +
           "\"\n";
}

}  // namespace

TEST_CASE("a token file gives its users with their roles") {
    const test::ScratchDir scratch;
    const auto users =
        load_tokens(scratch.write("t.toml", user("li.wei", "manager", "0123456789abcdef") +
                                                user("customs", "auditor", "fedcba9876543210")));
    REQUIRE(users.has_value());
    REQUIRE(users->size() == 2);
    CHECK((*users)[0].name == "li.wei");
    CHECK((*users)[0].role == OperatorRole::manager);
    CHECK((*users)[1].role == OperatorRole::auditor);
    CHECK((*users)[1].token == "fedcba9876543210");
}

TEST_CASE("a token file that would let the wrong person in is refused without showing a token") {
    const std::string kToken = "0123456789abcdef";
    const test::ScratchDir scratch;
    struct Row {
        std::string text;
        const char* message;
    };
    const Row row = GENERATE_COPY(values<Row>({
        {user("li", "manager", "0123"), "below 16 characters"},
        {user("li", "boss", kToken), "allowed is receiver, manager, integrator, auditor"},
        {user("li", "manager", kToken) + user("wu", "manager", kToken), "has the same token"},
        {user("li", "manager", kToken) + user("li", "auditor", kToken + "x"), "two users"},
        {user("l/i", "manager", kToken), "letters, digits"},
        {"# nobody\n", "there are 0 [[user]]"},
    }));
    const auto users = load_tokens(scratch.write("t.toml", row.text));
    REQUIRE_FALSE(users.has_value());
    CHECK_THAT(users.error().text, Catch::Contains(row.message));
    CHECK_THAT(users.error().text, !Catch::Contains("0123"));
}

TEST_CASE("a token file that others may read is refused before it is read") {
    const test::ScratchDir scratch;
    const auto file = scratch.write("t.toml", user("li", "manager", "0123456789abcdef"));
    std::filesystem::permissions(file, std::filesystem::perms::group_read,
                                 std::filesystem::perm_options::add);
    CHECK_THAT(load_tokens(file).error().text, Catch::Contains("chmod 600"));
}

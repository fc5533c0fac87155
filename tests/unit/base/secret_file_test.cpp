#include "firmware/base/secret_file.hpp"

#include <catch2/catch.hpp>

#include "tests/support/scratch_dir.hpp"

using namespace tally;
namespace fs = std::filesystem;

TEST_CASE("a private secret file gives its text without the line end") {
    const test::ScratchDir scratch;
    const auto secret = read_secret_file(scratch.write("s", "open sesame\r\n"));
    REQUIRE(secret.has_value());
    CHECK(*secret == "open sesame");
}

TEST_CASE("a secret that others may read is refused, and told nowhere") {
    const test::ScratchDir scratch;
    const fs::path file = scratch.write("s", "open sesame\n");
    const fs::perms loose = GENERATE(fs::perms::group_read, fs::perms::others_read,
                                     fs::perms::group_write, fs::perms::others_exec);
    fs::permissions(file, loose, fs::perm_options::add);
    const auto secret = read_secret_file(file);
    REQUIRE_FALSE(secret.has_value());
    CHECK(secret.error().kind == ErrorKind::refused);
    CHECK_THAT(secret.error().text, Catch::Contains("chmod 600") && Catch::Contains(file.string()));
    CHECK_THAT(secret.error().text, !Catch::Contains("sesame"));
}

TEST_CASE("a secret that is missing, a folder or empty is refused by name") {
    const test::ScratchDir scratch;
    CHECK_THAT(read_secret_file(scratch.path() / "none").error().text,
               Catch::Contains("does not exist"));
    CHECK_THAT(read_secret_file(scratch.path()).error().text, Catch::Contains("is not a file"));
    CHECK_THAT(read_secret_file(scratch.write("e", "\n")).error().text, Catch::Contains("empty"));
}

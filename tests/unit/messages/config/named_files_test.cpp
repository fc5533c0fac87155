// What a box's config names on its disk is there, or the box says so before it makes anything.
#include "firmware/messages/config/named_files.hpp"

#include <algorithm>
#include <functional>

#include <catch2/catch.hpp>

#include "tests/support/scratch_dir.hpp"

using namespace tally;
namespace fs = std::filesystem;

namespace {

constexpr const char* kSoundTokens =
    "[[user]]\nname = \"li\"\nrole = \"manager\"\ntoken = \"0123456789abcdef\"\n";

void let_others_read(const fs::path& file) {
    fs::permissions(file, fs::perms::others_read, fs::perm_options::add);
}

/// What check_named_files() says of a box whose files all lie in the scratch folder.
template <typename Config>
std::string told_of(const test::ScratchDir& scratch, const std::function<void(Config&)>& spoil) {
    Config config;
    config.database = scratch.path() / "box.db";
    config.broker.host = "127.0.0.1";
    config.api.token_file = scratch.write("tokens.toml", kSoundTokens);
    config.api.port_file = scratch.path() / "box.port";
    spoil(config);
    const Result<void> checked = check_named_files(config);
    if (checked) {
        return {};
    }
    CHECK(checked.error().kind == ErrorKind::malformed);
    return checked.error().text;
}

}  // namespace

TEMPLATE_TEST_CASE("a box's files are looked at before it makes any", "", EdgeConfig,
                   BridgeConfig) {
    const test::ScratchDir scratch;
    struct Row {
        const char* name;
        std::function<void(TestType&)> spoil;
        std::vector<const char*> words;
    };
    const std::vector<Row> table = {
        {"an unknown role",
         [&](TestType&) {
             scratch.write("tokens.toml", std::string(kSoundTokens).replace(29, 7, "chief"));
         },
         {"tokens.toml:", "role"}},
        {"no users",
         [&](TestType&) { scratch.write("tokens.toml", ""); },
         {"tokens.toml", "empty"}},
        {"an authority that is not there",
         [&](TestType& config) { config.broker.ca_file = scratch.path() / "ca.pem"; },
         {"ca.pem", "ca_file"}},
        {"an authority that is none",
         [&](TestType& config) { config.broker.ca_file = scratch.write("ca.pem", "hello\n"); },
         {"ca.pem", "no PEM certificate"}},
        {"users that others may read",
         [&](TestType& config) { let_others_read(config.api.token_file); },
         {"tokens.toml", "chmod 600"}},
        {"a password that others may read",
         [&](TestType& config) {
             config.broker.password_file = scratch.write("open", "open sesame\n");
             let_others_read(config.broker.password_file);
         },
         {"/open", "chmod 600"}},
        {"a password that is none",
         [&](TestType& config) { config.broker.password_file = scratch.write("pw", "\n"); },
         {"pw", "empty"}},
        {"a port file in no folder",
         [&](TestType& config) { config.api.port_file = scratch.path() / "run" / "box.port"; },
         {"box.port", "make ", "[api] port_file"}},
        {"a journal in no folder",
         [&](TestType& config) { config.database = scratch.path() / "data" / "box.db"; },
         {"box.db", "make ", "database"}},
        {"a folder for a journal",
         [&](TestType& config) { config.database = scratch.path(); },
         {"is not a file", "database"}},
    };
    CHECK(told_of<TestType>(scratch, [](TestType&) {}).empty());
    for (const Row& row : table) {
        INFO(row.name);
        const std::string told = told_of<TestType>(scratch, row.spoil);
        CHECK(std::count(told.begin(), told.end(), '\n') == 0);
        for (const char* word : row.words) {
            CHECK_THAT(told, Catch::Contains(word));
        }
    }
    const std::string all = told_of<TestType>(scratch, [&](TestType& config) {
        table.at(2).spoil(config);
        table.at(7).spoil(config);
    });
    CHECK(std::count(all.begin(), all.end(), '\n') == 1);  // one line a problem
    CHECK_FALSE(fs::exists(scratch.path() / "box.db"));
}

#include "firmware/messages/config/tokens_file.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "firmware/base/secret_file.hpp"
#include "firmware/domain/layout/site.hpp"

namespace tally {
namespace {

constexpr std::size_t kTokenLengthMin = 16;
constexpr std::array kRoles = {OperatorRole::receiver, OperatorRole::manager,
                               OperatorRole::integrator, OperatorRole::auditor};

OperatorRole role_of(std::string_view name) {
    const auto found = std::find_if(kRoles.begin(), kRoles.end(),
                                    [&](OperatorRole role) { return to_string(role) == name; });
    return found == kRoles.end() ? OperatorRole::auditor : *found;
}

}  // namespace

std::string_view to_string(OperatorRole role) noexcept {
    switch (role) {
        case OperatorRole::receiver:
            return "receiver";
        case OperatorRole::manager:
            return "manager";
        case OperatorRole::integrator:
            return "integrator";
        case OperatorRole::auditor:
            return "auditor";
    }
    return "auditor";
}

std::vector<OperatorToken> read_tokens(ConfigTable root) {
    std::vector<OperatorToken> users;
    for (ConfigTable& table : root.tables({.name = "user",
                              .meaning = "a person who may ask this box",
                              .id = "name",
                              .count_min = 1})) {
        OperatorToken user;
        user.name = table.text({"name", "the person, as the ledger will name them"});
        user.role =
            role_of(table.text({.name = "role",
                                .meaning = "what the person may do",
                                .choices = {"receiver", "manager", "integrator", "auditor"}}));
        user.token = table.text({"token", "at least 16 characters, known to this person only"});
        if (!is_printable_id(user.name)) {
            table.report("name", "use 1 to 64 letters, digits, dots, dashes and underscores");
        }
        if (user.token.size() < kTokenLengthMin) {
            table.report("token",
                         "the token is below 16 characters; 'openssl rand -hex 24' makes "
                         "a good one");
        }
        for (const OperatorToken& other : users) {
            if (other.name == user.name) {
                table.report("name", "there are two users of this name; give each their own");
            }
            if (other.token == user.token) {
                table.report("token", "'" + other.name +
                                          "' has the same token; give each person "
                                          "their own");
            }
        }
        users.push_back(std::move(user));
    }
    return users;
}

Result<std::vector<OperatorToken>> load_tokens(const std::filesystem::path& path) {
    TALLY_TRY_ASSIGN(const std::string text, read_secret_file(path));
    TALLY_TRY_ASSIGN(ConfigFile file, ConfigFile::parse(text, path));
    std::vector<OperatorToken> users = read_tokens(file.root());
    TALLY_TRY(file.finish());
    return users;
}

}  // namespace tally

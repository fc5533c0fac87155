#include "firmware/base/secret_file.hpp"

#include <fstream>
#include <iterator>
#include <system_error>

namespace tally {

namespace fs = std::filesystem;

Result<void> check_secret_file(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
        return fail(ErrorKind::refused, "the secret file " + path.string() +
                                            " does not exist; create it with 'umask 077' first");
    }
    if (error) {
        return fail(ErrorKind::refused, "cannot look at the secret file " + path.string() + ": " +
                                            error.message() +
                                            "; run as the user who owns it, or mend its folder");
    }
    if (status.type() != fs::file_type::regular) {
        return fail(ErrorKind::refused,
                    path.string() + " is not a file; name the file that holds the secret");
    }
    constexpr fs::perms kOthers = fs::perms::group_all | fs::perms::others_all;
    if ((status.permissions() & kOthers) != fs::perms::none) {
        return fail(ErrorKind::refused, "other users may read the secret file " + path.string() +
                                            "; run 'chmod 600 " + path.string() +
                                            "' and change the secret if the box is shared");
    }
    return {};
}

Result<std::string> read_secret_file(const fs::path& path) {
    static constexpr std::size_t kSizeMax = 64 * 1024;
    TALLY_TRY(check_secret_file(path));
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(ErrorKind::refused, "cannot read the secret file " + path.string() +
                                            "; run as the user who owns it");
    }
    std::string secret{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) {
        secret.pop_back();
    }
    if (secret.empty() || secret.size() > kSizeMax) {
        return fail(ErrorKind::malformed,
                    "the secret file " + path.string() +
                        " is empty or above 64 KiB; write the secret into it");
    }
    return secret;
}

}  // namespace tally

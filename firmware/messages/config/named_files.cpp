#include "firmware/messages/config/named_files.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "firmware/base/secret_file.hpp"
#include "firmware/messages/config/tokens_file.hpp"

namespace tally {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kAuthorityBytesMax = std::size_t{1} << 20;

/// Every problem is told, one line each.
class Problems {
 public:
    template <typename T>
    void add_failed(const Result<T>& outcome) {
        if (!outcome) {
            text_ += (text_.empty() ? "" : "\n") + outcome.error().text;
        }
    }
    [[nodiscard]] Result<void> verdict() const {
        return text_.empty() ? Result<void>() : fail(ErrorKind::malformed, text_);
    }

 private:
    std::string text_;
};

/// `key` as "[edge] database".
Result<void> check_folder(const fs::path& file, const std::string& key) {
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    std::error_code error;
    if (fs::is_directory(folder, error)) {
        return {};
    }
    return fail(ErrorKind::malformed, "the folder of " + file.string() + " does not exist; make " +
                                          folder.string() + ", or correct " + key);
}

Result<void> check_database(const fs::path& database, const std::string& key) {
    std::error_code error;
    const fs::file_status status = fs::status(database, error);
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        return fail(ErrorKind::malformed,
                    database.string() + " is not a file; name a file as " + key);
    }
    return check_folder(database, key);
}

Result<void> check_authority(const fs::path& file) {
    std::error_code error;
    std::ifstream stream(file, std::ios::binary);
    if (!fs::is_regular_file(file, error) || !stream) {
        return fail(ErrorKind::malformed,
                    "cannot read the broker's authority " + file.string() +
                        "; put its PEM file there and let this user read it, or correct ca_file");
    }
    std::string text(kAuthorityBytesMax, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.find("-----BEGIN ") == std::string::npos) {
        return fail(ErrorKind::malformed,
                    file.string() +
                        " holds no PEM certificate; name the file of the authority "
                        "that signed the broker's certificate as ca_file");
    }
    return {};
}

void check_broker(const BrokerConfig& broker, Problems& problems) {
    if (!broker.password_file.empty()) {
        problems.add_failed(read_secret_file(broker.password_file));
    }
    if (!broker.ca_file.empty()) {
        problems.add_failed(check_authority(broker.ca_file));
    }
}

void check_api(const ApiConfig& api, Problems& problems) {
    problems.add_failed(load_tokens(api.token_file));
    if (!api.port_file.empty()) {
        problems.add_failed(check_folder(api.port_file, "[api] port_file"));
    }
}

}  // namespace

Result<void> check_named_files(const EdgeConfig& config) {
    Problems problems;
    problems.add_failed(check_database(config.database, "[edge] database"));
    check_broker(config.broker, problems);
    const BrokerConfig& of_vehicles = vehicle_broker_of(config);
    if (&of_vehicles != &config.broker) {
        check_broker(of_vehicles, problems);
    }
    check_api(config.api, problems);
    return problems.verdict();
}

Result<void> check_named_files(const BridgeConfig& config) {
    Problems problems;
    problems.add_failed(check_database(config.database, "[bridge] database"));
    check_broker(config.broker, problems);
    check_api(config.api, problems);
    return problems.verdict();
}

}  // namespace tally

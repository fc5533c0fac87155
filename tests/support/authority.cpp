#include "tests/support/authority.hpp"

#include <fstream>
#include <stdexcept>
#include <vector>

#include "tests/support/process.hpp"

namespace tally::test {

namespace {

constexpr Duration kPatience = std::chrono::seconds(30);

void openssl(const std::filesystem::path& folder, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "openssl");
    ProcessSpec spec;
    spec.arguments = std::move(arguments);
    spec.log = folder / "openssl.log";
    const Outcome outcome = run_to_end(spec, kPatience);
    if (outcome.code != 0) {
        throw std::runtime_error("openssl failed: " + outcome.text);
    }
}

}  // namespace

Authority::Authority(std::filesystem::path folder, std::string name)
    : folder_(std::move(folder)),
      certificate_(folder_ / (name + ".crt")),
      key_(folder_ / (name + ".key")),
      name_(std::move(name)) {
    openssl(folder_, {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-nodes", "-days", "2", "-subj", "/CN=" + name_, "-keyout", key_.string(),
                      "-out", certificate_.string()});
}

ServerIdentity Authority::sign(const std::string& server, const std::string& subject) const {
    const std::filesystem::path request = folder_ / (server + ".csr");
    const std::filesystem::path extensions = folder_ / (server + ".ext");
    ServerIdentity identity{folder_ / (server + ".crt"), folder_ / (server + ".key")};
    std::ofstream(extensions) << "subjectAltName=" << subject << "\n";
    openssl(folder_,
            {"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
             "/CN=" + server, "-keyout", identity.key.string(), "-out", request.string()});
    openssl(folder_, {"x509", "-req", "-in", request.string(), "-CA", certificate_.string(),
                      "-CAkey", key_.string(), "-CAcreateserial", "-days", "2", "-extfile",
                      extensions.string(), "-out", identity.certificate.string()});
    return identity;
}

}  // namespace tally::test

// A certificate authority made for one test by the openssl program, and server certificates that it
// signs. Keys are elliptic, so that this takes milliseconds.
#pragma once

#include <filesystem>
#include <string>

namespace tally::test {

/// Files of one server.
struct ServerIdentity {
    std::filesystem::path certificate, key;  ///< PEM
};

/// Everything lies in `folder`, which must exist. Throws std::runtime_error with openssl's words.
class Authority {
 public:
    Authority(std::filesystem::path folder, std::string name);

    /// The CA's own certificate, PEM.
    [[nodiscard]] const std::filesystem::path& certificate() const { return certificate_; }

    /// A server whose certificate is good for `subject`: "IP:127.0.0.1" or "DNS:broker.example".
    [[nodiscard]] ServerIdentity sign(const std::string& server, const std::string& subject) const;

 private:
    std::filesystem::path folder_, certificate_, key_;
    std::string name_;
};

}  // namespace tally::test

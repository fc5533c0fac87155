// The operators' door of a daemon: tokens, API and HTTP server in one.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "firmware/host/http/http_server.hpp"
#include "firmware/host/loop/loop.hpp"
#include "firmware/messages/config/box_files.hpp"
#include "firmware/services/api/operator_api.hpp"

namespace tally {

/// Serves while it lives. Create it once the site has started; end it before the site.
class OperatorDoor {
 public:
    using MakeApi = std::function<std::unique_ptr<OperatorApi>(std::vector<OperatorToken>)>;

    /// Reads the token file, binds, serves, and writes the bound port to the port file. Errors are
    /// those of the files and of the address.
    static Result<std::unique_ptr<OperatorDoor>> open(host::Loop& loop, const ApiConfig& config,
                                                      const MakeApi& make_api);
    ~OperatorDoor();

    [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
    OperatorDoor() = default;

    ApiConfig config_;
    std::unique_ptr<OperatorApi> api_;
    std::unique_ptr<host::HttpServer> server_;
    std::uint16_t port_ = 0;
};

/// BoxFacts for both daemons.
std::function<BoxFacts()> box_facts_of(const std::filesystem::path& database,
                                       const BrokerConfig& broker);

}  // namespace tally

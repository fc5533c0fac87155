// The box that an invocation speaks to: its address and the operator's token.
#pragma once

#include <functional>
#include <string>

#include "firmware/base/result.hpp"
#include "firmware/host/http/http_client.hpp"
#include "tools/tally/arguments.hpp"
#include "tools/tally/requests.hpp"

namespace tally::cli {

/// The part of the environment that `tally` reads, so that tests can give their own.
struct Environment {
    std::string tally_url;         ///< TALLY_URL
    std::string tally_token_file;  ///< TALLY_TOKEN_FILE
};

class Box {
 public:
    /// Address: --url, else --api-port-file (this machine), else TALLY_URL. Token: --token-file,
    /// else TALLY_TOKEN_FILE; a file that others may read is refused.
    static Result<Box> find(const Invocation& invocation, const Environment& environment);

    /// Asks once; a write carries a fresh key and is sent again, with the same key, if no answer
    /// came.
    Result<host::HttpAnswer> ask(const Asked& asked) const;
    Result<host::HttpAnswer> watch(const Asked& asked,
                                   const std::function<bool(std::string_view)>& take) const;
    [[nodiscard]] std::string url() const { return client_.url(); }

 private:
    Box(host::HttpClient client, std::string token)
        : client_(std::move(client)), token_(std::move(token)) {}

    host::HttpClient client_;
    std::string token_;
};

}  // namespace tally::cli

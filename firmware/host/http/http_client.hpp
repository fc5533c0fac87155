// Asking a box: the client side of the operators' API, for the command line and tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "firmware/base/result.hpp"

namespace tally::host {

struct HttpQuestion {
    std::string method = "GET";
    std::string target;
    std::string token;            ///< empty: none
    std::string idempotency_key;  ///< empty: none
    std::string body;
};

struct HttpAnswer {
    int status = 0;
    std::string body;
};

/// One box by its address. Not thread-safe; blocks.
class HttpClient {
 public:
    /// `url`: "http://host:port", no path. malformed otherwise.
    static Result<HttpClient> make(std::string_view url, std::chrono::seconds patience);

    /// offline if nobody listens there, timeout if no answer comes in time.
    Result<HttpAnswer> ask(const HttpQuestion& question) const;

    /// Gives each line of a stream as it comes; `take` false ends it. Answers with the status and,
    /// where that is not 200, the body. Ends with success when the box ends the stream.
    Result<HttpAnswer> watch(const HttpQuestion& question,
                             const std::function<bool(std::string_view line)>& take) const;

    [[nodiscard]] std::string url() const;

 private:
    std::string host_;
    std::uint16_t port_ = 0;
    std::chrono::seconds patience_{30};
};

}  // namespace tally::host

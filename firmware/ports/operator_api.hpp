// Port: the operators' API without its transport. The HTTP server on one side and the services on
// the other know only these plain values (design 8, "Operators' API and config").
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace tally {

/// One request as it came, nothing decoded yet. The transport bounds its size.
struct ApiRequest {
    std::string method;           ///< "GET", "POST"
    std::string target;           ///< path and query, percent-encoded
    std::string token;            ///< bearer token; empty: none was given
    std::string idempotency_key;  ///< empty: none was given
    std::string body;
};

struct ApiReply {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    /// Not empty: the answer is a stream; when `body` is sent, ask this target the same way for
    /// what comes next. An empty body then says "nothing yet, but alive".
    std::string follow{};
};

/// Called on the loop; answers exactly once, on the loop, at once or later.
using ApiReplyTo = std::function<void(ApiReply)>;
using ApiHandler = std::function<void(ApiRequest, ApiReplyTo)>;

/// What only the host can see of its box, for `doctor`.
struct BoxFacts {
    std::string version;                                     ///< of this program
    std::string sqlite_version;                              ///< of the library in use
    std::string database;                                    ///< path
    std::string broker;                                      ///< host:port
    std::uint64_t file_bytes = 0, log_bytes = 0;             ///< database and write-ahead log
    std::uint64_t disk_free_bytes = 0, disk_size_bytes = 0;  ///< both 0: not known
    enum class ClockSync : std::uint8_t { unknown, synchronised, free_running };
    ClockSync clock = ClockSync::unknown;
};

}  // namespace tally

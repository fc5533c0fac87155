// The operators' API on a TCP port: cpp-httplib behind one class. It knows no route; every request
// becomes a plain ApiRequest that is answered on the loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "firmware/base/result.hpp"
#include "firmware/ports/operator_api.hpp"

namespace tally::host {

struct HttpOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;                  ///< 0: any free one
    std::size_t body_bytes_max = 8U << 20U;  ///< larger: 413
    std::size_t threads = 8;                 ///< requests served at once, streams included
    std::size_t streams_max = 4;             ///< of those; more: 503
    std::size_t waiting_max = 64;            ///< connections that wait for a thread; more: closed
    std::chrono::milliseconds request_within{5'000};   ///< slower to arrive whole: closed
    std::chrono::milliseconds write_within{5'000};     ///< no progress towards the client: closed
    std::chrono::milliseconds answer_within{120'000};  ///< the loop is slower: 504
};

/// Owns its threads: "http" accepts, "http-1" and on serve. One request a connection. Construct,
/// start and stop on the loop's thread. Its end stops it.
///
/// Refused here, before anything is read further: targets above 2 KiB, bodies above the limit,
/// encoded bodies (a compressed one could unfold without bound), methods other than GET and POST.
class HttpServer {
 public:
    /// Runs a task on the loop's thread; called from the server's threads; outlives the server.
    using Post = std::function<void(std::function<void()>)>;

    /// `handler` is called on the loop's thread only, and never once stop() has returned.
    HttpServer(HttpOptions options, Post post, ApiHandler handler);
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Binds and serves; gives the bound port. refused if the address cannot be bound.
    Result<std::uint16_t> start();

    /// Ends streams and waiting requests (503), takes no more, joins all threads. The loop need
    /// not turn meanwhile.
    void stop();

 private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace tally::host

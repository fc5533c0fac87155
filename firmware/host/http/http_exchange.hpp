// Inside of the HTTP server: one question from a server thread to the loop, and its answer.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "firmware/ports/operator_api.hpp"

namespace tally::host {

/// Where the server's threads and the loop meet. One object a server, shared by whoever may still
/// come late: a request posted before stop() finds the door closed.
class HttpDoor {
 public:
    using Post = std::function<void(std::function<void()>)>;

    HttpDoor(Post post, ApiHandler handler)
        : post_(std::move(post)), handler_(std::move(handler)) {}

    /// On a server thread: asks the loop and waits. Without an answer in time 504, once closed 503.
    static ApiReply ask(const std::shared_ptr<HttpDoor>& door, ApiRequest request,
                        std::chrono::milliseconds within);

    /// On the loop: wakes all that wait; nobody gets through any more.
    void close();
    [[nodiscard]] bool closed() const;

    /// Streams under way; false: there are `streams_max` already.
    bool begin_stream(std::size_t streams_max);
    void end_stream();

 private:
    struct Waiting {
        std::optional<ApiReply> reply;  ///< under the door's mutex
    };

    void let_in(ApiRequest request, const std::shared_ptr<Waiting>& waiting,
                const std::shared_ptr<HttpDoor>& self);

    Post post_;
    ApiHandler handler_;  ///< used on the loop only
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool closed_ = false;      ///< under mutex_
    std::size_t streams_ = 0;  ///< under mutex_
};

/// An error of the transport itself, in the form of every error.
ApiReply http_error(int status, const char* kind, const char* text, const char* next);

}  // namespace tally::host

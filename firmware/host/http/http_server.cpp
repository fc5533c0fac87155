// HttpServer on cpp-httplib. The library keeps a slow client's thread for as long as it sends one
// byte per time-out; our own stream over the socket bounds the whole request instead.
#include "firmware/host/http/http_server.hpp"

#include <atomic>
#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <httplib.h>

#include "firmware/host/http/http_exchange.hpp"
#include "firmware/host/http/http_threads.hpp"

namespace tally::host {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kTargetBytesMax = 2'048;
constexpr std::chrono::milliseconds kGlance{100};  ///< how often a waiting thread looks for the end

/// A connection as the library sees it: what comes in must be there by a deadline, what goes out
/// must make progress, and a closed door ends both.
class BoundedStream final : public httplib::Stream {
 public:
    BoundedStream(int fd, const HttpOptions& options, const HttpDoor& door)
        : fd_(fd),
          options_(options),
          door_(door),
          read_deadline_(SteadyClock::now() + options.request_within) {}

    bool is_readable() const override { return wait(POLLIN, read_deadline_); }
    bool is_writable() const override {
        return wait(POLLOUT, SteadyClock::now() + options_.write_within);
    }
    ssize_t read(char* to, std::size_t size) override {
        return is_readable() ? ::recv(fd_, to, size, 0) : -1;
    }
    ssize_t write(const char* from, std::size_t size) override {
        return is_writable() ? ::send(fd_, from, size, MSG_NOSIGNAL | MSG_DONTWAIT) : -1;
    }
    // Who asks is told by the token, not by the address.
    void get_remote_ip_and_port(std::string&, int&) const override {}
    void get_local_ip_and_port(std::string&, int&) const override {}
    socket_t socket() const override { return fd_; }

 private:
    bool wait(short events, SteadyClock::time_point deadline) const {
        while (!door_.closed()) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                deadline - SteadyClock::now());
            if (left.count() <= 0) {
                return false;
            }
            pollfd poll{fd_, events, 0};
            const int ready = ::poll(&poll, 1, static_cast<int>(std::min(left, kGlance).count()));
            if (ready > 0) {
                return true;
            }
            if (ready < 0 && errno != EINTR) {
                return false;
            }
        }
        return false;
    }

    int fd_;
    const HttpOptions& options_;
    const HttpDoor& door_;
    SteadyClock::time_point read_deadline_;
};

class BoundedServer final : public httplib::Server {
 public:
    BoundedServer(const HttpOptions& options, const HttpDoor& door)
        : options_(options), door_(door) {}

 private:
    bool process_and_close_socket(socket_t socket) override {
        BoundedStream stream(socket, options_, door_);
        bool closed = false;
        const bool served = process_request(stream, true, closed, nullptr);
        ::shutdown(socket, SHUT_RDWR);
        ::close(socket);
        return served;
    }

    const HttpOptions& options_;
    const HttpDoor& door_;
};

/// The library's queue of connections on our threads. While it is full the accepting thread waits,
/// so that further connections stay in the kernel's queue.
class NamedThreads final : public httplib::TaskQueue {
 public:
    NamedThreads(std::size_t threads, std::size_t waiting_max) : threads_(threads, waiting_max) {}
    void enqueue(std::function<void()> job) override { threads_.enqueue(std::move(job)); }
    void shutdown() override { threads_.shutdown(); }

 private:
    HttpThreads threads_;
};

void fill(httplib::Response& response, const ApiReply& reply) {
    response.status = reply.status;
    response.set_content(reply.body, reply.content_type);
}

ApiRequest request_of(const httplib::Request& from) {
    constexpr std::string_view kBearer = "Bearer ";
    ApiRequest request;
    request.method = from.method;
    request.target = from.target;
    const std::string authorization = from.get_header_value("Authorization");
    if (authorization.starts_with(kBearer)) {
        request.token = authorization.substr(kBearer.size());
    }
    request.idempotency_key = from.get_header_value("Idempotency-Key");
    return request;
}

}  // namespace

struct HttpServer::State {
    State(HttpOptions given, Post post, ApiHandler handler)
        : options(std::move(given)),
          door(std::make_shared<HttpDoor>(std::move(post), std::move(handler))),
          server(options, *door) {}

    void route();
    void answer(ApiRequest request, httplib::Response& response);
    void stream(const ApiRequest& first, ApiReply reply, httplib::Response& response);
    enum class Body { whole, too_large, broken };
    Body take_body(const httplib::ContentReader& reader, std::string& body) const;

    HttpOptions options;
    std::shared_ptr<HttpDoor> door;
    BoundedServer server;
    std::thread accepting;
    std::atomic<bool> ended{false};  ///< the accepting thread has left
};

void HttpServer::State::route() {
    server.new_task_queue = [this] {
        return new NamedThreads(options.threads, options.waiting_max);  // The library deletes it.
    };
    server.set_pre_routing_handler([](const httplib::Request& request,
                                      httplib::Response& response) {
        using Handled = httplib::Server::HandlerResponse;
        if (request.target.size() > kTargetBytesMax) {
            fill(response, http_error(414, "malformed", "the target is longer than 2048 bytes",
                                      "tally --help"));
            return Handled::Handled;
        }
        if (request.has_header("Content-Encoding") || request.is_multipart_form_data()) {
            fill(response,
                 http_error(415, "unsupported", "encoded bodies are not taken", "send plain JSON"));
            return Handled::Handled;
        }
        if (request.method != "GET" && request.method != "POST") {
            fill(response,
                 http_error(405, "unsupported", "only GET and POST are answered", "tally --help"));
            return Handled::Handled;
        }
        return Handled::Unhandled;
    });
    server.Get(".*", [this](const httplib::Request& request, httplib::Response& response) {
        answer(request_of(request), response);
    });
    server.Post(".*", [this](const httplib::Request& from, httplib::Response& response,
                             const httplib::ContentReader& reader) {
        ApiRequest request = request_of(from);
        const Body body = take_body(reader, request.body);
        if (body == Body::too_large || response.status == 413) {
            fill(response, http_error(413, "exhausted", "the body is larger than this box takes",
                                      "split the file"));
            return;
        }
        if (body == Body::broken) {
            fill(response, http_error(400, "malformed", "the body did not arrive whole",
                                      "send it again, with its Content-Length"));
            return;
        }
        answer(std::move(request), response);
    });
    // What the library refuses by itself has no body; give it the form of every error.
    server.set_error_handler([](const httplib::Request&, httplib::Response& response) {
        if (response.body.empty()) {
            fill(response, http_error(response.status, "malformed", "this is no request for a box",
                                      "tally --help"));
        }
    });
    server.set_payload_max_length(options.body_bytes_max);
    // Not the library's SO_REUSEPORT: a second box on the same port must be refused.
    server.set_socket_options([](socket_t socket) {
        const int yes = 1;
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
}

HttpServer::State::Body HttpServer::State::take_body(const httplib::ContentReader& reader,
                                                     std::string& body) const {
    bool fits = true;
    const bool whole = reader([&](const char* data, std::size_t size) {
        fits = body.size() + size <= options.body_bytes_max;
        if (fits) {
            body.append(data, size);
        }
        return fits;
    });
    if (!fits) {
        return Body::too_large;
    }
    return whole ? Body::whole : Body::broken;
}

void HttpServer::State::answer(ApiRequest request, httplib::Response& response) {
    ApiReply reply = HttpDoor::ask(door, request, options.answer_within);
    if (reply.follow.empty()) {
        fill(response, reply);
    } else {
        stream(request, std::move(reply), response);
    }
}

void HttpServer::State::stream(const ApiRequest& first, ApiReply reply,
                               httplib::Response& response) {
    if (!door->begin_stream(options.streams_max)) {
        fill(response, http_error(503, "exhausted", "too many are watching this box already",
                                  "end another watch, or ask again later"));
        return;
    }
    auto next = std::make_shared<ApiReply>(std::move(reply));
    const std::string content_type = next->content_type;
    response.set_chunked_content_provider(
        content_type,
        [this, next, first](std::size_t, httplib::DataSink& sink) {
            // A line end alone says "alive", and finds out whether anybody still listens.
            const std::string& body = next->body.empty() ? "\n" : next->body;
            if (next->status != 200 || !sink.write(body.data(), body.size())) {
                return false;
            }
            if (next->follow.empty()) {
                sink.done();
                return true;
            }
            ApiRequest request = first;
            request.target = next->follow;
            *next = HttpDoor::ask(door, std::move(request), options.answer_within);
            return next->status == 200;
        },
        [held = door](bool) { held->end_stream(); });
}

HttpServer::HttpServer(HttpOptions options, Post post, ApiHandler handler)
    : state_(std::make_shared<State>(std::move(options), std::move(post), std::move(handler))) {}

HttpServer::~HttpServer() {
    stop();
}

Result<std::uint16_t> HttpServer::start() {
    State& state = *state_;
    state.route();
    int port = state.options.port;
    if (port == 0) {
        port = state.server.bind_to_any_port(state.options.host);
    } else if (!state.server.bind_to_port(state.options.host, port)) {
        port = -1;
    }
    if (port <= 0) {
        return fail(ErrorKind::refused,
                    fmt::format("cannot listen on {}:{}: the port is taken or the address is not "
                                "this box's; choose another in [api], or 0 for any port",
                                state.options.host, state.options.port));
    }
    state.accepting = std::thread([&state] {
        name_this_thread("http");
        state.server.listen_after_bind();
        state.ended = true;
    });
    while (!state.server.is_running() && !state.ended) {  // stop() before that would be lost.
        std::this_thread::yield();
    }
    return static_cast<std::uint16_t>(port);
}

void HttpServer::stop() {
    State& state = *state_;
    state.door->close();
    if (state.accepting.joinable()) {
        state.server.stop();
        state.accepting.join();
    }
}

}  // namespace tally::host

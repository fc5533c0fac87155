#include "firmware/host/http/http_exchange.hpp"

#include <utility>

namespace tally::host {

ApiReply http_error(int status, const char* kind, const char* text, const char* next) {
    ApiReply reply;
    reply.status = status;
    reply.body = std::string(R"({"error":{"kind":")") + kind + R"(","next":")" + next +
                 R"(","text":")" + text + R"("},"schema":"error"})";
    return reply;
}

ApiReply HttpDoor::ask(const std::shared_ptr<HttpDoor>& door, ApiRequest request,
                       std::chrono::milliseconds within) {
    auto waiting = std::make_shared<Waiting>();
    door->post_([door, waiting, request = std::move(request)]() mutable {
        door->let_in(std::move(request), waiting, door);
    });
    std::unique_lock lock(door->mutex_);
    door->changed_.wait_for(lock, within,
                            [&] { return waiting->reply.has_value() || door->closed_; });
    if (waiting->reply) {
        return std::move(*waiting->reply);
    }
    if (door->closed_) {
        return http_error(503, "offline", "the box is stopping", "ask again when it is back");
    }
    return http_error(504, "timeout", "the box did not answer in time", "tally doctor");
}

void HttpDoor::let_in(ApiRequest request, const std::shared_ptr<Waiting>& waiting,
                      const std::shared_ptr<HttpDoor>& self) {
    if (closed()) {
        return;
    }
    handler_(std::move(request), [self, waiting](ApiReply reply) {
        {
            const std::lock_guard lock(self->mutex_);
            waiting->reply = std::move(reply);
        }
        self->changed_.notify_all();
    });
}

void HttpDoor::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    changed_.notify_all();
}

bool HttpDoor::closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
}

bool HttpDoor::begin_stream(std::size_t streams_max) {
    const std::lock_guard lock(mutex_);
    if (streams_ >= streams_max) {
        return false;
    }
    ++streams_;
    return true;
}

void HttpDoor::end_stream() {
    const std::lock_guard lock(mutex_);
    --streams_;
}

}  // namespace tally::host

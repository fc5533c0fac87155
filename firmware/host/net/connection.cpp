// Dialling, accepting and ending; bytes are in connection_io.cpp.
#include "firmware/host/net/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <utility>

#include "firmware/base/check.hpp"

namespace tally::host {
namespace {

void set_option(int fd, int level, int name, int value) {
    // A kernel that lacks one of these still carries the stream: no reason to refuse it.
    ::setsockopt(fd, level, name, &value, sizeof value);
}

void set_stream_options(int fd, const TcpOptions& options) {
    const auto dead_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(options.dead_peer_timeout);
    const int probe_s = std::max(1, static_cast<int>(dead_ms.count() / 4000));
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(dead_ms.count()));
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, probe_s);
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, probe_s);
    set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
}

}  // namespace

void Connection::start_dialling(StreamHandler& handler) {
    handler_ = &handler;
    timer_.arm(options_.connect_timeout, [self = shared_from_this()] {
        const auto limit =
            std::chrono::duration_cast<std::chrono::milliseconds>(self->options_.connect_timeout);
        self->finish(dial_timeout_error(self->peer_, limit.count()));
    });
}

void Connection::dial_addresses(std::vector<Address> addresses, StreamHandler& handler) {
    start_dialling(handler);
    untried_ = std::move(addresses);
    std::reverse(untried_.begin(), untried_.end());
    try_next_address(dial_error(peer_, EADDRNOTAVAIL));
}

void Connection::dial_name(Resolver& resolver, StreamHandler& handler) {
    start_dialling(handler);
    lookup_ =
        resolver.look_up(peer_, [self = shared_from_this()](Result<std::vector<Address>> found) {
            if (!found) {
                self->finish(std::move(found).error());
                return;
            }
            self->untried_ = std::move(*found);
            std::reverse(self->untried_.begin(), self->untried_.end());
            self->try_next_address(dial_error(self->peer_, EADDRNOTAVAIL));
        });
}

void Connection::try_next_address(Error why_not_last) {
    while (!untried_.empty()) {
        const Address address = untried_.back();
        untried_.pop_back();
        const int error_number = start_connect(address);
        if (error_number == 0) {
            return;
        }
        why_not_last = dial_error(peer_, error_number);
    }
    finish_later(std::move(why_not_last));
}

int Connection::start_connect(const Address& address) {
    Fd socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.valid()) {
        return errno;
    }
    set_stream_options(socket.get(), options_);
    if (::connect(socket.get(), address.get(), address.size) != 0 && errno != EINPROGRESS) {
        return errno;
    }
    socket_ = std::move(socket);
    watch({.writable = true});
    return 0;
}

void Connection::watch(Interest interest) {
    interest_ = interest;
    watch_ = loop_.watch(socket_.get(), interest,
                         [self = shared_from_this()](Ready ready) { self->on_ready(ready); });
}

void Connection::on_ready(Ready ready) {
    switch (state_) {
        case State::dialling:
            finish_connect();
            return;
        case State::open:
            if (ready.broken && !reading_) {
                finish(lost_error(peer_, take_socket_error()));
                return;
            }
            if (ready.readable || ready.broken) {
                read_some();
            }
            if (state_ == State::open && ready.writable) {
                flush();
            }
            return;
        case State::lingering:
            discard_until_end();
            return;
        case State::ended:
            return;
    }
}

void Connection::finish_connect() {
    int error_number = take_socket_error();
    if (error_number == 0 && connected_to_itself(socket_.get())) {
        error_number = ECONNREFUSED;
    }
    if (error_number == 0) {
        timer_.cancel();
        become_open();
        return;
    }
    loop_.unwatch(std::exchange(watch_, 0));
    socket_.reset();
    try_next_address(dial_error(peer_, error_number));
}

void Connection::become_open() {
    state_ = State::open;
    if (handler_ != nullptr) {
        handler_->on_open();
    }
    if (state_ == State::open) {
        flush();
    }
}

void Connection::adopt(Fd socket) {
    socket_ = std::move(socket);
    set_stream_options(socket_.get(), options_);
    state_ = State::open;
    watch({.readable = true});
}

void Connection::set_handler(StreamHandler& handler) {
    if (state_ == State::open && !closing_) {
        handler_ = &handler;
    }
}

void Connection::close() {
    handler_ = nullptr;
    if (closing_ || state_ == State::ended) {
        return;
    }
    closing_ = true;
    if (state_ == State::dialling && waiting_bytes() == 0) {
        end();
    } else if (state_ == State::open) {
        flush();
    }
}

void Connection::abandon() {
    handler_ = nullptr;
    if (!closing_) {
        end();
    }
}

void Connection::finish(Error why) {
    StreamHandler* const told = std::exchange(handler_, nullptr);
    end();
    if (told != nullptr) {
        told->on_closed(why);
    }
}

void Connection::finish_later(Error why) {
    timer_.arm(Duration::zero(), [self = shared_from_this(), why = std::move(why)]() mutable {
        self->finish(std::move(why));
    });
}

void Connection::end() {
    const auto self = shared_from_this();  // what is let go below may be the last to hold it
    state_ = State::ended;
    timer_.cancel();
    lookup_ = Lookup();
    if (watch_ != 0) {
        loop_.unwatch(std::exchange(watch_, 0));
    }
    socket_.reset();
    out_.clear();
    out_sent_ = 0;
}

int Connection::take_socket_error() const {
    int error_number = 0;
    socklen_t size = sizeof error_number;
    ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error_number, &size);
    return error_number;
}

}  // namespace tally::host

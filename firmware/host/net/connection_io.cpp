// The bytes of a connection: sending, receiving, and the orderly end.
#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <utility>

#include <fmt/format.h>

#include "firmware/host/net/connection.hpp"

namespace tally::host {
namespace {

constexpr std::size_t kReadBytes = std::size_t{64} << 10;
constexpr int kReadsPerTurnMax = 4;  ///< so that one loud stream does not silence the others
constexpr std::size_t kCompactBytes = std::size_t{1} << 20;

}  // namespace

Result<void> Connection::send(ByteView bytes) {
    if (state_ == State::ended || closing_) {
        return fail(ErrorKind::offline,
                    fmt::format("cannot send to {}: the connection is closed; dial it again",
                                to_text(peer_)));
    }
    if (bytes.size() > options_.send_bytes_max - waiting_bytes()) {
        return fail(
            ErrorKind::exhausted,
            fmt::format("cannot send {} bytes to {}: {} of {} bytes wait already; it takes "
                        "them too slowly",
                        bytes.size(), to_text(peer_), waiting_bytes(), options_.send_bytes_max));
    }
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    if (state_ == State::open && !interest_.writable) {
        flush();
    }
    return {};
}

void Connection::set_reading(Stream::Reading reading) {
    reading_ = reading == Stream::Reading::running;
    update_interest();
}

void Connection::flush() {
    const std::size_t before = out_sent_;
    while (waiting_bytes() > 0) {
        const auto sent =
            ::send(socket_.get(), out_.data() + out_sent_, waiting_bytes(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0 && errno == EAGAIN) {
            break;
        }
        if (sent < 0) {
            // Broken. The loop will report the socket as such; what the other side sent before it
            // broke can still be read until then.
            out_.clear();
            out_sent_ = 0;
            break;
        }
        out_sent_ += static_cast<std::size_t>(sent);
    }
    const bool progress = out_sent_ != before;
    if (waiting_bytes() == 0) {
        out_.clear();
        out_sent_ = 0;
    } else if (out_sent_ >= kCompactBytes) {
        out_.erase(out_.begin(), out_.begin() + static_cast<std::ptrdiff_t>(out_sent_));
        out_sent_ = 0;
    }
    if (closing_ && (progress || !timer_.armed())) {
        timer_.arm(options_.close_timeout, [self = shared_from_this()] { self->end(); });
    }
    half_close_if_sent();
    update_interest();
}

void Connection::half_close_if_sent() {
    // Closing a socket with unread input resets it, and a reset may destroy what is still under way
    // to the other side. So: end our direction, then read theirs to its end.
    if (state_ == State::open && closing_ && waiting_bytes() == 0) {
        ::shutdown(socket_.get(), SHUT_WR);
        state_ = State::lingering;
    }
}

void Connection::update_interest() {
    if (watch_ == 0 || state_ == State::dialling) {
        return;
    }
    const bool readable = state_ == State::lingering || (reading_ && !closing_);
    const Interest wanted{.readable = readable, .writable = waiting_bytes() > 0};
    if (wanted != interest_) {
        interest_ = wanted;
        loop_.set_interest(watch_, wanted);
    }
}

void Connection::read_some() {
    const auto self = shared_from_this();
    std::array<std::uint8_t, kReadBytes> buffer;  // recv fills it
    for (int i = 0; i < kReadsPerTurnMax && state_ == State::open && reading_; ++i) {
        const auto got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0 && errno == EAGAIN) {
            return;
        }
        if (got <= 0) {
            finish(got == 0 ? ended_error(peer_) : lost_error(peer_, errno));
            return;
        }
        if (handler_ != nullptr) {
            handler_->on_bytes(ByteView(buffer.data(), static_cast<std::size_t>(got)));
        }
        if (static_cast<std::size_t>(got) < buffer.size()) {
            return;
        }
    }
}

void Connection::discard_until_end() {
    std::array<std::uint8_t, kReadBytes> buffer;  // recv fills it
    const auto got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        end();
    }
}

}  // namespace tally::host

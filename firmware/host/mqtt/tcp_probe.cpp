#include "firmware/host/mqtt/tcp_probe.hpp"

#include <cerrno>
#include <memory>
#include <netdb.h>
#include <poll.h>
#include <string>
#include <sys/socket.h>

#include "firmware/host/loop/fd.hpp"

namespace tally::host {

namespace {

bool connects(const addrinfo& address, int limit_ms) {
    const Fd socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) {
        return false;
    }
    if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) {
        return true;
    }
    pollfd writable{socket.get(), POLLOUT, 0};
    if (errno != EINPROGRESS || ::poll(&writable, 1, limit_ms) != 1) {
        return false;
    }
    int outcome = 0;
    socklen_t size = sizeof outcome;
    return ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &outcome, &size) == 0 && outcome == 0;
}

}  // namespace

bool accepts_tcp(const Endpoint& at, Duration limit) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(at.host.c_str(), std::to_string(at.port).c_str(), &wanted, &found) != 0) {
        return false;
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
    const auto limit_ms = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
    return connects(*found, static_cast<int>(limit_ms));
}

}  // namespace tally::host

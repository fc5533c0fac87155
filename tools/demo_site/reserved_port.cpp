#include "tools/demo_site/reserved_port.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace tally::demo {

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

}  // namespace

Result<ReservedPort> ReservedPort::take() {
    ReservedPort port;
    port.socket_ = host::Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(port.socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ::setsockopt(port.socket_.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(port.socket_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(port.socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        return fail(ErrorKind::exhausted, "there is no free loopback port");
    }
    port.number_ = ntohs(address.sin_port);
    return port;
}

Result<host::Fd> connect_loopback(std::uint16_t port) {
    host::Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(port);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return fail(ErrorKind::offline, "nobody listens on port " + std::to_string(port));
    }
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

}  // namespace tally::demo

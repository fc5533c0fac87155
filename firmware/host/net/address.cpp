#include "firmware/host/net/address.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <system_error>

#include <fmt/format.h>

namespace tally::host {
namespace {

Address from_v4(in_addr host, std::uint16_t port) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_addr = host;
    v4.sin_port = htons(port);
    Address address;
    std::memcpy(&address.storage, &v4, sizeof v4);
    address.size = sizeof v4;
    return address;
}

Address from_v6(const in6_addr& host, std::uint16_t port) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_addr = host;
    v6.sin6_port = htons(port);
    Address address;
    std::memcpy(&address.storage, &v6, sizeof v6);
    address.size = sizeof v6;
    return address;
}

/// The system's words for an errno, in lower case as they stand within a sentence.
std::string reason(int error_number) {
    std::string text = std::generic_category().message(error_number);
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') {
        text[0] = static_cast<char>(text[0] - 'A' + 'a');
    }
    return text;
}

ErrorKind kind_of(int error_number) {
    switch (error_number) {
        case ETIMEDOUT:
            return ErrorKind::timeout;
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM:
            return ErrorKind::exhausted;
        case EACCES:
        case EPERM:
            return ErrorKind::refused;
        default:
            return ErrorKind::offline;
    }
}

}  // namespace

std::string to_text(const Endpoint& endpoint) {
    const bool v6 = endpoint.host.find(':') != std::string::npos;
    return v6 ? fmt::format("[{}]:{}", endpoint.host, endpoint.port)
              : fmt::format("{}:{}", endpoint.host, endpoint.port);
}

std::optional<std::vector<Address>> numeric_addresses(const Endpoint& endpoint) {
    const std::string& host = endpoint.host == "localhost" ? "127.0.0.1" : endpoint.host;
    in_addr v4{};
    if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) {
        return std::vector{from_v4(v4, endpoint.port)};
    }
    in6_addr v6{};
    if (::inet_pton(AF_INET6, host.c_str(), &v6) == 1) {
        return std::vector{from_v6(v6, endpoint.port)};
    }
    return std::nullopt;
}

Endpoint to_endpoint(const sockaddr_storage& storage) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (storage.ss_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &storage, sizeof v6);
        ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
        return {text.data(), ntohs(v6.sin6_port)};
    }
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof v4);
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return {text.data(), ntohs(v4.sin_port)};
}

Endpoint bound_endpoint(int fd) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size);
    return to_endpoint(storage);
}

bool connected_to_itself(int fd) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) {
        return false;
    }
    return to_endpoint(storage) == bound_endpoint(fd);
}

Error dial_error(const Endpoint& to, int error_number) {
    return {kind_of(error_number),
            fmt::format("cannot reach {}: {}; check that it is on and that the address is right",
                        to_text(to), reason(error_number))};
}

Error lost_error(const Endpoint& peer, int error_number) {
    return {kind_of(error_number),
            fmt::format("lost {}: {}; check its power and the cable if it does not come back",
                        to_text(peer), reason(error_number))};
}

Error ended_error(const Endpoint& peer) {
    return {ErrorKind::offline,
            fmt::format("{} closed the connection; it may be restarting or serve another client",
                        to_text(peer))};
}

Error dial_timeout_error(const Endpoint& to, std::int64_t timeout_ms) {
    return {ErrorKind::timeout,
            fmt::format("cannot reach {}: no answer within {} ms; check that it is on, the address "
                        "and the network in between",
                        to_text(to), timeout_ms)};
}

Error listen_error(const Endpoint& at, int error_number) {
    if (error_number == EADDRINUSE) {
        return {ErrorKind::conflict,
                fmt::format("cannot listen on {}: another program has this port; stop it or choose "
                            "another port",
                            to_text(at))};
    }
    return {kind_of(error_number),
            fmt::format("cannot listen on {}: {}; check the address and the rights of this user",
                        to_text(at), reason(error_number))};
}

}  // namespace tally::host

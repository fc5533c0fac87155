// Socket addresses, and the sentences for what goes wrong with them.
#pragma once

#include <optional>
#include <string>
#include <sys/socket.h>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/ports/stream.hpp"

namespace tally::host {

/// An IPv4 or IPv6 address with its port.
struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;

    [[nodiscard]] const sockaddr* get() const {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
};

/// "10.0.0.7:5084"; IPv6 hosts in brackets.
std::string to_text(const Endpoint& endpoint);

/// The addresses of a numeric host or of "localhost"; nullopt if the host is any other name.
std::optional<std::vector<Address>> numeric_addresses(const Endpoint& endpoint);

/// The readable form of a socket address.
Endpoint to_endpoint(const sockaddr_storage& storage);

/// Where a socket is bound.
Endpoint bound_endpoint(int fd);

/// True if a socket is connected to itself. On loopback, dialling a port on which nobody listens
/// may be given that very port as its own, and TCP then opens simultaneously with itself (RFC 9293,
/// 3.5): a peer that is off would look alive, and could not come back to its port.
bool connected_to_itself(int fd);

/// Why a stream could not be opened or did not last; `error_number` as errno has it.
Error dial_error(const Endpoint& to, int error_number);
Error lost_error(const Endpoint& peer, int error_number);
Error ended_error(const Endpoint& peer);
Error dial_timeout_error(const Endpoint& to, std::int64_t timeout_ms);
Error listen_error(const Endpoint& at, int error_number);

}  // namespace tally::host

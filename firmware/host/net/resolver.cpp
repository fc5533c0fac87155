#include "firmware/host/net/resolver.hpp"

#include <cstring>
#include <netdb.h>
#include <utility>

#include <fmt/format.h>

namespace tally::host {
namespace {

Result<std::vector<Address>> addresses_of(const Endpoint& endpoint) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const std::string port = std::to_string(endpoint.port);
    const int rc = ::getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found);
    if (rc != 0) {
        return fail(ErrorKind::offline,
                    fmt::format("cannot find the address of '{}': {}; check the name, or write the "
                                "numeric address",
                                endpoint.host, ::gai_strerror(rc)));
    }
    std::vector<Address> addresses;
    for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
        Address address;
        std::memcpy(&address.storage, at->ai_addr, at->ai_addrlen);
        address.size = at->ai_addrlen;
        addresses.push_back(address);
    }
    ::freeaddrinfo(found);
    return addresses;
}

}  // namespace

Lookup Resolver::look_up(const Endpoint& endpoint, Answer answer) {
    auto wanted = std::make_shared<std::atomic<bool>>(true);
    worker_.submit([this, wanted, endpoint, answer = std::move(answer)]() mutable {
        // The answer goes back to die on the loop even if nobody wants it any more: what it holds
        // belongs there.
        auto found = wanted->load() ? addresses_of(endpoint) : std::vector<Address>{};
        loop_.post([wanted, found = std::move(found), answer = std::move(answer)]() mutable {
            if (wanted->load()) {
                answer(std::move(found));
            }
        });
    });
    return Lookup(std::move(wanted));
}

}  // namespace tally::host

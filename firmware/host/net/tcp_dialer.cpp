#include <utility>

#include "firmware/host/net/connection.hpp"
#include "firmware/host/net/resolver.hpp"
#include "firmware/host/net/tcp.hpp"

namespace tally::host {

TcpDialer::TcpDialer(Loop& loop, TcpOptions options) : loop_(loop), options_(options) {}

TcpDialer::~TcpDialer() = default;

std::unique_ptr<Stream> TcpDialer::dial(const Endpoint& to, StreamHandler& handler) {
    auto connection = std::make_shared<Connection>(loop_, options_, to);
    if (auto addresses = numeric_addresses(to)) {
        connection->dial_addresses(std::move(*addresses), handler);
    } else {
        if (!resolver_) {
            resolver_ = std::make_unique<Resolver>(loop_);
        }
        connection->dial_name(*resolver_, handler);
    }
    return std::make_unique<TcpStream>(std::move(connection));
}

}  // namespace tally::host

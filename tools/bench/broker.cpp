#include "tools/bench/broker.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <fstream>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace tally::bench {

namespace {

constexpr int kTries = 200;
constexpr std::chrono::milliseconds kBetween(25);

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

bool accepts(std::uint16_t port) {
    const host::Fd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(port);
    return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace

Broker::Broker(const std::string& folder)
    : reserved_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    ::setsockopt(reserved_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(reserved_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(reserved_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no free loopback port for mosquitto");
    }
    port_ = ntohs(address.sin_port);
    config_ = folder + "/mosquitto.conf";
    std::ofstream(config_) << "listener " << port_
                           << " 127.0.0.1\npersistence false\nset_tcp_nodelay true\n"
                              "allow_anonymous true\nmax_queued_messages 1000000\nlog_dest none\n"
                           << (::geteuid() == 0 ? "user root\n" : "");
    start();
}

void Broker::restart() {
    process_.reset();
    start();
}

void Broker::start() {
    process_ = std::make_unique<Child>(std::vector<std::string>{"mosquitto", "-c", config_});
    for (int attempt = 0; attempt < kTries; ++attempt) {
        if (accepts(port_)) {
            return;
        }
        std::this_thread::sleep_for(kBetween);
    }
    throw std::runtime_error("mosquitto does not start; is the package mosquitto installed?");
}

}  // namespace tally::bench

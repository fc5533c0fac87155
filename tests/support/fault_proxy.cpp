#include "tests/support/fault_proxy.hpp"

#include <future>

namespace tally::test {

FaultProxy::FaultProxy(std::uint16_t server_port)
    : relay_(std::make_unique<Relay>(loop_, Endpoint{"127.0.0.1", server_port})),
      port_(relay_->endpoint().port),
      thread_([this] { loop_.run(); }) {}

FaultProxy::~FaultProxy() {
    loop_.post([this] {
        relay_.reset();
        loop_.stop();
    });
    thread_.join();
}

void FaultProxy::on_loop(const std::function<void(Relay&)>& verb) {
    std::promise<void> done;
    loop_.post([&] {
        verb(*relay_);
        done.set_value();
    });
    done.get_future().wait();
}

void FaultProxy::set_weather(const RelayWeather& weather) {
    on_loop([&](Relay& relay) { relay.set_weather(weather); });
}

void FaultProxy::cut() {
    on_loop([](Relay& relay) { relay.cut(); });
}

void FaultProxy::hush() {
    on_loop([](Relay& relay) { relay.hush(); });
}

void FaultProxy::set_door(Relay::Door door) {
    on_loop([&](Relay& relay) { relay.set_door(door); });
}

std::uint64_t FaultProxy::accepted() {
    std::uint64_t accepted = 0;
    on_loop([&](Relay& relay) { accepted = relay.accepted(); });
    return accepted;
}

}  // namespace tally::test

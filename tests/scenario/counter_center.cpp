#include <algorithm>

#include "tests/scenario/counter_programs.hpp"

using namespace std::chrono_literals;

namespace tally::scenario {

/// One accepted stream: learns who talks from the first line, then takes numbers.
class CounterCenter::Guest final : public StreamHandler {
 public:
    Guest(CounterCenter& center, std::unique_ptr<Stream> stream)
        : center_(center), stream_(std::move(stream)) {}

    void on_open() override {}
    void on_bytes(ByteView bytes) override {
        partial_ += as_text(bytes);
        for (std::size_t end = partial_.find('\n'); end != std::string::npos;
             end = partial_.find('\n')) {
            take(partial_.substr(0, end));
            partial_.erase(0, end + 1);
        }
    }
    void on_closed(const Error& /*why*/) override { over_ = true; }
    [[nodiscard]] bool over() const noexcept { return over_; }

 private:
    void take(const std::string& line) {
        if (edge_.empty()) {
            edge_ = line.substr(std::string("I am ").size());
            return;
        }
        const std::uint64_t taken = center_.take_line(edge_, std::stoull(line));
        (void)stream_->send(as_bytes(std::to_string(taken) + "\n"));
    }

    CounterCenter& center_;
    std::unique_ptr<Stream> stream_;
    std::string edge_, partial_;
    bool over_ = false;
};

CounterCenter::CounterCenter(Ports ports, std::unique_ptr<MessageBus> bus, CenterDisk& disk)
    : ports_(ports),
      disk_(disk),
      reconnecting_(ports.scheduler),
      repeating_(ports.scheduler),
      bus_(std::move(bus)) {
    auto listening = ports_.acceptor.listen({"", kCounterPort}, *this);
    if (listening) {
        listener_ = std::move(*listening);
    } else {
        ports_.events.report(Severity::error, "listener", listening.error().text);
    }
    connect_bus();
}

CounterCenter::~CounterCenter() = default;

void CounterCenter::connect_bus() {
    bus_->connect({.client_id = "center",
                   .will = {},
                   .keepalive = 5s,
                   .subscriptions = {"count/+/number", "count/+/death"}},
                  *this);
}

void CounterCenter::on_connected() {
    ports_.events.report(Severity::info, "bus", "connected");
    for (const auto& [edge, number] : disk_.by_bus) {
        acknowledge(edge);
    }
    repeating_.arm(3s, [this] { on_connected(); });
}

void CounterCenter::acknowledge(const std::string& edge) {
    (void)bus_->publish(
        {"count/" + edge + "/ack", std::to_string(disk_.by_bus[edge]), Retain::yes});
}

void CounterCenter::on_message(const BusMessage& message) {
    const std::size_t slash = message.topic.rfind('/');
    const std::string edge = message.topic.substr(6, slash - 6);
    if (message.topic.substr(slash) == "/death") {
        ports_.events.report(Severity::info, "bus", edge + " is gone");
        return;
    }
    std::uint64_t& known = disk_.by_bus[edge];
    if (std::stoull(message.payload) == known + 1) {
        ++known;
    }
    acknowledge(edge);
}

void CounterCenter::on_published(std::uint64_t /*token*/, const Result<void>& outcome) {
    if (!outcome) {
        ports_.events.report(Severity::error, "bus", outcome.error().text);
    }
}

void CounterCenter::on_lost(const Error& why) {
    ports_.events.report(Severity::warning, "bus", why.text);
    repeating_.cancel();
    reconnecting_.arm(800ms, [this] { connect_bus(); });
}

StreamHandler* CounterCenter::on_accept(std::unique_ptr<Stream> stream) {
    std::erase_if(guests_, [](const std::unique_ptr<Guest>& guest) { return guest->over(); });
    guests_.push_back(std::make_unique<Guest>(*this, std::move(stream)));
    return guests_.back().get();
}

std::uint64_t CounterCenter::take_line(const std::string& edge, std::uint64_t number) {
    std::uint64_t& known = disk_.by_lines[edge];
    if (number == known + 1) {
        ++known;
    }
    return known;
}

}  // namespace tally::scenario

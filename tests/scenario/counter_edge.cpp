#include <algorithm>

#include "tests/scenario/counter_programs.hpp"

using namespace std::chrono_literals;

namespace tally::scenario {

namespace {

constexpr std::uint64_t kWindow = 8;  // offered and not acknowledged, at most

}  // namespace

CounterEdge::CounterEdge(std::string name, Ports ports, std::unique_ptr<MessageBus> bus,
                         EdgeDisk& disk, std::uint64_t made_max)
    : name_(std::move(name)),
      ports_(ports),
      disk_(disk),
      made_max_(made_max),
      making_(ports.scheduler),
      reconnecting_(ports.scheduler),
      redialling_(ports.scheduler),
      resending_(ports.scheduler),
      looking_(ports.scheduler),
      bus_(std::move(bus)) {
    make();
    connect_bus();
    dial();
    look_after_stream();
}

Duration CounterEdge::jitter(Duration least) {
    const std::uint64_t draw = ports_.entropy.next_u64();
    const auto span = static_cast<std::uint64_t>(least.count());
    return least + Duration(static_cast<std::int64_t>(draw % span));
}

void CounterEdge::make() {
    if (disk_.made < made_max_) {
        ++disk_.made;
        offer_bus();
        offer_lines();
        making_.arm(jitter(300ms), [this] { make(); });
    }
}

void CounterEdge::connect_bus() {
    const std::string wall_ms = std::to_string(ports_.clock.wall_now().ms());
    bus_->connect({.client_id = name_,
                   .will = BusMessage{"count/" + name_ + "/death", wall_ms, Retain::no},
                   .keepalive = 5s,
                   .subscriptions = {"count/" + name_ + "/ack"}},
                  *this);
}

void CounterEdge::on_connected() {
    ports_.events.report(Severity::info, "bus", "connected");
    bus_up_ = true;
    bus_offered_ = disk_.bus_taken;
    offer_bus();
    resending_.arm(2s, [this] { on_connected(); });
}

void CounterEdge::offer_bus() {
    while (bus_up_ && bus_offered_ < disk_.made && bus_offered_ < disk_.bus_taken + kWindow) {
        const std::string number = std::to_string(bus_offered_ + 1);
        if (!bus_->publish({"count/" + name_ + "/number", number, Retain::no})) {
            return;
        }
        ++bus_offered_;
    }
}

void CounterEdge::on_message(const BusMessage& message) {
    const std::uint64_t taken = std::stoull(message.payload);
    if (taken > disk_.bus_taken && taken <= disk_.made) {
        disk_.bus_taken = taken;
        offer_bus();
    }
}

void CounterEdge::on_published(std::uint64_t /*token*/, const Result<void>& outcome) {
    if (!outcome) {
        ports_.events.report(Severity::error, "bus", outcome.error().text);
    }
    offer_bus();
}

void CounterEdge::on_lost(const Error& why) {
    ports_.events.report(Severity::warning, "bus", why.text);
    bus_up_ = false;
    resending_.cancel();
    reconnecting_.arm(jitter(500ms), [this] { connect_bus(); });
}

void CounterEdge::dial() {
    stream_up_ = false;
    partial_.clear();
    stream_ = ports_.dialer.dial({"center", kCounterPort}, *this);
}

void CounterEdge::on_open() {
    stream_up_ = true;
    lines_offered_ = disk_.lines_taken;
    (void)stream_->send(as_bytes("I am " + name_ + "\n"));
    offer_lines();
}

void CounterEdge::offer_lines() {
    while (stream_up_ && lines_offered_ < disk_.made &&
           lines_offered_ < disk_.lines_taken + kWindow) {
        ++lines_offered_;
        (void)stream_->send(as_bytes(std::to_string(lines_offered_) + "\n"));
    }
}

void CounterEdge::on_bytes(ByteView bytes) {
    partial_ += as_text(bytes);
    for (std::size_t end = partial_.find('\n'); end != std::string::npos;
         end = partial_.find('\n')) {
        disk_.lines_taken =
            std::max(disk_.lines_taken, static_cast<std::uint64_t>(std::stoull(partial_)));
        partial_.erase(0, end + 1);
    }
    offer_lines();
}

void CounterEdge::on_closed(const Error& why) {
    ports_.events.report(Severity::warning, "stream", why.text);
    stream_up_ = false;
    redialling_.arm(jitter(700ms), [this] { dial(); });
}

// A stream that has gone silent is noticed by what it does not do.
void CounterEdge::look_after_stream() {
    if (stream_up_ && disk_.lines_taken < lines_offered_ &&
        disk_.lines_taken == lines_taken_before_) {
        ports_.events.report(Severity::warning, "stream", "silent; dialling again");
        dial();
    }
    lines_taken_before_ = disk_.lines_taken;
    looking_.arm(5s, [this] { look_after_stream(); });
}

}  // namespace tally::scenario

#include "tests/integration/site/wire_tap.hpp"

#include <charconv>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace tally::test {
namespace {

constexpr const char* kHello = "tap/hello";

/// The number behind the last occurrence of a key; batches carry their events before it.
std::uint64_t number_after(const std::string& payload, const std::string& key) {
    const std::string quoted = '"' + key + "\":";
    const std::size_t at = payload.rfind(quoted);
    if (at == std::string::npos) {
        throw std::runtime_error("a delta lacks " + key + ": " + payload.substr(0, 200));
    }
    std::uint64_t number = 0;
    const char* from = payload.data() + at + quoted.size();
    std::from_chars(from, payload.data() + payload.size(), number);
    return number;
}

}  // namespace

std::string TappedMessage::edge() const {
    const std::size_t end = topic.rfind('/');
    const std::size_t begin = topic.rfind('/', end - 1) + 1;
    return topic.substr(begin, end - begin);
}

WireTap::WireTap(std::filesystem::path log, std::vector<std::string> login)
    : log_(std::move(log)), login_(std::move(login)) {}

void WireTap::start(std::uint16_t port, Keep keep) {
    keep_ = keep;
    ProcessSpec spec;
    spec.arguments = {"mosquitto_sub",
                      "-V",
                      "mqttv5",
                      "-h",
                      "127.0.0.1",
                      "-p",
                      std::to_string(port),
                      "-q",
                      "1",
                      "-t",
                      "tally/v1/#",
                      "-t",
                      kHello,
                      "-F",
                      "%t %p"};
    spec.arguments.insert(spec.arguments.end(), login_.begin(), login_.end());
    spec.log = log_;
    witness_ = Process(spec);
    // It hears itself greeted once it is subscribed.
    const bool heard = await(std::chrono::seconds(60), [&] {
        ProcessSpec hello;
        hello.arguments = {"mosquitto_pub",      "-V", "mqttv5", "-h", "127.0.0.1", "-p",
                           std::to_string(port), "-t", kHello,   "-m", "hello"};
        hello.arguments.insert(hello.arguments.end(), login_.begin(), login_.end());
        hello.log = log_.string() + ".hello";
        run_to_end(hello, std::chrono::seconds(20));
        return witness_.has_said(kHello);
    });
    if (!heard) {
        throw std::runtime_error("mosquitto_sub hears nothing: " + witness_.output());
    }
}

void WireTap::read_on() {
    std::ifstream file(log_, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(read_to_));
    std::string chunk(std::size_t{1} << 20, '\0');
    while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) ||
           file.gcount() > 0) {
        const auto got = static_cast<std::size_t>(file.gcount());
        read_to_ += got;
        pending_.append(chunk, 0, got);
    }
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = pending_.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
        const std::string line = pending_.substr(begin, end - begin);
        const std::size_t blank = line.find(' ');
        if (line.starts_with("tally/v1/") && blank != std::string::npos) {
            take({line.substr(0, blank), line.substr(blank + 1)});
        }
    }
    pending_.erase(0, begin);
}

void WireTap::take(TappedMessage message) {
    const std::string kind = message.kind();
    TappedEdge& edge = edges_[message.edge()];
    if (kind == "delta") {
        ++edge.deltas;
        const std::uint64_t end =
            number_after(message.payload, "first_seq") + number_after(message.payload, "n") - 1;
        edge.sent_end = std::max(edge.sent_end, end);
    } else if (kind == "ack") {
        auto ack = decode_ack(message.payload);
        if (!ack) {
            throw std::runtime_error("the bridge said: " + message.payload);
        }
        if (edge.acks.empty() || !(edge.acks.back() == *ack)) {
            edge.acks.push_back(std::move(*ack));
        }
    }
    if (keep_ == Keep::everything) {
        messages_.push_back(std::move(message));
    }
}

const std::map<std::string, TappedEdge>& WireTap::edges() {
    read_on();
    return edges_;
}

const TappedEdge& WireTap::edge(const std::string& id) {
    read_on();
    return edges_[id];
}

const std::vector<TappedMessage>& WireTap::messages() {
    read_on();
    return messages_;
}

}  // namespace tally::test

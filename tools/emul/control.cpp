#include "tools/emul/control.hpp"

#include <algorithm>
#include <unistd.h>

#include <nlohmann/json.hpp>

namespace tally::emul {

bool LineTaker::take(ByteView bytes) {
    constexpr std::size_t kLineBytesMax = std::size_t{1} << 20;
    pending_ += as_text(bytes);
    for (std::size_t end = pending_.find('\n'); end != std::string::npos;
         end = pending_.find('\n')) {
        line(pending_.substr(0, end));
        pending_.erase(0, end + 1);
    }
    return pending_.size() <= kLineBytesMax;
}

void LineTaker::line(const std::string& text) {
    if (text.find_first_not_of(" \t\r") == std::string::npos) {
        return;
    }
    const Result<Command> command = read_command(text);
    answers_(command ? stage_.carry_out(*command)
                     : nlohmann::json{{"ok", false}, {"error", command.error().text}}.dump());
}

ControlInput::ControlInput(host::Loop& loop, int fd, Stage& stage, LineSink answers,
                           std::function<void()> on_end)
    : loop_(loop), fd_(fd), taker_(stage, std::move(answers)), on_end_(std::move(on_end)) {
    watch_ = loop_.watch(fd, {.readable = true}, [this](host::Ready) { read_some(); });
}

ControlInput::~ControlInput() {
    if (watch_ != 0) {
        loop_.unwatch(watch_);
    }
}

void ControlInput::read_some() {
    std::uint8_t buffer[65'536];
    const ssize_t count = ::read(fd_, buffer, sizeof buffer);
    const bool goes_on =
        count > 0 && taker_.take(ByteView(buffer).first(static_cast<std::size_t>(count)));
    if (!goes_on) {
        loop_.unwatch(std::exchange(watch_, 0));
        on_end_();
    }
}

/// One control connection.
class ControlPort::Connection final : public StreamHandler {
 public:
    Connection(ControlPort& port, Stage& stage, std::unique_ptr<Stream> stream)
        : port_(port), stream_(std::move(stream)), taker_(stage, [this](const std::string& line) {
              static_cast<void>(stream_->send(as_bytes(line + "\n")));
          }) {}

    void on_open() override {}
    void on_bytes(ByteView bytes) override {
        if (!taker_.take(bytes)) {
            port_.remove(*this);
        }
    }
    void on_closed(const Error& /*why*/) override { port_.remove(*this); }

 private:
    ControlPort& port_;
    std::unique_ptr<Stream> stream_;
    LineTaker taker_;
};

ControlPort::ControlPort(Scheduler& scheduler, Stage& stage)
    : scheduler_(scheduler), stage_(stage), clean_up_(scheduler_) {}

ControlPort::~ControlPort() = default;

Result<void> ControlPort::listen(StreamAcceptor& acceptor, const Endpoint& at) {
    TALLY_TRY_ASSIGN(listener_, acceptor.listen(at, *this));
    return {};
}

StreamHandler* ControlPort::on_accept(std::unique_ptr<Stream> stream) {
    connections_.push_back(std::make_unique<Connection>(*this, stage_, std::move(stream)));
    return connections_.back().get();
}

void ControlPort::remove(Connection& connection) {
    const auto found =
        std::find_if(connections_.begin(), connections_.end(),
                     [&](const auto& candidate) { return candidate.get() == &connection; });
    if (found == connections_.end()) {
        return;
    }
    ended_.push_back(std::move(*found));
    connections_.erase(found);
    clean_up_.arm(Duration(0), [this] { ended_.clear(); });
}

}  // namespace tally::emul

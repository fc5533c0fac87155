// Where commands come from while tally-emul runs: its standard input, and a control port on which
// each connection sends lines and gets its answers.
#pragma once

#include <memory>
#include <vector>

#include "firmware/host/loop/loop.hpp"
#include "tools/emul/stage.hpp"

namespace tally::emul {

/// Cuts bytes into lines, carries each out, hands the answers to a sink. Lines of more than 1 MiB
/// end the source.
class LineTaker {
 public:
    LineTaker(Stage& stage, LineSink answers) : stage_(stage), answers_(std::move(answers)) {}

    /// False if the source must end.
    [[nodiscard]] bool take(ByteView bytes);

 private:
    void line(const std::string& text);

    Stage& stage_;
    LineSink answers_;
    std::string pending_;
};

/// Reads commands from a file descriptor until it ends.
class ControlInput {
 public:
    ControlInput(host::Loop& loop, int fd, Stage& stage, LineSink answers,
                 std::function<void()> on_end);
    ~ControlInput();
    ControlInput(const ControlInput&) = delete;
    ControlInput& operator=(const ControlInput&) = delete;

 private:
    void read_some();

    host::Loop& loop_;
    int fd_;
    LineTaker taker_;
    std::function<void()> on_end_;
    host::WatchId watch_ = 0;
};

/// The control port.
class ControlPort final : private AcceptHandler {
 public:
    ControlPort(Scheduler& scheduler, Stage& stage);
    ~ControlPort() override;

    Result<void> listen(StreamAcceptor& acceptor, const Endpoint& at);
    [[nodiscard]] std::uint16_t port() const { return listener_->bound().port; }

 private:
    class Connection;
    StreamHandler* on_accept(std::unique_ptr<Stream> stream) override;
    void remove(Connection& connection);

    Scheduler& scheduler_;
    Stage& stage_;
    std::vector<std::unique_ptr<Connection>> connections_;
    std::vector<std::unique_ptr<Connection>> ended_;  ///< until the next turn
    Timer clean_up_;
    std::unique_ptr<StreamListener> listener_;
};

}  // namespace tally::emul

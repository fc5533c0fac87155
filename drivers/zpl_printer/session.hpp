// One ZPL printer over a byte stream (TCP port 9100): keeps the connection, asks how it does,
// prints one job at a time and says what became of it. No I/O of its own: streams, time and timers
// come in through ports.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "drivers/zpl_printer/format.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/ports/stream.hpp"

namespace tally::zpl {

struct SessionOptions {
    DeviceId id;
    Endpoint endpoint;
    LabelStock stock;
    Duration ask_every = std::chrono::seconds(2);     ///< ~HS while nothing is printed
    Duration answer = std::chrono::seconds(5);        ///< longer without an answer: silent
    Duration print_limit = std::chrono::seconds(30);  ///< for one label, from sent to confirmed
};

/// The seams a session stands on; all must outlive it.
struct SessionPorts {
    StreamDialer& dialer;
    Scheduler& scheduler;
    Clock& clock;
    Events& events;
};

/// Single-threaded, on the loop; the feed and replies come on the loop, never inside a call. A job
/// is sent only to a printer that has just said that nothing is in its way; until then it is
/// `nothing`. From the first byte on it is `unsure` unless the printer confirms it: with a tag by
/// what it read back, without one by having nothing left to print.
class Session final : private StreamHandler {
 public:
    using Reply = std::function<void(PrintOutcome)>;

    Session(SessionOptions options, const SessionPorts& ports, PrinterFeed& feed);
    ~Session() override;

    void start();
    /// What is being printed is not told any more.
    void stop();

    /// One at a time: while one is under way, another is `nothing`.
    void print(const PrintJob& job, Reply reply);

    [[nodiscard]] const PrinterStatus& status() const { return status_; }

 private:
    struct Printing {
        PrintJob job;
        Reply reply;
        bool sent = false;
        MonoTime sent_at;
        std::optional<std::string> tag;  ///< as read back
    };

    void on_open() override;
    void on_bytes(ByteView bytes) override;
    void on_closed(const Error& why) override;

    void dial();
    void lose(PrinterTrouble trouble, const std::string& text);
    void ask();
    void take(const Message& message);
    void go_on(const HostStatus& status);
    void send_job();
    void look_at_limit();
    void finish(PrintOutcome outcome);
    void tell(PrinterTrouble trouble, const std::string& text);

    SessionOptions options_;
    SessionPorts ports_;
    PrinterFeed& feed_;
    std::unique_ptr<Stream> stream_;
    std::unique_ptr<Stream> ended_;  ///< until the next turn: it may be calling us
    std::string received_;
    bool running_ = false;
    bool open_ = false;
    bool asked_ = false;  ///< and not answered yet
    int failures_ = 0;    ///< dials in a row
    std::optional<Printing> printing_;
    PrinterStatus status_;
    MonoTime last_word_;
    Timer dial_timer_, ask_timer_, answer_timer_;
};

}  // namespace tally::zpl

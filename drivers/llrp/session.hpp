// The life of one reader: dials it, negotiates, configures, keeps it reading, notices when it
// cannot see, and comes back by itself. No I/O of its own: streams, time and chance come in through
// ports.
//
//   waiting -> dialing -> greeting -> setting up -> reading
//      ^          |           |            |            |
//      +----------+-----------+------------+------------+   any loss; 0.2 to 4 s, with jitter
//
// LLRP 1.1 chapters 8 to 15; what real readers do beside it: docs/wire/llrp.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "drivers/llrp/backoff.hpp"
#include "drivers/llrp/blindness.hpp"
#include "drivers/llrp/frame.hpp"
#include "drivers/llrp/last_known.hpp"
#include "drivers/llrp/options.hpp"
#include "drivers/llrp/report.hpp"
#include "drivers/llrp/requests.hpp"
#include "drivers/llrp/status.hpp"
#include "firmware/domain/reader_feed.hpp"
#include "firmware/ports/clock.hpp"
#include "firmware/ports/entropy.hpp"
#include "firmware/ports/events.hpp"
#include "firmware/ports/scheduler.hpp"
#include "firmware/ports/stream.hpp"

namespace tally::llrp {

/// The seams a session stands on; all must outlive it.
struct SessionPorts {
    StreamDialer& dialer;
    Scheduler& scheduler;
    Clock& clock;
    Entropy& entropy;
    Events& events;
};

/// For people and health pages; nothing decides on it.
struct SessionStatus {
    enum class Phase : std::uint8_t { stopped, waiting, dialing, greeting, setting_up, reading };
    Phase phase = Phase::stopped;
    Version version = Version::v1_0_1;
    std::uint32_t manufacturer = 0;  ///< IANA private enterprise number, e.g. 25882 Impinj
    std::uint32_t model = 0;
    std::string firmware;
    std::uint64_t connections = 0;  ///< streams opened
    std::uint64_t reports = 0;
    std::uint64_t reads = 0;
    std::uint64_t keepalives = 0;
    std::uint64_t malformed = 0;  ///< messages that had to be discarded
};

std::string_view to_string(SessionStatus::Phase phase) noexcept;

/// Single-threaded, on the loop. The feed is told on the loop, never from inside start() or stop(),
/// and must not destroy or stop the session from inside a call.
///
/// Blind spans: the whole reader is blind from start() until a ROSpec of ours is proven to run
/// (START_ROSPEC answered with success, its start event, or GET_ROSPECS saying Active), and again
/// from the last moment it was known to see whenever that proof is lost: stream closed, reset or
/// silent, ROSpec ended or preempted, report buffer overflow, a request refused or unanswered.
/// After an overflow the proof is the next report that carries tags. One antenna is blind from its
/// disconnect event, or from set-up if the reader says so there.
class Session final : private StreamHandler {
 public:
    Session(SessionOptions options, const SessionPorts& ports, ReaderFeed& feed);
    ~Session() override;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Begins dialling in the next turn of the loop; from then on until stop() it never gives up.
    void start();

    /// Takes leave of the reader (CLOSE_CONNECTION) and lets go of the stream. Its ROSpec stays, so
    /// that a reader that can hold reports does. Says nothing to the feed.
    void stop();

    /// Back-pressure: paused, nothing is taken from the stream and its silence means nothing.
    void set_reading(Stream::Reading reading);

    [[nodiscard]] const SessionStatus& status() const { return status_; }
    [[nodiscard]] const Blindness& blindness() const { return blindness_; }

 private:
    /// What is asked of the reader, in the order of a set-up; `verify` and `start` also later.
    enum class Step : std::uint8_t {
        ask_version,
        set_version,
        ask_capabilities,
        configure,
        list,
        remove_ours,
        remove_all,
        add,
        enable,
        ask_antennas,
        start,
        verify,
    };

    /// The one request under way. An answer counts only if type and id are both right.
    struct Pending {
        Step step;
        std::uint16_t answer_type;
        std::uint32_t id;
        MonoTime asked;
    };

    // session.cpp: the stream and its loss
    void on_open() override;
    void on_bytes(ByteView bytes) override;
    void on_closed(const Error& why) override;
    void dial();
    void send(Message message);
    void lose(BlindCause cause, const std::string& why);
    void watch_silence();
    void take_frame(const Frame& frame);
    void take_greeting(const Message& notification);
    void say(Severity severity, const std::string& text);

    // session_setup.cpp: requests and answers
    void request(Step step);
    void take_answer(const Frame& frame);
    void take_refusal(Step step, const std::string& text);
    void answered(Step step, const Message& answer);
    void request_timed_out();
    void learn_capabilities(const Message& answer);
    void learn_antennas(const Message& answer);
    void after_list(const Message& answer);
    void after_verify(const Message& answer);
    [[nodiscard]] const Parameter* our_rospec(const Message& answer) const;

    // session_events.cpp: reports, events, and whether the reader sees
    void take_report(const Frame& frame);
    void take_event(const Parameter& data);
    void take_rospec_event(const Parameter& event);
    void take_antenna_event(const Parameter& event);
    void take_input_event(const Parameter& event);
    void take_losses(const Parameter& data);
    void proven();
    [[nodiscard]] MonoTime since_report() const;
    void not_reading(const std::string& text);
    void start_again();
    void verify_soon();
    void run_wanted();
    [[nodiscard]] bool is_ours(std::uint16_t antenna) const;

    SessionOptions options_;
    StreamDialer& dialer_;
    Clock& clock_;
    Events& events_;
    ReaderFeed& feed_;
    Blindness blindness_;
    Backoff backoff_;

    std::unique_ptr<Stream> stream_;
    FrameReader frames_;
    ReportDecoder reports_;
    std::vector<TagRead> reads_;
    SessionStatus status_;
    ReaderLimits limits_;
    std::vector<std::uint16_t> connected_antennas_;

    MonoTime now_;             ///< when the last bytes came, or since when we listen
    LastKnown known_;          ///< when the reader was last known to be alive
    MonoTime last_report_;     ///< last report, or the proof that began this reading
    bool overflowed_ = false;  ///< until a report with tags shows that reads come through again
    MonoTime reading_since_;
    std::string away_because_;  ///< as last said; empty once it reads
    MonoTime away_said_at_;
    std::uint32_t last_id_ = 0;
    std::optional<Pending> pending_;
    bool negotiates_ = true;  ///< until a reader turns out to break on the question
    Stream::Reading flow_ = Stream::Reading::running;
    bool start_wanted_ = false;
    bool verify_wanted_ = false;

    Timer dial_timer_;
    Timer phase_timer_;  ///< connecting, or waiting for the first event
    Timer request_timer_;
    Timer silence_timer_;
    Timer restart_timer_;
};

}  // namespace tally::llrp

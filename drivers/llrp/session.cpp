#include "drivers/llrp/session.hpp"

#include <utility>

#include <fmt/format.h>

#include "drivers/llrp/codec.hpp"
#include "firmware/base/check.hpp"

namespace tally::llrp {
namespace {

using Phase = SessionStatus::Phase;

/// A reading that lasted this long makes the next reconnect quick again.
constexpr Duration kStable = std::chrono::seconds(10);
/// A reader that stays away for the same reason is spoken of so often.
constexpr Duration kSayAgain = std::chrono::hours(1);

std::uint16_t type_of(MessageType type) {
    return static_cast<std::uint16_t>(type);
}

}  // namespace

std::string_view to_string(Phase phase) noexcept {
    switch (phase) {
        case Phase::stopped:
            return "stopped";
        case Phase::waiting:
            return "waiting";
        case Phase::dialing:
            return "dialing";
        case Phase::greeting:
            return "greeting";
        case Phase::setting_up:
            return "setting_up";
        case Phase::reading:
            return "reading";
    }
    return "stopped";
}

Session::Session(SessionOptions options, const SessionPorts& ports, ReaderFeed& feed)
    : options_(std::move(options)),
      dialer_(ports.dialer),
      clock_(ports.clock),
      events_(ports.events),
      feed_(feed),
      blindness_(feed),
      backoff_(ports.entropy, options_.reconnect_min, options_.reconnect_max),
      reports_(options_.report_content),
      dial_timer_(ports.scheduler),
      phase_timer_(ports.scheduler),
      request_timer_(ports.scheduler),
      silence_timer_(ports.scheduler),
      restart_timer_(ports.scheduler) {}

Session::~Session() = default;

void Session::start() {
    if (status_.phase != Phase::stopped) {
        return;
    }
    status_.phase = Phase::waiting;
    now_ = clock_.mono_now();
    known_ = LastKnown(now_);
    dial_timer_.arm(Duration(0), [this] {
        blindness_.began({BlindCause::offline, 0, known_.alive(),
                          fmt::format("{}: not connected yet", options_.name)});
        dial();
    });
}

void Session::stop() {
    if (stream_ != nullptr) {
        if (status_.phase == Phase::setting_up || status_.phase == Phase::reading) {
            send(message("CLOSE_CONNECTION"));
        }
        if (stream_ != nullptr) {
            stream_->close();
        }
    }
    stream_.reset();
    pending_.reset();
    for (Timer* timer :
         {&dial_timer_, &phase_timer_, &request_timer_, &silence_timer_, &restart_timer_}) {
        timer->cancel();
    }
    status_.phase = Phase::stopped;
}

void Session::dial() {
    status_.phase = Phase::dialing;
    frames_.reset();
    reports_.reset();
    pending_.reset();
    start_wanted_ = false;
    verify_wanted_ = false;
    overflowed_ = false;
    stream_ = dialer_.dial(options_.endpoint, *this);
    stream_->set_reading(flow_);
    phase_timer_.arm(options_.connect_timeout, [this] {
        lose(BlindCause::offline, "no connection in time; check its power, cable and address");
    });
}

void Session::on_open() {
    ++status_.connections;
    status_.phase = Phase::greeting;
    // The reader speaks first; until it has, nothing may be sent.
    phase_timer_.arm(options_.first_event_timeout, [this] {
        lose(BlindCause::offline,
             "it accepted the connection but did not say so in LLRP; check that the port is its "
             "LLRP port and that its LLRP interface is switched on");
    });
}

void Session::on_closed(const Error& why) {
    if (pending_ && pending_->step == Step::ask_version) {
        negotiates_ = false;  // Some readers of 1.0.1 hang up on the question; do not ask again.
    }
    lose(BlindCause::offline, fmt::format("the connection is gone ({})", why.text));
}

void Session::on_bytes(ByteView bytes) {
    now_ = clock_.mono_now();
    known_.came(now_);
    frames_.feed(bytes);
    while (stream_ != nullptr) {
        const auto frame = frames_.next();
        if (!frame) {
            ++status_.malformed;
            lose(BlindCause::offline, frame.error().text);
            return;
        }
        if (!frame->has_value()) {
            break;
        }
        take_frame(**frame);
    }
}

void Session::take_frame(const Frame& frame) {
    if (frame.type == type_of(MessageType::keepalive)) {
        ++status_.keepalives;
        Message ack = message("KEEPALIVE_ACK");
        ack.id = frame.id;
        if (status_.phase != Phase::greeting) {
            send(std::move(ack));
        }
        return;
    }
    if (frame.type == type_of(MessageType::ro_access_report)) {
        take_report(frame);
        return;
    }
    if (frame.type != type_of(MessageType::reader_event_notification)) {
        take_answer(frame);
        return;
    }
    const auto notification = decode(frame);
    if (!notification) {
        ++status_.malformed;
        say(Severity::warning, "an event could not be read: " + notification.error().text);
        if (status_.phase == Phase::reading) {
            verify_soon();  // It may have said that reading ended.
        }
        return;
    }
    if (status_.phase == Phase::greeting) {
        take_greeting(*notification);
    } else {
        take_event(*notification->child("ReaderEventNotificationData"));
    }
}

void Session::take_greeting(const Message& notification) {
    const Parameter* attempt =
        notification.child("ReaderEventNotificationData")->child("ConnectionAttemptEvent");
    if (attempt == nullptr) {
        return;
    }
    const std::uint64_t status = attempt->number("Status");
    if (status != 0) {
        lose(BlindCause::refused,
             status == 3 ? "it refuses the connection without giving a reason; restart its LLRP "
                           "service if this lasts"
                         : "it refuses the connection: another client holds it; close the other "
                           "program, or wait until the reader notices that it is gone; restart "
                           "the reader if it never does");
        return;
    }
    phase_timer_.cancel();
    status_.phase = Phase::setting_up;
    status_.version = Version::v1_0_1;
    watch_silence();
    request(negotiates_ ? Step::ask_version : Step::ask_capabilities);
}

void Session::send(Message message) {
    if (message.id == 0) {
        message.id = ++last_id_;
    }
    const bool names_version = message.version != Version::v1_0_1;
    message.version = names_version ? message.version : status_.version;
    const auto bytes = encode(message);
    TALLY_CHECK(bytes, "a message of ours fits its layout");
    const auto sent = stream_->send(*bytes);
    if (!sent) {
        lose(BlindCause::offline, fmt::format("it takes no more data ({})", sent.error().text));
    }
}

void Session::lose(BlindCause cause, const std::string& why) {
    const MonoTime at = clock_.mono_now();
    if (status_.phase == Phase::reading && at - reading_since_ >= kStable) {
        backoff_.reset();
    }
    stream_.reset();
    pending_.reset();
    for (Timer* timer : {&phase_timer_, &request_timer_, &silence_timer_, &restart_timer_}) {
        timer->cancel();
    }
    status_.phase = Phase::waiting;
    const Duration delay = backoff_.next();
    const std::string text =
        fmt::format("{}; trying again in {} ms", why,
                    std::chrono::duration_cast<std::chrono::milliseconds>(delay).count());
    blindness_.began({cause, 0, known_.alive(), options_.name + ": " + text});
    if (why != away_because_ || at - away_said_at_ >= kSayAgain) {
        away_because_ = why;
        away_said_at_ = at;
        say(Severity::warning, text + "; it is said again when the reason changes");
    }
    dial_timer_.arm(delay, [this] { dial(); });
}

void Session::set_reading(Stream::Reading reading) {
    flow_ = reading;
    if (stream_ == nullptr) {
        return;
    }
    stream_->set_reading(reading);
    if (reading == Stream::Reading::running) {
        now_ = clock_.mono_now();  // What was not taken is no silence of the reader's.
    }
}

void Session::watch_silence() {
    if (flow_ == Stream::Reading::paused) {
        silence_timer_.arm(std::chrono::seconds(1), [this] { watch_silence(); });
        return;
    }
    const Duration limit = std::chrono::milliseconds(options_.keepalive_ms) * 5 / 2;
    const Duration silent = clock_.mono_now() - now_;
    if (silent >= limit) {
        lose(BlindCause::offline,
             fmt::format("silent for {} ms although it should keep alive every {} ms; check its "
                         "cable and the network",
                         std::chrono::duration_cast<std::chrono::milliseconds>(silent).count(),
                         options_.keepalive_ms));
        return;
    }
    silence_timer_.arm(limit - silent, [this] { watch_silence(); });
}

void Session::say(Severity severity, const std::string& text) {
    events_.report(severity, options_.name, text);
}

}  // namespace tally::llrp

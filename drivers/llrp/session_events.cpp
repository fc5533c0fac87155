#include <algorithm>

#include <fmt/format.h>

#include "drivers/llrp/codec.hpp"
#include "drivers/llrp/session.hpp"

namespace tally::llrp {
namespace {

using Phase = SessionStatus::Phase;

/// Room for reads that is kept between reports: enough for one of 1.4 MB, about 4 MiB of memory.
constexpr std::size_t kReadsKept = 32'768;

}  // namespace

void Session::take_report(const Frame& frame) {
    if (status_.phase != Phase::setting_up && status_.phase != Phase::reading) {
        return;
    }
    ++status_.reports;
    reads_.clear();
    const auto decoded = reports_.decode(frame.body, now_, reads_);
    if (!decoded) {
        ++status_.malformed;
        say(Severity::warning, decoded.error().text);
        if (status_.phase == Phase::reading && !blindness_.open().contains(0)) {
            // Its reads are lost: a blind span that is over as soon as it is known.
            blindness_.began({BlindCause::buffer_overflow, 0, since_report(),
                              fmt::format("{}: {}", options_.name, decoded.error().text)});
            blindness_.sighted(0, now_);
            last_report_ = now_;
        }
        return;
    }
    last_report_ = now_;
    if (!reads_.empty()) {
        status_.reads += reads_.size();
        if (overflowed_) {
            overflowed_ = false;
            if (status_.phase == Phase::reading) {
                blindness_.sighted(0, now_);
            }
        }
        feed_.on_reads(reads_);
    }
    if (reads_.capacity() > kReadsKept) {
        reads_ = {};
    }
}

void Session::take_event(const Parameter& data) {
    if (const Parameter* event = data.child("GPIEvent")) {
        take_input_event(*event);
    }
    if (const Parameter* event = data.child("ROSpecEvent")) {
        take_rospec_event(*event);
    }
    if (const Parameter* event = data.child("AntennaEvent")) {
        take_antenna_event(*event);
    }
    if (const Parameter* event = data.child("ReportBufferLevelWarningEvent")) {
        say(Severity::warning, fmt::format("its report buffer is {} % full",
                                           event->number("ReportBufferPercentageFull")));
    }
    if (const Parameter* event = data.child("ConnectionAttemptEvent")) {
        say(Severity::warning, fmt::format("another program tried to connect to it (status {})",
                                           event->number("Status")));
    }
    take_losses(data);
}

void Session::take_losses(const Parameter& data) {
    if (data.child("ReportBufferOverflowErrorEvent") != nullptr) {
        say(Severity::error, "its report buffer overflowed: reads are lost");
        overflowed_ = true;  // Also where it was held for us: reading is then not yet proof enough.
        if (status_.phase == Phase::reading) {
            blindness_.began({BlindCause::buffer_overflow, 0, since_report(),
                              fmt::format("{}: its report buffer overflowed, reads are lost; "
                                          "check the network and the load of this box",
                                          options_.name)});
            verify_soon();
        }
    }
    if (const Parameter* event = data.child("ReaderExceptionEvent")) {
        say(Severity::warning, fmt::format("it reports an exception: {}", event->text("Message")));
        if (status_.phase == Phase::reading) {
            verify_soon();
        }
    }
    if (data.child("ConnectionCloseEvent") != nullptr) {
        lose(BlindCause::offline, "it closes the connection");
    }
}

void Session::take_input_event(const Parameter& event) {
    const bool high = event.number("GPIEvent") != 0;
    feed_.on_input({static_cast<std::uint16_t>(event.number("GPIPortNumber")),
                    high ? InputChange::Level::high : InputChange::Level::low, now_});
}

void Session::take_rospec_event(const Parameter& event) {
    constexpr std::uint64_t kStart = 0;
    constexpr std::uint64_t kPreempted = 2;
    if (event.number("ROSpecID") != options_.rospec_id) {
        return;
    }
    const std::uint64_t type = event.number("EventType");
    if (type == kStart) {
        // Before our set-up asked for it, this is the event of a reading that we replace.
        const bool starting =
            pending_ && (pending_->step == Step::start || pending_->step == Step::verify);
        if (starting || status_.phase == Phase::reading) {
            proven();
        }
        return;
    }
    if (status_.phase != Phase::reading) {
        return;
    }
    not_reading(type == kPreempted
                    ? fmt::format("its reading operation was preempted by ROSpec {} of another "
                                  "program; starting it again",
                                  event.number("PreemptingROSpecID"))
                    : "its reading operation ended; starting it again");
    start_again();
}

void Session::take_antenna_event(const Parameter& event) {
    const auto antenna = static_cast<std::uint16_t>(event.number("AntennaID"));
    if (!is_ours(antenna)) {
        return;
    }
    const auto listed = std::find(connected_antennas_.begin(), connected_antennas_.end(), antenna);
    if (event.number("EventType") != 0) {
        if (listed == connected_antennas_.end()) {
            connected_antennas_.push_back(antenna);
        }
        blindness_.sighted(antenna, now_);
        return;
    }
    if (listed != connected_antennas_.end()) {
        connected_antennas_.erase(listed);
    } else if (options_.antennas.empty()) {
        return;  // A port that nothing was ever connected to.
    }
    blindness_.began(
        {BlindCause::antenna_lost, antenna, known_.alive(),
         fmt::format("{}: antenna {} is disconnected; check its cable", options_.name, antenna)});
    say(Severity::warning, fmt::format("antenna {} is disconnected", antenna));
}

void Session::proven() {
    const bool is_new = status_.phase != Phase::reading;
    if (is_new) {
        status_.phase = Phase::reading;
        reading_since_ = now_;
        away_because_.clear();
        say(Severity::info,
            fmt::format("reading; LLRP 1.{}, firmware {}",
                        status_.version == Version::v1_1 ? "1" : "0.1", status_.firmware));
    }
    last_report_ = now_;
    restart_timer_.cancel();
    const auto sighted = [&](std::uint16_t antenna) {
        if (is_new || blindness_.open().contains(antenna)) {
            blindness_.sighted(antenna, now_);
        }
    };
    if (!overflowed_) {
        sighted(0);
    }
    for (const std::uint16_t antenna : connected_antennas_) {
        if (is_ours(antenna)) {
            sighted(antenna);
        }
    }
}

/// Since when reads may be missing that a report would have carried.
MonoTime Session::since_report() const {
    return std::min(last_report_, known_.alive());
}

void Session::not_reading(const std::string& text) {
    blindness_.began(
        {BlindCause::not_reading, 0, known_.alive(), fmt::format("{}: {}", options_.name, text)});
    say(Severity::warning, text);
}

/// Starts our ROSpec again: at once if it ran for a while, else by the whole set-up after a pause.
void Session::start_again() {
    const bool ran = status_.phase == Phase::reading;
    status_.phase = Phase::setting_up;
    if (ran && now_ - reading_since_ >= options_.reconnect_max) {
        backoff_.reset();
        start_wanted_ = true;
        run_wanted();
        return;
    }
    start_wanted_ = false;
    restart_timer_.arm(backoff_.next(), [this] { request(Step::list); });
}

void Session::verify_soon() {
    verify_wanted_ = true;
    run_wanted();
}

/// One request at a time: what is wanted waits until the one under way is answered.
void Session::run_wanted() {
    if (pending_ || stream_ == nullptr) {
        return;
    }
    if (start_wanted_) {
        start_wanted_ = false;
        request(Step::start);
    } else if (verify_wanted_) {
        verify_wanted_ = false;
        request(Step::verify);
    }
}

bool Session::is_ours(std::uint16_t antenna) const {
    return options_.antennas.empty() ||
           std::find(options_.antennas.begin(), options_.antennas.end(), antenna) !=
               options_.antennas.end();
}

}  // namespace tally::llrp

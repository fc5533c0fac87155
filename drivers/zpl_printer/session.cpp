#include "drivers/zpl_printer/session.hpp"

#include <algorithm>
#include <utility>

namespace tally::zpl {

namespace {

constexpr Duration kAskWhilePrinting = std::chrono::milliseconds(200);
constexpr Duration kRedialFirst = std::chrono::seconds(1);
constexpr int kRedialDoublingsMax = 5;
/// Nothing left to print and no word of the tag for so long: the printer voided it.
constexpr Duration kTagGrace = std::chrono::seconds(2);

std::string what_to_do(PrinterTrouble trouble) {
    switch (trouble) {
        case PrinterTrouble::paper_out:
            return "it is out of labels; put in a new roll and close it";
        case PrinterTrouble::ribbon_out:
            return "its ribbon is used up; put in a new one";
        case PrinterTrouble::head_open:
            return "its head is open; close it";
        case PrinterTrouble::paused:
            return "it is paused; press its pause button";
        case PrinterTrouble::fault:
            return "it reports a fault of its own; see its display";
        case PrinterTrouble::silent:
            return "it does not say how it does; see whether it is open, empty or switched to "
                   "another language";
        case PrinterTrouble::garbled:
        case PrinterTrouble::offline:
        case PrinterTrouble::none:
            break;
    }
    return {};
}

}  // namespace

Session::Session(SessionOptions options, const SessionPorts& ports, PrinterFeed& feed)
    : options_(std::move(options)),
      ports_(ports),
      feed_(feed),
      dial_timer_(ports.scheduler),
      ask_timer_(ports.scheduler),
      answer_timer_(ports.scheduler) {}

Session::~Session() = default;

void Session::start() {
    running_ = true;
    last_word_ = ports_.clock.mono_now();
    status_ = {PrinterTrouble::offline, "not reached yet", last_word_};
    dial_timer_.arm(Duration(0), [this] { dial(); });
}

void Session::stop() {
    running_ = false;
    dial_timer_.cancel();
    ask_timer_.cancel();
    answer_timer_.cancel();
    stream_.reset();
    printing_.reset();
}

void Session::dial() {
    ended_.reset();
    received_.clear();
    open_ = false;
    asked_ = false;
    stream_ = ports_.dialer.dial(options_.endpoint, *this);
}

void Session::on_open() {
    open_ = true;
    failures_ = 0;
    ask();
}

void Session::on_closed(const Error& why) {
    lose(PrinterTrouble::offline, "cannot be reached at " + options_.endpoint.host + ":" +
                                      std::to_string(options_.endpoint.port) + " (" + why.text +
                                      "); check its power, cable and address");
}

/// The connection is given up: what comes on it later belongs to nobody.
void Session::lose(PrinterTrouble trouble, const std::string& text) {
    ended_ = std::move(stream_);
    open_ = false;
    ask_timer_.cancel();
    answer_timer_.cancel();
    const int doublings = std::min(failures_++, kRedialDoublingsMax);
    dial_timer_.arm(kRedialFirst * (1 << doublings), [this] { dial(); });
    if (printing_) {
        const bool sent = printing_->sent;
        finish({sent ? PrintOutcome::What::unsure : PrintOutcome::What::nothing,
                sent ? "the printer was lost while it printed: " + text : text});
    }
    tell(trouble, text);
}

void Session::ask() {
    if (!open_ || asked_) {
        return;
    }
    asked_ = true;
    if (const auto sent = stream_->send(as_bytes(kHostStatus)); !sent) {
        lose(PrinterTrouble::silent, sent.error().text);
        return;
    }
    answer_timer_.arm(options_.answer, [this] {
        // Many printers say nothing while they are open or empty, so the connection stays.
        asked_ = false;
        tell(PrinterTrouble::silent, what_to_do(PrinterTrouble::silent));
        look_at_limit();
        ask();
    });
}

void Session::on_bytes(ByteView bytes) {
    received_ += as_text(bytes);
    while (true) {
        const auto message = take_message(received_);
        if (!message) {
            lose(PrinterTrouble::garbled, message.error().text);
            return;
        }
        if (!*message) {
            return;
        }
        take(**message);
        if (!open_) {
            return;
        }
    }
}

void Session::take(const Message& message) {
    last_word_ = ports_.clock.mono_now();
    if (message.tag && printing_ && printing_->sent) {
        printing_->tag = *message.tag;
    }
    if (!message.status) {
        return;
    }
    asked_ = false;
    answer_timer_.cancel();
    go_on(*message.status);
    const bool hurry = printing_.has_value();
    ask_timer_.arm(hurry ? kAskWhilePrinting : options_.ask_every, [this] { ask(); });
    tell(message.status->trouble, what_to_do(message.status->trouble));
}

void Session::go_on(const HostStatus& status) {
    if (!printing_) {
        return;
    }
    if (!printing_->sent) {
        if (status.trouble != PrinterTrouble::none || !status.idle()) {
            finish({PrintOutcome::What::nothing, status.trouble == PrinterTrouble::none
                                                     ? "it prints something else"
                                                     : what_to_do(status.trouble)});
            return;
        }
        send_job();
        return;
    }
    const std::string& wanted = printing_->job.epc_hex;
    const Duration since = ports_.clock.mono_now() - printing_->sent_at;
    if (!wanted.empty() && printing_->tag) {
        if (*printing_->tag != wanted) {
            finish({PrintOutcome::What::unsure, "the tag was written as " + wanted +
                                                    " and read back as '" + *printing_->tag +
                                                    "'; destroy that label"});
        } else if (status.idle()) {
            finish({PrintOutcome::What::done, {}});
        }
        return;
    }
    if (status.idle() && status.trouble == PrinterTrouble::none && since >= kTagGrace) {
        if (wanted.empty()) {
            finish({PrintOutcome::What::done, {}});
        } else {
            finish({PrintOutcome::What::unsure,
                    "the printer could not write the tag: the label is marked VOID or empty; "
                    "destroy it"});
        }
        return;
    }
    look_at_limit();
}

void Session::send_job() {
    printing_->sent = true;
    printing_->sent_at = ports_.clock.mono_now();
    const std::string format = format_of(printing_->job, options_.stock);
    if (const auto sent = stream_->send(as_bytes(format)); !sent) {
        finish({PrintOutcome::What::nothing, sent.error().text});
    }
}

void Session::look_at_limit() {
    if (!printing_) {
        return;
    }
    if (!printing_->sent) {
        finish({PrintOutcome::What::nothing, status_.text});
    } else if (ports_.clock.mono_now() - printing_->sent_at > options_.print_limit) {
        finish({PrintOutcome::What::unsure,
                "the printer took the label and did not say within " +
                    std::to_string(
                        std::chrono::duration_cast<std::chrono::seconds>(options_.print_limit)
                            .count()) +
                    " s what became of it; " + status_.text});
    }
}

void Session::print(const PrintJob& job, Reply reply) {
    if (!running_ || !open_ || printing_) {
        const std::string why = printing_ ? "another label is being printed" : status_.text;
        ports_.scheduler.after(Duration(0), [reply = std::move(reply), why] {
            reply({PrintOutcome::What::nothing, why});
        });
        return;
    }
    Printing printing;
    printing.job = job;
    printing.reply = std::move(reply);
    printing_ = std::move(printing);
    ask_timer_.cancel();
    ask();  // Its answer decides.
}

void Session::finish(PrintOutcome outcome) {
    const Reply reply = std::move(printing_->reply);
    printing_.reset();
    reply(std::move(outcome));
}

void Session::tell(PrinterTrouble trouble, const std::string& text) {
    if (trouble != status_.trouble) {
        const bool well = trouble == PrinterTrouble::none;
        ports_.events.report(well ? Severity::info : Severity::warning,
                             "printer " + options_.id.str(), well ? "is ready" : text);
    }
    const bool reached = trouble != PrinterTrouble::offline && trouble != PrinterTrouble::silent;
    status_ = {trouble, text, reached ? ports_.clock.mono_now() : last_word_};
    feed_.on_printer(options_.id, status_);
}

}  // namespace tally::zpl

#include "sim/devices/zpl_printer/printer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/devices/verb_args.hpp"

namespace tally::sim::zpl {

namespace {

constexpr std::array<FaultInfo, 11> kFaults = {{
    {"paper_out", &Faults::paper_out, "no labels left"},
    {"ribbon_out", &Faults::ribbon_out, "no ribbon left"},
    {"head_open", &Faults::head_open, "the head is open"},
    {"paused", &Faults::paused, "its pause button was pressed"},
    {"mute", &Faults::mute, "answers no ~HS while open or empty, as newer models"},
    {"void_next", &Faults::void_next, "so many tags cannot be written: VOID"},
    {"misread", &Faults::misread, "reads back another EPC than it wrote"},
    {"swallow", &Faults::swallow, "takes formats and prints nothing"},
    {"cut_next", &Faults::cut_next, "the connection ends when the next label is out"},
    {"slow_ms", &Faults::slow_ms, "so much longer a label"},
    {"babble", &Faults::babble, "answers ~HS with something else"},
}};

}  // namespace

std::span<const FaultInfo> printer_faults() {
    return kFaults;
}

Result<void> set_fault(Faults& faults, std::string_view name, std::int64_t value) {
    for (const FaultInfo& fault : kFaults) {
        if (fault.name == name) {
            faults.*fault.value = value;
            return {};
        }
    }
    return fail(ErrorKind::malformed, "a printer has no fault '" + std::string(name) + "'");
}

/// One connected host and what it has said so far.
class Printer::Host final : public StreamHandler {
 public:
    Host(Printer& printer, std::unique_ptr<Stream> stream)
        : printer_(printer), stream_(std::move(stream)) {}

    void on_open() override {}
    void on_bytes(ByteView bytes) override { printer_.take(*this, as_text(bytes)); }
    void on_closed(const Error&) override { printer_.forget(*this); }

    void say(std::string_view text) { static_cast<void>(stream_->send(as_bytes(text))); }
    void close() { stream_.reset(); }
    Interpreter& interpreter() { return interpreter_; }
    [[nodiscard]] const Interpreter& interpreter() const { return interpreter_; }

 private:
    Printer& printer_;
    std::unique_ptr<Stream> stream_;
    Interpreter interpreter_;
};

Printer::Printer(Ports ports, Duration label_time)
    : ports_(ports),
      label_time_(label_time),
      print_timer_(ports.scheduler),
      bury_timer_(ports.scheduler) {}

Printer::~Printer() = default;

Result<void> Printer::listen(const Endpoint& at) {
    TALLY_TRY_ASSIGN(listener_, ports_.acceptor.listen(at, *this));
    endpoint_ = listener_->bound();
    return {};
}

StreamHandler* Printer::on_accept(std::unique_ptr<Stream> stream) {
    hosts_.push_back(std::make_unique<Host>(*this, std::move(stream)));
    return hosts_.back().get();
}

void Printer::forget(Host& host) {
    for (Job& job : jobs_) {
        job.host = job.host == &host ? nullptr : job.host;
    }
    const auto found = std::find_if(hosts_.begin(), hosts_.end(),
                                    [&](const auto& each) { return each.get() == &host; });
    if (found != hosts_.end()) {
        gone_.push_back(std::move(*found));  // It may be calling us.
        hosts_.erase(found);
        bury_timer_.arm(Duration(0), [this] { gone_.clear(); });
    }
}

void Printer::power_off() {
    listener_.reset();
    jobs_.clear();
    busy_ = false;
    print_timer_.cancel();
    hosts_.clear();
}

void Printer::take(Host& host, std::string_view bytes) {
    for (Interpreter::Asked& asked : host.interpreter().take(bytes)) {
        switch (asked.what) {
            case Interpreter::Asked::What::host_status:
                if (faults_.mute == 0 || can_print()) {
                    host.say(faults_.babble != 0 ? "?SN ERROR\r\n" : host_status(host));
                }
                break;
            case Interpreter::Asked::What::cancel_all:
                jobs_.clear();
                break;
            case Interpreter::Asked::What::print:
                if (faults_.swallow == 0) {
                    jobs_.push_back({std::move(asked.format), &host});
                    begin();
                }
                break;
        }
    }
}

bool Printer::can_print() const {
    return faults_.paper_out == 0 && faults_.ribbon_out == 0 && faults_.head_open == 0 &&
           faults_.paused == 0;
}

void Printer::begin() {
    if (busy_ || jobs_.empty()) {
        return;
    }
    busy_ = true;
    const Duration span = label_time_ + std::chrono::milliseconds(faults_.slow_ms);
    print_timer_.arm(span, [this] {
        busy_ = false;
        if (!can_print()) {
            begin();  // It waits for a person and looks again.
            return;
        }
        Job job = std::move(jobs_.front());
        jobs_.pop_front();
        print(std::move(job));
        begin();
    });
}

void Printer::print(Job job) {
    const int tries = job.format.epc ? std::max(job.format.tries, 1) : 1;
    for (int i = 0; i < tries; ++i) {
        Label label{job.format, {}, false};
        label.is_void = job.format.epc && faults_.void_next > 0;
        if (label.is_void) {
            --faults_.void_next;
        } else if (job.format.epc) {
            label.epc = *job.format.epc;
        }
        labels_.push_back(label);
        if (!label.is_void) {
            verify(job, label);
            return;
        }
    }
    faults_.paused = job.format.on_failure == 'P' ? 1 : faults_.paused;
}

/// What ^HV asks for is said once the label is out.
void Printer::verify(const Job& job, const Label& label) {
    const auto& asked = job.format.verification;
    if (job.host == nullptr) {
        return;
    }
    if (faults_.cut_next > 0) {
        --faults_.cut_next;
        Host& host = *job.host;
        host.close();
        forget(host);
        return;
    }
    if (!asked || !job.format.reads.contains(asked->field)) {
        return;
    }
    std::string read = faults_.misread != 0 ? "300000000000000000000BAD" : label.epc;
    read.resize(std::min(read.size(), asked->bytes));
    job.host->say(asked->header + read + asked->termination);
}

/// ZPL II Programming Guide, ~HS: three strings in STX and ETX.
std::string Printer::host_status(const Host& host) const {
    const int length = jobs_.empty() ? 240 : jobs_.front().format.length;
    std::string out = fmt::format("\x02{:03},{},{},{:04},{:03},0,0,{},000,0,0,0\x03\r\n", 30,
                                  faults_.paper_out != 0 ? 1 : 0, faults_.paused != 0 ? 1 : 0,
                                  length, jobs_.size(), host.interpreter().inside_format() ? 1 : 0);
    out +=
        fmt::format("\x02{:03},0,{},{},1,2,4,0,{:08},1,000\x03\r\n", 0,
                    faults_.head_open != 0 ? 1 : 0, faults_.ribbon_out != 0 ? 1 : 0, busy_ ? 1 : 0);
    return out +
           "\x02"
           "1234,0\x03\r\n";
}

namespace {

constexpr VerbInfo kVerbs[] = {
    {"printer_labels", "printer", "answers how many labels came out"},
    {"printer_label", "printer [back]",
     "answers the last label, or an earlier one: VOID, EPC, texts"},
    {"printer_fault", "printer name [value]", "see --list-faults; 0 ends"},
    {"printer_power", "printer state", "on or off: connections end, formats are lost"},
};

std::string described(const Label& label) {
    std::string text = (label.is_void ? "VOID" : "epc " + label.epc);
    for (const Field& field : label.format.fields) {
        const char* kind = field.kind == Field::Kind::qr        ? "qr"
                           : field.kind == Field::Kind::code128 ? "code128"
                                                                : "text";
        text += fmt::format(" | {} {}", kind, field.data);
    }
    return text;
}

}  // namespace

std::span<const VerbInfo> printer_verbs() {
    return kVerbs;
}

Result<std::string> apply_printer_verb(Printer& printer, const Verb& verb) {
    VerbArgs args(verb);
    args.text("printer", "");  // Who was meant is known by now.
    if (verb.name == "printer_labels") {
        TALLY_TRY(args.done());
        return std::to_string(printer.labels().size());
    }
    if (verb.name == "printer_label") {
        const auto back = static_cast<std::size_t>(args.number("back", {0, 1'000'000}, 0));
        if (back >= printer.labels().size()) {
            args.complain("there are not so many labels");
        }
        TALLY_TRY(args.done());
        return described(printer.labels()[printer.labels().size() - 1 - back]);
    }
    if (verb.name == "printer_fault") {
        const std::string name = args.text("name");
        const std::int64_t value = args.number("value", {0, 3'600'000}, 1);
        TALLY_TRY(args.done());
        TALLY_TRY(set_fault(printer.faults(), name, value));
        return std::string("ok");
    }
    if (verb.name == "printer_power") {
        const std::string state = args.text("state");
        if (state != "on" && state != "off") {
            args.complain("'state' is on or off");
        }
        TALLY_TRY(args.done());
        if (state == "on") {
            TALLY_TRY(printer.power_on());
        } else {
            printer.power_off();
        }
        return std::string("ok");
    }
    return fail(ErrorKind::malformed, "a printer has no verb '" + verb.name + "'");
}

}  // namespace tally::sim::zpl

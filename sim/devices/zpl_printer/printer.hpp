// An emulated RFID label printer on TCP: stores what it prints, writes tags, and fails as printers
// do. Two faces: bytes toward the host, verbs toward the scene. Written from Zebra's guides (see
// interpreter.hpp); runs on ports only, so it serves virtual time and real sockets.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "firmware/ports/scheduler.hpp"
#include "firmware/ports/stream.hpp"
#include "sim/devices/reader_verbs.hpp"
#include "sim/devices/verb.hpp"
#include "sim/devices/zpl_printer/interpreter.hpp"

namespace tally::sim::zpl {

/// A label that came out.
struct Label {
    Format format;
    std::string epc;       ///< what its tag carries; empty: not written
    bool is_void = false;  ///< "VOID" stands across it
};

/// All 0: a printer that does as it is told.
struct Faults {
    std::int64_t paper_out = 0;
    std::int64_t ribbon_out = 0;
    std::int64_t head_open = 0;
    std::int64_t paused = 0;
    std::int64_t mute = 0;       ///< answers no ~HS while open or empty, as newer models
    std::int64_t void_next = 0;  ///< so many tags cannot be written
    std::int64_t misread = 0;    ///< reads back another EPC than it wrote
    std::int64_t swallow = 0;    ///< takes formats and prints nothing, without a word
    std::int64_t cut_next = 0;  ///< ends the connection once the next label is out, before its word
    std::int64_t slow_ms = 0;   ///< so much longer a label
    std::int64_t babble = 0;    ///< answers ~HS with something else
};

struct FaultInfo {
    std::string_view name;
    std::int64_t Faults::*value;
    std::string_view meaning;
};
std::span<const FaultInfo> printer_faults();
Result<void> set_fault(Faults& faults, std::string_view name, std::int64_t value);

/// Single-threaded, on the loop. Several hosts at once.
class Printer final : private AcceptHandler {
 public:
    struct Ports {
        Scheduler& scheduler;
        StreamAcceptor& acceptor;
    };
    explicit Printer(Ports ports, Duration label_time = std::chrono::milliseconds(300));
    ~Printer() override;

    Result<void> listen(const Endpoint& at);
    [[nodiscard]] Endpoint bound() const { return endpoint_; }

    // --- toward the scene -----------------------------------------------------------------------
    [[nodiscard]] const std::vector<Label>& labels() const { return labels_; }
    Faults& faults() { return faults_; }
    /// Power is cut: connections end, formats are lost, nobody listens until power_on().
    void power_off();
    Result<void> power_on() { return listen(endpoint_); }

 private:
    class Host;
    struct Job {
        Format format;
        Host* host = nullptr;  ///< null once it has gone
    };

    StreamHandler* on_accept(std::unique_ptr<Stream> stream) override;
    void take(Host& host, std::string_view bytes);
    void begin();
    void print(Job job);
    void verify(const Job& job, const Label& label);
    void forget(Host& host);
    [[nodiscard]] bool can_print() const;
    [[nodiscard]] std::string host_status(const Host& host) const;

    Ports ports_;
    Duration label_time_;
    Endpoint endpoint_;
    std::unique_ptr<StreamListener> listener_;
    std::vector<std::unique_ptr<Host>> hosts_;
    std::vector<std::unique_ptr<Host>> gone_;
    std::deque<Job> jobs_;
    std::vector<Label> labels_;
    Faults faults_;
    bool busy_ = false;
    Timer print_timer_, bury_timer_;
};

/// Carries out a verb of a printer (printer_verbs). The answer is "ok" or a short text.
Result<std::string> apply_printer_verb(Printer& printer, const Verb& verb);
std::span<const VerbInfo> printer_verbs();

}  // namespace tally::sim::zpl

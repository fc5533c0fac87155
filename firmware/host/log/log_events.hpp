// Diagnostic events as lines of text for people, on stderr, where the service manager collects
// them.
#pragma once

#include <memory>

#include "firmware/ports/clock.hpp"
#include "firmware/ports/events.hpp"

namespace tally::host {

enum class LogColour { on_terminals, never };

struct LogOptions {
    Severity least = Severity::info;  ///< quieter events are dropped
    LogColour colour = LogColour::on_terminals;
};

/// Events over spdlog. One line each: UTC with milliseconds, monotonic seconds (these order and
/// measure), severity, source, text. Control characters in texts are escaped, so that nothing from
/// outside can forge a line. Single-threaded; `clock` must outlive it.
class LogEvents final : public Events {
 public:
    LogEvents(const Clock& clock, LogOptions options);
    ~LogEvents() override;

    void report(Severity severity, std::string_view source, std::string_view text) override;

 private:
    struct Sink;

    const Clock& clock_;
    LogOptions options_;
    std::unique_ptr<Sink> sink_;
};

}  // namespace tally::host

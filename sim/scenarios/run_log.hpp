// What a run tells people: what happens, line by line, and at the first finding the moments before
// it, as they were then and not as they are at the end.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/ports/events.hpp"
#include "sim/checkers/finding.hpp"
#include "sim/kernel/trace.hpp"

namespace tally::sim {

struct RunOptions;
struct RunReport;

/// Single-threaded. Keeps the options' listeners, which outlive it.
class RunLog {
 public:
    static constexpr std::size_t kLinesKept = 20;
    static constexpr std::size_t kFindingsMax = 50;

    explicit RunLog(const RunOptions& options) : options_(options) {}

    /// What was drawn, before anything happens: passed on, not kept.
    void option(const std::string& line) const;
    /// What happens in the world, or what people do: "  12 s  text".
    void note(MonoTime at, std::string_view text);
    /// What a box said of itself, "edge-a error, ledger: ...": a note likewise.
    void reported(MonoTime at, std::string_view text) { note(at, text); }
    /// An entry of the trace: passed on until the run is closed. What happens as the world is taken
    /// down belongs to no run and stands in no hash.
    void traced(const std::string& line) const;

    /// Each finding once, kFindingsMax of them. The first one freezes the last lines of the trace
    /// and of the notes.
    void find(MonoTime at, Finding finding, const Trace& trace);

    [[nodiscard]] const Findings& findings() const { return findings_; }
    /// Ends the run: hands its hash, findings and frozen lines over; without a finding the newest.
    void close(RunReport& report, const Trace& trace);

 private:
    const RunOptions& options_;
    bool is_closed_ = false;
    std::deque<std::string> recent_;
    std::vector<std::string> notes_, trace_;  ///< frozen
    Findings findings_;
};

}  // namespace tally::sim

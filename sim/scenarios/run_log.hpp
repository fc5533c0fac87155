// What a run tells people: what happens, line by line, and at the first finding the moments before
// it, as they were then and not as they are at the end.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/ports/events.hpp"
#include "sim/checkers/finding.hpp"
#include "sim/kernel/trace.hpp"

namespace tally::sim {

struct RunReport;

/// Single-threaded.
class RunLog {
 public:
    static constexpr std::size_t kLinesKept = 20;
    static constexpr std::size_t kFindingsMax = 50;

    /// `on_note` hears each note; may be empty.
    explicit RunLog(std::function<void(const std::string&)> on_note)
        : on_note_(std::move(on_note)) {}

    /// What was drawn, before anything happens: passed on, not kept.
    void option(const std::string& line) const;
    /// What happens in the world, or what people do: "  12 s  text".
    void note(MonoTime at, std::string_view text);
    /// What a box said of itself: kept beside the notes, not passed on.
    void reported(MonoTime at, std::string_view text) { keep(line(at, text)); }

    /// Each finding once, kFindingsMax of them. The first one freezes the last lines of the trace
    /// and of the notes.
    void find(MonoTime at, Finding finding, const Trace& trace);

    [[nodiscard]] const Findings& findings() const { return findings_; }
    /// Hands findings and frozen lines over; without a finding the newest lines.
    void close(RunReport& report, const Trace& trace);

 private:
    static std::string line(MonoTime at, std::string_view text);
    void keep(std::string line);

    std::function<void(const std::string&)> on_note_;
    std::deque<std::string> recent_;
    std::vector<std::string> notes_, trace_;  ///< frozen
    Findings findings_;
};

}  // namespace tally::sim

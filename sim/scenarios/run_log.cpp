#include "sim/scenarios/run_log.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/scenarios/run.hpp"

namespace tally::sim {

std::string RunLog::line(MonoTime at, std::string_view text) {
    return fmt::format("{:>6} s  {}", at.ns / 1'000'000'000, text);
}

void RunLog::keep(std::string line) {
    recent_.push_back(std::move(line));
    if (recent_.size() > kLinesKept) {
        recent_.pop_front();
    }
}

void RunLog::option(const std::string& line) const {
    if (on_note_) {
        on_note_(line);
    }
}

void RunLog::note(MonoTime at, std::string_view text) {
    keep(line(at, text));
    if (on_note_) {
        on_note_(recent_.back());
    }
}

void RunLog::find(MonoTime at, Finding finding, const Trace& trace) {
    const bool known = std::any_of(findings_.begin(), findings_.end(), [&](const Finding& each) {
        return each.checker == finding.checker && each.text == finding.text;
    });
    if (known || findings_.size() >= kFindingsMax) {
        return;
    }
    if (findings_.empty()) {
        notes_.assign(recent_.begin(), recent_.end());
        trace_ = trace.last();
    }
    note(at, "FINDING " + finding.checker + ": " + finding.text);
    finding.at_s = at.ns / 1'000'000'000;
    findings_.push_back(std::move(finding));
}

void RunLog::close(RunReport& report, const Trace& trace) {
    if (findings_.empty()) {
        notes_.assign(recent_.begin(), recent_.end());
        trace_ = trace.last();
    }
    report.findings = std::move(findings_);
    report.last = std::move(trace_);
    report.last_notes = std::move(notes_);
}

}  // namespace tally::sim

#include "sim/scenarios/run_log.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/scenarios/run.hpp"

namespace tally::sim {

void RunLog::option(const std::string& line) const {
    if (options_.on_option) {
        options_.on_option(line);
    }
}

void RunLog::note(MonoTime at, std::string_view text) {
    recent_.push_back(fmt::format("{:>6} s  {}", at.ns / 1'000'000'000, text));
    if (recent_.size() > kLinesKept) {
        recent_.pop_front();
    }
    if (options_.on_note) {
        options_.on_note(recent_.back());
    }
}

void RunLog::traced(const std::string& line) const {
    if (!is_closed_ && options_.on_trace) {
        options_.on_trace(line);
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
    is_closed_ = true;
    report.trace_hash = trace.hash();
    report.trace_entries = trace.entries();
    if (findings_.empty()) {
        notes_.assign(recent_.begin(), recent_.end());
        trace_ = trace.last();
    }
    report.findings = std::move(findings_);
    report.last = std::move(trace_);
    report.last_notes = std::move(notes_);
}

}  // namespace tally::sim

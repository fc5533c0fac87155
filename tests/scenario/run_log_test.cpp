// A run remembers the moments before its first finding, not those before its end.
#include "sim/scenarios/run_log.hpp"

#include <catch2/catch.hpp>

#include "sim/scenarios/run.hpp"

using namespace tally;
using namespace tally::sim;

namespace {

MonoTime at(std::int64_t second) {
    return MonoTime{second * 1'000'000'000};
}

}  // namespace

TEST_CASE("the first finding freezes trace and notes; each finding says when it was seen") {
    std::vector<std::string> heard;
    RunOptions options;
    options.on_note = [&](const std::string& line) { heard.push_back(line); };
    RunLog log(options);
    Trace trace(2);
    for (std::int64_t second = 1; second <= 30; ++second) {
        trace.record(at(second), "e1", "tick", {});
        log.note(at(second), "note " + std::to_string(second));
        if (second == 10) {
            log.reported(at(second), "e1 error, ledger: no");
            log.find(at(second), {"a.first", "one"}, trace);
        }
        if (second == 20) {
            log.find(at(second), {"a.second", "two"}, trace);
            log.find(at(second), {"a.first", "one"}, trace);
        }
    }
    RunReport report;
    log.close(report, trace);
    CHECK(to_text(report.findings) ==
          "a.first: one (seen at 10 s)\na.second: two (seen at 20 s)\n");
    CHECK(report.last == std::vector<std::string>{"9.000000000 e1 tick", "10.000000000 e1 tick"});
    REQUIRE(report.last_notes.size() == 11);
    CHECK(report.last_notes.back() == "    10 s  e1 error, ledger: no");
    CHECK(report.last_notes[9] == "    10 s  note 10");
    CHECK(heard.size() == 33);  // Notes, findings, and what the box said.
    CHECK(heard[10] == "    10 s  e1 error, ledger: no");
}

TEST_CASE("without a finding the newest lines are left, as many as are kept") {
    const RunOptions options;
    RunLog log(options);
    Trace trace(1);
    for (std::int64_t second = 1; second <= 100; ++second) {
        log.note(at(second), "note");
    }
    RunReport report;
    log.close(report, trace);
    REQUIRE(report.last_notes.size() == RunLog::kLinesKept);
    CHECK(report.last_notes.back() == "   100 s  note");
}

TEST_CASE("who hears the trace hears what its hash covers, and nothing of how the world ends") {
    std::vector<std::string> heard;
    RunOptions options;
    options.on_trace = [&](const std::string& line) { heard.push_back(line); };
    RunLog log(options);
    Trace trace(1, [&](const std::string& line) { log.traced(line); });
    trace.record(at(1), "e1", "tick", {});
    RunReport report;
    log.close(report, trace);
    trace.record(at(2), "e1", "node.killed", {});
    CHECK(heard.size() == 1);
    CHECK(report.trace_entries == 1);
    CHECK(report.trace_hash != trace.hash());
}

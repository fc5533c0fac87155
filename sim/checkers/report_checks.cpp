#include "sim/checkers/report_checks.hpp"

#include <algorithm>

#include "firmware/messages/event_data.hpp"
#include "firmware/messages/event_json.hpp"
#include "sim/checkers/stored.hpp"

namespace tally::sim {

Findings check_errors(const std::string& box, const std::vector<std::string>& errors,
                      const std::vector<std::string>& expected) {
    Findings findings;
    for (const std::string& error : errors) {
        const bool is_expected = std::any_of(
            expected.begin(), expected.end(),
            [&](const std::string& part) { return error.find(part) != std::string::npos; });
        if (!is_expected) {
            findings.push_back({"error.unexpected", box + " reported: " + error});
        }
    }
    return findings;
}

void count_said(host::SqliteStore& disk, const std::string& edge, Said& said) {
    for (const JournalRow& row : stored_rows(disk, edge, Span::line)) {
        ++said[row.type];
        if (row.type != "anomaly_raised") {
            continue;
        }
        const auto event = decode_event(row.canonical);
        const auto anomaly = event ? decode_anomaly_data(event->data)
                                   : Result<AnomalyData>(fail(ErrorKind::malformed, ""));
        if (anomaly) {
            ++said[anomaly->kind];
        }
    }
}

Findings check_said(const Said& said, const Said& at_least) {
    Findings findings;
    for (const auto& [kind, wanted] : at_least) {
        const auto found = said.find(kind);
        const std::size_t times = found == said.end() ? 0 : found->second;
        if (times < wanted) {
            findings.push_back({"said.missing", kind + " was said " + std::to_string(times) +
                                                    " times, and this scenario is there to show "
                                                    "it at least " +
                                                    std::to_string(wanted) + " times"});
        }
    }
    return findings;
}

}  // namespace tally::sim

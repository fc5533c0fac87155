// Health as operators see it: findings, each with what to do next. `status` shows those that need
// somebody, `doctor` all that was looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/ports/operator_api.hpp"
#include "firmware/services/ledger/commit_queue.hpp"
#include "firmware/services/ledger/registers.hpp"

namespace tally {

class CanonicalWriter;

struct Finding {
    enum class Level : std::uint8_t { ok, note, warning, error } level = Level::ok;
    std::string check;    ///< "reader", "printer", "labels", "disk", "clock", "sqlite", "ledger"...
    std::string subject;  ///< which one; may be empty
    std::string text;     ///< what was found, and why
    std::string next;     ///< what to do; empty where nothing is wrong
};

std::string_view to_string(Finding::Level level) noexcept;

/// Findings about the box itself: disk, clock, SQLite and its WAL-reset bug.
std::vector<Finding> box_findings(const BoxFacts& box);

/// The ledger's own: a disk that refuses commits, work that waits.
Finding ledger_finding(const CommitQueue& queue);

/// How many anomalies are open.
Finding anomaly_finding(std::size_t open);

/// True if a person is needed: any warning or error.
bool is_degraded(const std::vector<Finding>& findings);

/// key(name) and an array of findings; `from` leaves out what is milder.
void write_findings(CanonicalWriter& w, std::string_view name, const std::vector<Finding>& findings,
                    Finding::Level from);

}  // namespace tally

#include "firmware/services/api/health.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "firmware/messages/canonical_json.hpp"

namespace tally {

namespace {

using Level = Finding::Level;

std::array<int, 3> version_of(std::string_view text) {
    std::array<int, 3> parts{};
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    for (int& part : parts) {
        const auto [stop, error] = std::from_chars(at, end, part);
        if (error != std::errc() || stop == end) {
            break;
        }
        at = stop + 1;
    }
    return parts;
}

/// SQLite 3.7.0 to 3.51.2 can lose committed pages when a write-ahead log is reset while a second
/// connection writes or checkpoints (sqlite.org, "WAL-reset bug", fixed in 3.51.3).
Finding sqlite_finding(const BoxFacts& box) {
    const auto version = version_of(box.sqlite_version);
    const bool has_bug = version >= std::array{3, 7, 0} && version < std::array{3, 51, 3};
    std::string text = "SQLite " + box.sqlite_version;
    if (!has_bug) {
        return {Level::ok, "sqlite", box.database, text + ", without the WAL-reset bug", {}};
    }
    text +=
        " has the WAL-reset bug (fixed in 3.51.3), which needs two connections that write or "
        "checkpoint; this box has exactly one and holds the file locked, so it cannot happen here";
    return {Level::note, "sqlite", box.database, std::move(text),
            "never open the database with another program while the box runs"};
}

Finding disk_finding(const BoxFacts& box) {
    if (box.disk_size_bytes == 0) {
        return {Level::note, "disk", box.database, "free space is not known", "df -h"};
    }
    const std::uint64_t free_mib = box.disk_free_bytes >> 20U;
    std::string text = std::to_string(free_mib) + " MiB free of " +
                       std::to_string(box.disk_size_bytes >> 20U) + " MiB; the ledger takes " +
                       std::to_string((box.file_bytes + box.log_bytes) >> 20U) + " MiB";
    const bool low = free_mib < 1'024 && box.disk_free_bytes < box.disk_size_bytes / 10;
    const bool very_low = free_mib < 128;
    if (very_low || low) {
        return {very_low ? Level::error : Level::warning, "disk", box.database, std::move(text),
                "free disk space now: when it is full, gates wait and nothing is booked"};
    }
    return {Level::ok, "disk", box.database, std::move(text), {}};
}

Finding clock_finding(const BoxFacts& box) {
    switch (box.clock) {
        case BoxFacts::ClockSync::synchronised:
            return {Level::ok, "clock", {}, "the clock is synchronised", {}};
        case BoxFacts::ClockSync::free_running:
            return {Level::note,
                    "clock",
                    {},
                    "the clock is not synchronised: times in the ledger are annotations and may "
                    "be off, its order is not affected",
                    "timedatectl status"};
        case BoxFacts::ClockSync::unknown:
            break;
    }
    return {Level::note,
            "clock",
            {},
            "whether the clock is synchronised is not known",
            "timedatectl status"};
}

}  // namespace

std::string_view to_string(Finding::Level level) noexcept {
    switch (level) {
        case Level::ok:
            return "ok";
        case Level::note:
            return "note";
        case Level::warning:
            return "warning";
        case Level::error:
            return "error";
    }
    return "error";
}

std::vector<Finding> box_findings(const BoxFacts& box) {
    return {sqlite_finding(box), disk_finding(box), clock_finding(box)};
}

Finding ledger_finding(const CommitQueue& queue) {
    if (queue.trouble()) {
        return {Level::error,
                "ledger",
                {},
                queue.trouble()->text,
                "free disk space; what waits is written by itself then"};
    }
    if (queue.full()) {
        return {Level::warning,
                "ledger",
                {},
                "the disk is slower than the gates: " + std::to_string(queue.waiting_rows()) +
                    " rows wait",
                "look at the disk's load with iostat"};
    }
    const auto worst =
        std::chrono::duration_cast<std::chrono::milliseconds>(queue.commit_time_max());
    return {Level::ok,
            "ledger",
            {},
            "commits are durable; the slowest took " + std::to_string(worst.count()) + " ms",
            {}};
}

Finding anomaly_finding(std::size_t open) {
    if (open == 0) {
        return {Level::ok, "anomalies", {}, "no anomaly is open", {}};
    }
    return {Level::warning,
            "anomalies",
            {},
            std::to_string(open) + (open == 1 ? " anomaly is open" : " anomalies are open"),
            "tally anomaly ls"};
}

bool is_degraded(const std::vector<Finding>& findings) {
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& finding) { return finding.level >= Level::warning; });
}

void write_findings(CanonicalWriter& w, std::string_view name, const std::vector<Finding>& findings,
                    Finding::Level from) {
    w.key(name).begin_array();
    for (const Finding& finding : findings) {
        if (finding.level < from) {
            continue;
        }
        w.begin_object().key("check").text(finding.check);
        w.key("level").text(to_string(finding.level)).key("next").text(finding.next);
        w.key("subject").text(finding.subject).key("text").text(finding.text).end_object();
    }
    w.end_array();
}

}  // namespace tally

// What a checker says. Checkers read journals, the wire and the world; they use the event codec and
// SHA-256, and no other rule of the code that they judge. What they are told besides, because it
// can be seen nowhere else, comes from the run (sim/scenarios/run_checks.cpp), which asks the
// services: how much waits in a queue of theirs (queue_watch.hpp), and whether a box calls itself
// connected.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tally::sim {

struct Finding {
    std::string checker;  ///< which rule is broken, e.g. "acknowledged.kept"
    std::string text;
    std::int64_t at_s = -1;  ///< site time when a judge saw it; below 0: not said
};

/// Empty: all is well.
using Findings = std::vector<Finding>;

/// "checker: text (seen at 12 s)", one line a finding.
inline std::string to_text(const Findings& findings) {
    std::string text;
    for (const Finding& finding : findings) {
        text += finding.checker + ": " + finding.text;
        text += finding.at_s < 0 ? "\n" : " (seen at " + std::to_string(finding.at_s) + " s)\n";
    }
    return text;
}

/// True if that checker has found something.
inline bool caught_by(const Findings& findings, const std::string& checker) {
    for (const Finding& finding : findings) {
        if (finding.checker == checker) {
            return true;
        }
    }
    return false;
}

inline void append(Findings& to, Findings more) {
    for (Finding& finding : more) {
        to.push_back(std::move(finding));
    }
}

}  // namespace tally::sim

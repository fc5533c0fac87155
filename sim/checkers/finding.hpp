// What a checker says. Checkers read journals, the wire and the world, never the services; they use
// the event codec and SHA-256, and no other rule of the code that they judge.
#pragma once

#include <string>
#include <vector>

namespace tally::sim {

struct Finding {
    std::string checker;  ///< which rule is broken, e.g. "acknowledged.kept"
    std::string text;
};

/// Empty: all is well.
using Findings = std::vector<Finding>;

/// "checker: text", one line a finding.
inline std::string to_text(const Findings& findings) {
    std::string text;
    for (const Finding& finding : findings) {
        text += finding.checker + ": " + finding.text + "\n";
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

// The bare SQLite loop given recorded commits: the peer of everything that ends in a journal.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/ports/journal_rows.hpp"

namespace tally::bench {

struct StoreFigures {
    double events_per_s = 0;
    double processor_us = 0;  ///< an event
};

/// Writes the event, position and item rows of each commit in one transaction, on a new file in
/// `folder` with the journal's schema and settings.
Result<StoreFigures> run_bare_loop(const std::string& folder,
                                   const std::vector<JournalCommit>& commits);

}  // namespace tally::bench

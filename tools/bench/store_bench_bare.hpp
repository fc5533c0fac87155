// The peer of the store bench: the least program that makes the same rows durable.
#pragma once

#include <array>
#include <string>

#include "firmware/ports/journal_rows.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace tally::bench {

/// Prepared statements in a loop on a file that has the journal's schema, with the journal's
/// settings; checks nothing but SQLite's return codes.
class BareLoop {
 public:
    explicit BareLoop(const std::string& path);
    ~BareLoop();
    BareLoop(const BareLoop&) = delete;
    BareLoop& operator=(const BareLoop&) = delete;

    bool commit(const JournalCommit& commit);

 private:
    sqlite3* database_ = nullptr;
    std::array<sqlite3_stmt*, 5> statements_{};
    std::int64_t arrival_ = 0;
};

}  // namespace tally::bench

// What edges and bridge have on disk once they have ended, and whether it is one truth.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/host/store/sqlite_store.hpp"
#include "firmware/messages/sync/ack.hpp"

namespace tally::test {

/// One edge's line and stock, as one journal file holds them.
struct LineCopy {
    std::vector<JournalRow> rows;
    std::vector<std::string> positions;  ///< canonical texts, ordered
    std::vector<std::string> items;
    std::string digest;         ///< of the stored rows
    std::string folded_digest;  ///< of the book that the events fold to
    std::string head;           ///< recomputed from the canonical texts

    [[nodiscard]] std::size_t count(std::string_view type) const;
};

/// The daemon must have ended. Fails the test case where the file cannot be read.
LineCopy read_line(const std::filesystem::path& database, host::StoreKind kind,
                   const std::string& edge);

/// Nothing lost, nothing twice: the bridge's rows are the edge's rows byte for byte, dense from 1
/// in the first epoch, stock on both sides is what they fold to, and all that was ever
/// acknowledged is a prefix.
void check_one_truth(const LineCopy& at_edge, const LineCopy& at_bridge,
                     const std::vector<Ack>& acks);

/// Writes master data into the ledger of an edge that does not run, with the edge's own code.
void import_master(const std::filesystem::path& edge_config, std::string_view master_file);

}  // namespace tally::test

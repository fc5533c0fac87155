// Master data as files: CSV tables with a header line, or JSON lines (docs/master-data.md has every
// column). What is written can be read again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/messages/master.hpp"

namespace tally {

/// A record with where it stood.
struct MasterRow {
    MasterRecord record;
    std::size_t line = 0;       ///< where it begins; 0: not from a file
    std::uint64_t version = 0;  ///< the version it was made from; 0: not said
};

/// Reads a master file. The first column of a CSV header names the table: sku, item, sscc, lot,
/// code, place or asn; several tables may follow each other. All problems are reported, each as
/// "<file>: line N, column M: what is wrong and what to do" (no file: without it); nothing is half
/// read. A CSV pallet or ASN grows over several lines.
Result<std::vector<MasterRow>> read_master_rows(std::string_view text, const std::string& file);

/// The records alone.
Result<std::vector<MasterRecord>> read_master_file(std::string_view text);

/// "<file>: line N" or "line N": how a problem says where it is.
std::string file_line(const std::string& file, std::size_t line);

/// A record as it stands, for export.
struct MasterVersion {
    MasterRecord record;
    std::uint64_t version = 0;  ///< 0: not counted
};

/// What the command `master` carries: the record, and in `version` the one it was made from, where
/// that is known. Canonical JSON.
std::string encode_master_command(const MasterRow& row);
Result<MasterRow> decode_master_command(std::string_view json);

/// One table, header line included; all records are of kind `kind`. malformed for an unknown kind.
Result<std::string> write_master_csv(std::string_view kind, const std::vector<MasterVersion>& rows);

/// One JSON object a line.
std::string write_master_json(const std::vector<MasterVersion>& rows);

}  // namespace tally

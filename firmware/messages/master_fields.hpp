// A master record as a row of texts: the half that CSV reading and writing share.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/messages/master.hpp"

namespace tally {

using MasterFields = std::map<std::string, std::string, std::less<>>;

/// The columns of a kind in the order they are written; empty for no kind. The first one names the
/// table.
std::vector<std::string_view> master_columns(std::string_view kind);

/// The kind of a table by its header, or empty.
std::string_view kind_of_header(const std::vector<std::string>& columns);

/// A record from one row; of a pallet or an ASN, a record of one child or line. malformed names the
/// field first.
Result<MasterRecord> record_of_fields(std::string_view kind, MasterFields fields);

/// The rows of a record: one, or one a child or line.
std::vector<MasterFields> fields_of_record(const MasterRecord& record);

}  // namespace tally

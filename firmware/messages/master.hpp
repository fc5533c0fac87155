// Master data records: what a SKU is, which unit is which SKU, what an expected pallet holds. They
// travel as commands and stand in the ledger as `data` of master_changed and bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "firmware/base/result.hpp"

namespace tally {

inline constexpr std::size_t kMasterNameBytesMax = 256;  ///< of the name of a SKU

enum class Tracking : std::uint8_t { by_item, by_count };

/// One SKU. One item, one code: a GTIN belongs to one SKU.
struct ItemRecord {
    std::string sku;
    std::string gtin;  ///< GTIN-14 with a right check digit; empty: no barcode or tag scheme
    std::string name;  ///< UTF-8
    Tracking tracking = Tracking::by_item;
    std::int64_t unit_mg = 0;        ///< weight of one unit; 0: not known
    std::int64_t unit_sigma_mg = 0;  ///< standard deviation of the weight of one unit

    bool operator==(const ItemRecord&) const = default;
};

/// Ties one unit (text form of its EPC) to SKU and lot.
struct BindingRecord {
    std::string item;
    std::string sku;
    std::string lot;

    bool operator==(const BindingRecord&) const = default;
};

/// An expected pallet: an SSCC (text form of its EPC) and the units on it.
struct PalletRecord {
    std::string sscc;
    std::vector<std::string> children;

    bool operator==(const PalletRecord&) const = default;
};

using MasterRecord = std::variant<ItemRecord, BindingRecord, PalletRecord>;

/// Canonical JSON with a key `record`: "item", "binding" or "pallet".
std::string encode(const MasterRecord& record);

/// Strict, and checks what can be checked alone: check digits, EPC forms, no doubled child, and
/// that the record fits one ledger event (a pallet of about 1,200 units with 96-bit EPCs).
Result<MasterRecord> decode_master_record(std::string_view json);

/// Reads a master file: JSON lines (one record each) or CSV by its header line
/// (`sku,gtin,name,tracking,unit_mg[,unit_sigma_mg]` / `item,sku,lot` / `sscc,child`). All problems
/// are reported, each with its line; nothing is half read.
Result<std::vector<MasterRecord>> read_master_file(std::string_view text);

}  // namespace tally

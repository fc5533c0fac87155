// Master data records: what a SKU is and is called, which unit is which SKU, what lots there are,
// what belongs where, what is expected. They travel as commands and stand in the ledger as `data`
// of master_changed and bound (docs/master-data.md).
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

/// One SKU. One item, one code: a GTIN or customs article number belongs to one SKU. What is empty
/// or 0 is not known and is left out of the record's text.
struct ItemRecord {
    std::string sku;
    std::string gtin;  ///< GTIN-14 with a right check digit; empty: no barcode or tag scheme
    std::string name;  ///< UTF-8
    Tracking tracking = Tracking::by_item;
    std::int64_t unit_mg = 0;        ///< weight of one unit; 0: not known
    std::int64_t unit_sigma_mg = 0;  ///< standard deviation of it; its square is the variance
    std::int64_t case_units = 0;
    std::int64_t pallet_units = 0;
    std::string customs_article = {};  ///< customs article number
    std::string hs_code = {};          ///< 6 to 10 digits
    std::int64_t tax_cents = 0;        ///< duty and tax of one unit, in cents
    std::int64_t min_life_days = 0;  ///< a lot must have so many days left; 0: need not have a date
    std::string abc = {};            ///< A, B or C: how exactly it is counted; empty: C

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
    std::string asn = {};  ///< the advice that announces it; may be empty

    bool operator==(const PalletRecord&) const = default;
};

/// A lot of a SKU. Expiry, owner and customs book line hang on the lot (design 5).
struct LotRecord {
    std::string sku;
    std::string lot;
    std::string expiry;     ///< "2027-03-31"; empty: does not expire
    std::string owner;      ///< whose goods; empty: ours
    std::string book_line;  ///< line of the customs account book

    bool operator==(const LotRecord&) const = default;
};

/// Another name of a SKU: the till's, the web shop's, a case's barcode. Over all systems a code
/// means one SKU.
struct AliasRecord {
    std::string code;
    std::string system;  ///< "shop", "customs", "gtin", ...
    std::string sku;
    std::int64_t units = 1;  ///< how many units one scan of it stands for

    bool operator==(const AliasRecord&) const = default;
};

/// A line of the planogram: this SKU belongs at this place. `max_milli` 0: no longer.
struct PlanRecord {
    std::string place;
    std::string sku;
    std::int64_t min_milli = 0;  ///< below: replenish
    std::int64_t max_milli = 0;  ///< up to which

    bool operator==(const PlanRecord&) const = default;
};

struct AsnLine {
    std::string sku;
    std::string lot;
    std::int64_t qty_milli = 0;

    bool operator==(const AsnLine&) const = default;
};

/// An expected receipt (advance shipping notice). Goods on pallets are announced by the pallets
/// that name it; `lines` are the rest.
struct AsnRecord {
    std::string asn;
    std::string supplier;
    std::string due;  ///< "2026-11-30" or empty
    std::vector<AsnLine> lines;

    bool operator==(const AsnRecord&) const = default;
};

using MasterRecord = std::variant<ItemRecord, BindingRecord, PalletRecord, LotRecord, AliasRecord,
                                  PlanRecord, AsnRecord>;

/// "item", "binding", "pallet", "lot", "alias", "plan" or "asn".
std::string_view kind_of(const MasterRecord& record) noexcept;

/// What names the record among its kind, kind first: "item:tea-500", "plan:shelf1 tea-500".
std::string key_of(const MasterRecord& record);

/// Canonical JSON with a key `record`: the kind.
std::string encode(const MasterRecord& record);

/// Strict, and checks what can be checked alone: check digits, EPC forms, dates, no doubled child,
/// and that the record fits one ledger event (a pallet of about 1,200 units with 96-bit EPCs).
Result<MasterRecord> decode_master_record(std::string_view json);

/// The check alone. The text of an error begins with the name of the member that is wrong.
Result<void> check_master_record(const MasterRecord& record);

}  // namespace tally

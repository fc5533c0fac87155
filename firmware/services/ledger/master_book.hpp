// What an edge's ledger says about goods as such: SKUs and their codes, lots, planogram, advices,
// and the version of each record. A fold of master_changed events.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/base/result.hpp"
#include "firmware/messages/master.hpp"
#include "firmware/ports/journal_rows.hpp"

namespace tally {

/// What a scanned or written code means.
struct CodeMeaning {
    std::string sku;
    std::int64_t units = 1;
};

/// Single-threaded value. Same records in the same order give the same book.
class MasterBook {
 public:
    /// Whether a record may stand beside the others: conflict if one of its codes (SKU, GTIN,
    /// customs article number, alias) means another SKU, or it names a SKU that is not known.
    /// Bindings and pallets are not judged here.
    [[nodiscard]] Result<void> judge(const MasterRecord& record) const;

    /// The record of the same key as it stands; empty text: there is none.
    [[nodiscard]] std::string standing(const MasterRecord& record) const;

    /// Takes the record in. Bindings and pallets only count their version.
    void put(const MasterRecord& record);

    /// How often the record of this key (messages: key_of) was set; 0: never.
    [[nodiscard]] std::uint64_t version_of(const std::string& key) const;
    void count_version(const std::string& key) { ++versions_[key]; }

    [[nodiscard]] const std::map<std::string, ItemRecord>& skus() const { return skus_; }
    [[nodiscard]] const ItemRecord* sku(const std::string& sku) const;
    [[nodiscard]] const ItemRecord* sku_of_gtin(const std::string& gtin) const;
    /// A SKU, GTIN (shorter ones too), customs article number or alias; empty sku: not known.
    [[nodiscard]] CodeMeaning meaning_of(const std::string& code) const;

    using LotKey = std::pair<std::string, std::string>;  ///< SKU, lot
    [[nodiscard]] const std::map<LotKey, LotRecord>& lots() const { return lots_; }
    using PlanKey = std::pair<std::string, std::string>;  ///< place, SKU
    [[nodiscard]] const std::map<PlanKey, PlanRecord>& plan() const { return plan_; }
    [[nodiscard]] const std::map<std::string, AsnRecord>& asns() const { return asns_; }
    using AliasKey = std::pair<std::string, std::string>;  ///< code, system
    [[nodiscard]] const std::map<AliasKey, AliasRecord>& aliases() const { return aliases_; }

    /// Start-up: one stored row taken back in. malformed if it is none of ours.
    Result<void> load(const StateRow& row);
    [[nodiscard]] static bool owns(std::string_view row_kind);
    /// The stored rows that follow from `record`, as they stand now.
    void add_rows(const std::string& edge, const MasterRecord& record,
                  std::vector<StateRow>& rows) const;
    /// All rows.
    void add_rows(const std::string& edge, std::vector<StateRow>& rows) const;

 private:
    using Code = std::pair<std::string, std::string>;  ///< code, system

    void put(const ItemRecord& item);
    void put(const AliasRecord& alias);
    [[nodiscard]] std::string owner_of(const std::string& code, const std::string& but_not) const;
    [[nodiscard]] Result<void> judge_code(const std::string& code, std::string_view what,
                                          const std::string& sku) const;
    [[nodiscard]] Result<void> judge_sku(const std::string& sku, const std::string& what) const;

    std::map<std::string, ItemRecord> skus_;
    std::map<Code, std::string> codes_;  ///< every code with its SKU
    std::map<AliasKey, AliasRecord> aliases_;
    std::map<LotKey, LotRecord> lots_;
    std::map<PlanKey, PlanRecord> plan_;
    std::map<std::string, AsnRecord> asns_;
    std::map<std::string, std::uint64_t> versions_;  ///< by key_of(record)
};

/// Kinds of state rows. The key of a record's row is its key without the kind.
inline constexpr std::string_view kLotRows = "lot";
inline constexpr std::string_view kAliasRows = "alias";
inline constexpr std::string_view kPlanRows = "plan";
inline constexpr std::string_view kAsnRows = "asn";
inline constexpr std::string_view kVersionRows = "master_version";

}  // namespace tally
